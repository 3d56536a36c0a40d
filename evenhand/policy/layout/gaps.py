"""Counts line breaks that follow each other: written breaks, ends of blocks, blocks without anything in them."""

from __future__ import annotations

__all__ = ["Gaps"]

_BLOCKS = frozenset(
    "address article aside blockquote body center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6"
    " header hr html legend li main nav ol p pre section table tbody tfoot thead tr ul".split()
)
Place = tuple[int, int]


class Gaps:
    """Is told of what stands in a page in order; `surplus` are the places of breaks beyond the most in a row."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.surplus: list[Place] = []
        self._row: list[Place | None] = []
        """The breaks since something was last seen; the end of a block has no place of its own."""
        self._open: list[tuple[str, int, int]] = []
        """Blocks in which nothing was seen yet: name, where its tag begins, breaks before it."""
        self._seen = False

    def fill(self) -> None:
        """Something is seen here: what was gathered stood between it and the last."""
        if self._seen and len(self._row) > self.most:
            self.surplus += [place for place in self._row[self.most :] if place is not None]
        self._row.clear()
        self._open.clear()
        self._seen = True

    def skip(self) -> None:
        """What stands here is another's: the breaks around it are not counted."""
        self._row.clear()
        self._open.clear()

    def line(self, start: int, end: int) -> None:
        """A written break."""
        self._row.append((start, end))

    def begin(self, name: str, start: int) -> None:
        """A block begins, which breaks the line if nothing did."""
        if name in _BLOCKS:
            self._edge()
            self._open.append((name, start, len(self._row)))

    def end(self, name: str, end: int) -> None:
        """A block ends; if nothing was in it, it is a break itself."""
        if name not in _BLOCKS:
            return
        for depth in range(len(self._open) - 1, max(-1, len(self._open) - 20), -1):
            if self._open[depth][0] == name:
                _, start, before = self._open[depth]
                del self._open[depth:]
                if len(self._row) == before:
                    self._row.append((start, end))
                return
        self._edge()

    def _edge(self) -> None:
        if not self._row:
            self._row.append(None)
