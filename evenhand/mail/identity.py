"""Finds and removes protected identities in text, whatever form they are written in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html.entities import html5

from evenhand.mail.address import split
from evenhand.mail.providers import IGNORES_DOTS, is_public

__all__ = ["Identities", "Scrubbed", "find", "find_ascii", "identities", "scrub"]

_IGNORED = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]+"
)
_MAY_HIDE = re.compile(r"[%&\\=+\u0080-\U0010ffff]")
_ESCAPE = re.compile(
    r"%([0-9A-Fa-f]{2})|&#([0-9]{1,7});?|&#[xX]([0-9A-Fa-f]{1,6});?|&([A-Za-z]{2,24});"
    r"|\\u\{?([0-9A-Fa-f]{4})\}?|\\x([0-9A-Fa-f]{2})|=([0-9A-Fa-f]{2})(?![0-9A-Za-z])"
)
_UTF7 = re.compile(r"\+([A-Za-z0-9+/]{2,})-?")
_DOTS = str.maketrans({"。": ".", "．": ".", "｡": ".", "․": ".", "﹒": ".", "＠": "@", "﹫": "@"})
_ROUNDS = 3


@dataclass(frozen=True)
class Identities:
    """
    What may not be seen by one recipient: addresses, private domains, message ids and hosts, as search patterns.

    `needles` are lower-case strings one of which occurs in every form that `pattern` matches; they make the common
    case, nothing found, cheap.
    """

    pattern: re.Pattern[str]
    needles: tuple[str, ...]
    canaries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """Text without protected identities, and how many were removed."""

    text: str
    removed: int


@lru_cache(maxsize=4096)
def identities(
    addresses: tuple[str, ...], other: tuple[str, ...] = (), *, allowed: tuple[str, ...] = ()
) -> Identities | None:
    """
    Prepare the search for a set of protected addresses and `other` strings (message ids, hosts, client addresses).

    Of each address follow: its sub-address and base forms, dots where the provider ignores them, the `local=domain`
    of VERP, SRS and BATV, and its domain unless that is a public provider's or lies under one of `allowed` (the
    relay's own domain). Returns None if there is nothing to protect.
    """
    forms: list[str] = []
    needles: list[str] = []
    for address in addresses:
        parts = split(address)
        if parts is None:
            continue
        local, domain = parts[0].lower(), parts[1]
        names = {domain, _unicode_domain(domain)}
        hosts = "|".join(re.escape(name) for name in sorted(names))
        base = local.partition("+")[0] or local
        spelled = r"\.?".join(re.escape(char) for char in base if char != ".") if domain in IGNORES_DOTS else ""
        mailbox = spelled or re.escape(base)
        forms.append(rf"{mailbox}(?:\+[^\s@<>\"']{{0,64}})?[@=](?:{hosts})")
        needles += sorted(names)
        if not is_public(domain) and not _under(domain, allowed):
            forms.append(rf"(?<![a-z0-9-])(?:{hosts})(?![a-z0-9-]|\.[a-z0-9])")
    for text in other:
        if text and not _under(text, allowed):
            forms.append(rf"(?<![a-z0-9-]){re.escape(text.lower())}(?![a-z0-9-])")
            needles.append(text.lower())
    if not forms:
        return None
    kept = tuple(dict.fromkeys(needles))
    return Identities(re.compile("|".join(dict.fromkeys(forms))), kept, addresses[:1] or other[:1])


def _unicode_domain(domain: str) -> str:
    try:
        return domain.encode("ascii").decode("idna").lower()
    except UnicodeError:
        return domain


def _under(domain: str, allowed: Iterable[str]) -> bool:
    """Whether a protected domain is the relay's own or one above it, so that every alias would match."""
    return any(own == domain or own.endswith("." + domain) or domain.endswith("." + own) for own in allowed)


def find(text: str, protected: Identities) -> str | None:
    """
    Look for a protected identity in any normal form of the text; returns what matched, or None.

    Normal forms: case fold and NFKC, look-alike at-signs and dots, invisible characters dropped, entities,
    percent-, backslash- and equals-escapes decoded (up to three deep), IDNA domains in both spellings.
    """
    for view in _views(text):
        if any(needle in view for needle in protected.needles):
            match = protected.pattern.search(view)
            if match:
                return match.group()
    return None


def find_ascii(content: bytes, protected: Identities) -> str | None:
    """Look in raw bytes, also with every second byte dropped (UTF-16), folded to lower case."""
    lowered = content.lower()
    views = [lowered]
    if b"\x00" in lowered:
        views += [lowered[::2], lowered[1::2]]
    for view in views:
        for needle in protected.needles:
            if needle.isascii() and needle.encode("ascii") in view:
                match = protected.pattern.search(view.decode("latin-1"))
                if match:
                    return match.group()
    return None


def _views(text: str) -> Iterator[str]:
    plain = text.casefold()
    yield plain
    if not _MAY_HIDE.search(text):
        return
    view = _fold(text)
    for _ in range(_ROUNDS):
        if view != plain:
            yield view
        decoded = _fold(_ESCAPE.sub(_unescape, view))
        if decoded == view:
            break
        plain, view = view, decoded
    if "+" in text:
        unpacked = _UTF7.sub(_from_utf7, text)
        if unpacked != text:
            yield _fold(unpacked)


def _fold(text: str) -> str:
    if not text.isascii():
        text = _IGNORED.sub("", text).translate(_DOTS)
        text = unicodedata.normalize("NFKC", text)
    return text.casefold()


def _unescape(match: re.Match[str]) -> str:
    percent, decimal, hexadecimal, named, unicode_, backslash, equals = match.groups()
    if named is not None:
        return html5.get(named + ";", html5.get(named.lower() + ";", match.group()))
    number = int(decimal) if decimal else int(percent or hexadecimal or unicode_ or backslash or equals, 16)
    # A single byte of a longer UTF-8 run stays as it is: the letters that identities are made of are ASCII here.
    if (percent or equals) and number > 0x7F:
        return match.group()
    return chr(number) if 0x20 <= number < 0x110000 and not 0xD800 <= number < 0xE000 else match.group()


def _from_utf7(match: re.Match[str]) -> str:
    try:
        return match.group().encode("ascii").decode("utf-7")
    except (UnicodeError, ValueError):
        return match.group()


def scrub(text: str, protected: Identities, replacement: str = "[address removed]") -> Scrubbed:
    """
    Replace every protected identity, in whatever form it stands, by `replacement`.

    The search runs over the normal form; an offset map carries each match back to the characters it came from.
    """
    if find(text, protected) is None:
        return Scrubbed(text, 0)
    removed = 0
    for _ in range(_ROUNDS):
        spans = list(_spans(text, protected))
        if not spans:
            break
        removed += len(spans)
        pieces: list[str] = []
        position = 0
        for start, end in spans:
            pieces += [text[position:start], replacement]
            position = end
        text = "".join(pieces) + text[position:]
    return Scrubbed(text, removed)


def _spans(text: str, protected: Identities) -> Iterator[tuple[int, int]]:
    view, starts, ends = _mapped(text)
    last = 0
    for match in protected.pattern.finditer(view):
        if match.end() == match.start():
            continue
        start, end = starts[match.start()], ends[match.end() - 1]
        if start >= last:
            yield start, end
            last = end


def _mapped(text: str) -> tuple[str, list[int], list[int]]:
    """Normalise with, for each character of the result, where its source starts and ends."""
    units = [(char, index, index + 1) for index, char in enumerate(text)]
    for _ in range(_ROUNDS):
        joined = "".join(unit[0] for unit in units)
        # Units hold one character each here, so offsets in `joined` are indexes of units.
        merged: list[tuple[str, int, int]] = []
        position = 0
        for match in _ESCAPE.finditer(joined):
            decoded = _unescape(match)
            if decoded == match.group():
                continue
            merged += units[position : match.start()]
            start, end = units[match.start()][1], units[match.end() - 1][2]
            merged += [(char, start, end) for char in decoded]
            position = match.end()
        if not position:
            break
        merged += units[position:]
        units = merged
    view: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for char, start, end in units:
        if _IGNORED.match(char):
            if ends:
                ends[-1] = max(ends[-1], end) if view else ends[-1]
            continue
        folded = unicodedata.normalize("NFKC", char.translate(_DOTS)).casefold()
        view.append(folded)
        starts += [start] * len(folded)
        ends += [end] * len(folded)
    return "".join(view), starts, ends
