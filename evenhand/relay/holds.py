"""Ends holds: by the word of the participant a mail claims to be from, or because nobody spoke within a week."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from evenhand.crashpoints import reach
from evenhand.mail.authentication import AuthenticationResult
from evenhand.record.append import event
from evenhand.relay.models import HoldReason
from evenhand.relay.results import note_events

__all__ = ["CONFIRM_WITHIN", "LAPSING", "confirm", "disown", "let_lapse"]

CONFIRM_WITHIN = timedelta(days=7)
"""How long a mail waits for the participant it says it is from."""

LAPSING = frozenset({HoldReason.UNCONFIRMED, HoldReason.UNKNOWN_SENDER})
"""What ends by itself after that time."""

_LAPSE = """
WITH lapsed AS (
    UPDATE evenhand_hold SET dropped_at = %(now)s
    WHERE released_at IS NULL AND dropped_at IS NULL AND reason = ANY(%(reasons)s)
      AND held_at < %(before)s
    RETURNING inbound_id, conversation_id
), ended AS (
    UPDATE evenhand_inbound SET state = 'done', outcome = 'lapsed: nobody confirmed it'
    WHERE id IN (SELECT inbound_id FROM lapsed)
)
SELECT inbound_id, conversation_id FROM lapsed
"""


# Only a hold that waits for its author, and each only once: a second click, or the week running out, comes too late.
_DECIDE = """
WITH decided AS (
    UPDATE evenhand_hold hold
    SET released_at = CASE WHEN %(confirmed)s THEN %(now)s::timestamptz END,
        dropped_at = CASE WHEN %(confirmed)s THEN NULL ELSE %(now)s::timestamptz END,
        decided_by_id = %(user)s
    FROM evenhand_inbound waiting
    WHERE hold.inbound_id = %(inbound)s AND waiting.id = hold.inbound_id AND waiting.state = 'held'
      AND hold.reason = 'unconfirmed' AND hold.released_at IS NULL AND hold.dropped_at IS NULL
    RETURNING hold.inbound_id, hold.conversation_id
)
UPDATE evenhand_inbound inbound
SET state = CASE WHEN %(confirmed)s THEN 'queued' ELSE 'done' END, due_at = now(), attempts = 0,
    outcome = CASE WHEN %(confirmed)s THEN '' ELSE 'disowned: not by whom it says it is from' END,
    author_user_id = CASE WHEN %(confirmed)s THEN %(user)s::bigint END,
    authentication = CASE WHEN %(confirmed)s THEN %(result)s::jsonb ELSE inbound.authentication END
FROM decided WHERE inbound.id = decided.inbound_id
RETURNING decided.conversation_id, inbound.author_id
"""
_CONFIRMED = AuthenticationResult("pass", "owner", detail="confirmed by whom it says it is from, signed in")


def confirm(inbound: uuid.UUID, *, user_id: int) -> bool:
    """
    Take a held mail for what it says it is, by the word of a user who acts for that participant: it is due again.

    Whether the user does is the caller's to know. Only the doubt about the author is over: everything else is judged
    as for any mail. False if it does not wait any more, or not for this.
    """
    return _decide(inbound, user_id, confirmed=True)


def disown(inbound: uuid.UUID, *, user_id: int) -> bool:
    """End a held mail by the word of the participant that it is not theirs; it stays as evidence. False as above."""
    return _decide(inbound, user_id, confirmed=False)


def _decide(inbound: uuid.UUID, user_id: int, *, confirmed: bool) -> bool:
    now = datetime.now(UTC)
    known: dict[str, str | int | bool | datetime | uuid.UUID] = {
        "inbound": inbound,
        "user": user_id,
        "now": now,
        "confirmed": confirmed,
        "result": json.dumps(asdict(_CONFIRMED)),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_DECIDE, known)
        row = cursor.fetchone()
        if row is None:
            return False
        conversation, author = row
        content = {"inbound": inbound, "user": user_id}
        word = "confirmed" if confirmed else "disowned"
        note_events(cursor, [event(word, at=now, conversation_id=conversation, actor_id=author, content=content)])
        cursor.execute("SELECT pg_notify('evenhand_inbound', '')")
    return True


def let_lapse(*, now: datetime | None = None) -> int:
    """
    Drop mails nobody confirmed in a week; they stay in the record as evidence. Returns how many there were.

    The week is by the database's clock, by which the hold began; `now` is for tests.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if now is None:
            cursor.execute("SELECT now()")
            (now,) = cursor.fetchone()
        cursor.execute(_LAPSE, {"now": now, "before": now - CONFIRM_WITHIN, "reasons": sorted(LAPSING)})
        rows = cursor.fetchall()
        reach("holds.lapsed")
        note_events(
            cursor,
            [
                event("lapsed", at=now, conversation_id=conversation, content={"inbound": inbound})
                for inbound, conversation in rows
            ],
        )
    reach("holds.ended")
    return len(rows)
