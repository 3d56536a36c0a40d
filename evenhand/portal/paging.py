"""Turns pages by key: a page says after which row the next one starts, so that no page costs more than the first."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

__all__ = ["PAGE", "Place", "older_than"]

PAGE = 30
"""Rows on a page."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Place:
    """A row's place in an order by time and id."""

    at: datetime
    id: uuid.UUID

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // _MICROSECOND}-{self.id.hex}"

    @classmethod
    def read(cls, text: str) -> Place | None:
        """
        Read what `str` wrote; None if it is anything else, for addresses are typed and cut short.

        >>> place = Place(datetime(2026, 3, 1, tzinfo=UTC), uuid.UUID(int=7))
        >>> Place.read(str(place)) == place
        True
        >>> Place.read("yesterday")
        """
        micros, _, identifier = text.partition("-")
        try:
            return cls(_EPOCH + int(micros) * _MICROSECOND, uuid.UUID(identifier))
        except (ValueError, OverflowError):
            return None


def older_than(rows: QuerySet[M, Any], field: str, place: Place | None) -> QuerySet[M, Any]:
    """
    Keep the rows that follow `place` in descending order of `field` and id.

    Written as an upper bound with an exception, because PostgreSQL reads an index from a bound but not from an OR.
    """
    if place is None:
        return rows
    return rows.filter(**{f"{field}__lte": place.at}).exclude(**{field: place.at, "id__gte": place.id})
