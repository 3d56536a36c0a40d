"""Takes a PNG file apart into chunks, and puts it together from those that draw the picture."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from evenhand.mail.files.pictures.colour import LIMIT, nameless
from evenhand.mail.files.pictures.container import Bare
from evenhand.mail.files.pictures.orientation import UPRIGHT, orientation

__all__ = ["bare"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHUNKS_LIMIT = 20_000
_STEP = 1 << 20
# What draws the picture, with the most bytes each may have (PNG 3rd edition §11), so that nothing hides in it.
_SHORT = {
    b"PLTE": 768, b"tRNS": 256, b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"sBIT": 4, b"pHYs": 9, b"cICP": 4, b"bKGD": 6,
    b"acTL": 8, b"fcTL": 26,
}  # fmt: skip
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Start and step of the seven passes of Adam7 (§8.1): across, down.
_PASSES = ((0, 8, 0, 8), (4, 8, 0, 8), (0, 4, 4, 8), (2, 4, 0, 4), (0, 2, 2, 4), (1, 2, 0, 2), (0, 1, 1, 2))


def bare(content: bytes) -> Bare | None:  # noqa: C901  one arm a chunk
    """
    Keep the chunks that draw the picture (PNG 3rd edition §11); None if their order, lengths or sums are wrong.

    Text, times, EXIF and unknown chunks go, and so does what stands behind the end. A colour profile becomes one
    without names. Every stream of pixels must unpack to exactly the announced size, with nothing behind it.
    """
    if not content.startswith(_SIGNATURE):
        return None
    kept: list[tuple[bytes, bytes]] = []
    turned, profile, told, frames = UPRIGHT, None, False, 1
    head = b""
    finished = False
    end = len(_SIGNATURE)
    for name, body, after in _chunks(content):
        end = after
        if not head and name != b"IHDR":
            return None
        if name == b"IHDR":
            if head or len(body) != 13:
                return None
            head = body
            kept.append((name, body))
        elif name == b"IEND":
            finished = True
            break
        elif name in {b"IDAT", b"fdAT"} or (name in _SHORT and len(body) <= _SHORT[name]):
            kept.append((name, body))
            if name == b"acTL":
                frames = max(1, int.from_bytes(body[:4], "big"))
        elif name == b"iCCP":
            profile, told = _unpacked_profile(body), True
            if profile:
                kept.append((name, b"colours\0\0" + zlib.compress(profile)))
        elif name[:1].isupper():
            # A critical chunk nobody knows (§14.2): the picture cannot be shown without it.
            return None
        else:
            told = True
            turned = orientation(body) if name == b"eXIf" else turned
    if not finished or not _fits(head, kept):
        return None
    return Bare(
        content=_SIGNATURE + b"".join(_chunk(*one) for one in [*kept, (b"IEND", b"")]),
        width=int.from_bytes(head[:4], "big"),
        height=int.from_bytes(head[4:8], "big"),
        frames=frames,
        orientation=turned,
        profile=profile,
        told=told or len(content) > end,
    )


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Name, content and end of each chunk, up to the first that is cut off or whose sum is wrong."""
    place = len(_SIGNATURE)
    for _ in range(_CHUNKS_LIMIT):
        length = int.from_bytes(content[place : place + 4], "big")
        end = place + 12 + length
        name, body = content[place + 4 : place + 8], content[place + 8 : end - 4]
        if end > len(content) or not name.isalpha():
            return
        if zlib.crc32(body, zlib.crc32(name)) != int.from_bytes(content[end - 4 : end], "big"):
            return
        yield name, body, end
        place = end


def _chunk(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(body, zlib.crc32(name)).to_bytes(4, "big")


def _unpacked_profile(body: bytes) -> bytes | None:
    packed = body.partition(b"\0")[2][1:]
    try:
        return nameless(zlib.decompressobj().decompress(packed, LIMIT + 1))
    except zlib.error:
        return None


def _fits(head: bytes, kept: list[tuple[bytes, bytes]]) -> bool:
    """Whether the pixels of the picture, and of each frame of an animation, are all there and nothing besides."""
    depth, channels, interlaced = head[8], _CHANNELS.get(head[9], 0), head[12] == 1
    size = (int.from_bytes(head[:4], "big"), int.from_bytes(head[4:8], "big"))
    if not channels or depth not in {1, 2, 4, 8, 16} or 0 in size:
        return False
    streams: list[tuple[tuple[int, int], list[bytes]]] = [(size, [body for name, body in kept if name == b"IDAT"])]
    frame: tuple[int, int] | None = None
    for name, body in kept:
        if name == b"fcTL" and len(body) == 26:
            frame = (int.from_bytes(body[4:8], "big"), int.from_bytes(body[8:12], "big"))
            if frame[0] > size[0] or frame[1] > size[1] or 0 in frame:
                return False
        elif name == b"fdAT":
            if frame is None:
                return False
            if frame != (0, 0):
                streams.append((frame, []))
                frame = (0, 0)
            streams[-1][1].append(body[4:])
    return all(_unpacks_to(_size(*area, depth * channels, interlaced=interlaced), parts) for area, parts in streams)


def _size(width: int, height: int, bits: int, *, interlaced: bool) -> int:
    """Bytes of the filtered rows of a picture (§7.2)."""
    passes = _PASSES if interlaced else ((0, 1, 0, 1),)
    total = 0
    for left, across, top, down in passes:
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            total += rows * (1 + -(-columns * bits // 8))
    return total


def _unpacks_to(size: int, parts: list[bytes]) -> bool:
    """Unpack step by step, never holding more than a megabyte."""
    unpacker = zlib.decompressobj()
    found = 0
    try:
        for part in parts:
            waiting = part
            while waiting and not unpacker.eof:
                found += len(unpacker.decompress(waiting, _STEP))
                if found > size:
                    return False
                waiting = unpacker.unconsumed_tail
            if unpacker.unused_data:
                return False
        found += len(unpacker.flush(_STEP))
    except zlib.error:
        return False
    return unpacker.eof and found == size
