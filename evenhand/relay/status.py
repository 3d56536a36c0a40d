"""Puts enhanced status codes into words (RFC 3463); what another server wrote itself is never shown."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

__all__ = ["why_failed"]

# Every code of RFC 3463 §3 and of the registry (RFC 5248) that says more than the subject it belongs to. The class in
# front says only whether it was for good: the words are the same, but for want of time.
_WHY: dict[str, object] = {
    "1": _("the mailbox does not exist"),
    "1.2": _("its mail server does not exist"),
    "1.6": _("the mailbox has moved"),
    "1.7": _("the mail server did not like the sender’s address"),
    "1.8": _("the mail server did not like the sender’s address"),
    "1.10": _("the domain takes no mail"),
    "2": _("the mailbox takes no mail"),
    "2.1": _("the mailbox is switched off"),
    "2.2": _("the mailbox is full"),
    "2.3": _("it is too large for the mailbox"),
    "2.4": _("the mailing list behind the address did not work"),
    "3": _("the mail server has a problem of its own"),
    "3.1": _("the mail server has no room left"),
    "3.4": _("it is too large for the mail server"),
    "4": _("the mail server could not be reached"),
    "4.6": _("the mail would go round in a circle"),
    "4.7": _("the mail server did not take it in time"),
    "5": _("the mail servers did not understand each other"),
    "5.3": _("it had too many recipients for the mail server"),
    "6": _("the mail server could not read it"),
    "6.7": _("the mail server does not take addresses in other scripts"),
    "7": _("the mail server refused it"),
    "7.1": _("the mail server refused it; perhaps it was taken for spam"),
    "7.13": _("the account is switched off"),
    "7.20": _("the mail server could not confirm where it came from"),
    "7.21": _("the mail server could not confirm where it came from"),
    "7.22": _("the mail server could not confirm where it came from"),
    "7.23": _("the mail server could not confirm where it came from"),
    "7.24": _("the mail server could not confirm where it came from"),
    "7.25": _("the mail server could not confirm where it came from"),
    "7.26": _("the mail server could not confirm where it came from"),
    "7.27": _("the domain takes no mail"),
    "7.28": _("too many mails came at once for the mail server"),
}
_IN_TIME = {
    "2.2": _("the mailbox stayed full for too long"),
    "": _("the mail server did not take it in time"),
}


def why_failed(status: str) -> str:
    """
    Put an enhanced status code (RFC 3463) into words: by its detail, else by its subject.

    A code of class 4 that became final means that the time was up.

    >>> why_failed("5.2.2"), why_failed("5.1.99")
    ('the mailbox is full', 'the mailbox does not exist')
    >>> why_failed("4.4.1")
    'the mail server did not take it in time'
    >>> why_failed("")
    'the mail server did not take it'
    """
    category, _dot, code = status.partition(".")
    if category == "4":
        return str(_IN_TIME.get(code, _IN_TIME[""]))
    subject = code.partition(".")[0]
    return str(_WHY.get(code) or _WHY.get(subject) or _("the mail server did not take it"))
