"""Finds where the quoted tail of a text begins, and what in it is signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from evenhand.mail.quotes.openings import LINE_LIMIT, Opening, Page, frame_above, is_rule, opening_above, opening_around
from evenhand.mail.quotes.own import own_ends
from evenhand.mail.quotes.signature import is_device_footer, signature_at
from evenhand.mail.quotes.words import ANNOUNCES_ANSWERS, GREETING, LABELS, VERB_ENDS

__all__ = ["Part", "Sort", "divide", "mark_wraps"]

# So many lines that look like an opening and are none mean a text in which nothing can be told for sure.
_MOST_TRIES = 300
_MOST_PARTS = 12
_OPEN_ENDS = frozenset(":：-_=*—~#")


class Sort(Enum):
    """What a part of the tail is."""

    QUOTED = 1
    SIGNATURE = 2
    FAREWELL = 3


@dataclass(frozen=True, slots=True)
class Part:
    """Lines start to end (exclusive) that are not the author's new words."""

    start: int
    end: int
    sort: Sort


def divide(page: Page, names: Sequence[str] = ()) -> list[Part]:
    """
    Find the parts that are not the author's new words, top to bottom; all between them is new.

    The tail only grows upward from the end while what stands there is surely quoted or a signature, so answers
    between quotes stay with the lines they answer. An unmarked copy of a mail of ours tells where it ends: what
    stands below one is new like what stands above.
    """
    parts: list[Part] = []
    begin, said = 0, False
    for marker, end in own_ends(page):
        above = _slice(page, begin, marker)
        certain = _certain_opening(above, said=said)
        start = len(above.bare) if certain is None else certain
        tail = _tail(above, start, names)
        parts += [Part(begin + one.start, begin + one.end, one.sort) for one in tail]
        parts.append(Part(begin + start, end, Sort.QUOTED))
        said = said or any(above.bare[: tail[0].start if tail else start])
        begin = end
    if not begin:
        return _below(page, names, said=False)
    below = _below(_slice(page, begin), names, said=said)
    return parts + [Part(begin + one.start, begin + one.end, one.sort) for one in below]


def _slice(page: Page, begin: int, end: int | None = None) -> Page:
    last = len(page.bare) if end is None else end
    return Page(
        page.bare[begin:last],
        page.quoted[begin:last],
        frozenset(i - begin for i in page.hard if begin <= i < last),
        frozenset(i - begin for i in page.dashes if begin <= i < last),
    )


def _below(page: Page, names: Sequence[str], *, said: bool) -> list[Part]:
    """Divide what stands below the last copy of ours, or all if there is none; `said` if there are words above."""
    end = len(page.bare)
    certain = _certain_opening(page, said=said)
    if certain is None:
        return _tail(page, end, names)
    return [*_tail(page, certain, names), Part(certain, end, Sort.QUOTED)]


def _tail(page: Page, end: int, names: Sequence[str]) -> list[Part]:
    parts: list[Part] = []
    while len(parts) < _MOST_PARTS:
        last = end
        while last and not page.bare[last - 1]:
            last -= 1
        if not last:
            break
        found = _parts_above(page, last, end, names)
        if not found:
            break
        parts += found
        end = found[-1].start
    parts.reverse()
    return parts


def _parts_above(page: Page, last: int, end: int, names: Sequence[str]) -> list[Part]:
    """Find what ends at line `last`, bottom to top; the blank lines up to `end` go with it."""
    if page.quoted[last - 1]:
        start = last
        while start and (page.quoted[start - 1] or not page.bare[start - 1]):
            start -= 1
        while not page.bare[start]:
            start += 1
        opening = opening_above(page, start)
        above = next((line for line in page.bare[max(0, start - 3) : start][::-1] if line), "")
        # Whoever writes "this is the message:" above a quote wants it read.
        return [] if opening == start and above.endswith((":", "：")) else [Part(opening, end, Sort.QUOTED)]
    found = signature_at(page, last, names)
    if found is None:
        return []
    parts = [Part(found.card, end, Sort.SIGNATURE)] if found.card < last else []
    if found.start < found.card:
        parts.append(Part(found.start, found.card if parts else end, Sort.FAREWELL))
    return parts


def _certain_opening(page: Page, *, said: bool) -> int | None:
    """Find the first opening below new words after which nothing is marked, and all is quoted all the same."""
    first_new: int | None = -1 if said else None
    tries = 0
    i, count = 0, len(page.bare)
    while i < count:
        line = page.bare[i]
        if not line or page.quoted[i]:
            i += 1
            continue
        opening = None
        if tries < _MOST_TRIES and (i in page.hard or _worth_a_look(line)):
            tries += 1
            opening = opening_around(page, i)
        if opening is None:
            if first_new is not None and not page.bare[i - 1] and _letter_below_footer(page, i):
                return i + 1
            if first_new is None and not is_rule(line) and not is_device_footer(line):
                first_new = i
            i += 1
            continue
        opening = _joined(page, opening)
        marked = _next_filled(page, opening.end)
        if marked is None or not page.quoted[marked]:
            if opening.certain and first_new is not None and first_new < opening.start:
                return _unless_answered(page, opening.start)
            first_new = i if first_new is None and opening.certain is False else first_new
        i = max(i + 1, opening.end)
    return None


def _worth_a_look(line: str) -> bool:
    if line[-1] in _OPEN_ENDS or line[0] in "-=_*":
        return True
    colon = line.find(":", 0, 34)
    if colon > 0 and line[:colon].strip(" \t*_|").lower() in LABELS:
        return True
    return "：" in line[:34] or ("@" in line[:LINE_LIMIT] and ":" in line) or line.endswith(VERB_ENDS)


def _joined(page: Page, opening: Opening) -> Opening:
    """Take openings that follow each other as one: a separator, a header block, an attribution, our marker."""
    for _ in range(4):
        below = _next_filled(page, opening.end)
        if below is None or page.quoted[below] or below - opening.end > 4:
            return opening
        following = opening_around(page, below)
        if following is None or following.start < opening.end:
            return opening
        opening = Opening(opening.start, following.end, opening.certain or following.certain)
    return opening


def _next_filled(page: Page, i: int) -> int | None:
    for j in range(i, len(page.bare)):
        if page.bare[j]:
            return j
    return None


def _unless_answered(page: Page, start: int) -> int | None:
    """Keep everything if the author says that answers stand below, where nothing would tell them from the quote."""
    above = "\n".join(line[:LINE_LIMIT] for line in page.bare[max(0, start - 60) : start])
    if ANNOUNCES_ANSWERS.search(above):
        return None
    start = frame_above(page, opening_above(page, start))
    while start and (not page.bare[start - 1] or is_rule(page.bare[start - 1])):
        start -= 1
    return start


def _letter_below_footer(page: Page, i: int) -> bool:
    """Whether a letter begins below a telephone's footer: some drop every other mark, and nobody greets last."""
    if i + 1 == len(page.bare) or page.bare[i + 1] or not is_device_footer(page.bare[i]):
        return False
    below = _next_filled(page, i + 1)
    if below is None or page.quoted[below]:
        return False
    return len(page.bare[below]) <= 60 and GREETING.match(page.bare[below]) is not None


def mark_wraps(page: Page) -> None:
    """
    Mark as quoted the rests of long quoted lines that a mail program broke without repeating the mark.

    An answer may look the same, so all must agree: the author has written above the attribution, no other line hangs
    in the quote, every rest begins in lower case below a long line, and one of those breaks off inside a sentence.
    """
    if True not in page.quoted:
        return
    first = page.quoted.index(True)
    last = len(page.quoted) - 1 - page.quoted[::-1].index(True)
    rests = [i for i in range(first, last) if page.bare[i] and not page.quoted[i]]
    if not rests or not all(_may_be_rest(page, i) for i in rests):
        return
    start = opening_above(page, first)
    above = "\n".join(page.bare[max(0, start - 60) : start])
    if start == first or len(above) < 40 or ANNOUNCES_ANSWERS.search(above[-4000:]):
        return
    if any(page.bare[i - 1][-1] not in ".!?:…" for i in rests):
        for i in rests:
            page.quoted[i] = True


def _may_be_rest(page: Page, i: int) -> bool:
    bare, quoted = page.bare, page.quoted
    return quoted[i - 1] and quoted[i + 1] and bare[i][0].islower() and len(bare[i - 1]) >= 60
