"""Opens archives and the Office documents that are archives: every member, also those no directory names."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from html import unescape
from io import BytesIO

from evenhand.mail.gate.opened.allowance import Allowance, Unsearchable

__all__ = ["bunzipped", "gunzipped", "unxzed", "zipped"]

_LOCAL = re.compile(rb"PK\x03\x04")
_LOCAL_SIZE = 30
_DEFLATED = 8
_STEP = 1024 * 1024
_XML = re.compile(rb"\A(?:(?:\xef\xbb\xbf)?\s*<[?!a-zA-Z]|\xff\xfe<\x00|\xfe\xff\x00<)")
# Where a paragraph, a cell, a line or a field of properties ends, two words end.
_ENDS = re.compile(
    r"</(?:\w+:)?(?:p|h|tc|tr|si|c|row|br|tab|vt|t\w*-cell)\b[^<>]*>|<(?:\w+:)?(?:br|cr|tab|line-break)\b[^<>]*>"
)
_TAG = re.compile(r"<[^<>]*+>")


def zipped(content: bytes, allowance: Allowance) -> Iterator[tuple[str, bytes | str]]:
    """Give the names, comments and members of a zip archive; the words of documents also with their runs joined."""
    known: set[int] = set()
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for info in archive.infolist():
                allowance.count()
                known.add(info.header_offset)
                yield "zip, a name", info.filename
                yield from _member(_read(archive, info, allowance))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as fault:
        # The library says by RuntimeError that a member is encrypted.
        raise Unsearchable("an archive that cannot be opened") from fault
    yield from _unnamed(content, known, allowance)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, allowance: Allowance) -> bytes:
    out = bytearray()
    with archive.open(info) as member:
        while piece := member.read(_STEP):
            allowance.draw(len(piece))
            out += piece
    return bytes(out)


def _member(content: bytes) -> Iterator[tuple[str, bytes | str]]:
    yield "zip", content
    if _XML.match(content):
        yield "zip, words joined", words_of_xml(content)


def _unnamed(content: bytes, known: set[int], allowance: Allowance) -> Iterator[tuple[str, bytes | str]]:
    """Give what stands in the archive and is left out of its directory: some readers go by it, a person can."""
    # An archive may have something in front, by which its directory is not put out.
    named = frozenset(known)
    for match in _LOCAL.finditer(content):
        start = match.start()
        if start in named:
            continue
        head = content[start : start + _LOCAL_SIZE]
        if len(head) < _LOCAL_SIZE or int.from_bytes(head[8:10], "little") != _DEFLATED:
            continue
        allowance.count()
        place = start + _LOCAL_SIZE + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        yield from _member(allowance.inflate(content[place:], raw=True))


def words_of_xml(content: bytes) -> str:
    """The words of a document in XML, its runs joined and its paragraphs on lines of their own."""
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    text = content.decode(encoding, "replace").replace("\n", "").replace("\r", "")
    return unescape(_TAG.sub("", _ENDS.sub("\n", text)))


def gunzipped(content: bytes, allowance: Allowance) -> Iterator[tuple[str, bytes | str]]:
    """Give what is in a file that was packed by gzip."""
    yield "gzip", allowance.gunzip(content)


def bunzipped(content: bytes, allowance: Allowance) -> Iterator[tuple[str, bytes | str]]:
    """Give what is in a file that was packed by bzip2."""
    yield "bzip2", allowance.bunzip(content)


def unxzed(content: bytes, allowance: Allowance) -> Iterator[tuple[str, bytes | str]]:
    """Give what is in a file that was packed by xz."""
    yield "xz", allowance.unxz(content)
