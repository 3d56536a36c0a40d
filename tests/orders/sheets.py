"""Writes the files a marketplace reports its orders in, row by row, and imports them."""

import csv
import io
import json

from django.db.models import F

from evenhand.conversations.actions import open_conversations
from evenhand.orders.imports import BadRow, ImportReport, import_orders
from evenhand.orders.models import Order, OrderItem
from tests.cast import PLACED

COLUMNS = (
    "order_id", "marketplace", "status", "placed_at", "shipped_at", "delivered_at", "buyer_email", "buyer_name",
    "buyer_locale", "seller_id", "seller_name", "seller_email", "sku", "asin", "title", "quantity",
)  # fmt: skip

ROW = {
    "order_id": "7731",
    "marketplace": "Market",
    "status": "delivered",
    "placed_at": "2026-03-01T12:00:00Z",
    "shipped_at": "2026-03-02T12:00:00Z",
    "delivered_at": "2026-03-04T12:00:00Z",
    "buyer_email": "ada@home.example",
    "buyer_name": "Ada",
    "buyer_locale": "en",
    "seller_id": "S-BEN",
    "seller_name": "Ben's Lamps",
    "seller_email": "ben@shop.example",
    "sku": "LAMP-1",
    "asin": "B0LAMP0001",
    "title": "Brass desk lamp",
    "quantity": "1",
}


def row(**cells):
    """A row of ada's order 7731 from ben, with these cells changed."""
    return {**ROW, **cells}


def sheet(*rows, columns=COLUMNS, end="\r\n"):
    """The rows as a CSV file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator=end, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def json_lines(*rows):
    """The rows as a file of JSON lines."""
    return b"".join(json.dumps(one).encode() + b"\n" for one in rows)


def bring(content, *, kind="csv", now=PLACED, after=open_conversations, progress=lambda _: None):
    """Import a file the way the operator's command does."""
    return import_orders(io.BytesIO(content), kind=kind, now=now, after=after, progress=progress)


def added(orders, rows=None):
    """What is reported of a file from which this many orders came in, and nothing was refused."""
    return ImportReport(orders_added=orders, rows=orders if rows is None else rows)


def unchanged(orders, rows=None):
    return ImportReport(orders_unchanged=orders, rows=orders if rows is None else rows)


def changed(orders, rows=None):
    return ImportReport(orders_changed=orders, rows=orders if rows is None else rows)


def refused(*bad, rows=1, **counts):
    return ImportReport(rows=rows, refused=[BadRow(*one) for one in bad], **counts)


def numbers():
    """The numbers of all orders that stand."""
    return sorted(Order.objects.values_list("number", flat=True))


def bought(number="7731"):
    """What was bought in an order, by SKU."""
    items = OrderItem.objects.filter(order__number=number)
    return dict(items.values_list("product__sku", "quantity").order_by(F("product__sku")))
