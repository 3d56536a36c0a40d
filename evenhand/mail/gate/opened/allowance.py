"""How much may be unpacked in one search, and what is said where that is not enough."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable

__all__ = ["Allowance", "Unsearchable"]

UNPACKED_LIMIT = 64 * 1024 * 1024
"""Bytes that may come out of all that is packed in one mail, its pictures' and its fonts' included."""

OBJECTS_LIMIT = 50_000
"""Members of archives, objects of documents, chunks of pictures."""

_LZMA_MEMORY = 64 * 1024 * 1024
_STEP = 1024 * 1024


class Unsearchable(Exception):
    """What cannot be read through, and so cannot be said to be clean; says why."""


class Allowance:
    """What is left to be unpacked in one search; every opening draws on it, however deep it lies."""

    def __init__(self, size: int = UNPACKED_LIMIT, objects: int = OBJECTS_LIMIT) -> None:
        self._size = size
        self._objects = objects

    def draw(self, size: int) -> None:
        """Count bytes that came out of something; raises Unsearchable when it was the last drop."""
        self._size -= size
        if self._size < 0:
            raise Unsearchable("what is packed in it unpacks to too much")

    def count(self, objects: int = 1) -> None:
        """Count things that were looked at."""
        self._objects -= objects
        if self._objects < 0:
            raise Unsearchable("there are too many things packed in it")

    def inflate(self, packed: bytes, *, raw: bool = False) -> bytes:
        """Undo deflate (RFC 1950, or 1951 if `raw`); what comes out before a fault counts, as it does for viewers."""
        return self._run(zlib.decompressobj(-15 if raw else 15).decompress, packed)

    def gunzip(self, packed: bytes) -> bytes:
        """Undo gzip (RFC 1952), member behind member."""
        out = bytearray()
        while packed.startswith(b"\x1f\x8b"):
            member = zlib.decompressobj(31)
            out += self._run(member.decompress, packed)
            if not member.unused_data or len(member.unused_data) >= len(packed):
                break
            packed = member.unused_data
        return bytes(out)

    def bunzip(self, packed: bytes) -> bytes:
        """Undo bzip2, the first stream of it."""
        return self._run(bz2.BZ2Decompressor().decompress, packed)

    def unxz(self, packed: bytes) -> bytes:
        """Undo xz, the first stream of it."""
        return self._run(lzma.LZMADecompressor(memlimit=_LZMA_MEMORY).decompress, packed)

    def _run(self, step: Callable[[bytes, int], bytes], packed: bytes) -> bytes:
        """Unpack in steps, so that never more than one step is unpacked beyond what is allowed."""
        out = bytearray()
        owner = getattr(step, "__self__", None)
        fed = packed
        try:
            while True:
                piece = step(fed, _STEP)
                self.draw(len(piece))
                out += piece
                # zlib hands back what it has not taken; the others keep it.
                fed = getattr(owner, "unconsumed_tail", b"")
                if getattr(owner, "eof", True) or (not piece and not fed):
                    break
        except (zlib.error, OSError, EOFError, ValueError, lzma.LZMAError):
            pass
        return bytes(out)
