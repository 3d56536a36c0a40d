"""Takes a JPEG file apart into segments, and puts it together from those that draw the picture."""

from __future__ import annotations

import re

from evenhand.mail.files.pictures.colour import nameless
from evenhand.mail.files.pictures.container import Bare
from evenhand.mail.files.pictures.orientation import UPRIGHT, orientation

__all__ = ["bare"]

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_DHT, _DAC, _DQT, _DRI = 0xC4, 0xCC, 0xDB, 0xDD
_APP0, _APP1, _APP2, _APP14 = 0xE0, 0xE1, 0xE2, 0xEE
_FRAMES = frozenset(range(0xC0, 0xD0)) - {_DHT, 0xC8, _DAC}
_TABLES = frozenset({_DHT, _DAC, _DQT, _DRI})
_SEGMENTS_LIMIT = 10_000
# In a scan 0xFF stands before a marker; before zero it is data, and restarts belong to the scan (T.81 §B.1.1.5).
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_PROFILE = b"ICC_PROFILE\0"
_PROFILE_CHUNK = 65_519


def bare(content: bytes) -> Bare | None:  # noqa: C901, PLR0912  one arm a segment
    """
    Keep frame headers, tables and scans (ITU-T T.81 §B.2); None if the segments do not follow each other.

    JFIF is written anew without its thumbnail, of Adobe's segment the colour transform is kept, a colour profile
    becomes one without names. All other application segments (EXIF, XMP, IPTC, makers' notes) and comments go, and so
    does what stands behind the end: second pictures, films, anything. Scans are kept bit by bit, so no quality is lost.
    """
    if not content.startswith(b"\xff\xd8"):
        return None
    kept: list[bytes] = []
    jfif, adobe = b"", b""
    profile: dict[int, bytes] = {}
    turned, told, size, end_mark = UPRIGHT, False, (0, 0), b""
    place = 2
    for _ in range(_SEGMENTS_LIMIT):
        if content[place : place + 1] != b"\xff":
            return None
        while content[place + 1 : place + 2] == b"\xff":
            place += 1
        marker = content[place + 1] if place + 1 < len(content) else 0
        if marker == _EOI:
            # Where the end is missing it is not put there: decoders know by it that a picture is whole.
            end_mark = b"\xff\xd9"
            told = told or len(content) > place + 2
            break
        length = int.from_bytes(content[place + 2 : place + 4], "big")
        body = content[place + 4 : place + 2 + length]
        if length < 2 or len(body) != length - 2:
            return None
        end = place + 2 + length
        if marker in _FRAMES:
            if size != (0, 0) or length < 8:
                return None
            size = int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big")
        if marker == _SOS:
            found = _AFTER_SCAN.search(content, end)
            end = found.start() if found else len(content)
            kept.append(content[place:end])
            if found is None:
                break
        elif marker in _FRAMES | _TABLES:
            kept.append(content[place:end])
        elif marker == _APP0 and body.startswith(b"JFIF\0") and len(body) >= 14:
            jfif = b"\xff\xe0\x00\x10" + body[:12] + b"\0\0"
        elif marker == _APP14 and body.startswith(b"Adobe") and len(body) >= 12:
            adobe = b"\xff\xee\x00\x0eAdobe\x00\x64\0\0\0\0" + body[11:12]
        elif marker == _APP2 and body.startswith(_PROFILE) and len(body) > 14:
            profile[body[12]] = body[14:]
        elif 0xE0 <= marker <= 0xEF or marker == 0xFE:
            told = True
            if marker == _APP1 and body.startswith(b"Exif\0\0"):
                turned = orientation(body)
        else:
            return None
        place = end
    else:
        return None
    if 0 in size:
        return None
    whole = nameless(b"".join(part for _, part in sorted(profile.items()))) if profile else None
    return Bare(
        content=b"".join((b"\xff\xd8", jfif, adobe, *_segments(whole), *kept, end_mark)),
        width=size[0],
        height=size[1],
        orientation=turned,
        profile=whole,
        told=told or bool(profile),
    )


def _segments(profile: bytes | None) -> list[bytes]:
    if not profile:
        return []
    parts = [profile[at : at + _PROFILE_CHUNK] for at in range(0, len(profile), _PROFILE_CHUNK)]
    return [
        b"\xff\xe2" + (16 + len(part)).to_bytes(2, "big") + _PROFILE + bytes((number, len(parts))) + part
        for number, part in enumerate(parts, 1)
    ]
