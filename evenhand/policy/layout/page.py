"""Walks a page once and measures it, as a mail program with a container of a given width would lay it out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape

from evenhand.policy.layout.active import active
from evenhand.policy.layout.gaps import Gaps
from evenhand.policy.layout.parts import Declaration, Indent, Legacy, Picture, Resource, Turned
from evenhand.policy.layout.styles import declared, font_size, legacy, length, resources, sides
from evenhand.policy.text.page.looks import Sheet, declarations, hides
from evenhand.policy.text.page.tokens import Tag, attributes, tokens

__all__ = ["Layout", "lay_out"]

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_UNSEEN = frozenset("script style title template noembed head object audio video datalist".split())
_SIZES = {"h1": 2.0, "h2": 1.5, "h3": 1.17, "h5": 0.83, "h6": 0.67, "big": 1.2}
_SIZES |= dict.fromkeys(("small", "sub", "sup"), 1 / 1.2) | dict.fromkeys(("code", "pre", "tt", "kbd", "samp"), 13 / 16)
_FONT_SIZES = {"1": 10.0, "2": 13.0, "3": 16.0, "4": 18.0, "5": 24.0, "6": 32.0, "7": 48.0}
_LEGACY = ("face", "color", "text", "link", "vlink", "alink", "align")
_INDENTED = {"blockquote": 80.0, "dd": 40.0, "figure": 80.0}
"""What the default sheet takes from the sides, in pixels; lists are left out, whose indents are their marks' room."""

_SPECIAL = {"th", "center", *_SIZES, *_INDENTED, *_UNSEEN}
"""Elements that change something even without an attribute."""

_QUOTE = re.compile(r"(?i)gmail_quote|gmail_extra|moz-cite|yahoo_quoted|protonmail_quote|zmail_extra")
_FONT_SIZE = re.compile(
    r"(?i)(?:^|\s)(\d[\d.]*(?:px|pt|em|rem|%|ex)|(?:x{1,3}-)?(?:small|large)|medium|larger|smaller)(?=[\s/]|$)"
)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LETTER = re.compile(r"[^\W\d_]")
_DEEPEST = 300


@dataclass(frozen=True, slots=True)
class Layout:
    """What was measured of a page; `breaks` are places of surplus line breaks, `active` of what runs or asks."""

    declarations: Sequence[Declaration] = ()
    legacies: Sequence[Legacy] = ()
    pictures: Sequence[Picture] = ()
    resources: Sequence[Resource] = ()
    indents: Sequence[Indent] = ()
    turned: Sequence[Turned] = ()
    sizes: Mapping[float, tuple[int, int]] = field(default_factory=dict)
    breaks: Sequence[tuple[int, int]] = ()
    active: Sequence[tuple[int, int, str]] = ()
    has_words: bool = False


@dataclass(slots=True)
class _Box:
    """An element that is open: what holds for the text in it."""

    name: str
    size: float = 16.0
    indent: float = 0.0
    indented_by: tuple[int, int] = (0, 0)
    width: float = 600.0
    align: str = ""
    aligned_by: tuple[int, int] = (0, 0)
    direction: str = ""
    is_hidden: bool = False
    is_quoted: bool = False


class _Walk:
    def __init__(self, source: str, container: float, most: int) -> None:
        self.source, self.container = source, container
        self.stack = [_Box("", width=container)]
        self.sheet = Sheet()
        self.gaps = Gaps(most)
        self.declarations: list[Declaration] = []
        self.legacies: list[Legacy] = []
        self.pictures: list[Picture] = []
        self.resources: list[Resource] = []
        self.active: list[tuple[int, int, str]] = []
        self.indents: dict[tuple[int, int], float] = {}
        self.turned: dict[tuple[int, int], str] = {}
        self.sizes: dict[float, tuple[int, int]] = {}
        self.has_words = False
        self.anchor: tuple[int, bool] | None = None
        """Where the pictures of the open link begin, and whether it has words."""

    def text(self, start: int, end: int) -> None:
        here = self.stack[-1]
        words = self.source[start:end]
        if here.is_quoted or here.is_hidden or not words.strip():
            if here.is_quoted:
                self.gaps.skip()
            return
        words = unescape(words).replace("\u200b", "").strip()
        if not words:
            return
        self.has_words = True
        self.gaps.fill()
        if self.anchor is not None:
            self.anchor = (self.anchor[0], True)
        begin = start + len(self.source[start:end]) - len(self.source[start:end].lstrip())
        self.sizes.setdefault(round(here.size * 2) / 2, (begin, end))
        if here.indent:
            place = here.indented_by
            self.indents[place] = max(self.indents.get(place, 0.0), here.indent)
        self._turn(here, words)

    def _turn(self, here: _Box, words: str) -> None:
        if not here.align and not here.direction:
            return
        is_backward = bool(_RIGHT_TO_LEFT.search(words))
        if not is_backward and not _LETTER.search(words) and here.direction == "rtl":
            return
        start = "right" if is_backward else "left"
        shown = here.align or ("right" if here.direction == "rtl" else "left")
        shown = {"start": "", "end": "right" if start == "left" else "left"}.get(shown, shown)
        if shown == "start" or not shown:
            shown = "right" if here.direction == "rtl" else start
        if shown != start:
            self.turned.setdefault(here.aligned_by, shown)

    def tag(self, tag: Tag) -> None:  # noqa: C901  one case a kind of tag
        values = attributes(tag) if tag.inside and not tag.closes else {}
        if not tag.closes:
            self.active += active(tag, values)
            if values or tag.raw:
                self._note(tag, values)
        if tag.name == "style":
            self.sheet.add(tag.raw)
            return
        if self.stack[-1].is_quoted and not tag.closes and tag.name in _VOID:
            return
        if tag.name == "br":
            self.gaps.line(tag.start, tag.end)
        elif tag.name == "a":
            self._link(tag)
        elif tag.name in {"hr", "input", "button", "video", "svg"} and not tag.closes:
            self.gaps.fill()
        if tag.name == "img" and not tag.closes:
            self._picture(tag, values)
        if tag.closes:
            self._close(tag)
        elif tag.name not in _VOID and not tag.inside.rstrip().endswith("/"):
            self.gaps.begin(tag.name, tag.start)
            if len(self.stack) < _DEEPEST:
                self.stack.append(self._box(tag, values))

    def _note(self, tag: Tag, values: Mapping[str, tuple[str, int, int]]) -> None:
        if self.stack[-1].is_quoted:
            return
        self.declarations += declared(tag, values)
        self.resources += resources(tag, values)
        self.legacies += (legacy(tag, name, values) for name in _LEGACY if name in values)

    def _style(self, tag: Tag, values: Mapping[str, tuple[str, int, int]]) -> dict[str, str]:
        classes, ident = values.get("class", ("", 0, 0))[0], values.get("id", ("", 0, 0))[0]
        style = {} if self.sheet.is_empty else self.sheet.for_tag(tag.name, classes.lower().split(), ident.lower())
        if "style" in values:
            style.update(declarations(values["style"][0]))
        return {name: value.replace("!important", "").strip() for name, value in style.items()}

    def _box(self, tag: Tag, values: Mapping[str, tuple[str, int, int]]) -> _Box:
        over, place = self.stack[-1], (tag.start, tag.end)
        if not values and self.sheet.is_empty and tag.name not in _SPECIAL:
            return _Box(
                tag.name, over.size, over.indent, over.indented_by, over.width, over.align, over.aligned_by,
                over.direction, over.is_hidden, over.is_quoted,
            )  # fmt: skip
        style = self._style(tag, values)
        size = _size_of(tag.name, style, values, over.size)
        own = _INDENTED.get(tag.name, 0.0) if "margin" not in style and "margin-left" not in style else 0.0
        own += sides(style, self.container, size)
        padding = values.get("cellpadding")
        if padding is not None:
            own += 2 * (length(padding[0], self.container) or 0.0)
        width = length(style.get("width", "") or values.get("width", ("", 0, 0))[0], over.width, size)
        align, direction = _alignment(tag.name, style, values)
        turns = align or direction
        return _Box(
            tag.name,
            size,
            over.indent + own,
            place if own else over.indented_by,
            max(1.0, min(width, self.container) if width else over.width - own),
            # Within a table its own alignment is said anew by its cells, or not at all.
            align or ("" if tag.name == "th" else over.align),
            place if turns else over.aligned_by,
            direction or over.direction,
            over.is_hidden or tag.name in _UNSEEN or "hidden" in values or bool(style and hides(style, "")),
            over.is_quoted or _is_quote(tag.name, values),
        )

    def _link(self, tag: Tag) -> None:
        if self.anchor is not None:
            first, has_words = self.anchor
            if not has_words:
                self.pictures[first:] = [
                    Picture(
                        one.start, one.end, one.source, one.alt, one.share, one.width, one.height, True, one.is_hidden
                    )
                    for one in self.pictures[first:]
                ]
            self.anchor = None
        if not tag.closes and "href" in attributes(tag):
            self.anchor = (len(self.pictures), False)

    def _picture(self, tag: Tag, values: Mapping[str, tuple[str, int, int]]) -> None:
        here, style = self.stack[-1], self._style(tag, values)
        if here.is_quoted:
            return
        measured: dict[str, float | None] = {}
        for name in ("width", "height"):
            said = [style.get(name, "") or values.get(name, ("", 0, 0))[0], style.get(f"min-{name}", "")]
            found = [one for one in (length(each, here.width) for each in said) if one is not None]
            most = length(style.get(f"max-{name}", ""), here.width)
            measured[name] = None if not found else min(max(found), most if most is not None else max(found))
        is_hidden = here.is_hidden or "hidden" in values or bool(style and hides(style, ""))
        if not is_hidden:
            self.gaps.fill()
        wide = measured["width"]
        share = None if wide is None else wide / self.container
        alt = values["alt"][0] if "alt" in values else None
        source = values.get("src", ("", 0, 0))[0]
        self.pictures.append(
            Picture(
                tag.start, tag.end, source, alt, share, wide, measured["height"], is_link=False, is_hidden=is_hidden
            )
        )

    def _close(self, tag: Tag) -> None:
        self.gaps.end(tag.name, tag.end)
        for depth in range(len(self.stack) - 1, 0, -1):
            if self.stack[depth].name == tag.name:
                del self.stack[depth:]
                return
            if self.stack[depth].name in {"td", "table"} and tag.name not in {"table", "tr", "tbody", "body", "html"}:
                return


def _size_of(name: str, style: Mapping[str, str], values: Mapping[str, tuple[str, int, int]], over: float) -> float:
    said = style.get("font-size", "")
    if not said and "font" in style:
        found = _FONT_SIZE.search(style["font"])
        said = found[1] if found else ""
    if said:
        return font_size(said, over)
    if name == "font" and "size" in values:
        value = values["size"][0].strip()
        if value[:1] in {"+", "-"} and value[1:].isdigit():
            value = str(min(7, max(1, 3 + int(value[:2]))))
        return _FONT_SIZES.get(value, over)
    return over * _SIZES.get(name, 1.0)


def _alignment(name: str, style: Mapping[str, str], values: Mapping[str, tuple[str, int, int]]) -> tuple[str, str]:
    said = style.get("text-align", "") or (values["align"][0].strip().lower() if "align" in values else "")
    if name == "center" and not said:
        said = "center"
    if said not in {"left", "right", "center", "justify", "start", "end"}:
        said = {"middle": "center", "-webkit-center": "center", "-moz-center": "center"}.get(said, "")
    way = style.get("direction", "") or values.get("dir", ("", 0, 0))[0].strip().lower()
    return said, way if way in {"ltr", "rtl"} else ""


def _is_quote(name: str, values: Mapping[str, tuple[str, int, int]]) -> bool:
    if name == "blockquote" and values.get("type", ("", 0, 0))[0].lower() == "cite":
        return True
    return any(_QUOTE.search(values[each][0]) for each in ("class", "id") if each in values)


@lru_cache(maxsize=4)
def lay_out(source: str, container: float = 600.0, most: int = 2) -> Layout:
    """
    Measure a page in a container of so many pixels; more than `most` line breaks in a row are surplus.

    Any text will do, and each of its characters is looked at a few times. The last pages are remembered: every rule
    about looks asks for the same one.
    """
    walk = _Walk(source, container, most)
    for one in tokens(source):
        if isinstance(one, Tag):
            walk.tag(one)
        else:
            walk.text(*one)
    return Layout(
        walk.declarations,
        walk.legacies,
        walk.pictures,
        walk.resources,
        [Indent(*place, taken / container) for place, taken in walk.indents.items()],
        [Turned(*place, value) for place, value in walk.turned.items()],
        walk.sizes,
        walk.gaps.surplus,
        walk.active,
        walk.has_words,
    )
