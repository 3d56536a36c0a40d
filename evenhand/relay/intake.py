"""Takes messages in: every one becomes a durable spool row before anybody is told that it was accepted."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connection

from evenhand.conversations.models import Alias, Conversation, Origin
from evenhand.crashpoints import reach
from evenhand.mail.digest import retry_digest
from evenhand.participants.models import Participant
from evenhand.record.append import event
from evenhand.record.blobs import store_blob
from evenhand.record.ids import new_id
from evenhand.relay.submission import UploadedPart, write_submission

__all__ = ["SPOOL", "Arrival", "UploadedPart", "spool_columns", "submit"]

# One statement, so one commit and one fsync, for a whole group of arrivals. A retry is found by its digest and leaves
# no event; the notification wakes the workers of every machine.
SPOOL = """
WITH arrived AS (
    SELECT * FROM unnest(
        {0}::uuid[], {0}::uuid[], {0}::uuid[], {0}::text[], {0}::uuid[], {0}::bigint[], {0}::text[], {0}::bytea[],
        {0}::bytea[], {0}::bigint[], {0}::bytea[], {0}::inet[], {0}::text[], {0}::boolean[], {0}::timestamptz[]
    ) AS one(id, alias_id, bounce_of_id, origin, author_id, author_user_id, reverse_path, digest, sha256, size, raw,
             peer, helo, trusted, received_at)
), stored AS (
    INSERT INTO evenhand_inbound (id, alias_id, bounce_of_id, origin, author_id, author_user_id, reverse_path, digest,
        sha256, size, raw, peer, helo, trusted, received_at, state, due_at, attempts, outcome)
    SELECT id, alias_id, bounce_of_id, origin, author_id, author_user_id, reverse_path, digest, sha256, size, raw, peer,
        helo, trusted, received_at, 'queued', now(), 0, ''
    FROM arrived
    ON CONFLICT DO NOTHING
    RETURNING id
), noted AS (
    INSERT INTO evenhand_event (id, at, kind, conversation_id, actor_id, commitment, salt, content)
    SELECT note.id, note.at, note.kind, note.conversation_id, note.actor_id, note.commitment, note.salt, note.content
    FROM unnest(
        {0}::uuid[], {0}::timestamptz[], {0}::text[], {0}::uuid[], {0}::uuid[], {0}::bytea[], {0}::bytea[], {0}::bytea[]
    ) WITH ORDINALITY AS note(id, at, kind, conversation_id, actor_id, commitment, salt, content, place)
    JOIN unnest({0}::uuid[]) WITH ORDINALITY AS of_row(inbound_id, place) USING (place)
    WHERE of_row.inbound_id IN (SELECT id FROM stored)
)
SELECT count(*), pg_notify('evenhand_inbound', '') FROM stored
"""


@dataclass(frozen=True, slots=True)
class Arrival:
    """
    One mail for one alias, or for the reverse-path of one copy (`bounce_of_id`), as its door received it.

    `trusted` says that the door vouches for the author: a trusted peer, or somebody who is signed in.
    """

    alias_id: uuid.UUID | None
    conversation_id: uuid.UUID | None
    raw: bytes
    received_at: datetime
    reverse_path: str = ""
    peer: str | None = None
    helo: str = ""
    trusted: bool = False
    origin: str = Origin.MAIL
    bounce_of_id: uuid.UUID | None = None
    author_id: uuid.UUID | None = None
    author_user_id: int | None = None
    digest: bytes = b""


def spool_columns(arrivals: Sequence[Arrival], inline_limit: int) -> list[list[Any]]:
    """
    Give the parameters of `SPOOL` for a group of arrivals: one list a column.

    Large bytes are stored durably in the blob store first, so this blocks for an fsync each: call it in a thread
    when there are such. Raises OSError if the store cannot take them; nothing has been accepted then.
    """
    rows, notes = [], []
    for one in arrivals:
        digest, sha256 = one.digest or retry_digest(one.raw), hashlib.sha256(one.raw).digest()
        inline = len(one.raw) <= inline_limit
        if not inline:
            store_blob(one.raw)
        row_id = new_id()
        rows.append((
            row_id, one.alias_id, one.bounce_of_id, one.origin, one.author_id, one.author_user_id, one.reverse_path,
            digest, sha256, len(one.raw), one.raw if inline else None, one.peer, one.helo, one.trusted,
            one.received_at,
        ))  # fmt: skip
        notes.append(
            event(
                "accepted",
                at=one.received_at,
                conversation_id=one.conversation_id,
                actor_id=one.author_id,
                content={"inbound": row_id, "alias": one.alias_id, "origin": one.origin, "sha256": sha256},
            )
        )
    columns = [list(column) for column in zip(*rows, strict=True)]
    return [*columns, *(list(column) for column in zip(*notes, strict=True)), columns[0]]


def submit(
    *,
    conversation: Conversation,
    author: Participant,
    user_id: int | None,
    text: str,
    files: Sequence[UploadedPart] = (),
    token: uuid.UUID,
    origin: Origin = Origin.PORTAL,
) -> uuid.UUID:
    """
    Spool what a signed-in person wrote, durably, and return the id of its spool row.

    The same words and files under the same token are one message, however often they are sent; other words under it
    are another message, since nothing typed may be lost. Raises Alias.DoesNotExist if the counterpart has no live
    alias in the conversation.
    """
    now = datetime.now(UTC)
    own, far = _aliases(conversation, author)
    raw = write_submission(
        own=str(own), far=str(far), name=author.name, subject=conversation.subject, text=text, files=files, at=now
    )
    arrival = Arrival(
        alias_id=far.id,
        conversation_id=conversation.id,
        raw=raw,
        received_at=now,
        trusted=True,
        origin=origin,
        author_id=author.id,
        author_user_id=user_id,
        digest=_token_digest(token, author.id, text, files),
    )
    columns = spool_columns([arrival], settings.EVENHAND.inline_limit)
    reach("submit.written")
    with connection.cursor() as cursor:
        cursor.execute(SPOOL.format("%s"), columns)
        reach("submit.inserted")
        cursor.execute(
            "SELECT id FROM evenhand_inbound WHERE alias_id = %s AND reverse_path = '' AND digest = %s",
            [far.id, arrival.digest],
        )
        row = cursor.fetchone()
    assert row is not None
    reach("submit.found")
    return uuid.UUID(str(row[0]))


def _aliases(conversation: Conversation, author: Participant) -> tuple[Alias, Alias]:
    """The live aliases of the author and of the counterpart."""
    live = {alias.participant_id: alias for alias in conversation.aliases.filter(retired_at=None)}
    far_id = conversation.seller_id if author.id == conversation.buyer_id else conversation.buyer_id
    try:
        return live[author.id], live[far_id]
    except KeyError as error:
        raise Alias.DoesNotExist("a side of this conversation has no live alias") from error


def _token_digest(token: uuid.UUID, author_id: uuid.UUID, text: str, files: Sequence[UploadedPart]) -> bytes:
    shape = [
        token.hex,
        author_id.hex,
        hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        [(one.name, hashlib.sha256(one.content).hexdigest()) for one in files],
    ]
    return hashlib.sha256(json.dumps(shape).encode()).digest()
