"""Fills a database with conversations as a marketplace would have them, in bulk, without passing the relay."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql
from uuid_utils.compat import uuid7

__all__ = ["PER_CONVERSATION", "Population", "populate"]

PER_CONVERSATION = 8
_LARGEST_SHARE = 0.4
"""The share of conversations of the largest seller: enough for a full page even in the small population."""
_PER_SELLER = 400
_PER_BUYER = 2
_BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
_YEAR = timedelta(days=365)
_SENTENCES = (
    "The lamp came on Tuesday, and the shade sits straight.",
    "Which way round does the spring go?",
    "The lower joint of the arm sinks slowly towards the table.",
    "We have sent you a new washer this morning.",
    "Please tighten the wing nut by hand, not with pliers.",
    "Thank you, it stays in place now.",
    "Is the warm bulb also to be had on its own?",
    "The drawing on page three shows the order of the plates.",
)


@dataclass(frozen=True)
class Population:
    """Whom to look over the shoulder of: the largest seller, a buyer, the operator; and a conversation of the first."""

    messages: int
    seller_user: int
    buyer_user: int
    operator_user: int
    conversation: UUID
    number: str
    buyer_name: str


@dataclass(frozen=True)
class _Person:
    user: int
    participant: UUID
    role: str
    email: str

    @property
    def name(self) -> str:
        return f"{self.role.title()} {self.user}"


@dataclass(frozen=True)
class _Talk:
    id: UUID
    order: UUID
    number: int
    buyer: UUID
    seller: UUID
    began: datetime

    @property
    def ended(self) -> datetime:
        return self.began + timedelta(hours=PER_CONVERSATION - 1)

    def author(self, place: int) -> UUID:
        """Buyer and seller take turns; in one talk of three the buyer has the last word."""
        by_buyer = (place + (self.number % 3 == 0)) % 2 == 0
        return self.buyer if by_buyer else self.seller


def populate(url: str, messages: int) -> Population:
    """
    Write `messages` messages and everything that hangs on them into an empty, migrated database, and analyse it.

    The same seed makes the same population, but for its ids. Needs a superuser: the rows are right by construction,
    and checking each reference would take longer than all the rest.
    """
    chance = random.Random(messages)
    count = messages // PER_CONVERSATION
    operator, sellers, buyers = _people(count)
    talks = list(_talks(count, sellers, buyers, chance))
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        _write_people(connection, [operator, *sellers, *buyers])
        _write_orders(connection, talks, sellers)
        _write_talks(connection, talks)
        _write_messages(connection, talks, chance)
        for statement in _DERIVED:
            connection.execute(statement)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    return _chosen(messages, operator, sellers[0], buyers, talks)


def _chosen(messages: int, operator: _Person, seller: _Person, buyers: list[_Person], talks: list[_Talk]) -> Population:
    # A buyer with the same number of conversations at every size, so that the pages hold the same number of rows.
    often = Counter(one.buyer for one in talks)
    suited = [one for one in talks if one.seller == seller.participant and often[one.buyer] == _PER_BUYER]
    talk = sorted(suited, key=lambda one: one.began)[len(suited) // 2]
    buyer = next(one for one in buyers if one.participant == talk.buyer)
    return Population(
        messages=messages,
        seller_user=seller.user,
        buyer_user=buyer.user,
        operator_user=operator.user,
        conversation=talk.id,
        number=f"{talk.number:08d}",
        buyer_name=buyer.name,
    )


def _people(count: int) -> tuple[_Person, list[_Person], list[_Person]]:
    sellers = 5 + count // _PER_SELLER
    total = 1 + sellers + max(1, count // _PER_BUYER)
    roles = ["operator", *["seller"] * sellers, *["buyer"] * (total - 1 - sellers)]
    people = [
        _Person(number, uuid7(), role, f"{role}{number}@{role}{number % 100}.example")
        for number, role in enumerate(roles, 1)
    ]
    return people[0], people[1 : 1 + sellers], people[1 + sellers :]


def _talks(count: int, sellers: list[_Person], buyers: list[_Person], chance: random.Random) -> Iterator[_Talk]:
    for number in range(count):
        seller = sellers[0] if chance.random() < _LARGEST_SHARE else chance.choice(sellers[1:])
        began = _BEGAN + _YEAR * chance.random()
        yield _Talk(uuid7(), uuid7(), number, chance.choice(buyers).participant, seller.participant, began)


def _write_people(connection: psycopg.Connection[Any], people: list[_Person]) -> None:
    _copy(
        connection,
        "evenhand_user",
        ("id", "password", "is_superuser", "email", "is_active", "is_staff", "date_joined"),
        ((one.user, "!", False, one.email, True, False, _BEGAN) for one in people),
    )
    _copy(
        connection,
        "evenhand_participant",
        ("id", "role", "name", "locale", "reference", "created_at"),
        ((one.participant, one.role, one.name, "en", f"R-{one.user}", _BEGAN) for one in people),
    )
    _copy(
        connection,
        "evenhand_address",
        ("participant_id", "address", "verified_at", "is_primary"),
        ((one.participant, one.email, _BEGAN, True) for one in people),
    )
    _copy(
        connection,
        "evenhand_member",
        ("user_id", "participant_id", "since"),
        ((one.user, one.participant, _BEGAN) for one in people),
    )


def _write_orders(connection: psycopg.Connection[Any], talks: list[_Talk], sellers: list[_Person]) -> None:
    products = {one.participant: number for number, one in enumerate(sellers, 1)}
    _copy(
        connection,
        "evenhand_product",
        ("id", "seller_id", "sku", "asin", "title"),
        ((number, seller, "LAMP-1", f"B0{number:08d}", "Brass desk lamp") for seller, number in products.items()),
    )
    _copy(
        connection,
        "evenhand_order",
        ("id", "marketplace", "number", "status", "placed_at", "shipped_at", "delivered_at", "buyer_id", "seller_id",
         "updated_at"),
        (
            (one.order, "Market", f"{one.number:08d}", "delivered", one.began - timedelta(days=5),
             one.began - timedelta(days=4), one.began - timedelta(days=1), one.buyer, one.seller, one.began)
            for one in talks
        ),
    )  # fmt: skip
    _copy(
        connection,
        "evenhand_orderitem",
        ("order_id", "product_id", "quantity"),
        ((one.order, products[one.seller], 1) for one in talks),
    )


def _write_talks(connection: psycopg.Connection[Any], talks: list[_Talk]) -> None:
    _copy(
        connection,
        "evenhand_conversation",
        ("id", "order_id", "buyer_id", "seller_id", "subject", "opened_at", "last_at", "last_author_id",
         "last_excerpt", "message_count"),
        (
            (one.id, one.order, one.buyer, one.seller, f"Order {one.number:08d}", one.began, one.ended,
             one.author(PER_CONVERSATION - 1), _SENTENCES[0], PER_CONVERSATION)
            for one in talks
        ),
    )  # fmt: skip
    _copy(
        connection,
        "evenhand_alias",
        ("id", "local_part", "domain", "conversation_id", "participant_id", "issued_at"),
        (
            (uuid7(), f"{side[0]}{one.number:025d}", "m.market.example", one.id, whom, one.began)
            for one in talks
            for side, whom in (("buyer", one.buyer), ("seller", one.seller))
        ),
    )


def _write_messages(connection: psycopg.Connection[Any], talks: list[_Talk], chance: random.Random) -> None:
    # As they came: the messages of one conversation lie scattered among those of all others.
    turns = [(one.began + timedelta(hours=place), place, one) for one in talks for place in range(PER_CONVERSATION)]
    turns.sort(key=lambda turn: turn[0])
    _copy(
        connection,
        "evenhand_message",
        ("id", "conversation_id", "author_id", "inbound_id", "origin", "state", "reason", "subject", "text", "quoted",
         "html", "sent_at"),
        (
            (uuid7(), talk.id, talk.author(place), uuid7(), "mail", "relayed", "", f"Order {talk.number:08d}",
             " ".join(chance.choices(_SENTENCES, k=6)), "", "", at)
            for at, place, talk in turns
        ),
    )  # fmt: skip


# What the relay would have left behind of each message, made from the messages by the database itself. The raw mail is
# left out: it is a gigabyte that no page reads.
_DERIVED: tuple[LiteralString, ...] = (
    """
    INSERT INTO evenhand_verdict (message_id, action, book, not_checked)
    SELECT id, 'deliver', 'default', '[]' FROM evenhand_message
    """,
    """
    INSERT INTO evenhand_inbound (id, alias_id, origin, author_id, reverse_path, digest, sha256, size, helo, trusted,
                                  received_at, state, due_at, attempts, outcome)
    SELECT message.inbound_id, alias.id, 'mail', message.author_id, '', sha256(message.id::text::bytea),
           sha256(message.id::text::bytea), 3000, '', true, message.sent_at, 'done', message.sent_at, 1, ''
    FROM evenhand_message message
    JOIN evenhand_alias alias ON alias.conversation_id = message.conversation_id
                             AND alias.participant_id <> message.author_id
    """,
    """
    INSERT INTO evenhand_delivery (id, message_id, recipient_id, address, return_path, msgid, content_sha256, state,
                                   created_at, due_at, expires_at, attempts, ended_at, status)
    SELECT gen_random_uuid(), message.id, inbound.alias_recipient, 'someone@home.example', '', message.id::text,
           sha256(''), 'sent', message.sent_at, message.sent_at, message.sent_at + interval '5 days', 1,
           message.sent_at + interval '1 second', '2.0.0'
    FROM evenhand_message message
    JOIN (SELECT spool.id, alias.participant_id AS alias_recipient
          FROM evenhand_inbound spool JOIN evenhand_alias alias ON alias.id = spool.alias_id) inbound
      ON inbound.id = message.inbound_id
    """,
    """
    INSERT INTO evenhand_attempt (delivery_id, number, at, outcome, phase, status, detail)
    SELECT id, 1, ended_at, 'sent', 'dot', '2.0.0', '' FROM evenhand_delivery
    """,
    """
    INSERT INTO evenhand_threadid (conversation_id, message_id, participant_id, msgid)
    SELECT conversation_id, id, author_id, id::text || '@home.example' FROM evenhand_message
    """,
    """
    INSERT INTO evenhand_attachment (id, message_id, ordinal, name, media_type, size, sha256, refused)
    SELECT gen_random_uuid(), id, 1, 'photo-1.jpg', 'image/jpeg', 200000, encode(sha256(id::text::bytea), 'hex'), ''
    FROM evenhand_message WHERE get_byte(uuid_send(id), 15) < 26
    """,
    """
    INSERT INTO evenhand_finding (message_id, rule, clause, part, start, "end", excerpt, reason, fix, action,
                                  confidence)
    SELECT id, 'example', '', 'text', 0, 3, 'The', 'An example of a finding.', '', 'warn', 1
    FROM evenhand_message WHERE get_byte(uuid_send(id), 15) >= 243
    """,
    """
    INSERT INTO evenhand_readmark (user_id, conversation_id, read_at)
    SELECT member.user_id, conversation.id, conversation.last_at
    FROM evenhand_conversation conversation
    JOIN evenhand_member member ON member.participant_id = conversation.seller_id
    WHERE get_byte(uuid_send(conversation.id), 15) < 230
    """,
)


def _copy(
    connection: psycopg.Connection[Any], name: LiteralString, columns: tuple[LiteralString, ...], rows: Iterable[Any]
) -> None:
    """Write rows in bulk; a column that is left out takes its default or stays empty."""
    given = {column.name for column in connection.execute(_query("SELECT * FROM {} LIMIT 0", name)).description or ()}
    assert given >= set(columns), f"{name} lacks {set(columns) - given}"
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _query(text: LiteralString, name: LiteralString) -> sql.Composed:
    return sql.SQL(text).format(sql.Identifier(name))
