"""One automatic mail a conversation and day: the database decides who may write it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from evenhand.relay.ending import Ending

__all__ = ["claim_notices", "keep_one_notice"]


def keep_one_notice(cursor: Any, batch: Sequence[Ending]) -> None:
    """Drop the notices about conversations of which another automatic mail told within a day, also in this batch."""
    wanted = {
        one.scene.conversation_id: one.now
        for one in batch
        if one.scene is not None and any(sending.is_notice for _, sending in one.sendings)
    }
    if not wanted:
        return
    free = claim_notices(cursor, list(wanted), max(wanted.values()))
    for one in batch:
        if one.scene is None or not any(sending.is_notice for _, sending in one.sendings):
            continue
        if one.scene.conversation_id not in free:
            one.sendings = [(id_, sending) for id_, sending in one.sendings if not sending.is_notice]
        free.discard(one.scene.conversation_id)


def claim_notices(cursor: Any, conversations: Sequence[uuid.UUID], now: datetime) -> set[uuid.UUID]:
    """
    Claim the one automatic mail a day for each of these conversations; returns those that may have it.

    The database decides: a second worker waits at the row for the first, and then finds it taken. Rows are locked in
    the order of their ids, so that two workers cannot wait for each other.
    """
    cursor.execute(
        """
        INSERT INTO evenhand_lastnotice (conversation_id, at)
        SELECT id, %s FROM unnest(%s::uuid[]) AS wanted(id) ORDER BY id
        ON CONFLICT (conversation_id) DO UPDATE SET at = excluded.at
        WHERE evenhand_lastnotice.at <= excluded.at - interval '1 day'
        RETURNING conversation_id
        """,
        [now, sorted(conversations)],
    )
    return {row[0] for row in cursor.fetchall()}
