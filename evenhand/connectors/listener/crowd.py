"""Counts who is at the door: connections in all and from one place, mails from one place, bytes on their way."""

from __future__ import annotations

import asyncio
import ipaddress
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, Self, TypeVar

from evenhand.configuration import Network

__all__ = ["Budget", "Crowd", "Load", "Place", "Rate", "place_of"]


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a client is: one address, or the network of 64 bits that a host of IPv6 has to itself.

    A `trusted` one is a server in front, which speaks for many.
    """

    name: str
    trusted: bool


def place_of(peer: str | None, trusted: Iterable[Network]) -> Place:
    """
    Tell where an address is; whoever has none any more is nowhere.

    >>> place_of("2001:db8::1:2:3:4", ()).name
    '2001:db8::'
    >>> place_of("::ffff:192.0.2.1", ()).name
    '192.0.2.1'
    """
    if peer is None:
        return Place("", trusted=False)
    written = ipaddress.ip_address(peer.partition("%")[0])
    address = getattr(written, "ipv4_mapped", None) or written
    known = any(address in network for network in trusted)
    if address.version == 6:
        return Place(str(ipaddress.IPv6Address(int(address) >> 64 << 64)), trusted=known)
    return Place(str(address), trusted=known)


class Visitor(Protocol):
    """One connection, as the crowd sees it."""

    place: Place


Guest = TypeVar("Guest", bound=Visitor)


class Crowd(Generic[Guest]):
    """The connections of this process: so many in all, so many from each place that is not trusted."""

    def __init__(self, limit: int, limit_of_one: int) -> None:
        self._limit = limit
        self._limit_of_one = limit_of_one
        self._inside: set[Guest] = set()
        self._places: Counter[str] = Counter()
        self.empty = asyncio.Event()
        """Set while nobody is inside."""
        self.empty.set()

    def __len__(self) -> int:
        return len(self._inside)

    def __iter__(self) -> Iterator[Guest]:
        return iter(list(self._inside))

    def enter(self, visitor: Guest, *, counted: bool) -> bool:
        """Let a connection in, or tell that there are too many; `counted` ones are limited for each place too."""
        if len(self._inside) >= self._limit:
            return False
        if counted:
            if self._places[visitor.place.name] >= self._limit_of_one:
                return False
            self._places[visitor.place.name] += 1
        self._inside.add(visitor)
        self.empty.clear()
        return True

    def leave(self, visitor: Guest, *, counted: bool) -> None:
        """Let a connection go; who is not inside may leave too."""
        if visitor not in self._inside:
            return
        self._inside.remove(visitor)
        if not self._inside:
            self.empty.set()
        if counted:
            name = visitor.place.name
            self._places[name] -= 1
            if not self._places[name]:
                del self._places[name]


class Budget:
    """Bytes that may be on their way at once, over all connections of this process."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.taken = 0

    def has(self, size: int) -> bool:
        """Whether so many more would fit."""
        return self.taken + size <= self._size

    def take(self, size: int) -> bool:
        """Take so many bytes, or none."""
        if not self.has(size):
            return False
        self.taken += size
        return True

    def give_back(self, size: int) -> None:
        """Give back what was taken."""
        self.taken -= size


class Load:
    """
    What one mail has taken of the budget. A context manager, so that it is given back however the mail ends.

    Who declares a size gets as much at once; who declares none, or too little, gets more as bytes come, twice as much
    each time: an empty promise blocks nothing, and of many large mails the first ones get through.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._taken = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._budget.give_back(self._taken)
        self._taken = 0

    def reach(self, size: int) -> bool:
        """Hold room for so many bytes; tells whether there is."""
        if size <= self._taken:
            return True
        # Room for exactly this may be left where room for twice as much is not.
        for wanted in (max(size, 2 * self._taken), size):
            if self._budget.take(wanted - self._taken):
                self._taken = wanted
                return True
        return False


class Rate:
    """
    How often something may happen from one place: so many a minute, as many at once (a token bucket).

    Remembers a limited number of places, the latest; who is forgotten begins with a full bucket.
    """

    def __init__(self, each_minute: int, places: int = 10_000) -> None:
        self._each_minute = each_minute
        self._places = places
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, place: str, now: float) -> bool:
        """Count one more, unless there were too many; `now` is in seconds of a clock that never goes back."""
        if not self._each_minute:
            return True
        tokens, at = self._buckets.pop(place, (float(self._each_minute), now))
        tokens = min(self._each_minute, tokens + (now - at) * self._each_minute / 60)
        allowed = tokens >= 1
        self._buckets[place] = tokens - allowed, now
        if len(self._buckets) > self._places:
            self._buckets.popitem(last=False)
        return allowed
