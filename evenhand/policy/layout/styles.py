"""Reads styles with their places, and lengths in pixels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import unescape

from evenhand.policy.layout.parts import Declaration, Legacy, Resource
from evenhand.policy.text.mapped import MapMaker, Mapped
from evenhand.policy.text.page.tokens import Tag

__all__ = ["declared", "font_size", "legacy", "length", "resources", "sides"]

_DECLARATION = re.compile(r"(?<![\w-])([a-zA-Z-]++)\s*+:\s*+((?:[^;{}\"'(]|\"[^\"]*+\"?|'[^']*+'?|\([^)]*+\)?)++);?")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ENTITY = re.compile(r"&(?:#[xX]?[0-9a-fA-F]{1,8};?|[a-zA-Z][a-zA-Z0-9]{1,31};?)")
_URL = re.compile(r"(?i)url\(\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^)]*+))\s*+\)?|@import\s++(?:\"([^\"]*+)\"|'([^']*+)')")
_LENGTH = re.compile(r"(-?(?:\d+\.?\d*|\.\d+))\s*(px|pt|pc|em|rem|ex|ch|%|in|cm|mm|vw|vh)?(?![\w.])")
_PIXELS = {"px": 1.0, "": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "rem": 16.0}
_NAMED = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0, "xx-large": 32.0,
    "xxx-large": 48.0, "initial": 16.0,
}  # fmt: skip


def declared(tag: Tag, values: Mapping[str, tuple[str, int, int]]) -> Iterator[Declaration]:
    """Give the declarations of a tag's style attribute, or of a style block."""
    if tag.name == "style":
        css = _COMMENT.sub(lambda hit: " " * len(hit[0]), tag.raw)
        at = 0
        for rule in css.split("}"):
            before, brace, body = rule.rpartition("{")
            selector = before.rpartition("{")[2].strip().removeprefix("<!--").lstrip()
            begin = at + len(before) + len(brace)
            # What describes a font or a sheet of paper sets nothing.
            end = begin if selector.lower().startswith(("@font-face", "@page")) or not brace else begin + len(body)
            for hit in _DECLARATION.finditer(css, begin, end):
                yield Declaration(
                    selector[:80], hit[1].lower(), hit[2].strip(),
                    tag.end + hit.start(), tag.end + hit.end(), tag.end + hit.start(2),
                )  # fmt: skip
            at += len(rule) + 1
    elif "style" in values:
        _, start, end = values["style"]
        written = _written(tag.inside[start:end])
        for hit in _DECLARATION.finditer(written.text):
            first, last = written.span(*hit.span())
            # Where a value is written with entities its inner places are not counted.
            at = tag.at + start + first + hit.start(2) - hit.start() if last - first == len(hit[0]) else -1
            yield Declaration(
                tag.name, hit[1].lower(), hit[2].strip(), tag.at + start + first, tag.at + start + last, at
            )


def _written(value: str) -> Mapped:
    """The value of an attribute with its entities decoded, each of which leads back to where it was written."""
    if "&" not in value:
        return Mapped.same(value)
    made, at = MapMaker(), 0
    for hit in _ENTITY.finditer(value):
        made.keep(value[at : hit.start()], at)
        made.put(unescape(hit[0]), *hit.span())
        at = hit.end()
    made.keep(value[at:], at)
    return made.done()


def resources(tag: Tag, values: Mapping[str, tuple[str, int, int]]) -> Iterator[Resource]:
    """Give what a mail program would fetch because of a tag, its style, or a style block."""
    if tag.name == "style":
        for hit in _URL.finditer(tag.raw):
            yield Resource(tag.end + hit.start(), tag.end + hit.end(), _first(hit))
        return
    for name in _LOADING & values.keys():
        value, start, end = values[name]
        if name == "href" and tag.name not in _FETCHING:
            continue
        addresses = [one.split()[0] for one in value.split(",") if one.split()] if name == "srcset" else [value.strip()]
        for address in addresses:
            yield Resource(tag.at + start, tag.at + end, address)
    if "style" in values and "url" in values["style"][0].lower():
        style, start, end = values["style"]
        for hit in _URL.finditer(style):
            yield Resource(tag.at + start, tag.at + end, _first(hit))


_LOADING = {"src", "srcset", "background", "poster", "data", "href", "xlink:href", "lowsrc", "dynsrc"}
_FETCHING = {"link", "image", "use", "feimage"}


def _first(hit: re.Match[str]) -> str:
    return next((one for one in hit.groups() if one is not None), "").strip()


def legacy(tag: Tag, name: str, values: Mapping[str, tuple[str, int, int]]) -> Legacy:
    """Give an attribute with the place of its name and value."""
    value, start, end = values[name]
    begin = tag.inside.lower().rfind(name, 0, start)
    quote = tag.inside[end : end + 1]
    stop = end + (quote in {'"', "'"} and tag.inside[start - 1 : start] == quote)
    return Legacy(tag.name, name, value.strip(), tag.at + max(begin, 0), tag.at + stop)


@lru_cache(maxsize=1 << 12)
def length(value: str, whole: float, size: float = 16.0) -> float | None:
    """
    Read a length in pixels; percentages are of `whole`, `em` of `size`. `None` for what is none.

    >>> length("25%", 600), length("1.5em", 600), length("auto", 600)
    (150.0, 24.0, None)
    """
    hit = _LENGTH.match(value.strip().lower())
    if hit is None:
        return None
    figure, unit = float(hit[1]), hit[2] or ""
    if unit in {"%", "vw", "vh"}:
        return figure * whole / 100
    if unit in {"em", "ex", "ch"}:
        return figure * size * (1 if unit == "em" else 0.5)
    return figure * _PIXELS[unit]


@lru_cache(maxsize=1 << 12)
def font_size(value: str, over: float) -> float:
    """Read a size of letters in pixels, where what is around has `over`; that where it cannot be read."""
    value = value.strip().lower()
    if value in _NAMED:
        return _NAMED[value]
    if value in {"larger", "smaller"}:
        return over * 1.2 if value == "larger" else over / 1.2
    read = length(value, over, over)
    return read if read is not None and read > 0 else over


def sides(style: Mapping[str, str], whole: float, size: float) -> float:
    """Give what margins, padding and indent take from both sides, in pixels; a negative one takes nothing back."""
    taken = 0.0
    for name in ("margin", "padding"):
        left, right = _two(style.get(name, ""), whole, size)
        for side in ("left", "inline-start"):
            left = _or(length(style.get(f"{name}-{side}", ""), whole, size), left)
        for side in ("right", "inline-end"):
            right = _or(length(style.get(f"{name}-{side}", ""), whole, size), right)
        if f"{name}-inline" in style:
            both = style[f"{name}-inline"].split()
            left, right = (_or(length(one, whole, size), 0.0) for one in (both[0], both[-1])) if both else (left, right)
        taken += max(left, 0.0) + max(right, 0.0)
    return taken + max(_or(length(style.get("text-indent", ""), whole, size), 0.0), 0.0)


def _two(value: str, whole: float, size: float) -> tuple[float, float]:
    """Left and right of a shorthand of one to four lengths."""
    found = [_or(length(one, whole, size), 0.0) for one in value.split()[:4]]
    if not found:
        return 0.0, 0.0
    right = found[1] if len(found) > 1 else found[0]
    return (found[3] if len(found) == 4 else right), right


def _or(value: float | None, other: float) -> float:
    return other if value is None else value
