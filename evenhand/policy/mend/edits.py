"""Edits of a part as its author wrote it, and the part with them made: all else stays as it is."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from evenhand.policy.facts import Facts
from evenhand.policy.text.page.tokens import Tag, attributes, tokens

__all__ = ["Edit", "applied", "edited", "tidied"]

_STYLE = re.compile(r"\s*style\s*=\s*([\"']?)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """What stands from `start` to `end` of a part (in characters) is to read `replacement`, which may be nothing."""

    part: str
    start: int
    end: int
    replacement: str = ""


def applied(source: str, edits: Iterable[Edit]) -> str:
    """
    Make edits of one part; of two that overlap and are not the same deletion the later is left out.

    >>> applied("Hello,,  Ada", [Edit("text", 6, 7), Edit("text", 7, 8)])
    'Hello, Ada'
    """
    pieces, at = [], 0
    for one in _apart(edits):
        pieces += [source[at : one.start], one.replacement]
        at = one.end
    return "".join([*pieces, source[at:]])


def _apart(edits: Iterable[Edit]) -> list[Edit]:
    made: list[Edit] = []
    for one in sorted(set(edits)):
        last = made[-1] if made else None
        if last is None or one.start >= last.end:
            made.append(one)
        elif not last.replacement and not one.replacement:
            made[-1] = replace(last, end=max(last.end, one.end))
    return made


def edited(facts: Facts, edits: Sequence[Edit]) -> Facts:
    """Give the facts with the edits made in their subject, text and page."""
    by_part = {name: [one for one in edits if one.part == name] for name in ("subject", "text", "html")}
    return replace(
        facts,
        subject=applied(facts.subject, by_part["subject"]),
        text=applied(facts.text, by_part["text"]),
        html=applied(facts.html, by_part["html"]),
    )


def tidied(facts: Facts, edits: Sequence[Edit]) -> Sequence[Edit]:
    """Add to edits those of attributes of which they leave nothing; they come apart and in order."""
    made = [*edits, *_emptied(facts.html, [one for one in edits if one.part == "html"])]
    return [each for name in ("subject", "text", "html") for each in _apart(one for one in made if one.part == name)]


def _emptied(page: str, edits: Sequence[Edit]) -> Iterator[Edit]:
    """The attributes of styles of which the edits leave nothing: they go whole, with the blank before them."""
    if not edits:
        return
    within = sorted(edits)
    starts = [one.start for one in within]
    for tag in tokens(page):
        if not isinstance(tag, Tag) or tag.closes or not tag.inside:
            continue
        _, first, last = attributes(tag).get("style", ("", 0, 0))
        touched = within[bisect_left(starts, tag.at + first) : bisect_left(starts, tag.at + last)]
        left = [replace(one, start=one.start - tag.at - first, end=one.end - tag.at - first) for one in touched]
        name = _STYLE.search(tag.inside, 0, first) if touched else None
        if name is not None and not applied(tag.inside[first:last], left).strip(" \t\r\n;"):
            closes = name[1] and tag.inside[last : last + 1] == name[1]
            yield Edit("html", tag.at + name.start(), tag.at + last + bool(closes))
