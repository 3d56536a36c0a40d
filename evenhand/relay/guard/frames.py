"""What goes over the pipes to a guarded reader and back: frames of a mark, a length, and MessagePack."""

from __future__ import annotations

import struct
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import msgspec

from evenhand.mail.gate import Hit
from evenhand.mail.parse import Unreadable
from evenhand.mail.reading import Reading, Returned

__all__ = ["FAILED", "HEAD", "Job", "Search", "Searched", "answer_of", "answered", "frame", "job_of", "packed"]

HEAD = struct.Struct("!cI")
"""A mark of one byte, and how many bytes follow."""

ASKED, SOUGHT = b"J", b"S"
ANSWERED, RETURNED, REFUSED, SEARCHED, FAILED = b"A", b"R", b"U", b"H", b"F"


@dataclass(frozen=True, slots=True)
class Job:
    """One mail to read; see `evenhand.mail.reading.read`."""

    raw: bytes
    reverse_path: str
    is_report: bool
    written_here: bool


@dataclass(frozen=True, slots=True)
class Search:
    """Finished bytes to search for protected identities; see `evenhand.mail.identity.identities`."""

    finished: bytes
    addresses: tuple[str, ...]
    traces: tuple[str, ...]
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search found: the first hit, or None."""

    hit: Hit | None


# Not pickle: a reader that a mail has taken over must not be able to make the one who asked it run anything.
_encoder = msgspec.msgpack.Encoder()
_jobs = msgspec.msgpack.Decoder(Job)
_searches = msgspec.msgpack.Decoder(Search)
_readings = msgspec.msgpack.Decoder(Reading)
_returned = msgspec.msgpack.Decoder(Returned)
_searched = msgspec.msgpack.Decoder(Searched)


def frame(mark: bytes, content: bytes) -> bytes:
    """Put a head before the content."""
    return HEAD.pack(mark, len(content)) + content


def packed(job: Job | Search) -> bytes:
    """A job as a frame."""
    return frame(SOUGHT if isinstance(job, Search) else ASKED, _pack(job))


def job_of(mark: bytes, content: bytes) -> Job | Search:
    """Read what `packed` made."""
    return _searches.decode(content) if mark == SOUGHT else _jobs.decode(content)


def answered(reading: Reading | Returned | Unreadable | Searched) -> bytes:
    """An answer as a frame."""
    if isinstance(reading, Searched):
        return frame(SEARCHED, _pack(reading))
    if isinstance(reading, Unreadable):
        return frame(REFUSED, reading.reason.encode("utf-8", "replace"))
    return frame(RETURNED if isinstance(reading, Returned) else ANSWERED, _pack(reading))


def answer_of(mark: bytes, content: bytes) -> Reading | Returned | Unreadable | Searched | None:
    """Read what `answered` made; None if it is no answer (the reader failed). Raises ValueError if it is malformed."""
    if mark == ANSWERED:
        return _readings.decode(content)
    if mark == SEARCHED:
        return _searched.decode(content)
    if mark == RETURNED:
        return _returned.decode(content)
    if mark == REFUSED:
        return Unreadable(content.decode("utf-8", "replace"))
    return None


def _pack(value: object) -> bytes:
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        return _encoder.encode(_whole(value))


def _whole(value: Any) -> Any:
    """The same value without half characters (lone surrogates), which UTF-8 cannot carry."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _whole(getattr(value, one.name)) for one in fields(value)})
    if isinstance(value, dict):
        return {_whole(key): _whole(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return tuple(_whole(one) for one in value)
    if isinstance(value, frozenset):
        return frozenset(_whole(one) for one in value)
    return value
