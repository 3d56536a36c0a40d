"""What rules are told of an order beside the mail: what was said and asked, what was bought, how much is sent."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from evenhand.conversations.models import MessageState
from evenhand.policy import Book, EarlierMessage, EarlierRequest, asks_for_review
from evenhand.relay.ending import Ending
from evenhand.relay.scene import Scene
from evenhand.relay.statements import prepared

__all__ = ["Histories", "History", "Wanted", "read_histories"]

_EARLIER = 20
"""How many of the messages before are told, and in how many of those that no pack judged a request is looked for."""

_WORDS = 4000
"""Characters of what a buyer said that are told: a wish to be left alone, or an order's number, stands within."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    One message of a seller that is to be judged.

    `at` is when; of its conversation only what was sent before `before` is told, or all there is. `key` finds it again.
    """

    key: uuid.UUID
    conversation_id: uuid.UUID
    buyer_id: uuid.UUID
    seller_id: uuid.UUID
    at: datetime
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class History:
    """
    What is known of a message's order and author from what is stored; what was not asked for is as if unknown.

    `earlier` is the conversation so far, oldest first, with the words of the buyer alone. `is_answer`: the buyer has
    written in it. `products` are the marketplace's ids of what was bought, None if one of them is not known.
    """

    earlier: Sequence[EarlierMessage] = ()
    is_answer: bool = False
    requests: Sequence[EarlierRequest] | None = None
    products: Sequence[str] | None = None
    related: Sequence[str] = ()
    sent_today: int | None = None
    daily_orders: float | None = None


_WANTED = "unnest(%s::int[], %s::uuid[], %s::uuid[], %s::uuid[], %s::timestamptz[], %s::timestamptz[])"
_AS = "AS wanted(place, conversation_id, buyer_id, seller_id, at, before)"
_SAID = f"""
SELECT wanted.place, said.author_id = wanted.buyer_id, said.sent_at,
       CASE WHEN said.author_id = wanted.buyer_id THEN left(said.text, {_WORDS}) END,
       EXISTS (
           SELECT 1 FROM evenhand_message message
           WHERE message.author_id = wanted.buyer_id AND message.state = 'relayed'
             AND message.conversation_id = wanted.conversation_id
             AND message.sent_at < coalesce(wanted.before, 'infinity')
       )
FROM {_WANTED} {_AS} CROSS JOIN LATERAL (
    SELECT id, author_id, sent_at, text FROM evenhand_message message
    WHERE message.conversation_id = wanted.conversation_id AND message.state = 'relayed'
      AND message.sent_at < coalesce(wanted.before, 'infinity')
    ORDER BY message.sent_at DESC, message.id DESC LIMIT {_EARLIER}
) said
ORDER BY wanted.place, said.sent_at, said.id
"""  # noqa: S608  no foreign text in it
# A request counts once it went out: what was blocked, or still waits for a person, the buyer has not got.
_ASKED = f"""
SELECT wanted.place, asked.sent_at, asked.review_request, asked.subject, asked.text
FROM {_WANTED} {_AS} CROSS JOIN LATERAL (
    SELECT message.sent_at, verdict.review_request,
           CASE WHEN verdict.review_request IS NULL THEN message.subject END AS subject,
           CASE WHEN verdict.review_request IS NULL THEN message.text END AS text
    FROM evenhand_message message LEFT JOIN evenhand_verdict verdict ON verdict.message_id = message.id
    WHERE message.conversation_id = wanted.conversation_id AND message.author_id = wanted.seller_id
      AND message.state = 'relayed' AND message.sent_at < coalesce(wanted.before, 'infinity')
      AND verdict.review_request IS NOT FALSE
    ORDER BY message.sent_at DESC, message.id DESC LIMIT {_EARLIER}
) asked
ORDER BY wanted.place, asked.sent_at
"""  # noqa: S608  no foreign text in it
_BOUGHT = f"""
SELECT wanted.place,
       ARRAY(SELECT product.asin
             FROM evenhand_orderitem item JOIN evenhand_product product ON product.id = item.product_id
             WHERE item.order_id = conversation.order_id ORDER BY item.id),
       ARRAY(SELECT other.number FROM evenhand_order other
             WHERE other.buyer_id = wanted.buyer_id AND other.seller_id = wanted.seller_id
               AND other.id <> conversation.order_id AND other.placed_at <= wanted.at
             ORDER BY other.placed_at DESC LIMIT 50)
FROM {_WANTED} {_AS} JOIN evenhand_conversation conversation ON conversation.id = wanted.conversation_id
"""  # noqa: S608  no foreign text in it
# The average of thirty days is counted only for who has sent so much today that it matters.
_SENT = f"""
SELECT wanted.place, sent.today,
       CASE WHEN sent.today >= %s THEN (
           SELECT count(*) FROM evenhand_order bought
           WHERE bought.seller_id = wanted.seller_id AND bought.placed_at <= wanted.at
             AND bought.placed_at > wanted.at - interval '30 days'
       ) / 30.0 END
FROM {_WANTED} {_AS} CROSS JOIN LATERAL (
    SELECT count(*) AS today FROM evenhand_message message
    WHERE message.author_id = wanted.seller_id AND message.state = 'relayed'
      AND message.sent_at >= date_trunc('day', wanted.at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
      AND message.sent_at < coalesce(wanted.before, 'infinity')
) sent
"""  # noqa: S608  no foreign text in it


@dataclass
class Histories:
    """
    The histories of a batch. What is passed on within the batch counts at once for what is worked after it.

    A second request is one whether the first was passed on last week or a moment ago.
    """

    known: Mapping[uuid.UUID, History] = field(default_factory=dict)
    lately: dict[uuid.UUID, list[tuple[uuid.UUID, EarlierMessage, bool]]] = field(default_factory=dict)

    def of(self, key: uuid.UUID, scene: Scene) -> History:
        """What is known of a message, with what the batch has passed on before it."""
        history = self.known.get(key, History())
        news = self.lately.get(scene.conversation_id, ())
        said = [one for _, one, _ in news]
        asked = [EarlierRequest(one.at) for author, one, asks in news if asks and author == scene.author.id]
        return replace(
            history,
            earlier=(*history.earlier, *said),
            is_answer=history.is_answer or any(one.by == "buyer" for one in said),
            requests=None if history.requests is None and not asked else (*(history.requests or ()), *asked),
        )

    def note(self, ending: Ending) -> None:
        """Count what was passed on."""
        if ending.scene is None or ending.said is None or ending.message_state is not MessageState.RELAYED:
            return
        side = ending.scene.author.role
        one = EarlierMessage(side, ending.spooled.received_at, ending.said.text[:_WORDS] if side == "buyer" else None)
        asks = bool(ending.verdict and ending.verdict.detected.review_request)
        self.lately.setdefault(ending.scene.conversation_id, []).append((ending.said.author_id, one, asks))


def read_histories(wanted: Sequence[Wanted], book: Book) -> dict[uuid.UUID, History]:
    """Read, in at most four statements, what the rules of a book need to know; nothing where no pack is chosen."""
    if not book.published or not wanted:
        return {}
    needs = {fact for rule in book.published for fact in rule.needs}
    columns = _columns(wanted)
    with prepared() as cursor:
        said = _by_place(_ask(cursor, _SAID, columns))
        asked = _by_place(_ask(cursor, _ASKED, columns)) if "message_history" in needs else None
        bought = _by_place(_ask(cursor, _BOUGHT, columns))
        most = book.parameters.daily_cap_plus
        sent = _by_place(_ask(cursor, _SENT, [most, *columns])) if "sender_account" in needs else {}
    return {
        one.key: _history(
            said.get(place, ()),
            None if asked is None else _requests(asked.get(place, ()), book),
            bought.get(place, ()),
            sent.get(place, ()),
        )
        for place, one in enumerate(wanted)
    }


def _columns(wanted: Sequence[Wanted]) -> list[list[Any]]:
    rows = ((place, *_row(one)) for place, one in enumerate(wanted))
    return [list(column) for column in zip(*rows, strict=True)]


def _row(one: Wanted) -> tuple[Any, ...]:
    return one.conversation_id, one.buyer_id, one.seller_id, one.at, one.before


def _ask(cursor: Any, statement: str, parameters: Sequence[Any]) -> list[Sequence[Any]]:
    cursor.execute(statement, parameters)
    rows: list[Sequence[Any]] = cursor.fetchall()
    return rows


def _by_place(rows: Iterable[Sequence[Any]]) -> dict[int, list[Sequence[Any]]]:
    found: dict[int, list[Sequence[Any]]] = defaultdict(list)
    for place, *rest in rows:
        found[place].append(rest)
    return found


def _history(
    said: Sequence[Sequence[Any]],
    requests: Sequence[EarlierRequest] | None,
    bought: Sequence[Sequence[Any]],
    sent: Sequence[Sequence[Any]],
) -> History:
    products, related = bought[0] if bought else ((), ())
    today, orders = sent[0] if sent else (None, None)
    return History(
        earlier=tuple(EarlierMessage("buyer" if is_buyer else "seller", at, text) for is_buyer, at, text, _ in said),
        is_answer=any(row[3] for row in said),
        requests=requests,
        products=tuple(products) if products and all(products) else None,
        related=tuple(related),
        sent_today=today,
        daily_orders=None if orders is None else float(orders),
    )


def _requests(rows: Iterable[Sequence[Any]], book: Book) -> tuple[EarlierRequest, ...]:
    """What was judged before a pack was chosen is read now: nobody has looked yet whether it asks for a review."""
    return tuple(
        EarlierRequest(at)
        for at, is_request, subject, text in rows
        if is_request or (is_request is None and asks_for_review(subject or "", text or "", book.parameters))
    )
