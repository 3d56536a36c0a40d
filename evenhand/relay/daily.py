"""One automatic mail a conversation, or a stranger, and day: the database decides who may write it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from evenhand.relay.ending import Ending, Sending

__all__ = ["claim_notices", "keep_one_notice", "keep_one_notice_a_stranger"]


def keep_one_notice(cursor: Any, batch: Sequence[Ending]) -> None:
    """Drop the notices about conversations of which another automatic mail told within a day, also in this batch."""
    wanted = {
        one.scene.conversation_id: one.now
        for one in batch
        if one.scene is not None and any(_is_about_it(sending) for _, sending in one.sendings)
    }
    if not wanted:
        return
    free = claim_notices(cursor, list(wanted), max(wanted.values()))
    for one in batch:
        if one.scene is None or not any(_is_about_it(sending) for _, sending in one.sendings):
            continue
        if one.scene.conversation_id not in free:
            one.sendings = [(id_, sending) for id_, sending in one.sendings if not _is_about_it(sending)]
        free.discard(one.scene.conversation_id)


def _is_about_it(sending: Sending) -> bool:
    """A stranger's takes the place of none: else whoever knows an alias could silence what its sides are told."""
    return sending.is_notice and not sending.is_for_a_stranger


def keep_one_notice_a_stranger(cursor: Any, batch: Sequence[Ending]) -> None:
    """Drop the notices to strangers who were told within a day, also in this batch; a stranger is known by address."""
    wanted = {sending.address: one.now for one in batch for _, sending in one.sendings if sending.is_for_a_stranger}
    if not wanted:
        return
    cursor.execute(
        """
        INSERT INTO evenhand_strangernotice (address, at)
        SELECT address, %s FROM unnest(%s::text[]) AS wanted(address) ORDER BY address
        ON CONFLICT (address) DO UPDATE SET at = excluded.at
        WHERE evenhand_strangernotice.at <= excluded.at - interval '1 day'
        RETURNING address
        """,
        [max(wanted.values()), sorted(wanted)],
    )
    free = {row[0] for row in cursor.fetchall()}
    for one in batch:
        for id_, sending in list(one.sendings):
            if sending.is_for_a_stranger and sending.address not in free:
                one.sendings.remove((id_, sending))
            elif sending.is_for_a_stranger:
                free.discard(sending.address)


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
