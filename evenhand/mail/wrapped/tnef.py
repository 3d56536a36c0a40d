"""Unpacks winmail.dat (TNEF, MS-OXTNEF): its words and files; what it tells of sender and server stays out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from evenhand.mail.text import decode
from evenhand.mail.wrapped.rtf import unpack_rtf, words_of_rtf

__all__ = ["TYPES", "Unpacked", "is_tnef", "unpack"]

TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_SIGNATURE = b"\x78\x9f\x3e\x22"
FILES_LIMIT = 100
_ATTRIBUTES_LIMIT = 5000
_PROPERTIES_LIMIT = 5000

# Attributes (MS-OXTNEF §2.1.3.4).
_BODY, _CODEPAGE, _MESSAGE = 0x0002800C, 0x00069007, 0x00069003
_NEW_FILE, _FILE_NAME, _FILE_DATA, _FILE = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
# Properties (MS-OXPROPS): body as text, RTF, HTML; name, type, data and manner of a file.
_TEXT, _RTF, _HTML = 0x1000, 0x1009, 0x1013
_LONG_NAME, _SHORT_NAME, _TYPE, _DATA, _MANNER = 0x3707, 0x3704, 0x370E, 0x3701, 0x3705
_STRING, _UNICODE, _OBJECT, _BINARY, _MANY = 0x1E, 0x1F, 0x0D, 0x102, 0x1000
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_MAIL_INSIDE = 5


class _Broken(Exception):
    """Bytes that do not follow each other as TNEF."""


@dataclass
class _File:
    name: str = ""
    media_type: str = "application/octet-stream"
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was in a package: words as text and as HTML (either may be empty), files as type, name and bytes."""

    text: str
    html: str
    files: tuple[tuple[str, str, bytes], ...]


@dataclass
class _Gathered:
    text: str = ""
    html: str = ""
    rtf: bytes = b""
    charset: str = "cp1252"
    files: list[_File] = field(default_factory=list)


def is_tnef(content: bytes) -> bool:
    """Whether bytes begin as a package does."""
    return content.startswith(_SIGNATURE)


def unpack(content: bytes) -> Unpacked | None:
    """
    Unpack a package, or None if it is broken: half a package is not passed on as if it were whole.

    A mail inside counts as a file of the type `message/rfc822`, without its bytes. Linear in the size of the content.
    """
    if not is_tnef(content):
        return None
    gathered = _Gathered()
    try:
        for kind, value in _attributes(content):
            _take(kind, value, gathered)
    except _Broken:
        return None
    text = gathered.text
    if not text and not gathered.html and gathered.rtf:
        text = words_of_rtf(unpack_rtf(gathered.rtf) or b"")
    files = tuple((one.media_type, one.name, one.content) for one in gathered.files)
    return Unpacked(text.replace("\r\n", "\n").rstrip("\0"), gathered.html, files)


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and value of each attribute; its sum is checked, so that what is cut or changed is seen (§2.1.3.2)."""
    place = 6
    for _ in range(_ATTRIBUTES_LIMIT):
        if place >= len(content):
            return
        kind = int.from_bytes(content[place + 1 : place + 5], "little")
        size = int.from_bytes(content[place + 5 : place + 9], "little")
        end = place + 9 + size
        value = content[place + 9 : end]
        if content[place] not in {1, 2} or end + 2 > len(content):
            raise _Broken
        if sum(value) & 0xFFFF != int.from_bytes(content[end : end + 2], "little"):
            raise _Broken
        yield kind, value
        place = end + 2
    raise _Broken


def _take(kind: int, value: bytes, gathered: _Gathered) -> None:  # noqa: C901  one arm an attribute
    if kind == _CODEPAGE:
        gathered.charset = f"cp{int.from_bytes(value[:4], 'little')}"
    elif kind == _BODY:
        gathered.text = decode(value.rstrip(b"\0"), gathered.charset).text
    elif kind == _MESSAGE:
        for number, found in _properties(value, gathered.charset):
            if number == _TEXT and isinstance(found, str):
                gathered.text = found
            elif number == _HTML:
                gathered.html = decode(found, None).text if isinstance(found, bytes) else found
            elif number == _RTF and isinstance(found, bytes):
                gathered.rtf = found
    elif kind == _NEW_FILE:
        if len(gathered.files) >= FILES_LIMIT:
            raise _Broken
        gathered.files.append(_File())
    elif kind in {_FILE_NAME, _FILE_DATA, _FILE}:
        if not gathered.files:
            raise _Broken
        _take_of_file(kind, value, gathered.files[-1], gathered.charset)


def _take_of_file(kind: int, value: bytes, file: _File, charset: str) -> None:
    if kind == _FILE_DATA:
        file.content = value
    elif kind == _FILE_NAME:
        file.name = file.name or decode(value.rstrip(b"\0"), charset).text
    else:
        for number, found in _properties(value, charset):
            if (
                number in {_LONG_NAME, _SHORT_NAME}
                and isinstance(found, str)
                and (number == _LONG_NAME or not file.name)
            ):
                file.name = found
            elif number == _TYPE and isinstance(found, str):
                file.media_type = found.partition(";")[0].strip().lower() or file.media_type
            elif number == _DATA and isinstance(found, bytes) and not file.content:
                # An object begins with the name of its interface.
                file.content = found
            elif number == _MANNER and found == _MAIL_INSIDE.to_bytes(4, "little"):
                file.media_type, file.content = "message/rfc822", b""
        if file.media_type.startswith("message/"):
            file.content = b""


def _properties(content: bytes, charset: str) -> Iterator[tuple[int, str | bytes]]:  # noqa: C901  one arm a type
    """Number and value of each property of a list (§2.1.3.5): text decoded, all else as bytes."""
    count = int.from_bytes(content[:4], "little")
    if count > _PROPERTIES_LIMIT:
        raise _Broken
    place = 4
    for _ in range(count):
        kind = int.from_bytes(content[place : place + 2], "little")
        number = int.from_bytes(content[place + 2 : place + 4], "little")
        place += 4
        if number >= 0x8000:
            place = _after_name(content, place)
        base, many = kind & ~_MANY, bool(kind & _MANY)
        values = 1
        if many or base in {_STRING, _UNICODE, _OBJECT, _BINARY}:
            values = int.from_bytes(content[place : place + 4], "little")
            place += 4
        if values > _PROPERTIES_LIMIT:
            raise _Broken
        for _ in range(values):
            size = _FIXED.get(base, 0)
            if not size:
                if base not in {_STRING, _UNICODE, _OBJECT, _BINARY}:
                    raise _Broken
                size = int.from_bytes(content[place : place + 4], "little")
                place += 4
            value = content[place : place + size]
            if len(value) != size:
                raise _Broken
            place += size + -size % 4
            if base == _UNICODE:
                yield number, value.decode("utf-16-le", "replace").rstrip("\0")
            elif base == _STRING:
                yield number, decode(value.rstrip(b"\0"), charset).text
            else:
                yield number, value


def _after_name(content: bytes, place: int) -> int:
    """Skip the name of a named property: a set, then a number or a name."""
    if content[place + 16 : place + 20] == b"\0\0\0\0":
        return place + 24
    size = int.from_bytes(content[place + 20 : place + 24], "little")
    if size > len(content):
        raise _Broken
    return place + 24 + size + -size % 4
