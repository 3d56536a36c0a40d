"""Knows the end of our own mails, by which an unmarked copy of one is told from what is written below it."""

from __future__ import annotations

from evenhand.mail.quotes.letters import letters
from evenhand.mail.quotes.openings import MARKER, Page

__all__ = ["NOTICE", "own_ends"]

NOTICE = "Answer to this address only; neither side is shown the other's own."
"""What every copy ends with, below the marker and the words "Sent through" with the marketplace's name."""

_OPENS = "sentthrough"
_LONGEST = 400
_MOST_LINES = 8
# So many copies in one mail mean that nobody has written between them.
_MOST_COPIES = 30


def own_ends(page: Page) -> list[tuple[int, int]]:
    """
    Find, outside of marked quotes, each marker of ours and where the notice below it ends (exclusive).

    Mail programs wrap the notice, put it into the marker's line, or change its apostrophe: only letters are compared.
    """
    found: list[tuple[int, int]] = []
    end = 0
    for i, line in enumerate(page.bare):
        if i >= end and MARKER in line and not page.quoted[i]:
            end = _end(page, i)
            found.append((i, end))
            if len(found) == _MOST_COPIES:
                break
    return found


def _end(page: Page, marker: int) -> int:
    line = page.bare[marker]
    words = letters(line[line.find(MARKER) + len(MARKER) :][:_LONGEST])
    for i in range(marker + 1, min(len(page.bare), marker + _MOST_LINES)):
        if words.endswith(_NOTICE):
            return i
        if page.quoted[i] or len(words) > _LONGEST:
            return marker + 1
        words += letters(page.bare[i][:_LONGEST])
        if words and not (words.startswith(_OPENS) or _OPENS.startswith(words)):
            return marker + 1
        if words.startswith(_OPENS) and words.endswith(_NOTICE):
            return i + 1
    return marker + 1


_NOTICE = letters(NOTICE)
