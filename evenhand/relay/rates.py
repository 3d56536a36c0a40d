"""Counts what authors lately said, so that a flood is held for a person instead of passed on."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from evenhand.configuration import Configuration
from evenhand.relay.scene import Scene

__all__ = ["Rates", "read_rates"]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# Each count ends at its limit, so that a busy author costs no more than a few hundred entries of an index.
_SAID = """
SELECT wanted.place, (
    SELECT count(*) FROM (
        SELECT 1 FROM evenhand_message message
        WHERE message.conversation_id = wanted.conversation_id AND message.author_id = wanted.author_id
          AND message.state = 'relayed' AND message.sent_at > wanted.since
        ORDER BY message.sent_at DESC LIMIT wanted.most
    ) said
)
FROM unnest(%s::int[], %s::uuid[], %s::uuid[], %s::timestamptz[], %s::int[])
     AS wanted(place, conversation_id, author_id, since, most)
WHERE wanted.conversation_id IS NOT NULL
UNION ALL
SELECT wanted.place, (
    SELECT count(*) FROM (
        SELECT 1 FROM evenhand_message message
        WHERE message.author_id = wanted.author_id AND message.state = 'relayed' AND message.sent_at > wanted.since
        ORDER BY message.sent_at DESC LIMIT wanted.most
    ) said
)
FROM unnest(%s::int[], %s::uuid[], %s::uuid[], %s::timestamptz[], %s::int[])
     AS wanted(place, conversation_id, author_id, since, most)
WHERE wanted.conversation_id IS NULL
"""

Key = tuple[uuid.UUID | None, uuid.UUID, timedelta]
"""A conversation, or None for all of them; an author; and a time back from now."""


@dataclass
class Rates:
    """
    What may still be said, in a batch: `limits` by span, for one conversation and for all of an author's.

    What is passed on within the batch counts at once. What was held does not count: nobody got it.
    """

    limits: tuple[tuple[bool, timedelta, int], ...] = ()
    said: Counter[Key] = field(default_factory=Counter)

    def keys(self, conversation_id: uuid.UUID, author_id: uuid.UUID) -> Iterable[tuple[Key, int]]:
        """What is counted of a message, each with its limit."""
        for is_of_one, span, limit in self.limits:
            yield (conversation_id if is_of_one else None, author_id, span), limit

    def objection(self, conversation_id: uuid.UUID, author_id: uuid.UUID) -> str:
        """Why a message more would be too many, for the operator; empty if it is not, and then it is counted."""
        keys = list(self.keys(conversation_id, author_id))
        for (of_one, _, span), limit in keys:
            if self.said[of_one, author_id, span] >= limit:
                where = "in this conversation" if of_one else "in all conversations"
                return f"more than {limit} messages {where} within {'a day' if span is DAY else 'an hour'}"
        self.said.update(key for key, _ in keys)
        return ""


def read_rates(scenes: Iterable[Scene], configuration: Configuration, now: datetime) -> Rates:
    """Count, in one query, what the people of these scenes said lately."""
    limits = (
        (True, HOUR, configuration.conversation_hourly),
        (True, DAY, configuration.conversation_daily),
        (False, HOUR, configuration.author_hourly),
        (False, DAY, configuration.author_daily),
    )
    rates = Rates(tuple(one for one in limits if one[2]))
    # Either side may have written, since an alias says only whom a mail is for.
    wanted = {
        key: limit
        for scene in scenes
        for side in (scene.author, scene.recipient)
        for key, limit in rates.keys(scene.conversation_id, side.id)
    }
    if wanted:
        keys = list(wanted)
        columns: list[Any] = [
            list(range(len(keys))),
            [key[0] for key in keys],
            [key[1] for key in keys],
            [now - key[2] for key in keys],
            [wanted[key] for key in keys],
        ]
        with connection.cursor() as cursor:
            cursor.execute(_SAID, [*columns, *columns])
            rates.said.update({keys[place]: count for place, count in cursor.fetchall()})
    return rates
