"""Fills an empty installation with the invented market, in one go and once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models import OuterRef, Subquery

from evenhand.conversations.actions import open_conversations
from evenhand.conversations.models import Alias, Conversation, ReadMark
from evenhand.demo.market import Market, Talk, read_market
from evenhand.demo.stage import Figure, Ledger, Stage
from evenhand.demo.talk import tell
from evenhand.orders.models import Order, OrderItem, Product
from evenhand.participants.models import Address, Member, Participant, User

__all__ = ["is_loaded", "load"]

_LOCK = 0x6576656E68616E64
"""The key of the advisory lock under which the market is loaded."""

_UNREAD = timedelta(hours=20)
"""What is older than this has been read by everyone."""


def is_loaded() -> bool:
    """Whether the four who can be played are there."""
    addresses = [one.address for one in read_market().cast]
    return User.objects.filter(email__in=addresses).count() == len(addresses)


@transaction.atomic
def load(*, now: datetime) -> bool:
    """
    Load the market, all its dates counted back from `now`; False if it has been loaded already.

    One transaction under a lock, so that two processes starting at once load one market, and a failure leaves none.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if is_loaded():
        return False
    market = read_market()
    figures = _introduce(market, now)
    orders = _sell(market, figures, now)
    ledger = Ledger()
    conversations = []
    for talk, stage in _open(market, figures, orders, now):
        tell(talk, stage, ledger)
        conversations.append(stage.conversation)
    ledger.store()
    Conversation.objects.bulk_update(
        conversations, ["opened_at", "closed_at", "last_at", "last_author", "last_excerpt", "message_count"]
    )
    began = Conversation.objects.filter(id=OuterRef("conversation")).values("opened_at")
    Alias.objects.filter(conversation__in=conversations).update(issued_at=Subquery(began))
    _mark_read(figures.values(), conversations, now - _UNREAD)
    return True


def _introduce(market: Market, now: datetime) -> dict[str, Figure]:
    """Make the people, each with a user, a confirmed address and nothing but a mailed code to sign in by."""
    since = now - timedelta(days=120)
    locked = make_password(None)
    figures = {
        key: Figure(
            person=person,
            user=User(email=person.address, password=locked, date_joined=since),
            participant=Participant(
                role=person.role,
                name=person.name,
                locale=person.locale,
                reference=person.reference,
                created_at=since,
            ),
        )
        for key, person in market.people.items()
    }
    everyone = figures.values()
    User.objects.bulk_create(one.user for one in everyone)
    Participant.objects.bulk_create(one.participant for one in everyone)
    Address.objects.bulk_create(
        Address(participant=one.participant, address=one.person.address, verified_at=since) for one in everyone
    )
    Member.objects.bulk_create(Member(user=one.user, participant=one.participant, since=since) for one in everyone)
    return figures


def _sell(market: Market, figures: dict[str, Figure], now: datetime) -> dict[str, Order]:
    """Make the products and orders; returns the orders by number."""
    products = {
        good.sku: Product(seller=figures[good.seller].participant, sku=good.sku, title=good.title)
        for good in market.goods
    }
    Product.objects.bulk_create(products.values())
    orders = {
        sale.number: Order(
            marketplace=sale.marketplace,
            number=sale.number,
            status=sale.status,
            placed_at=now - timedelta(hours=sale.placed),
            shipped_at=_hours_before(now, sale.shipped),
            delivered_at=_hours_before(now, sale.delivered),
            updated_at=now,
            buyer=figures[sale.buyer].participant,
            seller=figures[sale.seller].participant,
        )
        for sale in market.sales.values()
    }
    Order.objects.bulk_create(orders.values())
    OrderItem.objects.bulk_create(
        OrderItem(order=orders[sale.number], product=products[sku], quantity=quantity)
        for sale in market.sales.values()
        for sku, quantity in sale.items.items()
    )
    return orders


def _hours_before(now: datetime, hours: float | None) -> datetime | None:
    return None if hours is None else now - timedelta(hours=hours)


def _open(
    market: Market, figures: dict[str, Figure], orders: dict[str, Order], now: datetime
) -> Iterable[tuple[Talk, Stage]]:
    """Open a conversation for each order that is talked about, and set its stage."""
    open_conversations([orders[talk.order] for talk in market.talks], now=now)
    opened = Conversation.objects.prefetch_related("aliases").in_bulk(
        [orders[talk.order].id for talk in market.talks], field_name="order_id"
    )
    for talk in market.talks:
        order, sale = orders[talk.order], market.sales[talk.order]
        conversation = opened[order.id]
        conversation.opened_at = order.placed_at
        conversation.closed_at = _hours_before(now, talk.closed)
        aliases = {alias.participant_id: alias for alias in conversation.aliases.all()}
        sides = {"buyer": figures[sale.buyer], "seller": figures[sale.seller]}
        yield (
            talk,
            Stage(
                now=now,
                conversation=conversation,
                order=order,
                sides=sides,
                aliases={side: aliases[figure.participant.id] for side, figure in sides.items()},
            ),
        )


def _mark_read(figures: Iterable[Figure], conversations: Iterable[Conversation], until: datetime) -> None:
    users = {one.participant.id: one.user for one in figures}
    ReadMark.objects.bulk_create(
        ReadMark(user=users[side], conversation=one, read_at=until)
        for one in conversations
        for side in (one.buyer_id, one.seller_id)
    )
