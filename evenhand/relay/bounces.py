"""Reads what comes back to the reverse-path of a copy: a report about that copy and no other."""

from __future__ import annotations

from evenhand.mail.classify import Kind
from evenhand.mail.reading import Returned
from evenhand.mail.report import Complaint, Form, Outcome
from evenhand.relay.ending import Ending
from evenhand.relay.models import DeliveryState

__all__ = ["note"]


def note(ending: Ending, returned: Returned) -> Ending:
    """
    Note what a report says of its copy. It is recorded, never passed on and never answered.

    Whatever a report claims inside, only the copy whose reverse-path it came to can be moved by it, and only by a
    final failure: a delay, a success, a receipt, a person or a vacation counts against nobody. Words without a
    machine-readable part are believed too, since they came to an address that only the recipient's servers know.
    """
    copy_id = ending.spooled.bounce_of_id
    if copy_id is None:
        return ending.aside("nothing is known of the alias it came for")
    report = returned.report
    match report.form:
        case Form.NONE:
            return ending.aside(_OTHERS.get(returned.kind or Kind.PERSON, _NO_REPORT))
        case Form.RECEIPT:
            return ending.aside(_OTHERS[Kind.MDN])
        case Form.FEEDBACK:
            assert report.complaint is not None
            return _complain(ending, report.complaint)
        case Form.STATUS | Form.WORDS:
            pass
    worst = report.worst
    if worst is None or not worst.action:
        return ending.aside("a report without a status")
    # A server that gives up after days says "failed" with a status of class 4 (RFC 3464 §2.3.3: it will not try again).
    # In words alone that cannot be told from a delay.
    gave_up = report.form is Form.STATUS and worst.action == "failed"
    if worst.is_failure or gave_up:
        ending.reports.append((copy_id, worst.status, DeliveryState.FAILED))
    return ending.aside(_in_words(worst, report.form))


_NO_REPORT = "it came back for a copy, but is no report that could be read"
_OTHERS = {
    Kind.AUTO_REPLY: "it came back for a copy and is an automatic reply",
    Kind.MDN: "it came back for a copy and is a read receipt",
}


def _complain(ending: Ending, complaint: Complaint) -> Ending:
    if complaint.counts and ending.spooled.bounce_of_id is not None:
        ending.complaints.append((ending.spooled.bounce_of_id, complaint.type))
    return ending.aside(f"a complaint: {complaint.type}")


def _in_words(outcome: Outcome, form: Form) -> str:
    written = "a report" if form is Form.STATUS else "a report in words"
    return f"{written}: {outcome.action} {outcome.status}".strip()
