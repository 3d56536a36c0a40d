"""Where the shapes of a chart stand: bars in pairs and columns in pairs, as plain figures for a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Bar", "Bars", "Column", "Columns", "Pair", "bars", "columns"]

WIDTH = 360
"""Units a drawing is wide, which are pixels on a telephone."""

_LABEL, _BAR, _GAP = 20, 15, 14
_ROOM = 64
"""Units to the right of the longest bar, for its figure."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from the left edge; its figure stands at `text_x`."""

    y: float
    width: float
    text_x: float
    value: int

    @property
    def text_y(self) -> float:
        """The line its figure stands on."""
        return self.y + _BAR - 3


@dataclass(frozen=True, slots=True)
class Pair:
    """What is compared under one label; a bar that is left out is None."""

    label: str
    y: float
    first: Bar | None
    second: Bar | None


@dataclass(frozen=True, slots=True)
class Bars:
    """A drawing of pairs, one below the other."""

    pairs: Sequence[Pair]
    height: int
    width: int = WIDTH
    thick: int = _BAR


def bars(rows: Sequence[tuple[str, tuple[int, int]]], *, zeros: bool = True) -> Bars:
    """
    Place pairs of bars, all to one scale; what is not nothing is at least a line. Without `zeros` a 0 gets no room.

    >>> bars([("deliver", (10, 5))]).pairs[0].second.width
    148.0
    """
    most = max((value for _, pair in rows for value in pair), default=0) or 1
    pairs, y = [], 0
    for label, values in rows:
        below, placed = y + _LABEL, []
        for value in values:
            placed.append(_bar(below, value, most) if value or zeros else None)
            below += _BAR + 2 if value or zeros else 0
        pairs.append(Pair(label, y + 14, *placed))
        y = below + _GAP - 2
    return Bars(pairs, max(1, y - _GAP + 4))


def _bar(y: float, value: int, most: int) -> Bar:
    width = round((WIDTH - _ROOM) * value / most, 1)
    width = max(width, 2.0) if value else 0.0
    return Bar(y, width, width + 5, value)


_HIGH, _FOOT, _SIDE = 150, 24, 34


@dataclass(frozen=True, slots=True)
class Column:
    """Two columns of one span, from the ground at `foot` up."""

    label: str
    x: float
    first_y: float
    first_height: float
    second_x: float
    second_y: float
    second_height: float


@dataclass(frozen=True, slots=True)
class Columns:
    """A drawing of columns beside each other; `top` is the share at its upper edge, in percent."""

    columns: Sequence[Column]
    thick: float
    top: float
    first: str
    last: str
    width: int = WIDTH
    height: int = _HIGH + _FOOT + 8
    side: int = _SIDE
    ground: int = _HIGH + 8
    foot: int = _HIGH + _FOOT + 4

    @property
    def half(self) -> float:
        """The share in the middle of the drawing."""
        return self.top / 2

    @property
    def half_y(self) -> float:
        """Where the middle is."""
        return 8 + _HIGH / 2


def columns(rows: Sequence[tuple[str, float, float]]) -> Columns:
    """
    Place pairs of columns, shares in percent, up to a round share.

    >>> columns([("May", 3, 7)]).top
    10
    """
    most = max((share for row in rows for share in row[1:]), default=0.0)
    top = next((step for step in (1, 2, 5, 10, 20, 50) if most <= step), 100)
    wide = (WIDTH - _SIDE) / max(1, len(rows))
    thick = min(24.0, 0.4 * wide)
    placed = []
    for number, (label, first, second) in enumerate(rows):
        left = _SIDE + number * wide + (wide - 2 * thick) / 2
        heights = [round(_HIGH * share / top, 1) for share in (first, second)]
        tops = [round(_HIGH + 8 - height, 1) for height in heights]
        placed.append(Column(label, round(left, 1), tops[0], heights[0], round(left + thick, 1), tops[1], heights[1]))
    return Columns(placed, round(thick, 1), top, rows[0][0] if rows else "", rows[-1][0] if len(rows) > 1 else "")
