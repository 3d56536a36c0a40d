"""Collects what came of mails as rows, and writes a whole batch of them in one transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from evenhand.conversations.models import MessageState
from evenhand.crashpoints import reach
from evenhand.record.append import EventRow
from evenhand.record.ids import new_id
from evenhand.relay.again import forget_decided_holds, make_room, mark_unread, tie_decided_holds
from evenhand.relay.daily import claim_notices, keep_one_notice, keep_one_notice_a_stranger
from evenhand.relay.ending import Ending, Sending
from evenhand.relay.models import DeliveryState
from evenhand.relay.statements import prepared

__all__ = ["Overtaken", "database_now", "note_events", "queue", "store"]

EXCERPT = 200


class Overtaken(Exception):
    """Another worker has taken a row whose lease had ended: what came of it here must not be written."""


@transaction.atomic
def store(batch: Sequence[Ending]) -> None:
    """
    Write the endings of a batch, all or none.

    Raises what the database raises, and Overtaken: a batch that cannot be written whole is written one by one by the
    caller, so that poison stops only itself.
    """
    with prepared() as cursor:
        reach("store.begun")
        _end_spool_rows(cursor, batch)
        keep_one_notice(cursor, batch)
        keep_one_notice_a_stranger(cursor, batch)
        reach("store.ended")
        make_room(cursor, batch)
        _copy(cursor, _MESSAGE, (row for one in batch for row in _message_rows(one)))
        _copy(cursor, _ATTACHMENT, (row for one in batch for row in _attachment_rows(one)))
        _copy(cursor, _VERDICT, (row for one in batch for row in _verdict_rows(one)))
        _copy(cursor, _FINDING, (row for one in batch for row in _finding_rows(one)))
        reach("store.messages")
        forget_decided_holds(cursor, batch)
        _copy(cursor, _HOLD, (row for one in batch for row in _hold_rows(one)))
        tie_decided_holds(cursor, batch)
        reach("store.holds")
        _copy(cursor, _DELIVERY, (row for one in batch for row in _delivery_rows(one)))
        reach("store.copies")
        _copy(cursor, _THREAD, (row for one in batch for row in _thread_rows(one)))
        _copy(cursor, _COMPLAINT, (row for one in batch for row in _complaint_rows(one)))
        reach("store.threads")
        _note_reports(cursor, batch)
        reach("store.reports")
        _touch_conversations(cursor, batch)
        mark_unread(cursor, batch)
        reach("store.conversations")
        note_events(cursor, (row for one in batch for row in one.events()))
        reach("store.events")
        if any(one.sendings for one in batch):
            cursor.execute("SELECT pg_notify('evenhand_outbox', '')")
        reach("store.notified")


def database_now() -> datetime:
    """Ask the database for the time: it is the one who waits, and this machine's clock may be hours away."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        (now,) = cursor.fetchone()
    assert isinstance(now, datetime)
    return now


def queue(sending: Sending, *, conversation_id: uuid.UUID | None, now: datetime) -> bool:
    """
    Put one notice into the outbox, in the caller's transaction, and wake whoever sends.

    One about a conversation is left out, and False returned, if another went out within a day.
    """
    with connection.cursor() as cursor:
        if conversation_id is not None and not claim_notices(cursor, [conversation_id], now):
            return False
        _copy(cursor, _DELIVERY, [_delivery_row(new_id(), None, conversation_id, sending, now)])
        cursor.execute("SELECT pg_notify('evenhand_outbox', '')")
    return True


def note_events(cursor: Any, events: Iterable[EventRow]) -> None:
    """Write events into the record, in the caller's transaction."""
    _copy(cursor, _EVENT, events)


def _copy(cursor: Any, table: tuple[str, str], rows: Iterable[Sequence[Any]]) -> None:
    name, columns = table
    found = list(rows)
    if not found:
        return
    # Django wraps the errors of its own ways to ask only; callers tell poison from an absent database by them.
    with connection.wrap_database_errors, cursor.copy(f"COPY {name} ({columns}) FROM STDIN") as copy:
        for row in found:
            copy.write_row(row)


def _end_spool_rows(cursor: Any, batch: Sequence[Ending]) -> None:
    cursor.execute(
        """
        UPDATE evenhand_inbound inbound SET state = ended.state, outcome = ended.outcome,
               author_id = coalesce(inbound.author_id, ended.author_id)
        FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::int[])
             AS ended(id, state, outcome, author_id, attempts)
        WHERE inbound.id = ended.id AND inbound.state = 'working' AND inbound.attempts = ended.attempts
        """,
        [
            [one.spooled.id for one in batch],
            [one.state.value for one in batch],
            [one.outcome[:300] for one in batch],
            [one.said.author_id if one.said else one.claimed_id for one in batch],
            [one.spooled.attempts for one in batch],
        ],
    )
    if cursor.rowcount != len(batch):
        raise Overtaken


_MESSAGE = (
    "evenhand_message",
    (
        "id, conversation_id, author_id, author_user_id, inbound_id, origin, state, reason, subject, text, quoted, "
        "html, signed, sent_at"
    ),
)
_ATTACHMENT = (
    "evenhand_attachment",
    "id, message_id, ordinal, name, media_type, size, sha256, refused, cleaned, notes",
)
_VERDICT = ("evenhand_verdict", "message_id, action, book, not_checked, review_request")
_FINDING = (
    "evenhand_finding",
    'message_id, rule, clause, part, start, "end", excerpt, reason, fix, action, confidence',
)
_HOLD = ("evenhand_hold", "inbound_id, conversation_id, message_id, reason, public, private, held_at")
_DELIVERY = (
    "evenhand_delivery",
    (
        "id, message_id, conversation_id, recipient_id, address, return_path, msgid, content, content_sha256, state, "
        "created_at, due_at, expires_at, attempts, status"
    ),
)
_THREAD = ("evenhand_threadid", "conversation_id, message_id, participant_id, msgid")
_COMPLAINT = ("evenhand_complaint", "delivery_id, inbound_id, type, at")
_EVENT = ("evenhand_event", "id, at, kind, conversation_id, actor_id, commitment, salt, content")


def _message_rows(one: Ending) -> Iterable[Sequence[Any]]:
    if one.said is not None and one.scene is not None and not one.is_again:
        said, spooled = one.said, one.spooled
        yield (
            one.message_id, one.scene.conversation_id, said.author_id, spooled.author_user_id, spooled.id,
            spooled.origin, one.message_state.value, one.reason[:300], said.subject, said.text, said.quoted, said.html,
            said.signed, spooled.received_at,
        )  # fmt: skip


def _attachment_rows(one: Ending) -> Iterable[Sequence[Any]]:
    for file in one.said.files if one.said else ():
        yield (
            file.id or new_id(), one.message_id, file.ordinal, file.name[:120], file.media_type[:100], file.size,
            file.sha256, file.refused[:300], file.cleaned, json.dumps(file.notes),
        )  # fmt: skip


def _verdict_rows(one: Ending) -> Iterable[Sequence[Any]]:
    if one.verdict is not None:
        not_checked = json.dumps([[each.rule, each.lacks] for each in one.verdict.not_checked])
        asks = one.verdict.detected.review_request
        yield one.message_id, one.verdict.action.word, one.verdict.book, not_checked, asks


def _finding_rows(one: Ending) -> Iterable[Sequence[Any]]:
    for finding in one.findings:
        yield (
            one.message_id, finding.rule[:60], finding.clause[:300], finding.part[:160], finding.start, finding.end,
            finding.excerpt[:300], finding.reason[:500], finding.fix[:500], finding.action.word, finding.confidence,
        )  # fmt: skip


def _hold_rows(one: Ending) -> Iterable[Sequence[Any]]:
    if one.hold is not None and one.scene is not None:
        reason, public, private = one.hold
        yield (
            one.spooled.id, one.scene.conversation_id, one.message_id, reason.value, public[:300],
            _without_nul(private)[:500], one.now,
        )  # fmt: skip


def _delivery_rows(one: Ending) -> Iterable[Sequence[Any]]:
    for id_, sending in one.sendings:
        message_id = None if sending.is_notice else one.message_id
        about = one.scene.conversation_id if one.scene and not sending.is_for_a_stranger else None
        yield _delivery_row(id_, message_id, about, sending, one.now)


def _delivery_row(
    id_: uuid.UUID,
    message_id: uuid.UUID | None,
    conversation_id: uuid.UUID | None,
    sending: Sending,
    now: datetime,
) -> Sequence[Any]:
    return (
        id_, message_id, conversation_id, sending.recipient_id, sending.address, sending.return_path, sending.msgid,
        sending.content, sending.sha256, DeliveryState.QUEUED.value, now, now, now + sending.patience, 0, "",
    )  # fmt: skip


def _thread_rows(one: Ending) -> Iterable[Sequence[Any]]:
    if one.scene is not None and one.message_id is not None:
        for participant_id, msgid in one.thread:
            yield one.scene.conversation_id, one.message_id, participant_id, msgid


def _complaint_rows(one: Ending) -> Iterable[Sequence[Any]]:
    for delivery_id, kind in one.complaints:
        yield delivery_id, one.spooled.id, _without_nul(kind)[:40], one.now


def _without_nul(text: str) -> str:
    return text.replace("\x00", "")


def _note_reports(cursor: Any, batch: Sequence[Ending]) -> None:
    """A report moves the copy it came back for, and no other; one that has failed stays so."""
    reports = [report for one in batch for report in one.reports]
    if reports:
        cursor.execute(
            """
            UPDATE evenhand_delivery copy SET state = report.state, status = report.status,
                   ended_at = coalesce(copy.ended_at, now())
            FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS report(id, status, state)
            WHERE copy.id = report.id AND copy.state IN ('sent', 'deferred', 'queued', 'sending')
            """,
            [
                [id_ for id_, _, _ in reports],
                [status for _, status, _ in reports],
                [state.value for _, _, state in reports],
            ],
        )


def _touch_conversations(cursor: Any, batch: Sequence[Ending]) -> None:
    """Copy the newest message that was passed on into its conversation, in an order that cannot deadlock."""
    newest: dict[uuid.UUID, Ending] = {}
    counts: dict[uuid.UUID, int] = {}
    for one in batch:
        if one.said is None or one.scene is None or one.message_state != MessageState.RELAYED:
            continue
        id_ = one.scene.conversation_id
        counts[id_] = counts.get(id_, 0) + 1
        if id_ not in newest or newest[id_].spooled.received_at <= one.spooled.received_at:
            newest[id_] = one
    if not newest:
        return
    ids = sorted(newest)
    cursor.execute("SELECT id FROM evenhand_conversation WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [ids])
    said = [(newest[id_].said, newest[id_].spooled.received_at) for id_ in ids]
    cursor.execute(
        """
        UPDATE evenhand_conversation conversation
        SET message_count = message_count + news.count,
            last_author_id = CASE WHEN news.at < last_at AND message_count > 0 THEN last_author_id
                                  ELSE news.author_id END,
            last_excerpt = CASE WHEN news.at < last_at AND message_count > 0 THEN last_excerpt ELSE news.excerpt END,
            last_at = CASE WHEN message_count = 0 THEN news.at ELSE greatest(last_at, news.at) END
        FROM unnest(%s::uuid[], %s::int[], %s::uuid[], %s::text[], %s::timestamptz[])
             AS news(id, count, author_id, excerpt, at)
        WHERE conversation.id = news.id
        """,
        [
            ids,
            [counts[id_] for id_ in ids],
            [one.author_id for one, _ in said if one],
            [" ".join(one.text[: 2 * EXCERPT].split())[:EXCERPT] for one, _ in said if one],
            [at for _, at in said],
        ],
    )
