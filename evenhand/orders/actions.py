"""Verbs of orders that span tables: store what a marketplace reports, whole orders at a time."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from evenhand.orders.models import Order, OrderItem, Product
from evenhand.orders.reported import ReportedItem, ReportedOrder
from evenhand.participants.actions import (
    Profile,
    buyers_by_address,
    differing,
    enrol,
    lock_register,
    revise,
    sellers_by_reference,
)
from evenhand.participants.models import Address, Participant, Role

__all__ = ["Misfit", "Stored", "store_orders"]

Key = tuple[str, str]
Age = tuple[datetime, str, str]


@dataclass(frozen=True, slots=True)
class Misfit:
    """A reported order that contradicts the one that stands, by column and reason; nothing of it is stored."""

    order: ReportedOrder
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a batch; the four are all its orders."""

    added: int
    changed: int
    unchanged: int
    misfits: tuple[Misfit, ...]


@transaction.atomic
def store_orders(batch: Sequence[ReportedOrder], *, now: datetime, after: Callable[[list[Order]], object]) -> Stored:
    """
    Store a batch of different orders with their people, products and items; all of it or, on an error, nothing.

    Storing the same again changes nothing. A report is taken to be older than what stands, and is left aside, if it
    lacks a date that stands: nothing shipped is ever unshipped. Of what reports say about a buyer, seller or product,
    the latest placed order is believed, whichever file it came in. Items are added and changed, never removed.

    `after` is called with every order of the batch, new or not, before the transaction ends: to open conversations.
    Batches wait for each other, so that several programs may store at once. The number of queries does not grow
    with the batch.
    """
    lock_register()
    standing = _standing(batch)
    misfits = tuple(_misfits(batch, standing))
    refused = {misfit.order.key for misfit in misfits}
    fitting = [order for order in batch if order.key not in refused]
    revised = _enrol_people(fitting, standing, now)
    rows, added, changed = _store_rows(fitting, standing, revised.people, now)
    altered = changed | revised.keys | _store_items(fitting, rows)
    altered -= added
    _touch([rows[key] for key in sorted(altered)], now)
    after([rows[order.key] for order in fitting])
    return Stored(len(added), len(altered), len(fitting) - len(added) - len(altered), misfits)


def _standing(batch: Sequence[ReportedOrder]) -> dict[Key, Order]:
    found = Order.objects.filter(
        number__in={order.number for order in batch}, marketplace__in={order.marketplace for order in batch}
    ).select_related("buyer", "seller")
    wanted = {order.key for order in batch}
    return {(row.marketplace, row.number): row for row in found if (row.marketplace, row.number) in wanted}


def _misfits(batch: Sequence[ReportedOrder], standing: Mapping[Key, Order]) -> Iterator[Misfit]:
    """Find orders that would change hands: the conversation about one must not pass to other people."""
    owned = Address.objects.filter(participant__in={row.buyer_id for row in standing.values()})
    addresses = set(owned.values_list("participant_id", "address"))
    for order in batch:
        row = standing.get(order.key)
        if row is None:
            continue
        if row.seller.reference != order.seller.reference:
            yield Misfit(order, "seller_id", "the order stands already, with another seller")
        elif (row.buyer_id, order.buyer.address) not in addresses:
            yield Misfit(order, "buyer_email", "the order stands already, with another buyer")


@dataclass(frozen=True, slots=True)
class _People:
    """Who buys and sells in each order, and the orders that had news about them."""

    people: dict[Key, tuple[Participant, Participant]]
    keys: set[Key]


def _enrol_people(batch: Sequence[ReportedOrder], standing: Mapping[Key, Order], now: datetime) -> _People:
    batch = _oldest_first(batch)
    fresh = [order for order in batch if order.key not in standing]
    bought = _last_word((order.buyer.address, order.buyer) for order in fresh)
    sold = _last_word((order.seller.reference, order.seller) for order in fresh)
    buyers = buyers_by_address(bought.keys())
    buyers |= _enrol(Role.BUYER, bought, buyers, now)
    sellers = sellers_by_reference(sold.keys())
    sellers |= _enrol(Role.SELLER, sold, sellers, now)
    people = {order.key: (buyers[order.buyer.address], sellers[order.seller.reference]) for order in fresh}
    people |= {key: (row.buyer, row.seller) for key, row in standing.items()}
    return _People(people, _revise_people(batch, people, now))


def _revise_people(
    batch: Sequence[ReportedOrder], people: Mapping[Key, tuple[Participant, Participant]], now: datetime
) -> set[Key]:
    """Take over what the batch, oldest first, says of its people; returns the orders that told something new."""
    bought = {people[order.key][0].id: order for order in batch}
    sold = {people[order.key][1].id: order for order in batch}
    told = _last_word((people[order.key][0].id, order.buyer) for order in batch)
    told |= _last_word((people[order.key][1].id, order.seller) for order in batch)
    known = {person.id: person for order in batch for person in people[order.key]}
    reports = {id_: (known[id_], profile) for id_, profile in told.items()}
    news = differing(reports)
    latest = _latest_orders("buyer_id", news & bought.keys()) | _latest_orders("seller_id", news & sold.keys())
    orders = bought | sold
    for id_ in news:
        if not _is_current(orders[id_], latest.get(id_)):
            # An order older than the latest may still give a name to somebody who has none.
            reports[id_] = known[id_], Profile("", "" if known[id_].name else told[id_].name)
    news = differing({id_: reports[id_] for id_ in news})
    revise({id_: reports[id_] for id_ in sorted(news)}, now=now)
    return {orders[id_].key for id_ in news}


Name = TypeVar("Name")
Told = TypeVar("Told", Profile, ReportedItem)


def _last_word(told: Iterable[tuple[Name, Told]]) -> dict[Name, Told]:
    """Of what is told of each, oldest first, keep the latest; what it leaves unsaid an earlier one may say."""
    kept: dict[Name, Told] = {}
    for name, one in told:
        kept[name] = one.after(kept.get(name))
    return kept


def _oldest_first(batch: Iterable[ReportedOrder]) -> list[ReportedOrder]:
    """Sort so that the latest placed order has the last word."""
    return sorted(batch, key=lambda order: order.age)


def _enrol(
    role: Role, profiles: Mapping[str, Profile], known: Mapping[str, Participant], now: datetime
) -> dict[str, Participant]:
    missing = sorted(profiles.keys() - known.keys())
    return dict(zip(missing, enrol(role, [profiles[name] for name in missing], now=now), strict=True))


def _latest_orders(side: str, participants: Iterable[uuid.UUID]) -> dict[uuid.UUID, Age]:
    rows = (
        Order.objects.filter(**{f"{side}__in": list(participants)})
        .order_by(side, "-placed_at", "-marketplace", "-number")
        .distinct(side)
        .values_list(side, "placed_at", "marketplace", "number")
    )
    return {id_: (placed_at, marketplace, number) for id_, placed_at, marketplace, number in rows}


def _is_current(order: ReportedOrder, latest: Age | None) -> bool:
    return latest is None or order.age >= latest


def _store_rows(
    batch: Sequence[ReportedOrder],
    standing: Mapping[Key, Order],
    people: Mapping[Key, tuple[Participant, Participant]],
    now: datetime,
) -> tuple[dict[Key, Order], set[Key], set[Key]]:
    """Write the orders themselves; returns all rows of the batch, and which were added and changed."""
    fresh = [
        Order(
            marketplace=order.marketplace,
            number=order.number,
            status=order.status,
            placed_at=order.placed_at,
            shipped_at=order.shipped_at,
            delivered_at=order.delivered_at,
            buyer=people[order.key][0],
            seller=people[order.key][1],
            updated_at=now,
        )
        for order in batch
        if order.key not in standing
    ]
    Order.objects.bulk_create(fresh)
    changed = {order.key for order in batch if order.key in standing and _restate(standing[order.key], order)}
    rows = dict(standing) | {(row.marketplace, row.number): row for row in fresh}
    return rows, rows.keys() - standing.keys(), changed


_STATED = ("status", "placed_at", "shipped_at", "delivered_at")


def _restate(row: Order, order: ReportedOrder) -> bool:
    """Take over what differs; returns whether anything did."""
    if _is_stale(row, order) or all(getattr(row, name) == getattr(order, name) for name in _STATED):
        return False
    for name in _STATED:
        setattr(row, name, getattr(order, name))
    return True


def _is_stale(row: Order, order: ReportedOrder) -> bool:
    return bool((row.shipped_at and not order.shipped_at) or (row.delivered_at and not order.delivered_at))


def _touch(rows: list[Order], now: datetime) -> None:
    for row in rows:
        row.updated_at = now
    Order.objects.bulk_update(rows, [*_STATED, "updated_at"])


def _store_items(batch: Sequence[ReportedOrder], rows: Mapping[Key, Order]) -> set[Key]:
    """Write products and items; returns the orders that had news about either."""
    products, altered = _store_products(batch, rows)
    order_ids = [rows[order.key].id for order in batch]
    standing = {(item.order_id, item.product_id): item for item in OrderItem.objects.filter(order__in=order_ids)}
    fresh: list[OrderItem] = []
    changed: list[OrderItem] = []
    for order in batch:
        row = rows[order.key]
        for reported in order.items:
            product = products[row.seller_id, reported.sku]
            item = standing.get((row.id, product.id))
            if item is None:
                fresh.append(OrderItem(order=row, product=product, quantity=reported.quantity))
                altered.add(order.key)
            elif item.quantity != reported.quantity and not _is_stale(row, order):
                item.quantity = reported.quantity
                changed.append(item)
                altered.add(order.key)
    OrderItem.objects.bulk_create(fresh)
    OrderItem.objects.bulk_update(changed, ["quantity"])
    return altered


ProductKey = tuple[uuid.UUID, str]


def _store_products(
    batch: Sequence[ReportedOrder], rows: Mapping[Key, Order]
) -> tuple[dict[ProductKey, Product], set[Key]]:
    batch = _oldest_first(batch)
    tellers = {(rows[order.key].seller_id, item.sku): order for order in batch for item in order.items}
    reports = _last_word(((rows[order.key].seller_id, item.sku), item) for order in batch for item in order.items)
    found = Product.objects.filter(seller__in={seller for seller, _ in reports}, sku__in={sku for _, sku in reports})
    products = {(row.seller_id, row.sku): row for row in found if (row.seller_id, row.sku) in reports}
    fresh = [
        Product(seller_id=seller, sku=sku, asin=reports[seller, sku].asin, title=reports[seller, sku].title or sku)
        for seller, sku in sorted(reports.keys() - products.keys())
    ]
    news = {row.id: key for key, row in products.items() if _differs(row, reports[key])}
    latest = _latest_orders_of_products(news)
    changed = [
        key
        for id_, key in news.items()
        if _describe(products[key], reports[key], current=_is_current(tellers[key], latest.get(id_)))
    ]
    Product.objects.bulk_create(fresh)
    Product.objects.bulk_update([products[key] for key in changed], ["asin", "title"])
    products |= {(row.seller_id, row.sku): row for row in fresh}
    return products, {tellers[key].key for key in changed}


def _differs(row: Product, item: ReportedItem) -> bool:
    return bool((item.title and item.title != row.title) or (item.asin and item.asin != row.asin))


def _describe(row: Product, item: ReportedItem, *, current: bool) -> bool:
    """Take over what is said of a product; an order older than the latest may only fill gaps. Whether it did."""
    before = row.asin, row.title
    if current or not row.asin:
        row.asin = item.asin or row.asin
    # A product nobody has named stands under its number.
    if current or row.title == row.sku:
        row.title = item.title or row.title
    return (row.asin, row.title) != before


def _latest_orders_of_products(products: Iterable[int]) -> dict[int, Age]:
    rows = (
        OrderItem.objects.filter(product__in=list(products))
        .order_by("product_id", "-order__placed_at", "-order__marketplace", "-order__number")
        .distinct("product_id")
        .values_list("product_id", "order__placed_at", "order__marketplace", "order__number")
    )
    return {id_: (placed_at, marketplace, number) for id_, placed_at, marketplace, number in rows}
