"""Undoes the ways an address can be written so that a plain search misses it, and remembers where each letter was."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html.entities import html5

__all__ = ["View", "edited", "flats", "fold", "squeeze", "tags_in", "views"]

_ROUNDS = 3
"""How deep escapes may lie in each other: an entity in a percent-escape in an entity."""

_UTF7_ROUNDS = 2
"""A file in UTF-7 may hold what was UTF-7 before."""

_UNSEEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
)
_IGNORED = re.compile(f"[{_UNSEEN}]+")
# A letter with its combining marks is one letter; the rest of what is not plain goes alone.
_NOT_PLAIN = re.compile("[^\x00-\x1f\x7f][\u0300-\u036f]+|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|[^\x00-\x7f]")
_DOTS = str.maketrans({"。": ".", "．": ".", "｡": ".", "․": ".", "﹒": ".", "＠": "@", "﹫": "@"})
# It begins with a set of four characters, so that what has none of them is passed over at once.
_ESCAPE = re.compile(
    r"([%&=\\])(?:(?<=[%=])([0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2})*)"
    r"|(?<==)([ \t\r]*\n)"
    r"|(?<=[%\\])u([0-9A-Fa-f]{4})|(?<=\\)u\{([0-9A-Fa-f]{1,6})\}|(?<=\\)x([0-9A-Fa-f]{2})"
    r"|(?<=&)#[xX]([0-9A-Fa-f]{1,40});?|(?<=&)#([0-9]{1,40});?"
    r"|(?<=&)([aA][mM][pP](?![A-Za-z0-9]);?|[A-Za-z][A-Za-z0-9]{1,31};))"
)
_ASCII_BYTE = re.compile("[%=]([0-7][0-9A-Fa-f])")
# Digits alone (a time zone, a telephone number) stand for letters from U+0C00 on, none of which folds to ASCII.
_UTF7 = re.compile(r"\+(?![0-9]+(?![A-Za-z0-9+/]))([A-Za-z0-9+/]{2,10000})-?|\+-")
# What a browser shows nothing of: comments, what has no words for the reader, tags with or without quoted values.
_TAG = re.compile(
    r"<!--.*?(?:--!?>|\Z)|<(style|script|title|template)\b.*?(?:</\1[^<>]*>|\Z)"
    r"|<[a-zA-Z/!?](?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+>|<[a-zA-Z/!?][^<>]*+>",
    re.IGNORECASE | re.DOTALL,
)
_INLINE = re.compile(
    r"<!--|</?(?:a|abbr|b|bdi|bdo|big|cite|code|del|em|font|i|ins|kbd|mark|q|s|samp|small|span|strike|strong|sub|sup|tt"
    r"|u|var|wbr)\b",
    re.IGNORECASE,
)
_ALL_WIDE = re.compile("[^\x00-\x7f]+\\Z")
_COMMENT_MARK = re.compile("<!--|-->")
# It begins where the space begins: tried at each space anew, a long line of them would cost its square.
_LINE_END = re.compile(r"(?<![ \t\xa0\r])[ \t\xa0\r]*\n[ \t>|]*")

_PLAIN_BYTES = b"\t\n\r" + bytes(range(0x20, 0x7F))
_LOWER = bytes(range(256)).lower()
_SQUEEZED = bytes(range(0x21)) + b">|\x7f"


@dataclass(frozen=True, slots=True)
class View:
    """
    A text as a reader, a browser or a decoder would see it, with the way back to the text `below` it.

    `edits` are (start, end) here and (start, end) below, in order; between them the letters are the same.
    """

    text: str
    edits: tuple[tuple[int, int, int, int], ...] = ()
    below: View | None = None

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Where the letters from `start` to `end` came from in the text at the bottom."""
        view: View | None = self
        while view is not None:
            if view.edits:
                start, end = _start_below(view.edits, start), _end_below(view.edits, end)
            view = view.below
        return start, end


def _start_below(edits: tuple[tuple[int, int, int, int], ...], start: int) -> int:
    place = bisect_right(edits, start, key=lambda edit: edit[1])
    # An edit that has begun and not ended holds the place: all of what it stands for is meant.
    if place < len(edits) and edits[place][0] <= start:
        return edits[place][2]
    return start + (edits[place - 1][3] - edits[place - 1][1] if place else 0)


def _end_below(edits: tuple[tuple[int, int, int, int], ...], end: int) -> int:
    place = bisect_left(edits, end, key=lambda edit: edit[1])
    if place < len(edits) and edits[place][0] < end:
        return edits[place][3]
    return end + (edits[place - 1][3] - edits[place - 1][1] if place else 0)


def views(text: str) -> Iterator[tuple[str, View, bool]]:
    """
    Show a text in all its normal forms: the form's name, the view, and whether lines or paragraphs were joined in it.

    Lower case. Escapes are decoded up to three deep. Where lines were joined, two words may have become one, so only
    what cannot be two words should be looked for there.
    """
    yield from _opened("as it stands", "escapes decoded", View(text))
    packed = View(text)
    for _ in range(_UTF7_ROUNDS):
        unpacked = edited(packed, _UTF7, _from_utf7)
        if unpacked is packed:
            return
        yield from _opened("utf-7", "utf-7, escapes decoded", unpacked)
        packed = unpacked


def _opened(form: str, deeper: str, view: View) -> Iterator[tuple[str, View, bool]]:
    """Show a view, and what its escapes hide: `deeper` is the name of the forms in which some were decoded."""
    view = edited(view, _NOT_PLAIN, _fold_match)
    yield from _shown(form, view)
    for _ in range(_ROUNDS):
        decoded = edited(view, _ESCAPE, _unescape)
        if decoded is view:
            break
        view = edited(decoded, _NOT_PLAIN, _fold_match)
        yield from _shown(deeper, view)


def _shown(form: str, view: View) -> Iterator[tuple[str, View, bool]]:
    view = View(view.text.lower(), view.edits, view.below)
    bare = edited(view, _TAG, lambda _: "")
    yield form, view, False
    if bare is not view:
        # Two paragraphs are two words, but for who puts a tag between any two letters.
        yield "without tags", bare, True
        yield "without tags", edited(view, _TAG, lambda tag: "" if _INLINE.match(tag.group()) else " "), False
    if "<!--" in view.text:
        opened = edited(edited(view, _COMMENT_MARK, lambda _: ""), _TAG, lambda _: "")
        yield "in a comment, without tags", opened, False
    for one in {view.text: view, bare.text: bare}.values():
        joined = edited(one, _LINE_END, lambda _: "")
        if joined is not one:
            yield "lines joined", joined, True


def edited(view: View, what: re.Pattern[str], replacement: Callable[[re.Match[str]], str]) -> View:
    """Replace what matches; the view itself where that changes nothing."""
    pieces: list[str] = []
    edits: list[tuple[int, int, int, int]] = []
    position = length = 0
    for match in what.finditer(view.text):
        new = replacement(match)
        if new == match.group():
            continue
        start, end = match.span()
        length += start - position
        pieces += [view.text[position:start], new]
        edits.append((length, length + len(new), start, end))
        length += len(new)
        position = end
    if not edits:
        return view
    pieces.append(view.text[position:])
    return View("".join(pieces), tuple(edits), view)


def flats(text: str) -> Iterator[bytes]:
    """
    Show a text squeezed: ASCII letters in lower case, no white space, no controls, no quote marks, no tags.

    Whatever ASCII occurs in any of `views`, occurs squeezed in one of these, and they cost a fiftieth. More may occur
    here than there: this tells where nothing is, not where something is.
    """
    yield from _opened_flats(text)
    for _ in range(_UTF7_ROUNDS):
        if "+" not in text:
            return
        unpacked = _UTF7.sub(_from_utf7, text)
        if unpacked == text:
            return
        yield from _opened_flats(unpacked)
        text = unpacked


def _opened_flats(text: str) -> Iterator[bytes]:
    flat = _narrow(text)
    for _ in range(_ROUNDS + 1):
        yield squeeze(flat)
        if "<" in flat:
            yield from _bare(flat)
        if not ("%" in flat or "&" in flat or "=" in flat or "\\" in flat):
            break
        decoded = _ESCAPE.sub(_unescape, flat)
        if decoded == flat:
            break
        flat = _narrow(decoded)


def _bare(flat: str) -> Iterator[bytes]:
    yield squeeze(_TAG.sub("", flat))
    if "<!--" in flat:
        yield squeeze(_TAG.sub("", _COMMENT_MARK.sub("", flat)))


def squeeze(text: str) -> bytes:
    """Leave the printable ASCII, in lower case, without spaces and quote marks."""
    return text.encode("ascii", "ignore").translate(_LOWER, _SQUEEZED)


def _narrow(text: str) -> str:
    """Write as ASCII what folds to it, each character by itself, and drop what is not seen."""
    chars = _not_plain(text)
    if any("\u0300" <= char <= "\u036f" for char in chars):
        text = unicodedata.normalize("NFKC", text.replace("\u034f", ""))
        chars = _not_plain(text)
    for char in chars:
        folded = _fold_char(char)
        if not _ALL_WIDE.match(folded):
            text = text.replace(char, folded)
    return text


def _not_plain(text: str) -> set[str]:
    """What is no plain ASCII in a text, once each, since text repeats its letters."""
    left = text.encode("utf-8", "replace").translate(None, _PLAIN_BYTES)
    return set(left.decode("utf-8")) if left else set()


def fold(text: str) -> str:
    """
    Give the normal form without any decoding: NFKC, case folded, what is not seen dropped, dots and at-signs plain.

    >>> fold("ＡＤＡ＠home。example")
    'ada@home.example'
    """
    return _NOT_PLAIN.sub(_fold_match, text).lower()


def _fold_match(match: re.Match[str]) -> str:
    found = match.group()
    return _fold_char(found) if len(found) < 8 else _folded(found)


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", _IGNORED.sub("", text).translate(_DOTS))
    return _IGNORED.sub("", text.translate(_DOTS).casefold())


_fold_char = lru_cache(maxsize=8192)(_folded)


def _unescape(match: re.Match[str]) -> str:
    sign, run, soft, unicode_, braced, backslash, hexadecimal, decimal, named = match.groups()
    if run:
        return _unescape_bytes(sign, run)
    if soft:
        return ""
    if named:
        return _named(named)
    number = int(decimal) if decimal else int(unicode_ or braced or backslash or hexadecimal, 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else match.group()


def _unescape_bytes(sign: str, run: str) -> str:
    try:
        return bytes.fromhex(run.replace(sign, "")).decode("utf-8")
    except UnicodeDecodeError:
        # What is no UTF-8 may be half of a run that a line break parts: it stays, its ASCII does not.
        return _ASCII_BYTE.sub(lambda byte: chr(int(byte.group(1), 16)), sign + run)


@lru_cache(maxsize=1024)
def _named(name: str) -> str:
    full = name if name.endswith(";") else name + ";"
    return html5.get(full, html5.get(full.lower(), f"&{name}"))


def _from_utf7(match: re.Match[str]) -> str:
    # The plus of a sub-address, which is no escape, may stand in front of one that is.
    before, plus, last = match.group().rpartition("+")
    for kept, run in (("", match.group()), (before, plus + last)):
        try:
            return kept + run.encode("ascii").decode("utf-7")
        except UnicodeError:
            continue
    return match.group()


def tags_in(text: str) -> str:
    """The tags of a piece of HTML, without what stands between them."""
    return "".join(match.group() for match in _TAG.finditer(text))
