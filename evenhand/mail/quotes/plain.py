"""Cuts the quoted tail and the signature off a plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evenhand.mail.quotes.openings import Page
from evenhand.mail.quotes.tail import Sort, divide, mark_wraps

__all__ = ["Cut", "cut_text"]

# Marks of direction and width, which some programs strew over attributions.
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_NO_MARK = frozenset("=:;_.")


@dataclass(frozen=True, slots=True)
class Cut:
    """What the author wrote anew, what is quoted, the signature: every line that isn't blank is in one of them."""

    new: str
    quoted: str
    signature: str


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
        return Cut(_trimmed(lines), "", "")
    return Cut(
        _trimmed(lines[: parts[0].start]),
        _trimmed([line for part in parts if part.sort is Sort.QUOTED for line in lines[part.start : part.end]]),
        _trimmed([line for part in parts if part.sort is Sort.SIGNATURE for line in lines[part.start : part.end]]),
    )


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
