"""Takes the content out of an opaque S/MIME signature (RFC 8551 §3.5.2), and leaves signature and certificates."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["signed_content"]

_SEQUENCE, _OID, _OCTETS, _OPEN_OCTETS, _ZERO = 0x30, 0x06, 0x04, 0x24, 0xA0
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_DATA = bytes.fromhex("2a864886f70d010701")
_DEPTH_LIMIT = 16


class _Odd(Exception):
    """Bytes that are no BER, or not the structure looked for."""


@dataclass(frozen=True, slots=True)
class _Value:
    """A value of BER (X.690 §8.1): its tag, where its content begins and ends, and where the next one begins."""

    tag: int
    start: int
    end: int
    after: int


def signed_content(content: bytes) -> bytes | None:
    """
    Give the MIME entity that was signed, or None if this is no signed-data with its content inside (RFC 5652 §5).

    Nothing is verified: the author's domain is vouched for elsewhere, and the signature is not passed on.
    """
    try:
        outer = _expect(content, 0, len(content), _SEQUENCE)
        kind = _expect(content, outer.start, outer.end, _OID)
        if content[kind.start : kind.end] != _SIGNED_DATA:
            return None
        explicit = _expect(content, kind.after, outer.end, _ZERO)
        signed = _expect(content, explicit.start, explicit.end, _SEQUENCE)
        version = _read(content, signed.start, signed.end)
        digests = _read(content, version.after, signed.end)
        inner = _expect(content, digests.after, signed.end, _SEQUENCE)
        inner_kind = _expect(content, inner.start, inner.end, _OID)
        if content[inner_kind.start : inner_kind.end] != _DATA:
            return None
        wrapped = _expect(content, inner_kind.after, inner.end, _ZERO)
        return b"".join(_octets(content, _read(content, wrapped.start, wrapped.end), 0))
    except (_Odd, IndexError):
        return None


def _expect(content: bytes, place: int, limit: int, tag: int) -> _Value:
    found = _read(content, place, limit)
    if found.tag != tag:
        raise _Odd
    return found


def _read(content: bytes, place: int, limit: int, depth: int = 0) -> _Value:
    if depth > _DEPTH_LIMIT or place + 2 > limit:
        raise _Odd
    tag, first = content[place], content[place + 1]
    start = place + 2
    if tag & 0x1F == 0x1F:
        raise _Odd
    if first == 0x80:
        at = start
        while content[at : at + 2] != b"\0\0":
            at = _read(content, at, limit, depth + 1).after
        return _Value(tag, start, at, at + 2)
    length = first
    if first & 0x80:
        size = first & 0x7F
        length = int.from_bytes(content[start : start + size], "big")
        start += size
    if start + length > limit or first == 0xFF:
        raise _Odd
    return _Value(tag, start, start + length, start + length)


def _octets(content: bytes, found: _Value, depth: int) -> list[bytes]:
    """The pieces of an octet string, which may be made of several (X.690 §8.7)."""
    if found.tag == _OCTETS:
        return [content[found.start : found.end]]
    if found.tag != _OPEN_OCTETS or depth > _DEPTH_LIMIT:
        raise _Odd
    pieces: list[bytes] = []
    place = found.start
    while place < found.end:
        one = _read(content, place, found.end)
        pieces += _octets(content, one, depth + 1)
        place = one.after
    return pieces
