"""Cuts HTML into tags, comments and text with exact places, as leniently as a browser (HTML Standard, tokenization)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

__all__ = ["Tag", "attributes", "tokens"]

_TOKEN = re.compile(
    r"<!--(?:>|->|.*?(?:-->|--!>|\Z))"
    r"|<(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<inside>(?:[^>\"']|\"[^\"]*+\"|'[^']*+'|[\"'])*?)(?:>|\Z)"
    r"|<[!?/][^>]*+(?:>|\Z)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"([^\s\"'>/=][^\s>/=]*+)(?:\s*+=\s*+(?:\"([^\"]*+)(?:\"|\Z)|'([^']*+)(?:'|\Z)|([^\s>\"']++)))?", re.DOTALL
)
_RAW = {"script", "style", "title", "textarea", "noscript", "xmp", "iframe", "noembed", "template"}


@dataclass(frozen=True, slots=True)
class Tag:
    """A start or end tag; `inside` holds its attributes as written, which begin at `at` of the source."""

    name: str
    closes: bool
    start: int
    end: int
    inside: str
    at: int
    raw: str = ""


def tokens(source: str) -> Iterator[Tag | tuple[int, int]]:
    """
    Give tags, and places of text, in order; comments and declarations are left out.

    What stands in a `script`, `style` or the like is given as `raw` of its start tag. Each character is looked at once
    or twice whatever the source is.
    """
    at = 0
    while True:
        hit = _TOKEN.search(source, at)
        if hit is None:
            break
        if hit.start() > at:
            yield at, hit.start()
        at = hit.end()
        if not hit["name"]:
            continue
        name, raw = hit["name"].lower(), ""
        if name in _RAW and not hit["close"]:
            end = _end_of(source, name, at)
            raw, at = source[at:end], end
        yield Tag(name, bool(hit["close"]), hit.start(), hit.end(), hit["inside"], hit.start("inside"), raw)
    if at < len(source):
        yield at, len(source)


_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW}


def _end_of(source: str, name: str, at: int) -> int:
    hit = _ENDS[name].search(source, at)
    return hit.start() if hit else len(source)


def attributes(tag: Tag) -> dict[str, tuple[str, int, int]]:
    """
    Give the attributes of a tag, entities decoded, each with the place of its value within `inside`.

    The first of a name counts (HTML Standard, attribute name state).
    """
    inside = tag.inside
    if not inside or inside == "/":
        return {}
    return _attributes(inside) if len(inside) < _SHORT else _attributes.__wrapped__(inside)


_SHORT = 500
"""Characters of a tag that is remembered: templates have the same ones again and again."""


@lru_cache(maxsize=1 << 12)
def _attributes(inside: str) -> dict[str, tuple[str, int, int]]:
    found: dict[str, tuple[str, int, int]] = {}
    for hit in _ATTRIBUTE.finditer(inside):
        group = next((number for number in (2, 3, 4) if hit[number] is not None), 0)
        value = hit[group] if group else ""
        start, end = hit.span(group) if group else (hit.end(), hit.end())
        found.setdefault(hit[1].lower(), (unescape(value), start, end))
    return found
