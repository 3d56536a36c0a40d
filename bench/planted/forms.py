"""Ways to write an address that some reader, browser or person would still read."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from urllib.parse import quote

__all__ = ["FORMS"]


def _entities(text: str) -> str:
    return "".join(f"&#{ord(char)};" for char in text)


def _wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def _utf7(text: str) -> str:
    return "+" + base64.b64encode(text.encode("utf-16-be")).decode().rstrip("=") + "-"


def _packed(text: str, offset: int) -> str:
    return base64.b64encode(b"x" * offset + text.encode() + b"yz").decode()


FORMS: Mapping[str, Callable[[str], str]] = {
    "exact": lambda a: a,
    "upper case": str.upper,
    "plus-tag": lambda a: a.replace("@", "+lamps@"),
    "entity": lambda a: a.replace("@", "&#64;"),
    "entities": _entities,
    "double entities": lambda a: _entities(a).replace("&", "&amp;"),
    "percent": lambda a: a.replace("@", "%40"),
    "percent twice": lambda a: quote(quote(a, safe=""), safe=""),
    "escape": lambda a: a.replace("@", "\\u0040"),
    "word break": "<wbr>".join,
    "comments": "<!-- -->".join,
    "zero-width": "\u200b".join,
    "soft hyphen": "\u00ad".join,
    "full-width sign": lambda a: a.replace("@", "＠"),
    "full-width": _wide,
    "ideographic dot": lambda a: a.replace(".", "。"),
    "verp": lambda a: "bounce+" + a.replace("@", "=") + "@list.example",
    "quoted-printable": lambda a: "".join(f"={ord(char):02X}" for char in a),
    "soft breaks": lambda a: a.replace("@", "@=\r\n"),
    "utf-7": _utf7,
    "wrapped": lambda a: a.replace("@", "@ \r\n"),
    "wrapped in a quote": lambda a: a.replace(".", ".\r\n> "),
    "bold sign": lambda a: a.replace("@", "<b>@</b>"),
    "spoken": lambda a: a.replace("@", " at ").replace(".", " dot "),
    "spoken in brackets": lambda a: a.replace("@", " (at) ").replace(".", " [dot] "),
    "letters apart": " ".join,
    "bullets": lambda a: a.replace("@", "\r\n- @"),
    "domain alone": lambda a: a.partition("@")[2],
    "link": lambda a: f"https://x.example/u?m={quote(a)}",
    "base64 0": lambda a: _packed(a, 0),
    "base64 1": lambda a: _packed(a, 1),
    "base64 2": lambda a: _packed(a, 2),
}
