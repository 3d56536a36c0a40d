"""What a virus scanner says of some bytes, what it must be able to do, and what of it is kept with a mail."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Protocol

__all__ = ["Clean", "Infected", "Scan", "Scanned", "Scanner", "Unscanned"]

_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Clean:
    """They were scanned whole, and nothing was found."""


@dataclass(frozen=True, slots=True)
class Infected:
    """Something was found; `name` is the scanner's word for it: printable, at most 80 characters."""

    name: str


@dataclass(frozen=True, slots=True)
class Unscanned:
    """They were not scanned, which says nothing of them; `again` if asking later may help."""

    reason: str
    again: bool = True


Scanned = Clean | Infected | Unscanned


class Scanner(Protocol):
    """Looks for malware; see `evenhand.connectors.scanner`."""

    def scan(self, content: bytes, *, seconds: float) -> Scanned:
        """Scan some bytes within so many seconds. Never raises: what hinders it is an Unscanned."""
        ...


@dataclass(frozen=True, slots=True)
class Scan:
    """
    What is known of the bytes of one mail: the mail as it came and each of its files as it was decoded.

    It is known by the SHA-256 of the bytes, so that no word about some bytes is ever taken for one about others.
    """

    found: Mapping[str, Scanned] = field(default_factory=dict)

    def of(self, content: bytes) -> Scanned:
        """What is known of these bytes; of those nobody has asked about, that they are unscanned."""
        return self.found.get(sha256(content).hexdigest(), _NEVER)

    @property
    def is_infected(self) -> bool:
        """Whether anything was found in any of it."""
        return any(isinstance(one, Infected) for one in self.found.values())

    @property
    def lacks(self) -> Unscanned | None:
        """
        What keeps it from being known whole, None if nothing does.

        Of several reasons it is one that will not pass, if there is such a one.
        """
        gaps = [one for one in self.found.values() if isinstance(one, Unscanned)]
        return next((one for one in gaps if not one.again), gaps[0] if gaps else None)

    def written(self) -> str:
        """The form in which it is stored."""
        return json.dumps({digest: _words(one) for digest, one in self.found.items()})

    @classmethod
    def read(cls, stored: Mapping[str, Any] | str | None) -> Scan | None:
        """Read what was stored, None if there is nothing. What cannot be understood counts as never asked about."""
        if stored is None:
            return None
        known = json.loads(stored) if isinstance(stored, str) else stored
        return cls({digest: _scanned(words) for digest, words in known.items()})


_NEVER = Unscanned("it was never scanned")


def _words(one: Scanned) -> list[str]:
    match one:
        case Clean():
            return ["clean"]
        case Infected(name):
            return ["infected", name]
        case Unscanned(reason):
            return ["unscanned", reason[:_LIMIT]]


def _scanned(words: Any) -> Scanned:
    match words:
        case ["clean"]:
            return Clean()
        case ["infected", str(name)]:
            return Infected(name)
        case ["unscanned", str(reason)]:
            return Unscanned(reason, again=False)
        case _:
            return _NEVER
