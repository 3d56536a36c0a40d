"""Takes a GIF file apart into blocks, and puts it together from those that draw the picture."""

from __future__ import annotations

from evenhand.mail.files.pictures.container import Bare

__all__ = ["bare"]

_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_BLOCKS_LIMIT = 20_000


def bare(content: bytes) -> Bare | None:  # noqa: C901  one arm a block
    """
    Keep images, their colour tables and times, and the number of rounds (GIF89a §12–26); None if blocks do not fit.

    Comments, plain text and applications' blocks (XMP, ICC) go, and so does what stands behind the end.
    """
    if not content.startswith((b"GIF87a", b"GIF89a")) or len(content) < 13:
        return None
    width, height = int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")
    place = 13 + _table(content[10])
    kept, control, told, frames = [content[:place]], b"", False, 0
    for _ in range(_BLOCKS_LIMIT):
        kind = content[place] if place < len(content) else None
        if kind == _TRAILER:
            break
        if kind == _EXTENSION:
            end = _blocks_end(content, place + 2)
            label = content[place + 1] if end is not None else None
            if end is None:
                return None
            if label == _CONTROL and content[place + 2] == 4 and content[place + 7] == 0:
                control = content[place : place + 8]
            elif label == _APPLICATION and content[place + 3 : place + 14] in _LOOPS:
                # Three bytes: a one, and the number of rounds.
                rounds = content[place + 14 : place + 18]
                if rounds[:2] == b"\x03\x01":
                    kept.append(b"!\xff\x0b" + _LOOPS[0] + rounds + b"\0")
            else:
                control, told = b"", True
            place = end
        elif kind == _IMAGE:
            head = content[place : place + 10]
            if len(head) < 10 or not _inside(head, width, height):
                return None
            start = place + 10 + _table(head[9])
            end = _blocks_end(content, start + 1)
            if end is None:
                return None
            kept += [control, content[place:end]]
            control, place = b"", end
            frames += 1
        else:
            return None
    else:
        return None
    if not frames:
        return None
    return Bare(
        content=b"".join((*kept, b";")),
        width=width,
        height=height,
        frames=frames,
        told=told or len(content) > place + 1,
    )


def _table(flags: int) -> int:
    """Bytes of the colour table that follows a descriptor with these flags."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _inside(head: bytes, width: int, height: int) -> bool:
    left, top, across, down = (int.from_bytes(head[at : at + 2], "little") for at in (1, 3, 5, 7))
    return across > 0 and left + across <= width and down > 0 and top + down <= height


def _blocks_end(content: bytes, place: int) -> int | None:
    """Where a run of sub-blocks ends (§15), or None if it is cut off."""
    while place < len(content):
        size = content[place]
        place += 1 + size
        if size == 0:
            return place
    return None
