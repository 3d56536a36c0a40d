"""Reads rows of named cells from lines of CSV or JSON, and keeps going after those it cannot read."""

from __future__ import annotations

import csv
import difflib
import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evenhand.mail.names import clean_line
from evenhand.orders.imports.lines import LINE_LIMIT, Line

__all__ = ["COLUMNS", "Cells", "Unreadable", "Unusable", "read_csv", "read_json_lines"]

COLUMNS = (
    "order_id", "marketplace", "status", "placed_at", "shipped_at", "delivered_at", "buyer_email", "buyer_name",
    "buyer_locale", "seller_id", "seller_name", "seller_email", "sku", "asin", "title", "quantity",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cells:
    """One row: the text of each column, and what in it is no text."""

    line: int
    size: int
    values: dict[str, str]
    troubles: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that cannot be taken apart; `order_id` is what seems to be its order, or empty."""

    line: int
    size: int
    reason: str
    order_id: str = ""


@dataclass(frozen=True, slots=True)
class Unusable:
    """The whole file cannot be read, for one reason."""

    line: int
    reason: str


# --- CSV (RFC 4180) -------------------------------------------------------------------------------------------------

_LINES_PER_ROW = 10
_COMMAS_OF_A_ROW = 10


class _Open(Exception):
    """A quote stands open at the end of the text."""


def read_csv(lines: Iterator[Line]) -> Iterator[Cells | Unreadable | Unusable]:
    """
    Read CSV rows (RFC 4180) under a header line that names exactly the columns, in any order.

    A quote that is never closed costs its own line and no other: reading goes on with the next one.
    """
    header = next((line for line in lines if line.trouble or line.text.strip()), None)
    if header is None:
        yield Unusable(1, "The file is empty.")
        return
    names, reason = _header(header)
    if reason:
        yield Unusable(header.number, reason)
        return
    waiting: deque[Line] = deque()
    while (line := waiting.popleft() if waiting else next(lines, None)) is not None:
        row = _csv_row(line, names, waiting, lines)
        if row is not None:
            yield row


def _header(line: Line) -> tuple[list[str], str]:
    if line.trouble:
        return [], f"The header line {line.trouble}."
    try:
        names = [name.strip() for name in _cells(line.text)]
    except (_Open, csv.Error):
        return [], "The quotes of the header line do not match."
    for separator, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(names) < 3 and line.text.count(separator) >= 3:
            return [], f"The columns are separated by {word}. Save the file with commas between the columns."
    problems = [
        f"{word}: {', '.join(found)}"
        for word, found in (
            ("missing", [name for name in COLUMNS if name not in names]),
            ("unknown", [_unknown(name) for name in names if name not in COLUMNS]),
            ("given twice", sorted({name for name in names if name in COLUMNS and names.count(name) > 1})),
        )
        if found
    ]
    return names, f"The header line does not name the columns of orders; {'; '.join(problems)}." if problems else ""


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name.lower(), COLUMNS, 1)
    shown = f"“{clean_line(name)[:40]}”" if name else "a column without a name"
    return f"{shown} (did you mean {close[0]}?)" if close else shown


def _cells(text: str) -> list[str]:
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise _Open from None
        raise


def _csv_row(line: Line, names: list[str], waiting: deque[Line], lines: Iterator[Line]) -> Cells | Unreadable | None:
    """Read the row that starts on this line; further lines are taken only if they are part of it."""
    if line.trouble:
        return Unreadable(line.number, line.size, line.trouble, _csv_order_id(line.text, names))
    size = line.size
    try:
        cells = _cells(line.text)
    except csv.Error:
        if "\r" in line.text:
            return _unreadable(line, names, "has a carriage return in the middle of a field; quote the field")
        return _unreadable(line, names, "has a quote in the middle of a field; double it and quote the field")
    except _Open:
        taken, cells = _continued(line, names, waiting, lines)
        if not taken:
            return _unreadable(line, names, "opens a quote that is never closed")
        size += sum(further.size for further in taken)
    if not any(cell.strip() for cell in cells):
        return None
    if len(cells) != len(names):
        what = f"has {len(cells)} columns where the header has {len(names)}"
        return _unreadable(line, names, f"{what}; a field with a comma in it needs quotes")
    return Cells(line.number, size, dict(zip(names, cells, strict=True)))


def _unreadable(line: Line, names: list[str], reason: str) -> Unreadable:
    return Unreadable(line.number, line.size, reason, _csv_order_id(line.text, names))


def _continued(
    line: Line, names: list[str], waiting: deque[Line], lines: Iterator[Line]
) -> tuple[list[Line], list[str]]:
    """
    Take the lines of a field that has line ends in it; none, and all put back, if no whole row comes of it.

    A line with as many commas as a row has is a row: it is not swallowed by the open quote of another.
    """
    taken: list[Line] = []
    text = line.text
    while len(taken) < _LINES_PER_ROW:
        further = waiting.popleft() if waiting else next(lines, None)
        if further is None:
            break
        taken.append(further)
        text += "\n" + further.text
        if further.trouble or len(text) > LINE_LIMIT or further.text.count(",") >= _COMMAS_OF_A_ROW:
            break
        if '"' not in further.text:
            continue
        try:
            cells = _cells(text)
        except _Open:
            continue
        except csv.Error:
            break
        if len(cells) == len(names):
            return taken, cells
        break
    waiting.extendleft(reversed(taken))
    return [], []


def _csv_order_id(text: str, names: list[str]) -> str:
    try:
        # The reader stops at a carriage return outside quotes, and whose row it is may stand before it.
        cells = next(csv.reader([text.replace("\r", " ")]), [])
    except csv.Error:
        return ""
    place = names.index("order_id")
    return cells[place].strip() if place < len(cells) else ""


# --- JSON lines ------------------------------------------------------------------------------------------------------

_ORDER_ID = re.compile(r'"order_id"\s*:\s*("(?:[^"\\]|\\.){1,400}")')


def read_json_lines(lines: Iterator[Line]) -> Iterator[Cells | Unreadable | Unusable]:
    """Read one JSON object (RFC 8259) per line, keyed by column; an optional column may be null or left out."""
    empty = True
    for line in lines:
        if not line.trouble and not line.text.strip():
            continue
        if empty and line.text.lstrip().startswith("["):
            yield Unusable(line.number, "The file is one JSON array. Write one object per line: jq -c '.[]'.")
            return
        empty = False
        yield _json_row(line)
    if empty:
        yield Unusable(1, "The file is empty.")


def _json_row(line: Line) -> Cells | Unreadable:
    if line.trouble:
        return Unreadable(line.number, line.size, line.trouble, _json_order_id(line.text))
    try:
        pairs = json.loads(line.text, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "too large or too deep"
        return Unreadable(line.number, line.size, f"is not JSON: {reason}", _json_order_id(line.text))
    if not isinstance(pairs, _Pairs):
        return Unreadable(line.number, line.size, "is not a JSON object")
    values = {name: _as_text(name, value) for name, value in pairs}
    troubles = [(clean_line(name)[:40], "is no column of orders") for name in values if name not in COLUMNS]
    troubles += [(name, _kind(name)) for name, value in values.items() if value is None and name in COLUMNS]
    if len(values) < len(pairs):
        return Unreadable(line.number, line.size, "names a column twice", _json_order_id(line.text))
    known = {name: values.get(name) or "" for name in COLUMNS}
    # A number is no order id, but the rows of that order with a proper one are refused with it.
    known["order_id"] = known["order_id"] or _scalar(dict(pairs).get("order_id"))
    return Cells(line.number, line.size, known, tuple(troubles))


def _kind(name: str) -> str:
    return "must be a whole number" if name == "quantity" else "must be text"


def _scalar(value: Any) -> str:
    return str(value)[:200] if isinstance(value, (int, float)) else ""


class _Pairs(list[tuple[str, Any]]):
    """The members of a JSON object, repeated names and all."""


def _as_text(name: str, value: Any) -> str | None:
    """Give the text of a value, or None if it is of a kind that the column does not take."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if name == "quantity" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)[:20]
    return None


def _json_order_id(text: str) -> str:
    found = _ORDER_ID.search(text)
    if found is None:
        return ""
    try:
        return str(json.loads(found.group(1))).strip()
    except ValueError:
        return ""
