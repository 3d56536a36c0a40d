"""What surrounds a batch of claimed mails: their conversations, people, aliases and thread maps, in a few queries."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from evenhand.mail.header import message_ids
from evenhand.policy import OrderFact
from evenhand.relay.echo import WORDS_LIMIT, Uttered
from evenhand.relay.spool import Spooled
from evenhand.relay.statements import prepared

__all__ = ["Party", "Scene", "scenes"]

_HEADER_LIMIT = 256 * 1024
_CITES = re.compile(rb"^(?:references|in-reply-to):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE)
_END = re.compile(rb"\r?\n\r?\n")
_EARLIER = 20


@dataclass(frozen=True, slots=True)
class Party:
    """
    One side of a conversation.

    `writes_from` are the verified addresses it may write from, `protected` all it ever had, `mailbox` the one mail
    goes to (empty if there is none), `alias` where the others reach it (empty if it has none alive).
    """

    id: uuid.UUID
    role: Literal["buyer", "seller"]
    name: str
    locale: str
    alias: str
    mailbox: str
    writes_from: frozenset[str]
    protected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """
    Everything the steps of a message's journey need to know, read before the first of them runs.

    `recipient` is the side the alias stands for, `author` the other. `known_ids` maps ids the mail cites to the ids
    the recipient's mail program knows the same messages by; `latest_id` is the recipient's id of the newest message.
    `uttered` is what was passed on before, the newest first; with the words of the author's own if the other side spoke
    last. `notified_lately` says that an automatic mail about the conversation went out within a day.
    """

    conversation_id: uuid.UUID
    subject: str
    closed_at: datetime | None
    alias_live: bool
    recipient: Party
    author: Party
    order: OrderFact | None
    known_ids: Mapping[str, str] = field(default_factory=dict)
    latest_id: str = ""
    notified_lately: bool = False
    uttered: Sequence[Uttered] = ()

    def party(self, participant_id: uuid.UUID) -> Party | None:
        """The side with that id."""
        return next((one for one in (self.author, self.recipient) if one.id == participant_id), None)


_TALKS = """
SELECT alias.id, alias.participant_id, conversation.id, conversation.subject, conversation.closed_at,
       alias.retired_at IS NULL AND alias.blocked_at IS NULL AND (alias.not_after IS NULL OR alias.not_after > now()),
       buyer.id, buyer.name, buyer.locale, seller.id, seller.name, seller.locale,
       orders.number, orders.marketplace, orders.status, orders.placed_at, orders.shipped_at, orders.delivered_at
FROM evenhand_alias alias
JOIN evenhand_conversation conversation ON conversation.id = alias.conversation_id
JOIN evenhand_participant buyer ON buyer.id = conversation.buyer_id
JOIN evenhand_participant seller ON seller.id = conversation.seller_id
LEFT JOIN evenhand_order orders ON orders.id = conversation.order_id
WHERE alias.id = ANY(%s)
"""
_ADDRESSES = """
SELECT participant_id, address, verified_at IS NOT NULL AND retired_at IS NULL, is_primary AND retired_at IS NULL
FROM evenhand_address WHERE participant_id = ANY(%s) ORDER BY id
"""
_ALIASES = """
SELECT conversation_id, participant_id, local_part || '@' || domain
FROM evenhand_alias WHERE conversation_id = ANY(%s) AND retired_at IS NULL
"""
_KNOWN = """
SELECT cited.conversation_id, cited.msgid, known.participant_id, known.msgid
FROM evenhand_threadid cited JOIN evenhand_threadid known ON known.message_id = cited.message_id
WHERE cited.conversation_id = ANY(%s) AND cited.msgid = ANY(%s)
ORDER BY known.id
"""
# The id the reached side knows the newest message by, be it one it wrote or one it was sent. Found by way of the newest
# messages, since a long conversation has thousands of ids.
_LATEST = """
SELECT wanted.conversation_id, wanted.participant_id, newest.msgid
FROM unnest(%s::uuid[], %s::uuid[]) AS wanted(conversation_id, participant_id) CROSS JOIN LATERAL (
    SELECT known.msgid
    FROM (
        SELECT id, sent_at FROM evenhand_message
        WHERE conversation_id = wanted.conversation_id ORDER BY sent_at DESC, id DESC LIMIT 5
    ) message
    JOIN evenhand_threadid known ON known.message_id = message.id AND known.participant_id = wanted.participant_id
    ORDER BY message.sent_at DESC, message.id DESC, known.id DESC LIMIT 1
) newest
"""
# The words are for the echo rule alone, which asks only once the other side has spoken, and only for the author's own.
_BEFORE = f"""
SELECT wanted.conversation_id, wanted.author_id, said.author_id, said.sent_at,
       CASE WHEN said.author_id = wanted.author_id AND said.last_author_id <> wanted.author_id
                 AND said.sent_at > now() - interval '1 day' THEN left(said.text, {WORDS_LIMIT}) END
FROM unnest(%s::uuid[], %s::uuid[]) AS wanted(conversation_id, author_id) CROSS JOIN LATERAL (
    SELECT newest.*, first_value(author_id) OVER (ORDER BY sent_at DESC, id DESC) AS last_author_id
    FROM (
        SELECT id, author_id, sent_at, text FROM evenhand_message message
        WHERE message.conversation_id = wanted.conversation_id AND message.state = 'relayed'
        ORDER BY sent_at DESC, message.id DESC LIMIT {_EARLIER}
    ) newest
    ORDER BY sent_at DESC, id DESC
) said
"""  # noqa: S608  no foreign text in it
_NOTIFIED = """
SELECT conversation_id FROM evenhand_lastnotice
WHERE conversation_id = ANY(%s) AND at > now() - interval '1 day'
"""


def scenes(batch: Sequence[Spooled]) -> dict[uuid.UUID, Scene]:
    """Read the surroundings of every mail that came for an alias, by spool row."""
    aliases = {row.alias_id for row in batch if row.alias_id}
    if not aliases:
        return {}
    with prepared() as cursor:
        talks = {row[0]: row[1:] for row in _ask(cursor, _TALKS, [list(aliases)])}
        conversations = list({talk[1] for talk in talks.values()})
        people = list({id_ for talk in talks.values() for id_ in (talk[5], talk[8])})
        addresses: dict[uuid.UUID, list[Sequence[Any]]] = defaultdict(list)
        for participant_id, *address in _ask(cursor, _ADDRESSES, [people]):
            addresses[participant_id].append(address)
        live = {(row[0], row[1]): row[2] for row in _ask(cursor, _ALIASES, [conversations])}
        made = {row.id: _scene(talks[row.alias_id], addresses, live) for row in batch if row.alias_id in talks}
        cites = {row.id: _cited(row.raw) for row in batch}
        known = _known(cursor, conversations, cites.values())
        latest = _latest(cursor, [scene for id_, scene in made.items() if not cites[id_]])
        earlier = _earlier(cursor, made.values())
        notified = {row[0] for row in _ask(cursor, _NOTIFIED, [conversations])}
    for id_, scene in made.items():
        key = scene.conversation_id, scene.recipient.id
        said = earlier.get((scene.conversation_id, scene.author.id), ())
        made[id_] = replace(
            scene,
            known_ids={cited: known[*key, cited] for cited in cites[id_] if (*key, cited) in known},
            latest_id=latest.get(key, ""),
            uttered=_uttered(said),
            notified_lately=scene.conversation_id in notified,
        )
    return made


def _ask(cursor: Any, statement: str, parameters: Sequence[Any]) -> list[Sequence[Any]]:
    cursor.execute(statement, parameters)
    rows: list[Sequence[Any]] = cursor.fetchall()
    return rows


def _cited(raw: bytes) -> tuple[str, ...]:
    """The ids in the thread fields of the header, found before the mail is parsed so that one query serves a batch."""
    end = _END.search(raw, 0, _HEADER_LIMIT)
    head = raw[: end.start() if end else _HEADER_LIMIT]
    fields = [match.group() for match in _CITES.finditer(head)]
    return message_ids(" ".join(one.decode("latin-1") for one in fields))


def _known(
    cursor: Any, conversations: Sequence[uuid.UUID], cites: Iterable[tuple[str, ...]]
) -> dict[tuple[uuid.UUID, uuid.UUID, str], str]:
    wanted = list({one for ids in cites for one in ids})
    if not wanted:
        return {}
    rows = _ask(cursor, _KNOWN, [list(conversations), wanted])
    return {(conversation, participant, cited): known for conversation, cited, participant, known in rows}


def _latest(cursor: Any, silent: Iterable[Scene]) -> dict[tuple[uuid.UUID, uuid.UUID], str]:
    """The id of the newest message for each conversation and recipient of those whose mails cite nothing."""
    wanted = {(scene.conversation_id, scene.recipient.id) for scene in silent}
    rows = _ask(cursor, _LATEST, _columns(wanted)) if wanted else ()
    return {(row[0], row[1]): row[2] for row in rows}


def _earlier(cursor: Any, scenes: Iterable[Scene]) -> dict[tuple[uuid.UUID, uuid.UUID], list[Sequence[Any]]]:
    """What was said before, by conversation and author at hand."""
    found: dict[tuple[uuid.UUID, uuid.UUID], list[Sequence[Any]]] = defaultdict(list)
    wanted = {(scene.conversation_id, scene.author.id) for scene in scenes}
    rows = _ask(cursor, _BEFORE, _columns(wanted)) if wanted else ()
    for conversation_id, author_id, *said in rows:
        found[conversation_id, author_id].append(said)
    return found


def _columns(pairs: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> list[list[uuid.UUID]]:
    return [list(column) for column in zip(*pairs, strict=True)]


def _uttered(rows: Iterable[Sequence[Any]]) -> tuple[Uttered, ...]:
    return tuple(Uttered(author, at, words or "") for author, at, words in rows)


def _scene(
    talk: Sequence[Any],
    addresses: Mapping[uuid.UUID, Sequence[Sequence[Any]]],
    live: Mapping[tuple[uuid.UUID, uuid.UUID], str],
) -> Scene:
    (reached_id, conversation_id, subject, closed_at, alias_live, *people) = talk
    buyer_id, buyer_name, buyer_locale, seller_id, seller_name, seller_locale, *order = people
    buyer = _party("buyer", buyer_id, buyer_name, buyer_locale, addresses, live.get((conversation_id, buyer_id), ""))
    seller = _party(
        "seller", seller_id, seller_name, seller_locale, addresses, live.get((conversation_id, seller_id), "")
    )
    recipient, author = (buyer, seller) if reached_id == buyer_id else (seller, buyer)
    return Scene(
        conversation_id=conversation_id,
        subject=subject,
        closed_at=closed_at,
        alias_live=alias_live,
        recipient=recipient,
        author=author,
        order=OrderFact(*order) if order[0] is not None else None,
    )


def _party(
    role: Literal["buyer", "seller"],
    id_: uuid.UUID,
    name: str,
    locale: str,
    addresses: Mapping[uuid.UUID, Sequence[Sequence[Any]]],
    alias: str,
) -> Party:
    own = addresses.get(id_, ())
    return Party(
        id=id_,
        role=role,
        name=name,
        locale=locale,
        alias=alias,
        mailbox=next((address for address, _, primary in own if primary), ""),
        writes_from=frozenset(address for address, may_write, _ in own if may_write),
        protected=tuple(address for address, _, _ in own),
    )
