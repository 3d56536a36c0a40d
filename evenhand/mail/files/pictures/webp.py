"""Takes a WebP file apart into chunks, and puts it together from those that draw the picture."""

from __future__ import annotations

from collections.abc import Iterator

from evenhand.mail.files.pictures.colour import nameless
from evenhand.mail.files.pictures.container import Bare
from evenhand.mail.files.pictures.orientation import UPRIGHT, orientation

__all__ = ["bare"]

_PROFILE, _ALPHA, _ANIMATED = 0x20, 0x10, 0x02
_FRAME_CHUNKS = frozenset({b"ALPH", b"VP8 ", b"VP8L"})
_KEPT = _FRAME_CHUNKS | {b"ANIM", b"ANMF"}
_CHUNKS_LIMIT = 20_000


def bare(content: bytes) -> Bare | None:
    """
    Keep the chunks that draw the picture (RFC 9649 §2); None if they are cut off or do not fit.

    EXIF, XMP and unknown chunks go, within the frames of an animation too, and so does what stands behind the end.
    """
    whole = content[: 8 + int.from_bytes(content[4:8], "little")]
    if not content.startswith(b"RIFF") or content[8:12] != b"WEBP":
        return None
    kept: list[tuple[bytes, bytes]] = []
    head = profile = None
    turned, told, frames, size, place = UPRIGHT, len(content) > len(whole), 0, (0, 0), 12
    for name, body, end in _chunks(whole, 12):
        place = end
        if name == b"VP8X" and head is None and not kept and len(body) >= 10:
            head = body[:10]
            size = int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
        elif name in _KEPT:
            drawn = _frame(body) if name == b"ANMF" else body[:6] if name == b"ANIM" else body
            if drawn is None:
                return None
            frames += name in {b"ANMF", b"VP8 ", b"VP8L"}
            kept.append((name, drawn))
        elif name == b"ICCP":
            profile, told = nameless(body), True
        else:
            told = True
            turned = orientation(body) if name == b"EXIF" else turned
    if place < len(whole) or not frames:
        return None
    if head is None:
        size = _simple_size(*kept[0])
        out = kept[:1]
    else:
        flags = head[0] & (_ALPHA | _ANIMATED) | (_PROFILE if profile else 0)
        out = [(b"VP8X", bytes((flags, 0, 0, 0)) + head[4:]), *([(b"ICCP", profile)] if profile else []), *kept]
    body = b"WEBP" + b"".join(_chunk(*one) for one in out)
    return Bare(
        content=b"RIFF" + len(body).to_bytes(4, "little") + body,
        width=size[0],
        height=size[1],
        frames=frames,
        orientation=turned,
        profile=profile,
        told=told,
        lossless=any(name == b"VP8L" for name, _ in kept),
    )


def _chunks(content: bytes, place: int) -> Iterator[tuple[bytes, bytes, int]]:
    for _ in range(_CHUNKS_LIMIT):
        size = int.from_bytes(content[place + 4 : place + 8], "little")
        end = place + 8 + size
        if len(content) < place + 8 or end > len(content):
            return
        name, body = content[place : place + 4], content[place + 8 : end]
        # A missing last pad byte is forgiven, as decoders do.
        place = min(end + size % 2, max(end, len(content)))
        yield name, body, place


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + len(body).to_bytes(4, "little") + body + bytes(len(body) % 2)


def _frame(body: bytes) -> bytes | None:
    """A frame of an animation: sixteen bytes of place and time, then its chunks (§2.7.1.2)."""
    parts = [(name, inner) for name, inner, _ in _chunks(body, 16) if name in _FRAME_CHUNKS]
    return body[:16] + b"".join(_chunk(*one) for one in parts) if len(body) > 16 and parts else None


def _simple_size(name: bytes, body: bytes) -> tuple[int, int]:
    """The size in a key frame's header (RFC 6386 §9.1), or of a lossless picture (RFC 9649 §3.4)."""
    if name == b"VP8L" and body[:1] == b"\x2f":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if name == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    return 0, 0
