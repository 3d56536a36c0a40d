"""How an installation stands: what waits and for how long, what stopped and why, and who is at work."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from evenhand.configuration import Configuration
from evenhand.relay.models import Complaint, Delivery, DeliveryState, Hold, Inbound, InboundState

__all__ = ["in_words", "standing"]

_MOST = 50
"""Rows that are named one by one; the counts are of all."""

_PARTS = ("web", "listen", "work")
_LIVING = """
SELECT split_part(application_name, ' ', 2),
       greatest(1, count(DISTINCT application_name) FILTER (WHERE application_name LIKE 'evenhand %% %% %%'))
FROM pg_stat_activity
WHERE datname = current_database() AND application_name LIKE 'evenhand %%' GROUP BY 1
"""


def standing(configuration: Configuration) -> dict[str, Any]:
    """Gather it as plain values; ages are in seconds, `disk_free` in bytes."""
    now = timezone.now()
    spool = Inbound.objects.exclude(state=InboundState.DONE)
    outbox = Delivery.objects.exclude(state__in=[DeliveryState.SENT, DeliveryState.FAILED])
    waiting = Hold.objects.filter(released_at=None, dropped_at=None)
    failing = Delivery.objects.filter(state=DeliveryState.DEFERRED)
    lost = Delivery.objects.filter(state=DeliveryState.FAILED)
    return {
        "spool": _by_state(spool, "received_at", InboundState, now, leave_out={InboundState.DONE}),
        "outbox": _by_state(outbox, "created_at", DeliveryState, now, leave_out=_ENDED),
        "parked": _parked(now),
        "holds": dict(waiting.values_list("reason").annotate(count=Count("id")).order_by("reason")),
        "failing": [
            {"id": str(row.id), "age": _age(row.created_at, now), "attempts": row.attempts, "status": row.status}
            for row in failing.defer("content").order_by("created_at")[:_MOST]
        ],
        "failed": lost.count(),
        "complaints": dict(Complaint.objects.values_list("type").annotate(count=Count("id")).order_by("type")),
        "disk_free": shutil.disk_usage(configuration.data).free,
        "alive": _alive(),
    }


def _parked(now: datetime) -> list[dict[str, Any]]:
    """Mails and copies that were taken out of the line; a copy is told by its reason."""
    mails = Inbound.objects.filter(state=InboundState.PARKED).defer("raw").order_by("received_at")[:_MOST]
    copies = Delivery.objects.filter(state=DeliveryState.PARKED).defer("content").order_by("created_at")[:_MOST]
    return [
        {"id": str(row.id), "age": _age(row.received_at, now), "attempts": row.attempts, "reason": row.outcome}
        for row in mails
    ] + [
        {
            "id": str(row.id),
            "age": _age(row.created_at, now),
            "attempts": row.attempts,
            "reason": f"a copy: {row.reason}",
        }
        for row in copies
    ]


_ENDED = {DeliveryState.SENT, DeliveryState.FAILED}


def _by_state(
    rows: QuerySet[Any], since: str, states: Any, now: datetime, *, leave_out: set[Any]
) -> dict[str, dict[str, float | None]]:
    found = {
        state: (count, oldest)
        for state, count, oldest in rows.values_list("state").annotate(count=Count("id"), oldest=Min(since)).order_by()
    }
    return {
        str(state): {"count": found.get(state, (0, None))[0], "oldest": _age(found.get(state, (0, None))[1], now)}
        for state in states
        if state not in leave_out
    }


def _age(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else max(0, round((now - since).total_seconds()))


def _alive() -> dict[str, int]:
    """
    Count the processes of each part, on every machine, that the database has a connection of.

    Each names its part, machine and process; a connection that names the part alone shows that there is one.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LIVING)
        found = dict(cursor.fetchall())
    return {part: found.get(part, 0) for part in _PARTS}


def in_words(found: Mapping[str, Any]) -> str:
    """Set it in lines for a person."""
    return "\n".join(_lines(found))


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    alive = found["alive"]
    yield f"Connected: {alive['web']} portal, {alive['listen']} listener, {alive['work']} workers"
    yield f"Free disk: {found['disk_free'] / 1024**3:.1f} GiB"
    for name in ("spool", "outbox"):
        counts = [
            f"{row['count']} {state}{_since(row['oldest'])}" for state, row in found[name].items() if row["count"]
        ]
        yield f"{name.capitalize()}: {', '.join(counts) or 'empty'}"
    if found["failed"]:
        yield f"Given up: {found['failed']} copies could not be delivered"
    if found["complaints"]:
        kinds = ", ".join(f"{count} {kind}" for kind, count in found["complaints"].items())
        yield f"Complaints about our mail: {kinds}"
    held = ", ".join(f"{count} {reason}" for reason, count in found["holds"].items())
    yield f"Held: {held or 'nothing'}"
    for row in found["parked"]:
        yield f"Parked{_since(row['age'])}: {row['id']}: {row['reason'] or 'no reason was noted'}"
    for row in found["failing"]:
        yield f"Not delivered yet{_since(row['age'])}: {row['id']}: {row['status']} after {row['attempts']} attempts"


def _since(seconds: int | None) -> str:
    """
    Put an age in brackets.

    >>> _since(7300)
    ' (2 h)'
    """
    if seconds is None:
        return ""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f" ({seconds // size} {unit})"
    return f" ({seconds} s)"
