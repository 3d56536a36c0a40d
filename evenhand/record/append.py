"""Puts what happened into the form in which the record keeps it: canonical content, salt, commitment."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from evenhand.record.ids import new_id

__all__ = ["EventRow", "canonical", "event"]

SALT_BYTES = 16


class EventRow(NamedTuple):
    """An event in the order of the table's columns, ready to be written in bulk. `leaf_index` is given later."""

    id: UUID
    at: datetime
    kind: str
    conversation_id: UUID | None
    actor_id: UUID | None
    commitment: bytes
    salt: bytes
    content: bytes


def event(
    kind: str,
    *,
    at: datetime,
    content: Mapping[str, Any],
    conversation_id: UUID | None = None,
    actor_id: UUID | None = None,
) -> EventRow:
    """
    Make an event of one of the kinds `accepted`, `judged`, `attempted`, `held`, `notified` and what may follow.

    The content holds ids, states and digests, never an address or a text: those are in tables of their own, and the
    digests bind them. The caller writes the row in the transaction of what it tells about.
    """
    salt = secrets.token_bytes(SALT_BYTES)
    body = canonical(content)
    return EventRow(new_id(), at, kind, conversation_id, actor_id, hashlib.sha256(salt + body).digest(), salt, body)


def canonical(content: Mapping[str, Any]) -> bytes:
    r"""
    Write content as JSON in one possible way only: sorted keys, no spaces, UTF-8, instants in UTC.

    >>> canonical({"b": 1, "a": "ü"})
    b'{"a":"\xc3\xbc","b":1}'
    """
    text = json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain, allow_nan=False
    )
    return text.encode("utf-8")


def _plain(value: object) -> str:
    match value:
        case datetime(tzinfo=None):
            raise TypeError("an instant without its offset has no canonical form")
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case UUID():
            return str(value)
        case bytes() | memoryview():
            return bytes(value).hex()
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form")
