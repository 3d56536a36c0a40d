"""Reads what comes back: delivery reports, complaints, read receipts, and bounces written for people only."""

from __future__ import annotations

from evenhand.mail.report.feedback import read_complaint, read_opt_out
from evenhand.mail.report.notification import read_notification
from evenhand.mail.report.outcome import Complaint, Form, Outcome, Reason, Report
from evenhand.mail.report.status import read_blocks
from evenhand.mail.report.structure import fields_of, take_apart, without_indent
from evenhand.mail.report.wording import before_the_copy, is_announced, may_be_announced, read_words

__all__ = ["Complaint", "Form", "Outcome", "Reason", "Report", "may_be_announced", "read_report"]

_NOTHING = Report(Form.NONE)


def read_report(raw: bytes) -> Report:
    r"""
    Read a report of any form, or find that it is none. Never raises; looks at the first 512 KiB.

    The machine-readable forms are DSN (RFC 3464, RFC 6533), feedback report (RFC 5965) and MDN (RFC 8098). A third of
    all bounces have none: there the words are read, those of a machine only. Whoever calls must know for which
    delivery the mail came; a report is a claim, and of words more so.

    >>> report = read_report(b"Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; b@x.example\n"
    ...                      b"Action: failed\nStatus: 5.1.1\n")
    >>> report.outcomes[0].recipient, report.outcomes[0].status
    ('b@x.example', '5.1.1')
    """
    pieces = take_apart(raw)
    if pieces is None:
        return _NOTHING
    opted_out = read_opt_out(pieces)
    if opted_out:
        return Report(Form.FEEDBACK, complaint=opted_out)
    if pieces.feedback:
        return Report(Form.FEEDBACK, complaint=read_complaint(pieces.feedback[0], pieces.returned))
    notification = read_notification(pieces.words)
    if notification:
        return notification
    words, copy = before_the_copy(pieces.words)
    if not pieces.returned:
        pieces.returned = {name: [value] for name, value in fields_of(without_indent(copy)).items()}
    if pieces.statuses:
        outcomes = read_blocks(pieces.statuses, words)
        if outcomes:
            return Report(Form.STATUS, outcomes)
    if pieces.receipts:
        return Report(Form.RECEIPT)
    if not is_announced(pieces, words):
        return _NOTHING
    outcomes = read_words(pieces, words)
    # Neither whose mail nor what a server answered: then it may be a postmaster who writes as a person.
    told = [one for one in outcomes if one.recipient or one.reply]
    return Report(Form.WORDS, tuple(told)) if told else _NOTHING
