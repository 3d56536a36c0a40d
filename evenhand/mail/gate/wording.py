"""Gives the texts that bytes may stand for: by the declared charset, by what they look like, and between the bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evenhand.mail.text import decode

__all__ = ["texts"]

_PLAIN = b"\t\n\r" + bytes(range(0x20, 0x7F))
# Printable ASCII, and whatever else is whole UTF-8: what is not seen may stand between two letters.
_PRINTABLE_RUN = re.compile(
    rb"(?:[\t\x20-\x7e]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}){4,}+"
)
# Charsets in which ASCII means ASCII, so that bytes of ASCII alone need no other look.
_LIKE_ASCII = re.compile(
    r"utf-?8|us-ascii|ascii|iso-8859-\d+|windows-12\d\d|cp12\d\d|latin-?1|koi8-[ru]", re.IGNORECASE
)
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


def texts(content: bytes, charset: str | None) -> Iterator[str]:
    """
    Give the texts of some bytes, the likeliest first, none twice.

    Bytes that are not text give the runs of printable UTF-8 in them, also with every zero left out, which is what
    metadata of pictures and documents looks like, in one byte a letter or two.
    """
    if not content or content.isspace():
        return
    strange = content.translate(None, _PLAIN)
    if not strange:
        text = content.decode("ascii")
        yield text
        if charset is not None and not _LIKE_ASCII.fullmatch(charset):
            yield decode(content, charset).text
        return
    known: set[str] = set()
    for text in _readings(content, charset, strange):
        if text not in known:
            known.add(text)
            yield text


def _readings(content: bytes, charset: str | None, strange: bytes) -> Iterator[str]:
    if charset is not None and charset.lower() != "utf-8":
        yield decode(content, charset).text
    try:
        yield content.decode("utf-8")
    except UnicodeDecodeError:
        yield _printable(content)
        # Where most is text, letters of some charset stand between: they may hide, or belong to a name.
        if len(strange) * 3 < len(content):
            yield content.decode("utf-8", "replace")
            yield content.decode("cp1252", "replace")
    if b"\x00" in strange or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield _printable(content.replace(b"\x00", b""))
        if _mostly_wide(content):
            yield from (content.decode(codec, "replace") for codec in _WIDE)


def _printable(content: bytes) -> str:
    # The bar keeps two runs two words; line ends would let them be joined.
    return " | ".join(run.decode("utf-8", "replace") for run in _PRINTABLE_RUN.findall(content))


def _mostly_wide(content: bytes) -> bool:
    """Whether it looks like text in two or four bytes a letter, judged by its first kilobytes."""
    start = content[:4096]
    return start.startswith((b"\xff\xfe", b"\xfe\xff")) or start.count(b"\x00") * 5 > len(start)
