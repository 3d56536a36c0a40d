"""Brings the rows of one order together, however far apart they stand, in bounded memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from types import TracebackType
from typing import Self

from evenhand.orders.imports.report import BadRow
from evenhand.orders.imports.rows import COLUMNS
from evenhand.orders.reported import ReportedItem, ReportedOrder
from evenhand.participants.actions import Profile

__all__ = ["ITEM_LIMIT", "Collation"]

ITEM_LIMIT = 1000
"""Rows of one order; a file with more of them has lost its order ids."""

_AT_ONCE = 1000
_ITEM_COLUMNS = ("sku", "asin", "title", "quantity")
_ORDER_COLUMNS = COLUMNS[: -len(_ITEM_COLUMNS)]
# No checked value holds it.
_BETWEEN = "\x1f"


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    size: int
    values: list[str]


class Collation:
    """
    All good rows of a file, sorted by order on a temporary file that vanishes on closing.

    An order is refused whole if a row of it is: so nothing may be stored before the last row was read.
    """

    def __init__(self) -> None:
        # An empty name is a private file of SQLite's own, kept in memory while it is small.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("BEGIN")
        self._database.execute(
            "CREATE TABLE good (marketplace TEXT, number TEXT, line INTEGER, size INTEGER, cells TEXT)"
        )
        self._database.execute("CREATE TABLE bad (number TEXT, marketplace TEXT, PRIMARY KEY (number, marketplace))")
        self._waiting: list[tuple[str, str, int, int, str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def add(self, line: int, size: int, values: Mapping[str, str]) -> None:
        """Keep a checked row."""
        cells = _BETWEEN.join([values[column] for column in COLUMNS])
        self._waiting.append((values["marketplace"], values["order_id"], line, size, cells))
        if len(self._waiting) >= _AT_ONCE:
            self._flush()

    def refuse(self, number: str, marketplace: str = "") -> None:
        """Refuse the order of this number; without a marketplace, that of every one."""
        self._database.execute("INSERT OR IGNORE INTO bad VALUES (?, ?)", [number, marketplace])

    def orders(self) -> Iterator[ReportedOrder | list[BadRow]]:
        """Give each order whole, sorted by marketplace and number; of one that contradicts itself, the bad rows."""
        self._flush()
        found = self._database.execute(
            "SELECT marketplace, number, line, size, cells FROM good WHERE NOT EXISTS ("
            " SELECT 1 FROM bad WHERE bad.number = good.number AND bad.marketplace IN ('', good.marketplace)"
            ") ORDER BY marketplace, number, line"
        )
        for _, group in groupby(found, key=lambda row: (row[0], row[1])):
            yield _whole(_Row(line, size, cells.split(_BETWEEN)) for _, _, line, size, cells in group)

    def _flush(self) -> None:
        self._database.executemany("INSERT INTO good VALUES (?, ?, ?, ?, ?)", self._waiting)
        self._waiting.clear()


def _whole(rows: Iterable[_Row]) -> ReportedOrder | list[BadRow]:
    rows = iter(rows)
    first = next(rows)
    items = {_item_cells(first)[0]: first}
    bad: list[BadRow] = []
    size, count = first.size, 1
    for row in rows:
        size, count = size + row.size, count + 1
        if count > ITEM_LIMIT:
            # The rest is read but not kept.
            bad = bad or [BadRow(row.line, "order_id", f"is on more than {ITEM_LIMIT:,} rows")]
            continue
        same = items.setdefault(_item_cells(row)[0], row)
        bad += _contradictions(row, first, _ORDER_COLUMNS, row.values, first.values)
        bad += _contradictions(row, same, _ITEM_COLUMNS, _item_cells(row), _item_cells(same))
    return bad or _order(first, size, items.values())


def _item_cells(row: _Row) -> list[str]:
    return row.values[len(_ORDER_COLUMNS) :]


def _contradictions(
    row: _Row, other: _Row, columns: tuple[str, ...], values: list[str], others: list[str]
) -> list[BadRow]:
    return [
        BadRow(row.line, column, f"differs from line {other.line}, which is of the same order")
        for column, value, standing in zip(columns, values, others, strict=False)
        if value != standing
    ]


def _order(first: _Row, size: int, items: Iterable[_Row]) -> ReportedOrder:
    cells = dict(zip(_ORDER_COLUMNS, first.values, strict=False))
    return ReportedOrder(
        line=first.line,
        size=size,
        marketplace=cells["marketplace"],
        number=cells["order_id"],
        status=cells["status"],
        placed_at=datetime.fromisoformat(cells["placed_at"]),
        shipped_at=_moment(cells["shipped_at"]),
        delivered_at=_moment(cells["delivered_at"]),
        buyer=Profile(cells["buyer_email"], cells["buyer_name"], cells["buyer_locale"]),
        seller=Profile(cells["seller_email"], cells["seller_name"], reference=cells["seller_id"]),
        items=tuple(_reported_item(*_item_cells(row)) for row in items),
    )


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _reported_item(sku: str, asin: str, title: str, quantity: str) -> ReportedItem:
    return ReportedItem(sku, asin, title, int(quantity))
