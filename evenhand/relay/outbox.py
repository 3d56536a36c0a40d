"""The outbox as workers see it: copies are claimed in order, and every try ends in one group of written results."""

from __future__ import annotations

import hashlib
import random
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from evenhand.crashpoints import reach
from evenhand.record.append import event
from evenhand.record.blobs import BlobDamaged, read_blob
from evenhand.relay.channel import Copy, Deferred, Failed, Sent, Try
from evenhand.relay.models import DeliveryState
from evenhand.relay.presence import IS_PRESENT
from evenhand.relay.results import note_events
from evenhand.relay.statements import prepared

__all__ = ["LEASE", "SENT_UNWRITTEN", "Outcome", "Pending", "claim", "park", "record"]

LEASE = timedelta(seconds=300)
"""
After this a claimed copy is free again, although its worker seems to live: longer than the longest try takes. Those of
the dead are free sooner (`evenhand.relay.presence`).
"""

FIRST_PAUSE = 15.0
LONGEST_PAUSE = 4 * 3600.0
UNREACHABLE_PAUSE = 60.0
"""Seconds. Where the next server as a whole is away, it is asked again within a minute of its return."""

# Of one conversation and recipient only the oldest copy goes, for up to an hour; then the later ones pass. The limit in
# the lateral part keeps PostgreSQL from looking at all that wait before it picks the first.
_CLAIM = f"""
WITH present AS MATERIALIZED ({IS_PRESENT}), due AS (
    SELECT copy.id FROM evenhand_delivery copy
    LEFT JOIN LATERAL (
        SELECT 1 AS found FROM evenhand_delivery earlier
        WHERE earlier.conversation_id = copy.conversation_id AND earlier.recipient_id = copy.recipient_id
          AND earlier.state IN ('queued', 'deferred', 'sending')
          AND earlier.created_at > now() - interval '1 hour' AND earlier.message_id IS NOT NULL
          AND (earlier.created_at, earlier.id) < (copy.created_at, copy.id)
        LIMIT 1
    ) AS before ON true
    WHERE copy.state IN ('queued', 'deferred', 'sending') AND copy.due_at <= now() AND before.found IS NULL
      AND (%(worker)s::int IS NULL OR EXISTS (SELECT 1 FROM present))
    ORDER BY copy.due_at LIMIT %(limit)s FOR UPDATE OF copy SKIP LOCKED
)
UPDATE evenhand_delivery copy
SET state = 'sending', attempts = attempts + 1, claimed_by = %(worker)s::int,
    due_at = now() + %(lease)s * interval '1 second'
FROM due WHERE copy.id = due.id
RETURNING copy.id, copy.conversation_id, copy.message_id, copy.recipient_id, copy.address, copy.return_path,
          copy.content, copy.content_sha256, copy.attempts, copy.created_at, copy.expires_at, now()
"""  # noqa: S608  no foreign text in it


@dataclass(frozen=True, slots=True)
class Pending:
    """
    A copy claimed for a try. `attempts` counts this one; `content` is None if the stored bytes are damaged.

    `claimed_at` is by the database's clock, `begun` by that of the process, which only goes forward: together they
    tell when the try ended, whatever anybody does to the machine's clock.
    """

    id: uuid.UUID
    conversation_id: uuid.UUID | None
    message_id: uuid.UUID | None
    recipient_id: uuid.UUID | None
    address: str
    return_path: str
    content: bytes | None
    attempts: int
    created_at: datetime
    expires_at: datetime
    claimed_at: datetime
    begun: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        """The time, by the database's clock."""
        return self.claimed_at + timedelta(seconds=time.monotonic() - self.begun)

    def as_copy(self) -> Copy:
        """What a channel is given."""
        assert self.content is not None
        return Copy(self.id, self.return_path, self.address, self.content)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the try of a copy ended, and when."""

    pending: Pending
    ended: Try
    at: datetime


def claim(limit: int, worker: int | None = None) -> list[Pending]:
    """
    Claim due copies that no other worker has; committed before this returns.

    `worker` is the number by which others know that the claimer lives; without one only the lease ends the claim.
    """
    reach("outbox.claiming")
    with prepared() as cursor:
        cursor.execute(_CLAIM, {"limit": limit, "lease": LEASE.total_seconds(), "worker": worker})
        found = cursor.fetchall()
    if found:
        reach("outbox.claimed")
    return [_pending(row) for row in found]


def _pending(row: Sequence[Any]) -> Pending:
    (id_, conversation, message, recipient, address, return_path, content, digest, *rest) = row
    attempts, created_at, expires_at, claimed_at = rest
    return Pending(
        id_, conversation, message, recipient, address, return_path, _content(content, bytes(digest)), attempts,
        created_at, expires_at, claimed_at,
    )  # fmt: skip


def _content(stored: bytes | None, digest: bytes) -> bytes | None:
    if stored is None:
        try:
            return read_blob(digest.hex())
        except (BlobDamaged, OSError):
            return None
    content = bytes(stored)
    return content if hashlib.sha256(content).digest() == digest else None


def pause(outcome: Outcome) -> float:
    """How many seconds to wait before the next try: twice as long each time, up to four hours, a fifth by chance."""
    ended = outcome.ended
    longest = UNREACHABLE_PAUSE if isinstance(ended, Deferred) and ended.unreachable else LONGEST_PAUSE
    seconds = min(FIRST_PAUSE * 2.0 ** min(outcome.pending.attempts - 1, 12), longest)
    return seconds * random.uniform(0.8, 1.0)  # noqa: S311  spreads the load, hides nothing


def state_after(outcome: Outcome) -> DeliveryState:
    """Where a copy stands after a try; one that was put off past its end has failed."""
    match outcome.ended:
        case Sent():
            return DeliveryState.SENT
        case Failed():
            return DeliveryState.FAILED
        case Deferred():
            next_try = outcome.at + timedelta(seconds=FIRST_PAUSE)
            return DeliveryState.FAILED if next_try >= outcome.pending.expires_at else DeliveryState.DEFERRED


def record(outcomes: Sequence[Outcome]) -> None:
    """
    Write how tries ended: state, attempt row and event of each, all in one transaction.

    A try that outlived its lease decides nothing while another is underway, unless it handed the copy over: what was
    sent is not sent again.
    """
    rows = [_row(one) for one in outcomes]
    with transaction.atomic(), prepared() as cursor:
        reach("outbox.recording")
        cursor.execute(
            """
            UPDATE evenhand_delivery copy
            SET state = ended.state, status = ended.status, due_at = ended.due_at,
                ended_at = CASE WHEN ended.state IN ('sent', 'failed') THEN ended.at END
            FROM unnest(%s::uuid[], %s::int[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[])
                 AS ended(id, number, state, status, at, due_at)
            WHERE copy.id = ended.id AND (
                copy.state = 'sending' AND copy.attempts = ended.number
                OR copy.state IN ('queued', 'deferred', 'sending') AND ended.state = 'sent'
            )
            """,
            [[row[key] for row in rows] for key in ("id", "number", "state", "status", "at", "due_at")],
        )
        reach("outbox.moved")
        with (
            connection.wrap_database_errors,
            cursor.copy(
                "COPY evenhand_attempt (delivery_id, number, at, outcome, phase, status, detail) FROM STDIN"
            ) as copy,
        ):
            for row in rows:
                copy.write_row([row[key] for key in ("id", "number", "at", "state", "phase", "status", "detail")])
        reach("outbox.attempts")
        note_events(
            cursor,
            [
                event(
                    "attempted",
                    at=outcome.at,
                    conversation_id=outcome.pending.conversation_id,
                    content={key: row[key] for key in ("id", "number", "state", "phase", "status")},
                )
                for outcome, row in zip(outcomes, rows, strict=True)
            ],
        )
        reach("outbox.events")
    reach("outbox.recorded")


_UNWRITTEN = "the result of a try ({}) could not be written:"
SENT_UNWRITTEN = _UNWRITTEN.format("sent")
"""How the reason of a parked copy begins that the next server has taken."""


def park(outcome: Outcome, why: str) -> None:
    """
    Take a copy out of the line whose result the database does not take, so that it is not sent again; a person looks.

    The reason says how the try ended, in our words alone.
    """
    ended = type(outcome.ended).__name__.lower()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE evenhand_delivery SET state = 'parked', reason = %s WHERE id = %s AND state = 'sending' "
            "AND attempts = %s",
            [f"{_UNWRITTEN.format(ended)} {why}"[:300], outcome.pending.id,
             outcome.pending.attempts],
        )  # fmt: skip


def _row(outcome: Outcome) -> Mapping[str, Any]:
    ended = outcome.ended
    state = state_after(outcome)
    return {
        "id": outcome.pending.id,
        "number": outcome.pending.attempts,
        "state": state.value,
        "status": _plain(ended.status)[:12],
        "at": outcome.at,
        "due_at": outcome.at + timedelta(seconds=pause(outcome)) if state is DeliveryState.DEFERRED else outcome.at,
        "phase": "dot" if isinstance(ended, Sent) else ended.phase,
        "detail": _plain(ended.detail)[:300],
    }


def _plain(text: str) -> str:
    """Foreign text as one line that the database takes."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
