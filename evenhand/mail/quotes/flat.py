"""Reads HTML as lines that remember where they stood and whether they stood in a quote."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

__all__ = ["TAG", "VOID", "Flat", "FlatLine", "flatten"]

TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,20})([^<>]*)>")
VOID = frozenset({"br", "hr", "img", "meta", "link", "input", "area", "base", "col", "embed", "source", "wbr"})
_BLOCKS = frozenset({
    "p", "div", "br", "li", "tr", "table", "blockquote", "pre", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd",
    "ul", "ol", "body", "section", "article", "center", "html", "fieldset",
})  # fmt: skip
_CELLS = frozenset({"td", "th"})
_SILENT = frozenset({"style", "script", "title", "head", "template"})
_ATTRIBUTES = re.compile(r"(class|id|type|name|data-marker|cite)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_CITE_CLASS = re.compile(
    r"gmail_quote|protonmail_quote|tutanota_quote|yahoo|clean_bq|front-blockquote|zmail|iscited|cite"
)
# Everything inside is quoted.
_WHOLE = re.compile(
    r"olk_src_body_section|yahoo_quoted|reference-message|zmail_extra|messagereplysection|"
    r"tutanota_quote|yahooquotedtext"
)
# Holds the attribution, and quoted blocks with the author's answers between them.
_MIXED = re.compile(r"gmail_quote|protonmail_quote")
# Everything from here to the end is quoted.
_OPENS = re.compile(
    r"^(?:divrplyfwdmsg|stopspelling|zwchr)$|outlookmessageheader|moz-forward-container|^__(?:divider|headers)__$"
)
_ATTRIBUTION = re.compile(r"gmail_attr|moz-cite-prefix|reply-intro|gmail_quote_attribution")
_AFTER_NAME = frozenset(("", " ", "\t", "\r", "\n", "\f", "/"))
_DEEPEST = 60
_RULE = "-" * 20
_PICTURE = "\ufffc"


@dataclass(slots=True)
class FlatLine:
    """One line as shown, the place of its text in the HTML, and the marks upon it."""

    text: str
    start: int
    end: int
    quoted: bool
    whole: bool
    plain_depth: int
    mixed: int


@dataclass(slots=True)
class Flat:
    """The lines of a document, and which of them are known to open a quote or to be an attribution."""

    lines: list[FlatLine] = field(default_factory=list)
    hard: set[int] = field(default_factory=set)
    attributions: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Holder:
    """An open element that sorts what stands in it: C cited, W wholly quoted, M mixed, P plain, A attribution."""

    tag: str
    level: int
    sort: str


class _Reader:
    def __init__(self, html: str) -> None:
        self.html = html
        self.flat = Flat()
        self.levels: dict[str, int] = {}
        self.holders: list[_Holder] = []
        self.counts = dict.fromkeys("CWMPA", 0)
        self.words: list[str] = []
        self.missing: set[str] = set()
        self.start = self.end = 0
        self.mixed = 0

    def find(self, words: str, start: int) -> int:
        """Look ahead; what once was not found is not looked for again, so that unclosed things stay cheap."""
        if words in self.missing:
            return -1
        found = self.html.find(words, start)
        if found < 0:
            self.missing.add(words)
        return found

    def text(self, start: int, end: int) -> None:
        words = self.html[start:end]
        if not words.strip():
            if self.words:
                self.words.append(" ")
            return
        if not self.words:
            self.start = start + len(words) - len(words.lstrip())
        self.words.append(words)
        self.end = end - (len(words) - len(words.rstrip()))

    def picture(self, start: int, end: int) -> None:
        if not self.words:
            self.start = start
        self.words.append(_PICTURE)
        self.end = end

    def flush(self) -> None:
        if not self.words:
            return
        text = "".join(self.words)
        self.words.clear()
        if "&" in text:
            text = unescape(text)
        counts, lines = self.counts, self.flat.lines
        if counts["A"]:
            self.flat.attributions.add(len(lines))
        quoted = counts["C"] > 0 or counts["W"] > 0
        mixed = self.mixed if counts["M"] else 0
        text = _SPACE.sub(" ", text).strip()
        lines.append(FlatLine(text, self.start, self.end, quoted, counts["W"] > 0, counts["P"], mixed))

    def rule(self, start: int, end: int) -> None:
        self.flush()
        quoted = self.counts["C"] > 0 or self.counts["W"] > 0
        self.flat.lines.append(FlatLine(_RULE, start, end, quoted, False, 0, 0))

    def open(self, tag: str, attributes: str, at: int) -> None:
        level = self.levels[tag] = self.levels.get(tag, 0) + 1
        if "order-top" in attributes and "solid" in attributes:
            # Outlook draws its line above the header block this way.
            self.rule(at, at)
        sort = self.sort_of(tag, attributes)
        if sort is None or len(self.holders) >= _DEEPEST:
            return
        self.flush()
        if sort == "M" and not self.counts["M"]:
            self.mixed += 1
        self.counts[sort] += 1
        self.holders.append(_Holder(tag, level, sort))

    def close(self, tag: str) -> None:
        level = self.levels.get(tag, 0)
        if not level:
            return
        self.levels[tag] = level - 1
        if not any(holder.tag == tag and holder.level >= level for holder in self.holders):
            return
        self.flush()
        while self.holders:
            holder = self.holders.pop()
            self.counts[holder.sort] -= 1
            if holder.tag == tag and holder.level >= level:
                return

    def sort_of(self, tag: str, attributes: str) -> str | None:
        named: dict[str, str] = {}
        if attributes:
            for name, value in _ATTRIBUTES.findall(attributes[:2000]):
                named.setdefault(name.lower(), value.strip("\"'").lower())
        names = f"{named.get('class', '')} {named.get('id', '')} {named.get('name', '')}"
        if (
            _OPENS.search(named.get("id", ""))
            or _OPENS.search(named.get("class", ""))
            or ("data-marker" in named and _OPENS.search(named["data-marker"]))
        ):
            self.flush()
            self.flat.hard.add(len(self.flat.lines))
            return None
        if tag == "blockquote":
            cited = named.get("type") == "cite" or "cite" in named or _CITE_CLASS.search(names)
            return "C" if cited or "quoted_text" in named.get("data-marker", "") else "P"
        if not names.strip():
            return None
        if _ATTRIBUTION.search(names):
            return "A"
        if _WHOLE.search(names) or named.get("name") == "quote":
            return "W"
        return "M" if tag == "div" and _MIXED.search(names) and "container" not in names else None


def flatten(html: str) -> Flat:
    """Read HTML in one pass, without building a tree: unbalanced tags are what they are."""
    reader = _Reader(html)
    at, length = 0, len(html)
    while at < length:
        opened = html.find("<", at)
        if opened < 0:
            opened = length
        if opened > at:
            reader.text(at, opened)
        if opened == length:
            break
        at = _markup(reader, html, opened)
    reader.flush()
    return reader.flat


def _markup(reader: _Reader, html: str, at: int) -> int:
    """Read what begins with `<` and return where it ends."""
    match = TAG.match(html, at)
    if match is None or match.group(3)[:1] not in _AFTER_NAME:
        return _oddity(reader, html, at)
    closing, tag, attributes = match.group(1), match.group(2).lower(), match.group(3)
    if tag in _SILENT and not closing and not attributes.endswith("/"):
        end = reader.find(f"</{match.group(2)}", match.end())
        return match.end() if end < 0 else end
    if tag in _BLOCKS:
        reader.flush()
    if tag == "img":
        reader.picture(at, match.end())
    elif tag == "hr":
        reader.sort_of(tag, attributes)
        reader.rule(at, match.end())
    elif closing:
        reader.close(tag)
    elif tag not in VOID and not attributes.endswith("/"):
        if tag in _CELLS:
            reader.text(at, at)
        reader.open(tag, attributes, at)
    return match.end()


def _oddity(reader: _Reader, html: str, at: int) -> int:
    """Pass over comments and declarations; a lone `<`, or an address in angle brackets, is text."""
    if html.startswith("<!--", at):
        end = reader.find("-->", at)
        return at + 4 if end < 0 else end + 3
    if html.startswith(("<!", "<?"), at):
        end = reader.find(">", at)
        return at + 2 if end < 0 else end + 1
    reader.text(at, at + 1)
    return at + 1
