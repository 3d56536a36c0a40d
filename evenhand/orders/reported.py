"""Orders as a marketplace reports them: checked values, before anything is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from evenhand.participants.actions import Profile

__all__ = ["ReportedItem", "ReportedOrder"]


@dataclass(frozen=True, slots=True)
class ReportedItem:
    """A product in a reported order; an empty `asin` or `title` says nothing about the product."""

    sku: str
    asin: str
    title: str
    quantity: int

    def after(self, earlier: ReportedItem | None) -> ReportedItem:
        """Fill what this leaves unsaid of the product from an earlier one."""
        if earlier is None:
            return self
        return replace(self, asin=self.asin or earlier.asin, title=self.title or earlier.title)


@dataclass(frozen=True, slots=True)
class ReportedOrder:
    """One whole order; `line` is where its first row stands in the file, `size` the bytes of all its rows."""

    line: int
    size: int
    marketplace: str
    number: str
    status: str
    placed_at: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None
    buyer: Profile
    seller: Profile
    items: tuple[ReportedItem, ...]

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from every other order."""
        return self.marketplace, self.number

    @property
    def age(self) -> tuple[datetime, str, str]:
        """A total order of orders by when they were placed."""
        return self.placed_at, self.marketplace, self.number
