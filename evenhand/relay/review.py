"""Ends holds by an operator's word: a held mail is released to be judged anew, or dropped for good."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction

from evenhand.conversations.models import Message, MessageState
from evenhand.policy import hinders
from evenhand.record.append import event
from evenhand.relay import notices
from evenhand.relay.failures import stand_in
from evenhand.relay.models import Hold, HoldReason, Inbound, InboundState
from evenhand.relay.release import DOUBTS, Release, waited_for
from evenhand.relay.results import database_now, note_events, queue
from evenhand.relay.scene import scenes
from evenhand.relay.work import process_now

__all__ = [
    "AlreadyDecided",
    "Became",
    "Done",
    "HeldAgain",
    "Judge",
    "NotHeld",
    "NotYours",
    "became_of",
    "drop",
    "follow",
    "release",
]

WHY_LIMIT = 300
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Who decides: the name others are told, and the user and participant where somebody is signed in."""

    name: str
    user_id: int | None = None
    participant_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The decision stands. What a release leads to is found out by whoever works the mail next."""


@dataclass(frozen=True, slots=True)
class NotHeld:
    """Nothing of that id waits for a person, or ever did."""


@dataclass(frozen=True, slots=True)
class NotYours:
    """It waits for the participant it says it is from: nobody else can know whether they wrote it."""


@dataclass(frozen=True, slots=True)
class AlreadyDecided:
    """Somebody was faster; `word` is “released” or “dropped”."""

    by: str
    at: datetime
    word: str


@dataclass(frozen=True, slots=True)
class HeldAgain:
    """It was decided since it was looked at, and is held for another reason now: that has to be looked at first."""


Outcome = Done | NotHeld | NotYours | AlreadyDecided | HeldAgain


def release(inbound: uuid.UUID, judge: Judge, why: str, *, hold: int | None = None) -> Outcome:
    """
    Put a held mail back into the line; it goes on as the message it is already.

    Every check runs again. What the judge may decide otherwise (the rules that asked for a person, a limit of rate, the
    suspicion of a loop) does not hold it again; all else does: a private address in the finished copy, malware, a scan
    that cannot be had, a mail that cannot be read. `hold` is the hold that was looked at, if it is known.
    """
    return _decide(inbound, judge, why, hold, is_release=True)


def drop(inbound: uuid.UUID, judge: Judge, why: str, *, hold: int | None = None) -> Outcome:
    """
    End a held mail for good; its bytes stay on record, and its author reads why.

    The author is told by mail too, unless another automatic mail about the conversation went out within a day. Whose a
    mail is that is no message is not known for certain: of that nobody is told.
    """
    return _decide(inbound, judge, why, hold, is_release=False)


@transaction.atomic
def _decide(inbound: uuid.UUID, judge: Judge, why: str, looked_at: int | None, *, is_release: bool) -> Outcome:
    # A second decision waits here for the first.
    hold = Hold.objects.select_for_update(of=("self",)).select_related("message").filter(inbound_id=inbound).first()
    if hold is None:
        return NotHeld()
    if hold.released_at or hold.dropped_at:
        return _decided(hold)
    if looked_at is not None and looked_at != hold.pk:
        return HeldAgain()
    if hold.reason == HoldReason.UNCONFIRMED:
        return NotYours()
    now = database_now()
    why = " ".join(why.replace("\x00", "").split())[:WHY_LIMIT]
    hold.decided_by, hold.decided_by_id, hold.why = judge.name[:200], judge.user_id, why
    if is_release:
        hold.released_at = now
        _queue_again(hold)
    else:
        hold.dropped_at = now
        outcome = f"dropped by the operator: {why}"[:300]
        Inbound.objects.filter(id=inbound, state=InboundState.HELD).update(state=InboundState.DONE, outcome=outcome)
        if hold.message is not None:
            Message.objects.filter(id=hold.message.id).update(state=MessageState.BLOCKED, reason=why)
    hold.save(update_fields=["released_at", "dropped_at", "decided_by", "decided_by_id", "why"])
    _note(hold, judge, now, is_release=is_release)
    if not is_release:
        _tell(hold, now)
    return Done()


def _decided(hold: Hold) -> AlreadyDecided:
    at = hold.released_at or hold.dropped_at
    assert at is not None
    by = hold.decided_by or ("its author" if hold.decided_by_id else "the end of its time")
    return AlreadyDecided(by, at, "released" if hold.released_at else "dropped")


def _queue_again(hold: Hold) -> None:
    waiting = Inbound.objects.filter(id=hold.inbound_id, state=InboundState.HELD)
    known = Release.read(waiting.values_list("released", flat=True).get())
    release = known.after(hold.reason, _objected(hold), hold.message_id)
    waiting.update(
        state=InboundState.QUEUED,
        due_at=database_now(),
        attempts=0,
        outcome="",
        claimed_by=None,
        released=release.written(),
    )
    # What was not scanned is to be, before it leaves. What was is known by its digests, and stays so.
    with connection.cursor() as cursor:
        cursor.execute(_SCAN_ANEW, [hold.inbound_id])
        cursor.execute("SELECT pg_notify('evenhand_inbound', '')")


_SCAN_ANEW = """
UPDATE evenhand_inbound SET scan = NULL WHERE id = %s AND jsonb_path_exists(scan, '$.*[0] ? (@ == "unscanned")')
"""


def _objected(hold: Hold) -> Iterable[str]:
    """The rules that asked for the person who decides now, as far as they were told of."""
    if hold.reason != HoldReason.POLICY or hold.message is None:
        return ()
    found = hold.message.findings.values_list("rule", "action", "part")
    rules = {rule for rule, action, part in found if waited_for(rule, action, part)}
    with suppress(ObjectDoesNotExist):
        rules |= {rule for rule, lacks in hold.message.verdict.not_checked if hinders(lacks)}
    return rules or {DOUBTS}


def _note(hold: Hold, judge: Judge, now: datetime, *, is_release: bool) -> None:
    content: Mapping[str, Any] = {
        "inbound": hold.inbound_id,
        "message": hold.message_id,
        "hold": hold.reason,
        "user": judge.user_id,
        "by": judge.name,
        "why": hold.why,
    }
    word = "released" if is_release else "dropped"
    with connection.cursor() as cursor:
        note_events(
            cursor,
            [event(word, at=now, conversation_id=hold.conversation_id, actor_id=judge.participant_id, content=content)],
        )


def _tell(hold: Hold, now: datetime) -> None:
    if hold.message is None or hold.inbound.alias_id is None:
        return
    scene = scenes([stand_in(hold.message.id, hold.inbound.alias_id, now)]).get(hold.message.id)
    author = scene.party(hold.message.author_id) if scene else None
    if scene is None or author is None or scene.notified_lately:
        return
    sending = notices.about_drop(scene, author, settings.EVENHAND, hold.why, now)
    if sending is not None:
        queue(sending, conversation_id=scene.conversation_id, now=now)


@dataclass(frozen=True, slots=True)
class Became:
    """What came of a released mail so far: a word (`relayed`, `held`, `stopped`, `aside`, `waits`), and why."""

    word: str
    why: str = ""


def follow(inbound: uuid.UUID) -> Became:
    """
    Work a mail that was just released while somebody waits, and say what came of it.

    Where a scanner is set, what was not scanned yet is left to the workers: they can wait for it longer.
    """
    scanned = Inbound.objects.filter(id=inbound, scan__isnull=False)
    if not settings.EVENHAND.scanner or scanned.exists():
        process_now(inbound)
    return became_of(inbound)


def became_of(inbound: uuid.UUID) -> Became:
    """Say what came of a mail after it was released."""
    row = Inbound.objects.defer("raw").get(id=inbound)
    match row.state:
        case InboundState.DONE:
            message = Message.objects.filter(inbound_id=inbound).first()
            if message is not None and message.state == MessageState.RELAYED:
                return Became("relayed")
            if message is not None and message.state == MessageState.BLOCKED:
                return Became("stopped", message.reason)
            return Became("aside", message.reason if message is not None and message.reason else row.outcome)
        case InboundState.HELD:
            hold = Hold.objects.get(inbound_id=inbound)
            return Became("held", f"{hold.public} ({hold.private})" if hold.private else hold.public)
        case InboundState.PARKED:
            return Became("held", row.outcome)
        case _:
            return Became("waits", row.outcome)
