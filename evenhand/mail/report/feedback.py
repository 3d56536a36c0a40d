"""Reads feedback reports (RFC 5965): who complained about which mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evenhand.mail import header
from evenhand.mail.report.outcome import Complaint
from evenhand.mail.report.status import address_in
from evenhand.mail.report.structure import Pieces, fields_of

__all__ = ["read_complaint", "read_opt_out"]

RECIPIENTS_LIMIT = 50
_RECIPIENTS = ("original-rcpt-to", "removal-recipient")


def read_complaint(part: str, returned: Mapping[str, Sequence[str]]) -> Complaint:
    """
    Read the machine-readable part of a report.

    The recipient is often left out or blotted; then the To of the returned mail is taken.
    """
    fields = fields_of(part.strip("\n"))
    named = [
        address_in(line.partition(":")[2])
        for line in part.split("\n")
        if line.partition(":")[0].strip().lower() in _RECIPIENTS
    ]
    recipients = [one for one in named if one] or [
        one.address for one in header.read_mailboxes(next(iter(returned.get("to", ())), "")).boxes if one.address
    ]
    return Complaint(
        type=(fields.get("feedback-type", "").split() or ["other"])[0].strip(";,").lower()[:40],
        recipients=tuple(dict.fromkeys(recipients))[:RECIPIENTS_LIMIT],
        source=fields.get("source-ip", fields.get("source", ""))[:64],
        reporter=fields.get("user-agent", "")[:100],
        msgid=next(iter(header.message_ids(next(iter(returned.get("message-id", ())), ""))), ""),
    )


def read_opt_out(pieces: Pieces) -> Complaint | None:
    """Read the mail by which a mail program unsubscribes its owner at their wish; it has a form of its own."""
    if "true" not in pieces.field("x-apple-unsubscribe").lower():
        return None
    sender = header.read_mailboxes(next(iter(pieces.fields.get("from", ())), ""))
    return Complaint("opt-out", tuple(one.address for one in sender.boxes if one.address)[:1])
