"""Finds the pictures that a page carries in itself, as `data:` addresses, which no cleaned page may keep."""

from __future__ import annotations

import binascii
import re
from html import unescape
from urllib.parse import unquote_to_bytes

from evenhand.mail.parsed import Part

__all__ = ["inlined_pictures"]

_LIMIT = 100
"""Pictures; a page with more is no letter, and the rest is told of as one more that cannot be opened."""

_PICTURE = re.compile(
    r"""\bsrc\s*=\s*(?:"\s*data:(?P<d>[^"]*)"|'\s*data:(?P<s>[^']*)'|data:(?P<n>[^\s>"']+))""", re.IGNORECASE
)


def inlined_pictures(rich: str) -> tuple[str, list[Part]]:
    """
    Part a page from the pictures in it (RFC 2397): the page without them, and they as files without a name, in order.

    One that is not well written has no content, so that whoever cleans it finds it damaged and says so.
    """
    if "data:" not in rich.lower():
        return rich, []
    parts: dict[str, Part] = {}

    def take(found: re.Match[str]) -> str:
        address = found["d"] or found["s"] or found["n"] or ""
        if address not in parts and len(parts) <= _LIMIT:
            parts[address] = _picture(address, is_one_too_many=len(parts) == _LIMIT)
        return ""

    return _PICTURE.sub(take, rich), list(parts.values())


def _picture(address: str, *, is_one_too_many: bool) -> Part:
    head, comma, body = address.partition(",")
    media_type, *parameters = unescape(head).lower().split(";")
    is_base64 = any(one.strip() == "base64" for one in parameters)
    content = _content(body, is_base64=is_base64) if comma and not is_one_too_many else b""
    return Part(media_type.strip() if "/" in media_type else "application/octet-stream", "", content)


def _content(body: str, *, is_base64: bool) -> bytes:
    content = unquote_to_bytes(unescape(body))
    if not is_base64:
        return content
    try:
        return binascii.a2b_base64(b"".join(content.split()))
    except binascii.Error:
        return b""
