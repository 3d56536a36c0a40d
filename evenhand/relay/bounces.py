"""Reads what comes back to the reverse-path of a copy: a report about that copy and no other."""

from __future__ import annotations

from evenhand.mail.classify import Kind
from evenhand.mail.parse import Mail, Unreadable
from evenhand.mail.report import read_status
from evenhand.relay.ending import Ending
from evenhand.relay.models import DeliveryState

__all__ = ["note"]


def note(ending: Ending, mail: Mail | Unreadable, kind: Kind | None) -> Ending:
    """
    Note what a report says of its copy. It is recorded, never passed on and never answered.

    Whatever a report claims inside, only the copy whose reverse-path it came to can be moved by it, and only by a
    permanent failure: a delay, a success, a receipt or a text that merely looks like a bounce counts against nobody.
    """
    copy_id = ending.spooled.bounce_of_id
    if copy_id is None:
        return ending.aside("nothing is known of the alias it came for")
    if isinstance(mail, Unreadable) or kind is not Kind.DSN:
        return ending.aside("it came back for a copy, but is no report that could be read")
    status = read_status(ending.spooled.raw)
    if status is None:
        return ending.aside("a report without a status")
    if status.is_failure:
        ending.reports.append((copy_id, status.status, DeliveryState.FAILED))
    return ending.aside(f"a report: {status.action} {status.status}".strip())
