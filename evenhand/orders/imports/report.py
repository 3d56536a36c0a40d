"""What an import tells the operator: counts, and every refused row by line and reason."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["REFUSED_LIMIT", "BadRow", "ImportReport", "Refusals"]

REFUSED_LIMIT = 100_000
"""How many refused rows are named one by one; past it a last entry says so."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was refused, by the line it starts on (the first line is 1), or the file itself, as line 1."""

    line: int
    column: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """
    What became of a file. `rows` counts the rows read, good or bad, without header and blank lines.

    Nothing was imported of an order that a refused row belongs to.
    """

    orders_added: int = 0
    orders_changed: int = 0
    orders_unchanged: int = 0
    rows: int = 0
    refused: list[BadRow] = field(default_factory=list)


class Refusals:
    """Collects refused rows and keeps to the limit, so that a file of nothing but errors fits in memory."""

    def __init__(self) -> None:
        self._rows: list[BadRow] = []
        self._last: int | None = None

    def add(self, row: BadRow) -> None:
        """Note a refused row."""
        if len(self._rows) < REFUSED_LIMIT:
            self._rows.append(row)
        else:
            self._last = max(row.line, self._last or 0)

    def listed(self) -> list[BadRow]:
        """List the refused rows in the order of the file."""
        rows = sorted(self._rows, key=lambda row: row.line)
        if self._last is not None:
            rows.append(BadRow(self._last, None, f"and more: only {REFUSED_LIMIT:,} refused rows are named"))
        return rows
