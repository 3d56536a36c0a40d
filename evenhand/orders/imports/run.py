"""Runs an import: read and check the whole file, then store the good orders batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Literal

from django.conf import settings

from evenhand.orders.actions import store_orders
from evenhand.orders.imports.checks import check_cells, is_order_id
from evenhand.orders.imports.collation import Collation
from evenhand.orders.imports.lines import LINE_LIMIT, read_lines, unusable
from evenhand.orders.imports.report import BadRow, ImportReport, Refusals
from evenhand.orders.imports.rows import Cells, Unreadable, Unusable, read_csv, read_json_lines
from evenhand.orders.models import Order
from evenhand.orders.reported import ReportedOrder

__all__ = ["BATCH", "import_orders"]

BATCH = 500
"""Orders in one transaction."""

ROWS = 5000
"""Items in one transaction, should orders have many."""

_READING = 0.2
"""Which part of the way it is to read and check the file; the rest is storing."""


def import_orders(
    source: BinaryIO | Path | str,
    *,
    kind: Literal["csv", "jsonl"],
    now: datetime,
    after: Callable[[list[Order]], object],
    progress: Callable[[int], None] = lambda _: None,
) -> ImportReport:
    """
    Import the orders of a file, each whole or not at all, and report every row that was refused.

    One row is one item of an order; rows of one order may stand anywhere in the file. Nothing is stored before the
    last row was read and checked, since it may speak against the first. Then orders are stored in batches, each in
    a transaction with what `after` does for them (it opens their conversations). Broken off at any point, an import
    leaves whole orders behind, and the same file may be imported again, also by several programs at once.

    `progress` is told how far the work has come, in bytes of the file, after each batch. Memory does not grow with
    the file, except by up to 100,000 refused rows; a temporary file as large as the input is needed.
    """
    if isinstance(source, (str, Path)):
        with Path(source).open("rb") as file:
            return import_orders(file, kind=kind, now=now, after=after, progress=progress)
    refusals = Refusals()
    with Collation() as collation:
        rows, size = 0, 0
        for row in _rows(source, kind):
            if isinstance(row, Unusable):
                return ImportReport(refused=[BadRow(row.line, None, row.reason)])
            rows, size = rows + 1, size + row.size
            _sort_in(row, collation, refusals)
            if rows % ROWS == 0:
                progress(int(size * _READING))
        done = _Progress(size, progress)
        orders = _without_bad(collation.orders(), refusals)
        added, changed, unchanged = _store(orders, refusals, now, after, done)
    progress(source.tell() if source.seekable() else size)
    return ImportReport(added, changed, unchanged, rows, refusals.listed())


def _rows(source: BinaryIO, kind: Literal["csv", "jsonl"]) -> Iterator[Cells | Unreadable | Unusable]:
    head = source.readline(LINE_LIMIT + 1)
    if reason := unusable(head):
        return iter([Unusable(1, reason)])
    return (read_csv if kind == "csv" else read_json_lines)(read_lines(head, source))


def _sort_in(row: Cells | Unreadable, collation: Collation, refusals: Refusals) -> None:
    """Keep a good row; of a bad one keep the reasons, and which order is refused for it."""
    if isinstance(row, Unreadable):
        refusals.add(BadRow(row.line, None, row.reason))
        if is_order_id(row.order_id):
            collation.refuse(row.order_id)
        return
    values, troubles = check_cells(row.values, settings.EVENHAND.domain)
    known = dict(row.troubles)
    troubles = [*row.troubles, *(trouble for trouble in troubles if trouble[0] not in known)]
    for column, reason in troubles:
        refusals.add(BadRow(row.line, column, reason))
    if not troubles:
        collation.add(row.line, row.size, values)
    elif "order_id" in values:
        collation.refuse(values["order_id"], values.get("marketplace", ""))


def _without_bad(found: Iterable[ReportedOrder | list[BadRow]], refusals: Refusals) -> Iterator[ReportedOrder]:
    for order in found:
        if isinstance(order, ReportedOrder):
            yield order
        else:
            for row in order:
                refusals.add(row)


class _Progress:
    """Tells how far the storing has come, in bytes of the file."""

    def __init__(self, size: int, tell: Callable[[int], None]) -> None:
        self._start, self._done, self._tell = size * _READING, 0, tell

    def advance(self, size: int) -> None:
        self._done += size
        self._tell(int(self._start + self._done * (1 - _READING)))


def _store(
    orders: Iterator[ReportedOrder],
    refusals: Refusals,
    now: datetime,
    after: Callable[[list[Order]], object],
    done: _Progress,
) -> tuple[int, int, int]:
    added = changed = unchanged = 0
    for batch in _batches(orders):
        stored = store_orders(batch, now=now, after=after)
        added, changed, unchanged = added + stored.added, changed + stored.changed, unchanged + stored.unchanged
        for misfit in stored.misfits:
            refusals.add(BadRow(misfit.order.line, misfit.column, misfit.reason))
        done.advance(sum(order.size for order in batch))
    return added, changed, unchanged


def _batches(orders: Iterator[ReportedOrder]) -> Iterator[list[ReportedOrder]]:
    batch: list[ReportedOrder] = []
    items = 0
    for order in orders:
        batch.append(order)
        items += len(order.items)
        if len(batch) >= BATCH or items >= ROWS:
            yield batch
            batch, items = [], 0
    if batch:
        yield batch
