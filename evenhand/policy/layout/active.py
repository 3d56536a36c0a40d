"""What in a page runs, asks or sends on by itself: scripts, forms, frames, handlers, addresses that are programs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from evenhand.policy.text.page.tokens import Tag

__all__ = ["active"]

_TAGS = frozenset(
    "script form input button select textarea option iframe frame frameset object embed applet base portal dialog"
    " keygen isindex noscript xml".split()
)
_ADDRESSES = frozenset(
    {"href", "src", "action", "formaction", "xlink:href", "background", "poster", "data", "srcset", "lowsrc", "dynsrc"}
)
_GAPS = re.compile("[\x00-\x20\u00ad\u200b-\u200f\u2028\u2029\ufeff]+")
_PROGRAM = re.compile(r"(?i)^(?:javascript|vbscript|livescript|mocha|data|jar|about):")
_IN_STYLE = re.compile(r"(?i)expression\s*\(|-moz-binding|behavio(?:u)?r\s*:|(?:javascript|vbscript|data)\s*:")


def active(tag: Tag, values: Mapping[str, tuple[str, int, int]]) -> Iterator[tuple[int, int, str]]:
    """Give what of a tag is more than words and looks: its place and a word for what it is."""
    if tag.name in _TAGS:
        yield tag.start, tag.end, f"<{tag.name}>"
        return
    if not values and not tag.raw:
        return
    if tag.name == "meta" and values.get("http-equiv", ("", 0, 0))[0].strip().lower() == "refresh":
        yield tag.start, tag.end, "refresh"
    for name, (value, start, end) in values.items():
        is_handler = name.startswith("on") and len(name) > 3 and name.isalpha()
        is_program = name in _ADDRESSES and _PROGRAM.match(_GAPS.sub("", value[:200]))
        runs_in_style = name == "style" and _IN_STYLE.search(value)
        if is_handler or is_program or runs_in_style or name == "srcdoc":
            yield tag.at + start, tag.at + end, name
    if tag.name == "style" and _IN_STYLE.search(tag.raw):
        yield tag.start, tag.end, "style"
