"""Reads the invented market from its files: people, products, orders, and what they say to each other."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from evenhand.participants.models import Role

__all__ = ["Fate", "Good", "Market", "Person", "Sale", "Saying", "Talk", "read_market"]

_FILES = Path(__file__).with_name("market")


class Fate(StrEnum):
    """What became of something said."""

    SENT = "sent"
    WAITING = "waiting"
    FAILED = "failed"
    HELD = "held"
    BLOCKED = "blocked"
    AWAY = "away"


@dataclass(frozen=True)
class Person:
    """Somebody of the market; `about` is told only of the four who can be played."""

    key: str
    role: Role
    name: str
    address: str
    locale: str = "en"
    reference: str = ""
    about: str = ""


@dataclass(frozen=True)
class Good:
    """A product and the key of its seller."""

    sku: str
    seller: str
    title: str


@dataclass(frozen=True)
class Sale:
    """An order; `placed`, `shipped` and `delivered` are hours before now, `items` counts by SKU."""

    number: str
    marketplace: str
    buyer: str
    seller: str
    status: str
    placed: float
    items: Mapping[str, int]
    shipped: float | None = None
    delivered: float | None = None


@dataclass(frozen=True)
class Saying:
    """One thing said `ago` hours before now, by mail unless `via` names the portal."""

    by: str
    ago: float
    text: str
    via: str = "mail"
    fate: Fate = Fate.SENT
    subject: str = ""
    quoted: str = ""
    files: Sequence[str] = ()


@dataclass(frozen=True)
class Talk:
    """Everything said about one order, oldest first; `closed` in hours before now."""

    order: str
    said: Sequence[Saying]
    closed: float | None = None


@dataclass(frozen=True)
class Market:
    """The whole invented market."""

    people: Mapping[str, Person]
    goods: Sequence[Good]
    sales: Mapping[str, Sale]
    talks: Sequence[Talk]

    @property
    def cast(self) -> list[Person]:
        """The four who can be played."""
        return [one for one in self.people.values() if one.about]


@cache
def read_market() -> Market:
    """Read the files beside this one; once, since they are part of the program."""
    people = [Person(**{**row, "role": Role(row["role"])}) for row in _rows("people.toml", "people")]
    sales = [Sale(**row) for row in _rows("orders.toml", "orders")]
    talks = [_talk(row) for path in sorted(_FILES.glob("talk-*.toml")) for row in _rows(path.name, "talk")]
    return Market(
        people={one.key: one for one in people},
        goods=[Good(**row) for row in _rows("products.toml", "products")],
        sales={one.number: one for one in sales},
        talks=talks,
    )


def _talk(row: Mapping[str, Any]) -> Talk:
    said = [
        Saying(**{**one, "fate": Fate(one.get("fate", "sent")), "text": one["text"].strip()}) for one in row["said"]
    ]
    return Talk(row["order"], said, row.get("closed"))


def _rows(name: str, table: str) -> Iterator[Mapping[str, Any]]:
    with (_FILES / name).open("rb") as file:
        yield from tomllib.load(file)[table]
