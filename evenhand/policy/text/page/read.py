"""Reads a page once: what is seen of it, what is not, where it leads, what it shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Literal

from evenhand.policy.text.mapped import MapMaker, Mapped
from evenhand.policy.text.page.looks import Sheet, colour, declarations, hides
from evenhand.policy.text.page.tokens import Tag, attributes, tokens

__all__ = ["Anchor", "Hidden", "Page", "read_page"]

_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table tbody tfoot thead tr"
    " ul".split()
)
_CELLS = frozenset({"td", "th", "caption", "option"})
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_UNSEEN = frozenset("script style title template noembed head object audio video datalist".split())
_SPACE = re.compile(r"[ \t\n\r\f]+")
_PIECE = re.compile(r"&(?:#[xX]?[0-9a-fA-F]{1,8};?|[a-zA-Z][a-zA-Z0-9]{1,31};?)|[ \t\n\r\f]{2,}|[\t\n\r\f]")
_QUOTES = re.compile(
    r"(?i)gmail_quote|gmail_extra|moz-cite|yahoo_quoted|protonmail_quote|divrplyfwdmsg|x_quote|zmail_extra"
)
_DEEPEST = 300
"""Levels of elements that are kept apart; deeper ones count as their parent."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place of the source that leads somewhere: its target as written, its visible text, and the picture in it."""

    start: int
    end: int
    target: str
    shown: str
    how: Literal["anchor", "area", "form", "refresh"] = "anchor"
    wraps: str = ""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Text that a mail program would not show: its place in the source, its words, and why it is not seen."""

    start: int
    end: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Page:
    """What was read of a page; `seen` maps to the source, `pictures` are the sources of those it shows."""

    seen: Mapped
    hidden: Sequence[Hidden] = ()
    pictures: Sequence[str] = ()
    anchors: Sequence[Anchor] = ()


@dataclass(slots=True)
class _Element:
    name: str
    why_hidden: str = ""
    quoted: bool = False
    pre: bool = False
    ground: str = "#f0f0f0"


@dataclass(slots=True)
class _Open:
    """An anchor whose end was not met yet."""

    start: int
    end: int
    target: str
    at: int
    wraps: str = ""


@dataclass(slots=True)
class _Reader:
    source: str
    seen: MapMaker = field(default_factory=MapMaker)
    stack: list[_Element] = field(default_factory=lambda: [_Element("")])
    hidden: list[Hidden] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    sheet: Sheet = field(default_factory=Sheet)
    open: _Open | None = None
    blank: tuple[int, int] | None = None
    broken: bool = True

    def text(self, start: int, end: int) -> None:
        here = self.stack[-1]
        if here.quoted:
            return
        if here.why_hidden:
            words = _SPACE.sub(" ", unescape(self.source[start:end])).strip()
            if words:
                self.hidden.append(Hidden(start, end, words, here.why_hidden))
            return
        at = start
        for hit in _PIECE.finditer(self.source, start, end):
            self._keep(at, hit.start())
            at = hit.end()
            if hit[0][0] == "&":
                self._put(unescape(hit[0]), hit.start(), hit.end())
            elif here.pre and "\n" in hit[0]:
                self.line(hit.start())
            else:
                self.blank = self.blank or hit.span()
        self._keep(at, end)

    def _keep(self, start: int, end: int) -> None:
        if end > start and self.source[start] == " ":
            self.blank = self.blank or (start, start + 1)
            start += 1
        if end > start:
            self._space()
            self.seen.keep(self.source[start:end], start)
            self.broken = False

    def _put(self, words: str, start: int, end: int) -> None:
        if words.isspace() and words != "\u00a0":
            self.blank = self.blank or (start, end)
            return
        self._space()
        self.seen.put(words, start, end)
        self.broken = False

    def _space(self) -> None:
        if self.blank and not self.broken:
            self.seen.put(" ", *self.blank)
        self.blank = None

    def line(self, at: int) -> None:
        self.blank = None
        if not self.broken:
            self.seen.put("\n", at, at)
            self.broken = True

    def tag(self, tag: Tag) -> None:
        if tag.name == "br":
            if not self.stack[-1].quoted:
                self.line(tag.start)
            return
        if tag.name in _BLOCKS:
            self.line(tag.start)
        elif tag.name in _CELLS:
            self.blank = self.blank or (tag.start, tag.start)
        if tag.closes:
            self.close(tag)
        else:
            self.begin(tag)

    def begin(self, tag: Tag) -> None:
        if tag.name == "style":
            self.sheet.add(tag.raw)
            return
        if tag.name == "script":
            return
        values = attributes(tag)
        if tag.name == "img":
            self.picture(tag, values)
        elif tag.name in {"a", "area", "form", "meta"}:
            self.lead(tag, values)
        if tag.name in _VOID or tag.inside.rstrip().endswith("/"):
            return
        if len(self.stack) < _DEEPEST:
            self.stack.append(self.element(tag, values))

    def element(self, tag: Tag, values: dict[str, tuple[str, int, int]]) -> _Element:
        over = self.stack[-1]
        if not values and tag.name not in _UNSEEN and tag.name != "pre" and self.sheet.is_empty:
            return _Element(tag.name, over.why_hidden, over.quoted, over.pre, over.ground)
        classes = values.get("class", ("", 0, 0))[0]
        ident = values.get("id", ("", 0, 0))[0]
        style = self.sheet.for_tag(tag.name, classes.lower().split(), ident.lower())
        if "style" in values:
            style.update(declarations(values["style"][0]))
        ground = over.ground
        if "bgcolor" in values:
            style.setdefault("background-color", values["bgcolor"][0].lower())
        if tag.name == "font" and "color" in values:
            style.setdefault("color", values["color"][0].lower())
        why = over.why_hidden or ("it is marked as hidden" if "hidden" in values else "")
        why = why or ("it is never shown" if tag.name in _UNSEEN else "") or (hides(style, ground) if style else "")
        behind = style.get("background-color") or style.get("background", "")
        return _Element(
            tag.name,
            why,
            over.quoted or _is_quote(tag.name, values, classes, ident),
            over.pre or tag.name == "pre" or style.get("white-space", "").startswith("pre"),
            colour(behind) or ground,
        )

    def close(self, tag: Tag) -> None:
        if tag.name == "a":
            self.shut()
        for depth in range(len(self.stack) - 1, 0, -1):
            if self.stack[depth].name == tag.name:
                del self.stack[depth:]
                return
            if self.stack[depth].name in {"td", "table"} and tag.name not in {"table", "tr", "tbody", "body", "html"}:
                return

    def picture(self, tag: Tag, values: dict[str, tuple[str, int, int]]) -> None:
        source = values.get("src", ("", 0, 0))[0]
        alt = values.get("alt")
        here = self.stack[-1]
        if self.open is not None:
            self.open.wraps = self.open.wraps or source or "?"
        self.pictures.append(source)
        if alt and alt[0].strip() and not here.why_hidden and not here.quoted:
            self.line(tag.start)
            self.seen.put(_SPACE.sub(" ", alt[0].strip()), tag.at + alt[1], tag.at + alt[2])
            self.broken = False
            self.line(tag.end)

    def lead(self, tag: Tag, values: dict[str, tuple[str, int, int]]) -> None:
        if self.stack[-1].quoted:
            return
        target = values.get("href", values.get("action", ("", 0, 0)))[0].strip()
        if tag.name == "a":
            self.shut()
            if "href" in values:
                self.open = _Open(tag.start, tag.end, target, len(self.seen.pieces))
        elif tag.name == "area" and target:
            self.anchors.append(Anchor(tag.start, tag.end, target, values.get("alt", ("", 0, 0))[0], "area"))
        elif tag.name == "form" and target:
            self.anchors.append(Anchor(tag.start, tag.end, target, "", "form"))
        elif tag.name == "meta" and values.get("http-equiv", ("", 0, 0))[0].lower() == "refresh":
            _, _, address = values.get("content", ("", 0, 0))[0].partition("=")
            self.anchors.append(Anchor(tag.start, tag.end, address.strip(" '\""), "", "refresh"))

    def finished(self) -> Mapped:
        if self.seen.pieces and self.seen.pieces[-1] == "\n":
            for gathered in (self.seen.pieces, self.seen.starts, self.seen.origins, self.seen.ends):
                gathered.pop()
        return self.seen.done()

    def shut(self) -> None:
        if self.open is not None:
            shown = "".join(self.seen.pieces[self.open.at :])
            self.anchors.append(
                Anchor(self.open.start, self.open.end, self.open.target, shown.strip(), "anchor", self.open.wraps)
            )
            self.open = None


def _is_quote(name: str, values: dict[str, tuple[str, int, int]], classes: str, ident: str) -> bool:
    if name == "blockquote":
        return values.get("type", ("", 0, 0))[0].lower() == "cite" or bool(_QUOTES.search(classes))
    return bool(_QUOTES.search(classes)) or bool(ident and _QUOTES.search(ident))


def read_page(source: str) -> Page:
    """
    Read a page as a mail program would show it; any text will do, and each of its characters is looked at a few times.

    Blocks and line breaks part lines, other white space is one blank; alternative texts stand on lines of their own.

    >>> page = read_page('<p>Tom &amp; <b>Ada</b><span style="display:none">psst</span></p>')
    >>> page.seen.text, page.hidden[0].text, page.seen.span(4, 5)
    ('Tom & Ada', 'psst', (7, 12))
    """
    reader = _Reader(source)
    for token in tokens(source):
        if isinstance(token, Tag):
            reader.tag(token)
        else:
            reader.text(*token)
    reader.shut()
    return Page(
        reader.finished(),
        tuple(reader.hidden),
        tuple(reader.pictures),
        tuple(reader.anchors),
    )
