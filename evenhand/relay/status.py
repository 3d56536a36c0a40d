"""Puts enhanced status codes into words (RFC 3463); what another server wrote itself is never shown."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

__all__ = ["why_failed"]

# The subject and detail of RFC 3463 codes (§3.2 to §3.8), the longer match first. What the other server wrote
# itself likes to name the mailbox.
_WHY: tuple[tuple[str, object], ...] = (
    ("5.1", _("the mailbox does not exist")),
    ("5.2.2", _("the mailbox is full")),
    ("5.2.3", _("it is too large for the mailbox")),
    ("5.2", _("the mailbox takes no mail")),
    ("5.3.4", _("it is too large for the mail server")),
    ("5.4", _("the mail server could not be reached")),
    ("5.6", _("the mail server could not read it")),
    ("5.7", _("the mail server refused it")),
    ("4.2.2", _("the mailbox stayed full for too long")),
    ("4.", _("the mail server did not take it in time")),
)


def why_failed(status: str) -> str:
    """
    Put an enhanced status code (RFC 3463) into words.

    >>> why_failed("5.2.2")
    'the mailbox is full'
    >>> why_failed("")
    'the mail server did not take it'
    """
    for prefix, words in _WHY:
        if f"{status}.".startswith(f"{prefix.rstrip('.')}."):
            return str(words)
    return str(_("the mail server did not take it"))
