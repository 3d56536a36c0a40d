"""Collects what came of mails as rows, and writes a whole batch of them in one transaction."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from evenhand.conversations.models import MessageState
from evenhand.policy import Action, Finding, Verdict
from evenhand.record.append import EventRow, event
from evenhand.record.ids import new_id
from evenhand.relay.models import DeliveryState, HoldReason, InboundState
from evenhand.relay.scene import Scene
from evenhand.relay.spool import Spooled

__all__ = ["EXCERPT", "Ending", "Kept", "Overtaken", "Said", "Sending", "note_events", "queue", "store"]

PATIENCE = timedelta(days=5)
"""How long the next server is asked again (RFC 5321 §4.5.4.1)."""

EXCERPT = 200
_MSGID_LIMIT = 250


class Overtaken(Exception):
    """Another worker has taken a row whose lease had ended: what came of it here must not be written."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a message: its bytes are in the blob store already."""

    ordinal: int
    name: str
    media_type: str
    size: int
    sha256: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A message to be appended: what its author wrote anew, what is quoted below, its files."""

    author_id: uuid.UUID
    subject: str
    text: str
    quoted: str
    html: str
    files: Sequence[Kept] = ()
    msgid: str = ""


@dataclass(frozen=True, slots=True)
class Sending:
    """Finished bytes for one recipient; large ones are in the blob store already, and `content` is None."""

    recipient_id: uuid.UUID | None
    address: str
    return_path: str
    msgid: str
    content: bytes | None
    sha256: bytes
    patience: timedelta = PATIENCE

    @property
    def is_notice(self) -> bool:
        """Whether it tells about a message instead of carrying one."""
        return not self.return_path


@dataclass
class Ending:
    """
    Everything that came of one spooled mail, gathered while its steps run and written with those of its batch.

    Nothing in here has happened yet: an ending that is thrown away leaves no trace. `claimed_id` is the side a held
    mail says it is from.
    """

    spooled: Spooled
    scene: Scene | None
    now: datetime
    state: InboundState = InboundState.DONE
    outcome: str = ""
    message_id: uuid.UUID | None = None
    said: Said | None = None
    message_state: MessageState = MessageState.RECORDED
    reason: str = ""
    verdict: Verdict | None = None
    findings: list[Finding] = field(default_factory=list)
    hold: tuple[HoldReason, str, str] | None = None
    claimed_id: uuid.UUID | None = None
    sendings: list[tuple[uuid.UUID, Sending]] = field(default_factory=list)
    thread: list[tuple[uuid.UUID, str]] = field(default_factory=list)
    reports: list[tuple[uuid.UUID, str, DeliveryState]] = field(default_factory=list)

    def append(self, said: Said) -> None:
        """Append the message; until told otherwise it is only recorded."""
        self.message_id, self.said = new_id(), said
        if said.msgid:
            self.thread.append((said.author_id, said.msgid[:_MSGID_LIMIT]))

    def leave_out(self, verdict: Verdict) -> None:
        """Mark the files that stay behind, each with the reason."""
        reasons = {one.attachment: one.reason for one in verdict.findings if one.action is Action.FIX}
        if self.said is not None and reasons:
            files = [replace(one, refused=reasons.get(one.ordinal, "")) for one in self.said.files]
            self.said = replace(self.said, files=files)

    def aside(self, why: str) -> Ending:
        """End without passing anything on."""
        self.outcome, self.reason = why, why
        return self

    def held(self, reason: HoldReason, public: str, private: str) -> Ending:
        """End with a person who must decide."""
        self.state, self.outcome = InboundState.HELD, reason.value
        self.message_state, self.reason = MessageState.HELD, public
        self.hold = (reason, public, private)
        return self

    def blocked(self, public: str) -> Ending:
        """End with an author who must change something."""
        self.outcome, self.message_state, self.reason = "blocked", MessageState.BLOCKED, public
        return self

    def relayed(self, sending: Sending | None) -> Ending:
        """End with a copy on its way; without one, where the recipient has no mailbox, the portal shows it."""
        self.outcome, self.message_state, self.reason = "relayed", MessageState.RELAYED, ""
        if sending is not None:
            assert sending.recipient_id is not None
            self.sendings.append((new_id(), sending))
            self.thread.append((sending.recipient_id, sending.msgid))
        return self

    def notice(self, sending: Sending) -> None:
        """Tell somebody about it."""
        self.sendings.append((new_id(), sending))

    def events(self) -> Iterable[EventRow]:
        """What the record keeps of it."""
        yield event(
            "judged" if self.verdict else "ended",
            at=self.now,
            conversation_id=self.scene.conversation_id if self.scene else None,
            actor_id=self.said.author_id if self.said else None,
            content={
                "inbound": self.spooled.id,
                "outcome": self.outcome,
                "message": self.message_id,
                "state": self.message_state if self.message_id else None,
                "words": _digest(self.said) if self.said else None,
                "files": [one.sha256 for one in self.said.files] if self.said else [],
                "verdict": self.verdict.action.word if self.verdict else None,
                "book": self.verdict.book if self.verdict else None,
                "findings": [(one.rule, _place(one), one.start, one.end, one.action.word) for one in self.findings],
                "hold": self.hold[0] if self.hold else None,
                "copies": [(id_, sending.sha256) for id_, sending in self.sendings if not sending.is_notice],
                "notices": [(id_, sending.sha256) for id_, sending in self.sendings if sending.is_notice],
            },
        )


def _place(finding: Finding) -> str:
    """Where a finding is, in words of ours: the name of a file is its author's."""
    return f"file {finding.attachment}" if finding.attachment else finding.part


def _digest(said: Said) -> bytes:
    words = json.dumps([said.subject, said.text, said.quoted, said.html]).encode("ascii")
    return hashlib.sha256(words).digest()


@transaction.atomic
def store(batch: Sequence[Ending]) -> None:
    """
    Write the endings of a batch, all or none.

    Raises what the database raises, and Overtaken: a batch that cannot be written whole is written one by one by the
    caller, so that poison stops only itself.
    """
    with connection.cursor() as cursor:
        _end_spool_rows(cursor, batch)
        _copy(cursor, _MESSAGE, (row for one in batch for row in _message_rows(one)))
        _copy(cursor, _ATTACHMENT, (row for one in batch for row in _attachment_rows(one)))
        _copy(cursor, _VERDICT, (row for one in batch for row in _verdict_rows(one)))
        _copy(cursor, _FINDING, (row for one in batch for row in _finding_rows(one)))
        _copy(cursor, _HOLD, (row for one in batch for row in _hold_rows(one)))
        _copy(cursor, _DELIVERY, (row for one in batch for row in _delivery_rows(one)))
        _copy(cursor, _THREAD, (row for one in batch for row in _thread_rows(one)))
        _note_reports(cursor, batch)
        _touch_conversations(cursor, batch)
        note_events(cursor, (row for one in batch for row in one.events()))
        if any(one.sendings for one in batch):
            cursor.execute("SELECT pg_notify('evenhand_outbox', '')")


def queue(sending: Sending, *, conversation_id: uuid.UUID | None, now: datetime) -> None:
    """Put one notice into the outbox, in the caller's transaction, and wake whoever sends."""
    with connection.cursor() as cursor:
        _copy(cursor, _DELIVERY, [_delivery_row(new_id(), None, conversation_id, sending, now)])
        cursor.execute("SELECT pg_notify('evenhand_outbox', '')")


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
        "html, sent_at"
    ),
)
_ATTACHMENT = ("evenhand_attachment", "id, message_id, ordinal, name, media_type, size, sha256, refused")
_VERDICT = ("evenhand_verdict", "message_id, action, book, not_checked")
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
_EVENT = ("evenhand_event", "id, at, kind, conversation_id, actor_id, commitment, salt, content")


def _message_rows(one: Ending) -> Iterable[Sequence[Any]]:
    if one.said is not None and one.scene is not None:
        said, spooled = one.said, one.spooled
        yield (
            one.message_id, one.scene.conversation_id, said.author_id, spooled.author_user_id, spooled.id,
            spooled.origin, one.message_state.value, one.reason[:300], said.subject, said.text, said.quoted, said.html,
            spooled.received_at,
        )  # fmt: skip


def _attachment_rows(one: Ending) -> Iterable[Sequence[Any]]:
    for file in one.said.files if one.said else ():
        yield (
            new_id(), one.message_id, file.ordinal, file.name[:120], file.media_type[:100], file.size, file.sha256,
            file.refused[:300],
        )  # fmt: skip


def _verdict_rows(one: Ending) -> Iterable[Sequence[Any]]:
    if one.verdict is not None:
        not_checked = json.dumps([[each.rule, each.lacks] for each in one.verdict.not_checked])
        yield one.message_id, one.verdict.action.word, one.verdict.book, not_checked


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
        yield _delivery_row(id_, message_id, one.scene.conversation_id if one.scene else None, sending, one.now)


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
