"""Reads what pictures say beside their pixels: PNG texts, JPEG segments, GIF comments, RIFF chunks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evenhand.mail.gate.opened.allowance import Allowance

__all__ = ["gif", "jpeg", "png", "riff"]

_CHUNK = re.compile(rb"tEXt|zTXt|iTXt|iCCP|eXIf")
_EXTENDED_XMP = b"http://ns.adobe.com/xmp/extension/\x00"
_EXTENDED_XMP_HEAD = len(_EXTENDED_XMP) + 40
_DESCRIBES = frozenset({0xFE, *range(0xE0, 0xF0)})
_STANDALONE = frozenset({0x01, *range(0xD0, 0xDA)})
_RIFF_CHUNK = re.compile(rb"EXIF|XMP |IART|ICMT|ICOP|INAM|ISFT")


def png(content: bytes, allowance: Allowance) -> Iterator[tuple[str, bytes | str]]:
    """
    Give the text chunks of a PNG (ISO 15948 §11.3.4), those that are deflated too.

    They are looked for by name and not by walking, so that no wrong length hides one.
    """
    for match in _CHUNK.finditer(content):
        allowance.count()
        start = match.start()
        size = int.from_bytes(content[max(0, start - 4) : start], "big")
        data = content[start + 4 : start + 4 + size]
        name = match.group()
        yield f"PNG {name.decode('ascii')}", data
        packed = _packed(name, data)
        if packed:
            yield f"PNG {name.decode('ascii')}, inflated", allowance.inflate(packed)


def _packed(name: bytes, data: bytes) -> bytes:
    keyword, _, rest = data.partition(b"\x00")
    if name in {b"zTXt", b"iCCP"} and keyword:
        return rest[1:]
    if name == b"iTXt" and rest[:1] not in {b"", b"\x00"}:
        return rest[2:].partition(b"\x00")[2].partition(b"\x00")[2]
    return b""


def jpeg(content: bytes, allowance: Allowance) -> Iterator[tuple[str, bytes | str]]:
    """Give the application and comment segments of a JPEG (ITU T.81 §B.2.4), and those of extended XMP joined."""
    extended = bytearray()
    place = 2
    while place + 4 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker == 0xFF or marker in _STANDALONE:
            place += 1 if marker == 0xFF else 2
            continue
        if marker == 0xDA:
            # The rest is pixels, but for what some cameras put behind: that is looked for by printable runs.
            break
        size = int.from_bytes(content[place + 2 : place + 4], "big")
        data = content[place + 4 : place + 2 + size]
        place += 2 + max(size, 2)
        if marker in _DESCRIBES:
            allowance.count()
            yield "JPEG description", data
            if data.startswith(_EXTENDED_XMP):
                extended += data[_EXTENDED_XMP_HEAD:]
    if extended:
        yield "JPEG extended XMP", bytes(extended)


def gif(content: bytes, allowance: Allowance) -> Iterator[tuple[str, bytes | str]]:
    """Give the comment, text and application blocks of a GIF (GIF89a §24 to §26), their sub-blocks joined."""
    for match in re.finditer(rb"\x21[\xfe\x01\xff]", content):
        allowance.count()
        out, place = bytearray(), match.end()
        while place < len(content) and content[place]:
            out += content[place + 1 : place + 1 + content[place]]
            place += 1 + content[place]
        yield "GIF comment", bytes(out)


def riff(content: bytes, allowance: Allowance) -> Iterator[tuple[str, bytes | str]]:
    """Give the describing chunks of a RIFF file: WebP's EXIF and XMP, the tags of WAV."""
    for match in _RIFF_CHUNK.finditer(content):
        allowance.count()
        size = int.from_bytes(content[match.end() : match.end() + 4], "little")
        yield "RIFF description", content[match.end() + 4 : match.end() + 4 + size]
