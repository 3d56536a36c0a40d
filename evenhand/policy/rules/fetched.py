"""What a page makes a mail program fetch: over an open line, or so that its sender learns of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urlsplit

from evenhand.policy.case import Case
from evenhand.policy.layout import Layout, lay_out
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.verdict import Hit

__all__ = ["CHECKS"]

_REMOTE = re.compile(r"(?i)^\s*(?:https?:)?[/\\]{2}")
_ORDER = re.compile(r"\d{3}-?\d{7}-?\d{7}")
_MAILBOX = re.compile(r"(?i)[\w.+-]+(?:@|%40)[\w-]+\.\w")
_TELLING = re.compile(
    r"(?i)(?:^|[/._-])(?:open|opens|opened|track|tracker|tracking|trk|pixel|px|beacon|spacer|blank|o|wf|e?open"
    r"|count(?:er)?)(?:[/._-]|$)"
)
_TOKEN = re.compile(r"(?=[\w-]{0,40}\d)(?=[\w-]{0,40}[A-Za-z])[\w-]{16,}|[0-9a-fA-F]{24,}|\d{10,}")
_PICTURE = re.compile(r"(?i)\.(?:png|jpe?g|gif|webp|svg|avif|css|woff2?)$")
_HARMLESS = frozenset(
    "v ver version rev w h width height size sz s fit crop q quality f fm format auto dpr scale lang locale family"
    " display bg color colour blur sharp x y cache cb t_size res mode".split()
)
"""Names of parameters that say how a picture is made, not for whom."""

_LONGEST = 1000
"""Characters of an address that are looked at."""

_DOT = 3.0
"""Pixels; a picture no larger shows nothing."""


def _layout(case: Case, parameters: Parameters) -> Layout:
    part = case.part("html")
    if part is None:
        return Layout()
    return lay_out(part.source, float(parameters.container_width), parameters.line_breaks_most)


def insecure(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find pictures and backgrounds that come over http."""
    for one in _layout(case, parameters).resources:
        if one.address.lower().startswith(("http:", "ftp:")):
            yield Hit("html", one.start, one.end, one.address)


def tracking(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find what is fetched under an address that names message or reader, and remote pictures too small to see."""
    layout = _layout(case, parameters)
    told = set()
    for picture in layout.pictures:
        sides = [side for side in (picture.width, picture.height) if side is not None]
        is_unseen = picture.is_hidden or (bool(sides) and min(sides) <= _DOT)
        if is_unseen and _REMOTE.match(picture.source):
            told.add(picture.source.strip())
            yield Hit("html", picture.start, picture.end, picture.source)
    for one in layout.resources:
        if one.address not in told and _REMOTE.match(one.address) and _names_reader(one.address):
            told.add(one.address)
            yield Hit("html", one.start, one.end, one.address)
    for image in case.facts.images or ():
        if (image.width or _DOT + 1) <= _DOT and _REMOTE.match(image.source) and image.source not in told:
            yield Hit(image.source)


def _names_reader(address: str) -> bool:
    """Whether an address is made for one reader or message, by what follows the question mark or stands in its path."""
    address = address.strip()[:_LONGEST]
    try:
        parts = urlsplit(address)
        asked = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return True
    if _ORDER.search(address) or _MAILBOX.search(address):
        return True
    for name, value in asked:
        if name.lower() not in _HARMLESS or _TOKEN.fullmatch(value):
            return True
    if parts.query and not asked:
        return True
    is_plain = bool(_PICTURE.search(parts.path))
    names_it = bool(_TELLING.search(parts.path))
    holds_token = any(_TOKEN.search(piece) for piece in parts.path.split("/"))
    return (names_it and (holds_token or not is_plain)) or (holds_token and not is_plain)


CHECKS: Mapping[str, Check] = {"insecure-image": insecure, "tracking-pixel": tracking}
