"""What goes over the pipes to a guarded reader and back: frames of a mark, a length, and MessagePack."""

from __future__ import annotations

import struct
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import msgspec

from evenhand.mail.parse import Unreadable
from evenhand.mail.reading import Reading, Returned

__all__ = ["ANSWERED", "FAILED", "HEAD", "REFUSED", "Job", "answer_of", "answered", "frame", "job_of", "packed"]

HEAD = struct.Struct("!cI")
"""A mark of one byte, and how many bytes follow."""

ANSWERED, RETURNED, REFUSED, FAILED, ASKED = b"A", b"R", b"U", b"F", b"J"


@dataclass(frozen=True, slots=True)
class Job:
    """One mail to read; see `evenhand.mail.reading.read`."""

    raw: bytes
    reverse_path: str
    is_report: bool
    written_here: bool


# Not pickle: a reader that a mail has taken over must not be able to make the one who asked it run anything.
_encoder = msgspec.msgpack.Encoder()
_jobs = msgspec.msgpack.Decoder(Job)
_readings = msgspec.msgpack.Decoder(Reading)
_returned = msgspec.msgpack.Decoder(Returned)


def frame(mark: bytes, content: bytes) -> bytes:
    """Put a head before the content."""
    return HEAD.pack(mark, len(content)) + content


def packed(job: Job) -> bytes:
    """A job as a frame."""
    return frame(ASKED, _pack(job))


def job_of(content: bytes) -> Job:
    """Read what `packed` made."""
    return _jobs.decode(content)


def answered(reading: Reading | Returned | Unreadable) -> bytes:
    """An answer as a frame."""
    if isinstance(reading, Unreadable):
        return frame(REFUSED, reading.reason.encode("utf-8", "replace"))
    return frame(RETURNED if isinstance(reading, Returned) else ANSWERED, _pack(reading))


def answer_of(mark: bytes, content: bytes) -> Reading | Returned | Unreadable | None:
    """Read what `answered` made; None if it is no answer (the reader failed). Raises ValueError if it is malformed."""
    if mark == ANSWERED:
        return _readings.decode(content)
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
