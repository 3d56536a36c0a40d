"""Ends the wait of what was taken out of the line: put back into it, or dropped for good, by an operator's word."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from enum import StrEnum

from django.db import connection, transaction

from evenhand.record.append import event
from evenhand.record.blobs import BlobDamaged, read_blob
from evenhand.relay.failures import tell_of_failures
from evenhand.relay.outbox import SENT_UNWRITTEN
from evenhand.relay.results import note_events

__all__ = ["Decided", "bytes_of", "drop", "release"]


class Decided(StrEnum):
    """What came of an operator's word about something parked."""

    MAIL = "the mail"
    COPY = "the copy"
    NOT_PARKED = "not parked"
    WAS_SENT = "was sent"


_RELEASE_MAIL = """
UPDATE evenhand_inbound SET state = 'queued', attempts = 0, due_at = now(), outcome = '', claimed_by = NULL
WHERE id = %(id)s AND state = 'parked' RETURNING alias_id
"""
_DROP_MAIL = """
UPDATE evenhand_inbound SET state = 'done', outcome = left('dropped by the operator: ' || %(why)s, 300)
WHERE id = %(id)s AND state = 'parked' RETURNING alias_id
"""
_RELEASE_COPY = """
UPDATE evenhand_delivery SET state = 'queued', attempts = 0, due_at = now(), reason = ''
WHERE id = %(id)s AND state = 'parked' RETURNING conversation_id
"""
_DROP_COPY = """
UPDATE evenhand_delivery SET state = 'failed', reason = left('dropped by the operator: ' || %(why)s, 300)
WHERE id = %(id)s AND state = 'parked' RETURNING conversation_id
"""
_BYTES = "SELECT alias_id, raw, sha256 FROM evenhand_inbound WHERE id = %s AND state = 'parked'"
_REASON = "SELECT reason FROM evenhand_delivery WHERE id = %s AND state = 'parked'"
_CONVERSATION = "SELECT conversation_id FROM evenhand_alias WHERE id = %s"


def bytes_of(parked: uuid.UUID) -> bytes | None:
    """The bytes of a parked mail, None if there is none. They name people, so that they were looked at is recorded."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_BYTES, [parked])
        row = cursor.fetchone()
        if row is None:
            return None
        alias, raw, sha256 = row
        cursor.execute(_CONVERSATION, [alias])
        found = cursor.fetchone()
        content = {"inbound": parked}
        looked = event("looked-at", at=datetime.now(UTC), conversation_id=found[0] if found else None, content=content)
        note_events(cursor, [looked])
    try:
        return bytes(raw) if raw is not None else read_blob(bytes(sha256).hex())
    except (BlobDamaged, OSError) as error:
        return f"[The stored bytes are gone or altered: {error}]".encode()


def release(parked: uuid.UUID, *, again: bool = False) -> Decided:
    """
    Put a parked mail back into the spool, or a parked copy into the outbox, with all its tries.

    A copy whose last try went well, though that could not be written, is released only if it may be sent `again`.
    """
    return _decide(parked, "released", _RELEASE_MAIL, _RELEASE_COPY, again=again)


def drop(parked: uuid.UUID, why: str) -> Decided:
    """
    End a parked mail or copy; its bytes stay on record. The author of a copy is told that it was not delivered.

    Who wrote a mail that could not be read is not known for certain, so nobody is told of it.
    """
    decided = _decide(parked, "dropped", _DROP_MAIL, _DROP_COPY, why=why)
    if decided is Decided.COPY:
        tell_of_failures([parked])
    return decided


def _decide(parked: uuid.UUID, word: str, mail: str, copy: str, *, why: str = "", again: bool = True) -> Decided:
    known: dict[str, str | uuid.UUID] = {"id": parked, "why": " ".join(why.replace("\x00", "").split())}
    now = datetime.now(UTC)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(mail, known)
        row = cursor.fetchone()
        if row is not None:
            cursor.execute(_CONVERSATION, [row[0]])
            decided, conversation = Decided.MAIL, cursor.fetchone()
        else:
            cursor.execute(f"{_REASON} FOR UPDATE", [parked])
            found = cursor.fetchone()
            if found is None:
                return Decided.NOT_PARKED
            if not again and found[0].startswith(SENT_UNWRITTEN):
                return Decided.WAS_SENT
            cursor.execute(copy, known)
            decided, conversation = Decided.COPY, cursor.fetchone()
        content = {"parked": parked, "why": known["why"]}
        note_events(
            cursor, [event(word, at=now, conversation_id=conversation[0] if conversation else None, content=content)]
        )
        cursor.execute("SELECT pg_notify('evenhand_inbound', ''), pg_notify('evenhand_outbox', '')")
    return decided
