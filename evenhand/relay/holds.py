"""Ends holds nobody decided about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from evenhand.crashpoints import reach
from evenhand.record.append import event
from evenhand.relay.results import note_events

__all__ = ["CONFIRM_WITHIN", "let_lapse"]

CONFIRM_WITHIN = timedelta(days=7)
"""How long a mail waits for the participant it says it is from."""

_LAPSE = """
WITH lapsed AS (
    UPDATE evenhand_hold SET dropped_at = %(now)s
    WHERE released_at IS NULL AND dropped_at IS NULL AND reason IN ('unconfirmed', 'unknown-sender')
      AND held_at < %(before)s
    RETURNING inbound_id, conversation_id
), ended AS (
    UPDATE evenhand_inbound SET state = 'done', outcome = 'lapsed: nobody confirmed it'
    WHERE id IN (SELECT inbound_id FROM lapsed)
)
SELECT inbound_id, conversation_id FROM lapsed
"""


def let_lapse(*, now: datetime | None = None) -> int:
    """Drop mails nobody confirmed in a week; they stay in the record as evidence. Returns how many there were."""
    now = now or datetime.now(UTC)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LAPSE, {"now": now, "before": now - CONFIRM_WITHIN})
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
