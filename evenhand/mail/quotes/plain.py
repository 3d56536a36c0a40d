"""Cuts the quoted tail and the signature off a plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from evenhand.mail.quotes.openings import Page
from evenhand.mail.quotes.tail import Part, Sort, divide, mark_wraps

__all__ = ["Cut", "cut_text"]

# Marks of direction and width, which some programs strew over attributions.
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_NO_MARK = frozenset("=:;_.")


@dataclass(frozen=True, slots=True)
class Cut:
    """
    What the author wrote anew, what is quoted, the signature: every line that isn't blank is in one of them.

    `farewell` is the part of the signature in which a person speaks ("Kind regards, Ben"). `said` is what there is
    to pass on, the new words and the farewell; `footers` are the other parts of the signature, a telephone's or
    list's line, a card, or what stands below dashes, each apart.
    """

    new: str
    quoted: str
    signature: str
    farewell: str = field(default="", compare=False)
    said: str = field(default="", compare=False)
    footers: tuple[str, ...] = field(default=(), compare=False)

    @property
    def folded(self) -> str:
        """All that is not passed on, to be kept."""
        return "\n\n".join(one for one in (self.quoted, *self.footers) if one)


def cut_text(text: str, *, author_names: Sequence[str] = ()) -> Cut:
    r"""
    Divide a reply. In doubt a line is new: a kept quote is the smallest failure, a lost answer the worst.

    Answers between quotes stay with the lines they answer. Time is linear in the length of the text.

    >>> cut_text("Yes, blue.\n\nOn 3 May 2024 at 10:15, Ben <ben@shop.example> wrote:\n> Which colour?").new
    'Yes, blue.'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    bare = [line.strip() for line in lines]
    if not text.isascii() and _UNSEEN.search(text):
        bare = [_UNSEEN.sub("", line).strip() for line in bare]
    dashes = frozenset(i for i, line in enumerate(lines) if line == "-- ") if "-- " in text else frozenset[int]()
    page = Page(bare, _quote_marks(bare) if ">" in text else [False] * len(bare), dashes=dashes)
    mark_wraps(page)
    parts = divide(page, author_names)
    if not parts:
        new = _trimmed(lines)
        return Cut(new, "", "", "", new)
    gaps = _gaps(parts, len(lines))
    spoken = [part for part in parts if part.sort is Sort.FAREWELL]
    return Cut(
        _joined(lines, gaps),
        _of(lines, parts, Sort.QUOTED),
        _of(lines, parts, Sort.SIGNATURE, Sort.FAREWELL),
        _of(lines, parts, Sort.FAREWELL),
        _joined(lines, sorted((*gaps, *((part.start, part.end) for part in spoken)))),
        tuple(_trimmed(lines[part.start : part.end]) for part in parts if part.sort is Sort.SIGNATURE),
    )


def _gaps(parts: list[Part], count: int) -> list[tuple[int, int]]:
    """The lines that belong to no part."""
    ends = [0, *(part.end for part in parts)]
    starts = [*(part.start for part in parts), count]
    return [(end, start) for end, start in zip(ends, starts, strict=True) if end < start]


def _joined(lines: list[str], places: list[tuple[int, int]]) -> str:
    """Put together what stands at some places, apart from each other by a blank line where something is left out."""
    pieces: list[tuple[int, int]] = []
    for start, end in places:
        if pieces and pieces[-1][1] == start:
            pieces[-1] = (pieces[-1][0], end)
        else:
            pieces.append((start, end))
    said = (_trimmed(lines[start:end]) for start, end in pieces)
    return "\n\n".join(one for one in said if one)


def _of(lines: list[str], parts: list[Part], *sorts: Sort) -> str:
    return _trimmed([line for part in parts if part.sort in sorts for line in lines[part.start : part.end]])


def _quote_marks(bare: list[str]) -> list[bool]:
    """Tell for each line whether it is marked as quoted; faces and comparisons (`>:(`, `>= 3`) are not marks."""
    quoted = [line[:1] == ">" and line[1:2] not in _NO_MARK for line in bare]
    for i, line in enumerate(bare):
        # Old mailboxes put a mark before "From" at the beginning of anyone's line.
        if quoted[i] and line.startswith(">From ") and not any(quoted[max(0, i - 1) : i] + quoted[i + 1 : i + 2]):
            quoted[i] = False
    return quoted


def _trimmed(lines: list[str]) -> str:
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return "\n".join(lines[start:end])
