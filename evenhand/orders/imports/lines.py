"""Cuts a file of bytes into lines of text, in bounded memory, and says which of them are unreadable and why."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

__all__ = ["LINE_LIMIT", "Line", "read_lines", "unusable"]

LINE_LIMIT = 128 * 1024
"""Bytes of one line that are read; a good row has a hundredth of it."""

_BYTE_ORDER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


@dataclass(frozen=True, slots=True)
class Line:
    """
    A line without its end; `size` is what it takes in the file, in bytes.

    Where `trouble` is not empty the text is only good for finding out which order the line speaks of.
    """

    number: int
    size: int
    text: str
    trouble: str = ""


def unusable(head: bytes) -> str:
    """Say in a sentence why nothing of a file can be read, judging by its first line; or nothing."""
    if not head:
        return "The file is empty."
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "The file is a spreadsheet, not text. Save it as “CSV UTF-8” and import that."
    if head.startswith(b"\x1f\x8b"):
        return "The file is compressed. Unpack it with gunzip and import what comes out."
    # After those that hold many zero bytes too.
    if head.startswith(_BYTE_ORDER_MARKS) or head[:200].count(0) > len(head[:200]) // 4:
        return "The file is UTF-16, not UTF-8. Save it again as “CSV UTF-8”, or convert it: iconv -f UTF-16 -t UTF-8."
    if b"\r" in head.rstrip(b"\r\n"):
        return "The lines end in a carriage return alone. Save the file with the line ends LF or CRLF."
    return ""


def read_lines(head: bytes, source: BinaryIO) -> Iterator[Line]:
    """
    Read lines that end in LF or CRLF, with or without a byte-order mark before the first.

    `head` is what was read of the source already: its first line, or LINE_LIMIT + 1 bytes of it.
    """
    number, content = 0, head
    while content:
        number += 1
        size, cut = len(content), False
        while not content.endswith(b"\n") and size > LINE_LIMIT:
            rest = source.readline(LINE_LIMIT)
            size += len(rest)
            cut = True
            if not rest or rest.endswith(b"\n"):
                break
        if number == 1:
            content = content.removeprefix(codecs.BOM_UTF8)
        yield _line(number, size, content.rstrip(b"\r\n"), cut=cut)
        content = source.readline(LINE_LIMIT + 1)


def _line(number: int, size: int, content: bytes, *, cut: bool) -> Line:
    if cut:
        return Line(number, size, _guess(content), f"is longer than {LINE_LIMIT:,} bytes")
    if b"\x00" in content:
        return Line(number, size, _guess(content), "has a NUL byte in it; the file may be damaged")
    try:
        return Line(number, size, content.decode("utf-8"))
    except UnicodeDecodeError as error:
        byte, place = content[error.start], error.start + 1
        reason = f"is not UTF-8 (byte 0x{byte:02X} at {place}); save the file again as “CSV UTF-8”"
        return Line(number, size, _guess(content), reason)


def _guess(content: bytes) -> str:
    return content.replace(b"\x00", b"").decode("utf-8", "replace")
