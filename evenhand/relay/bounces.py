"""Reads what comes back to the reverse-path of a copy: a report about that copy and no other."""

from __future__ import annotations

from evenhand.conversations.models import Origin
from evenhand.mail.classify import Kind
from evenhand.mail.report import Complaint, Form, Outcome, read_report
from evenhand.relay.ending import Ending
from evenhand.relay.models import DeliveryState
from evenhand.relay.spool import Spooled

__all__ = ["note", "sort"]


def note(ending: Ending, kind: Kind | None) -> Ending:
    """
    Note what a report says of its copy. It is recorded, never passed on and never answered.

    Whatever a report claims inside, only the copy whose reverse-path it came to can be moved by it, and only by a
    permanent failure: a delay, a success, a receipt, a person or a vacation counts against nobody. Words without a
    machine-readable part are believed too, since they came to an address that only the recipient's servers know.
    """
    copy_id = ending.spooled.bounce_of_id
    if copy_id is None:
        return ending.aside("nothing is known of the alias it came for")
    # Also of a mail that is past a limit: what a report says stands in front, and the mail it returns may be anything.
    report = read_report(ending.spooled.raw)
    match report.form:
        case Form.NONE:
            return ending.aside(_OTHERS.get(kind or Kind.PERSON, _NO_REPORT))
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
    if worst.is_failure:
        ending.reports.append((copy_id, worst.status, DeliveryState.FAILED))
    return ending.aside(_in_words(worst, report.form))


def sort(spooled: Spooled, kind: Kind) -> Kind:
    """
    Know a bounce that is written for people only, and that a server has sent to an alias instead of the reverse-path.

    It says nothing that could be believed there; but it is no person's mail that waits to be looked at. Only a mail
    with a null reverse-path is read for it.
    """
    if kind is not Kind.PERSON or spooled.reverse_path or spooled.origin != Origin.MAIL or spooled.bounce_of_id:
        return kind
    return Kind.DSN if read_report(spooled.raw).form is Form.WORDS else kind


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
