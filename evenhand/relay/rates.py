"""Counts what authors lately said, so that a flood is held for a person instead of passed on."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from evenhand.configuration import Configuration
from evenhand.relay.scene import Scene
from evenhand.relay.statements import prepared

__all__ = ["Rates", "read_rates"]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# Each scan ends at the larger limit, so that a busy author costs no more than a few thousand entries of an index.
_SAID = """
SELECT wanted.place, said.lately, said.today
FROM unnest(%s::int[], %s::uuid[], %s::uuid[], %s::int[]) AS wanted(place, conversation_id, author_id, most)
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE newest.sent_at > now() - interval '1 hour') AS lately, count(*) AS today
    FROM (
        SELECT message.sent_at FROM evenhand_message message
        WHERE {where} AND message.author_id = wanted.author_id AND message.state = 'relayed'
          AND message.sent_at > now() - interval '1 day'
        ORDER BY message.sent_at DESC LIMIT wanted.most
    ) newest
) said
"""
_SAID_IN_ONE = _SAID.format(where="message.conversation_id = wanted.conversation_id")
_SAID_IN_ALL = _SAID.format(where="wanted.conversation_id IS NULL")

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


def read_rates(scenes: Iterable[Scene], configuration: Configuration) -> Rates:
    """Count, in two queries at most, what the authors of these scenes said lately by the database's clock."""
    limits = (
        (True, HOUR, configuration.conversation_hourly),
        (True, DAY, configuration.conversation_daily),
        (False, HOUR, configuration.author_hourly),
        (False, DAY, configuration.author_daily),
    )
    rates = Rates(tuple(one for one in limits if one[2]))
    talks = {(scene.conversation_id, scene.author.id) for scene in scenes}
    for statement, of_one, places in (
        (_SAID_IN_ONE, True, list(talks)),
        (_SAID_IN_ALL, False, [(None, author) for author in {author for _, author in talks}]),
    ):
        most = max((limit for is_of_one, _, limit in rates.limits if is_of_one is of_one), default=0)
        if not most or not places:
            continue
        conversations, authors = zip(*places, strict=True)
        with prepared() as cursor:
            cursor.execute(
                statement, [list(range(len(places))), list(conversations), list(authors), [most] * len(places)]
            )
            for place, lately, today in cursor.fetchall():
                rates.said[*places[place], HOUR] = lately
                rates.said[*places[place], DAY] = today
    return rates
