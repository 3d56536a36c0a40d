"""A text made from another, with a map back: every place in it is traced to the place it was made from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

__all__ = ["MapMaker", "Mapped"]


@dataclass(frozen=True, slots=True)
class Mapped:
    """
    Derived text and where each run of it came from; offsets count characters.

    `starts[i]` is where run i begins in `text`; it came from `origins[i]` up to `ends[i]` of the source. Where both
    are equally long, characters answer one to one; else (an entity, a collapsed space) each character of the run
    stands for the whole of its origin. Runs are in the order of `text`, and cover it.
    """

    text: str
    starts: Sequence[int]
    origins: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """
        Give the place in the source that `text[start:end]` was made from; an empty span gives an empty one.

        >>> made = MapMaker()
        >>> made.keep("Tom ", 0); made.put("&", 4, 9); made.keep(" Ada", 9)
        >>> made.done().span(4, 8)
        (4, 12)
        """
        if not self.starts:
            return 0, 0
        if end <= start:
            at = self._origin(min(start, len(self.text)))
            return at, at
        first = bisect_right(self.starts, start) - 1
        last = bisect_right(self.starts, end - 1) - 1
        begin = self.origins[first]
        if self._is_even(first):
            begin += start - self.starts[first]
        stop = self.ends[last]
        if self._is_even(last):
            stop = self.origins[last] + end - self.starts[last]
        return begin, max(begin, stop)

    def _origin(self, at: int) -> int:
        run = bisect_right(self.starts, at) - 1
        shift = at - self.starts[run]
        return min(self.origins[run] + shift, self.ends[run])

    def _is_even(self, run: int) -> bool:
        stop = self.starts[run + 1] if run + 1 < len(self.starts) else len(self.text)
        return stop - self.starts[run] == self.ends[run] - self.origins[run]

    @classmethod
    def same(cls, text: str) -> Mapped:
        """The text itself, as its own source."""
        return cls(text, (0,), (0,), (len(text),))


@dataclass(slots=True)
class MapMaker:
    """Gathers a derived text run by run."""

    pieces: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    origins: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    length: int = 0

    def keep(self, text: str, origin: int) -> None:
        """Add text that stands in the source as it is, from `origin` on."""
        if not text:
            return
        if self.starts and self.ends[-1] == origin and self._is_even_last():
            self.ends[-1] += len(text)
        else:
            self.starts.append(self.length)
            self.origins.append(origin)
            self.ends.append(origin + len(text))
        self.pieces.append(text)
        self.length += len(text)

    def put(self, text: str, origin: int, end: int) -> None:
        """Add text that stands for `source[origin:end]`, which is written otherwise."""
        if not text:
            return
        self.starts.append(self.length)
        self.origins.append(origin)
        self.ends.append(end)
        self.pieces.append(text)
        self.length += len(text)

    def extend(self, inner: Mapped, places: Iterable[tuple[int, int]]) -> None:
        """Add the given places of a text that is itself mapped, keeping its map."""
        for start, end in places:
            at = start
            while at < end:
                run = bisect_right(inner.starts, at) - 1
                stop = min(end, inner.starts[run + 1] if run + 1 < len(inner.starts) else len(inner.text))
                origin, origin_end = inner.span(at, stop)
                if origin_end - origin == stop - at:
                    self.keep(inner.text[at:stop], origin)
                else:
                    self.put(inner.text[at:stop], origin, origin_end)
                at = stop

    def done(self) -> Mapped:
        """Give what was gathered."""
        return Mapped("".join(self.pieces), tuple(self.starts), tuple(self.origins), tuple(self.ends))

    def _is_even_last(self) -> bool:
        return self.length - self.starts[-1] == self.ends[-1] - self.origins[-1]
