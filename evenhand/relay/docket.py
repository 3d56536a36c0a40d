"""What waits for a person's decision, oldest first, and all they have to know to decide."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Prefetch, QuerySet

from evenhand.conversations.models import Conversation, Finding, Message
from evenhand.mail.reading import Reading
from evenhand.participants.models import Role
from evenhand.policy import hinders
from evenhand.record.blobs import BlobDamaged, read_blob
from evenhand.record.models import Event
from evenhand.relay.failures import stand_in
from evenhand.relay.guard import Job, readers
from evenhand.relay.holds import CONFIRM_WITHIN, LAPSING
from evenhand.relay.models import Delivery, DeliveryState, Hold, HoldReason, Inbound
from evenhand.relay.release import waited_for
from evenhand.relay.results import database_now
from evenhand.relay.scene import scenes
from evenhand.relay.status import why_failed

__all__ = ["Decision", "Waiting", "count", "decisions_of", "find", "hindrances", "waiting", "words_of"]

_WORDS = {
    HoldReason.UNCONFIRMED: ("Not confirmed", "nothing proves that it left its author’s mailbox"),
    HoldReason.UNKNOWN_SENDER: ("Unknown sender", "it came from an address of neither side"),
    HoldReason.AMBIGUOUS_SENDER: ("Doubtful sender", "its sender cannot be told for certain"),
    HoldReason.POLICY: ("House rule", "a house rule asks for a person"),
    HoldReason.UNSCANNED: ("Not scanned", "it was not scanned for viruses"),
    HoldReason.LEAK: ("Private address", "it would have told a private address"),
    HoldReason.UNREADABLE: ("Unreadable", "it could not be read"),
    HoldReason.ENCRYPTED: ("Encrypted", "its words cannot be read here"),
    HoldReason.LOOP: ("Possible loop", "a machine may be answering a machine"),
    HoldReason.RATE: ("Too many", "its author wrote more than people do"),
}
_AFTER = {
    HoldReason.POLICY: "It goes on as you see it. Files that could not be checked stay behind.",
    HoldReason.LOOP: "It goes on as you see it, unless another check objects.",
    HoldReason.RATE: "It goes on as you see it, unless another check objects.",
    HoldReason.UNSCANNED: "It is scanned first, and goes on only if that succeeds and nothing is found.",
    HoldReason.LEAK: "It is searched again, and goes on only if no private address is found any more.",
}
_ANEW = "It is read and judged again, and waits again unless what kept it has changed."


@dataclass(frozen=True, slots=True)
class Waiting:
    """
    A held mail, as it is listed.

    `author` is the role of whose it is, or says that of; `is_certain` whether that is known. `kind` and
    `because` say in a few words of what kind the hold is, `details` what was found, `clauses` which of the house's
    rules say so, and `after` what a release would lead to. Of the details a foreign text may be part.
    """

    hold: Hold
    conversation: Conversation
    author: str
    is_certain: bool
    kind: str
    because: str
    details: Sequence[str]
    clauses: Sequence[str]
    after: str

    @property
    def author_name(self) -> str:
        """The name of whose it is, or says that of."""
        return self.conversation.buyer.name if self.author == Role.BUYER else self.conversation.seller.name

    @property
    def recipient_name(self) -> str:
        """The name of whom it is for."""
        return self.conversation.seller.name if self.author == Role.BUYER else self.conversation.buyer.name

    @property
    def id(self) -> uuid.UUID:
        """By which it is released or dropped."""
        return self.hold.inbound_id

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.hold.released_at is None and self.hold.dropped_at is None

    @property
    def is_the_operators(self) -> bool:
        """Whether an operator may decide; else its author is asked."""
        return self.hold.reason != HoldReason.UNCONFIRMED

    @property
    def lapses_at(self) -> datetime | None:
        """When it ends by itself, if it does."""
        return self.hold.held_at + CONFIRM_WITHIN if self.hold.reason in LAPSING else None


def count() -> int:
    """How many wait, those of their authors too."""
    return _open().count()


def waiting(most: int, after: tuple[datetime, uuid.UUID] | None = None) -> list[Waiting]:
    """The first that wait, or the first after a place: the moment it was held and its id."""
    rows = _open()
    if after is not None:
        # A lower bound with an exception, because PostgreSQL reads an index from a bound but not from an OR.
        rows = rows.filter(held_at__gte=after[0]).exclude(held_at=after[0], inbound_id__lte=after[1])
    return [_waiting(one) for one in _with_parts(rows).order_by("held_at", "inbound_id")[:most]]


def find(inbound: uuid.UUID) -> Waiting | None:
    """One held mail, also one that was decided about; None if it was never held, or is not any more."""
    hold = _with_parts(Hold.objects.filter(inbound_id=inbound)).first()
    return _waiting(hold) if hold is not None else None


def _open() -> QuerySet[Hold]:
    return Hold.objects.filter(released_at=None, dropped_at=None)


def _with_parts(rows: QuerySet[Hold]) -> QuerySet[Hold]:
    found = Prefetch("message__findings", Finding.objects.order_by("id"))
    return (
        rows.select_related(
            "inbound__alias", "conversation__order", "conversation__buyer", "conversation__seller", "message__verdict"
        )
        .defer("inbound__raw", "message__text", "message__html", "message__quoted")
        .prefetch_related(found)
    )


def _waiting(hold: Hold) -> Waiting:
    conversation, alias, reason = hold.conversation, hold.inbound.alias, HoldReason(hold.reason)
    by_buyer = alias is not None and alias.participant_id == conversation.seller_id
    found = (
        [one for one in hold.message.findings.all() if waited_for(one.rule, one.action, one.part)]
        if hold.message
        else []
    )
    unchecked = _unchecked(hold.message)
    if reason is HoldReason.POLICY and (found or unchecked):
        details = [f"{one.part}: {one.reason}" for one in found] + unchecked
    else:
        details = [hold.private] if hold.private else []
    return Waiting(
        hold=hold,
        conversation=conversation,
        author=Role.BUYER if by_buyer else Role.SELLER,
        is_certain=hold.message is not None,
        kind=_WORDS[reason][0],
        because=_WORDS[reason][1],
        details=details,
        clauses=list(dict.fromkeys(one.clause for one in found if one.clause)),
        after=_AFTER.get(reason, _ANEW),
    )


def _unchecked(message: Message | None) -> list[str]:
    try:
        gaps = message.verdict.not_checked if message else []
        return [f"{rule}: {lacks}" for rule, lacks in gaps if hinders(lacks)]
    except ObjectDoesNotExist:
        return []


def hindrances(one: Waiting) -> list[str]:
    """What would keep a released message from its recipient's mailbox, in sentences."""
    alias = one.hold.inbound.alias_id
    scene = scenes([stand_in(one.id, alias, database_now())]).get(one.id) if alias else None
    if scene is None:
        return []
    found = []
    if scene.closed_at is not None:
        found.append("The conversation is closed: nothing is passed on in it any more.")
    elif not scene.alias_live or not scene.author.alias:
        found.append("The address it was sent to is retired: nothing is passed on by it any more.")
    if not scene.recipient.mailbox:
        found.append("Its recipient has no mailbox: they would read it in the portal.")
    else:
        last = _last_copy(scene.conversation_id, scene.recipient.id)
        if last is not None and last.state == DeliveryState.FAILED:
            found.append(f"The last copy to its recipient could not be delivered: {why_failed(last.status)}.")
    return found


def _last_copy(conversation: uuid.UUID, recipient: uuid.UUID) -> Delivery | None:
    ended = Delivery.objects.filter(message__conversation=conversation, recipient=recipient, ended_at__isnull=False)
    return ended.only("id", "state", "status").order_by("-created_at", "-id").first()


@dataclass(frozen=True, slots=True)
class Decision:
    """What an operator decided about a held mail: `word` is “released” or “dropped”."""

    at: datetime
    word: str
    by: str
    why: str


def decisions_of(one: Waiting) -> list[Decision]:
    """All decisions about one mail, oldest first, as the record has them."""
    events = Event.objects.filter(conversation_id=one.conversation.id, kind__in=["released", "dropped"]).order_by("id")
    return list(_decisions(events, str(one.id)))


def _decisions(events: Iterable[Event], inbound: str) -> Iterable[Decision]:
    for row in events:
        # What was erased at somebody's wish has no content any more.
        content = json.loads(bytes(row.content)) if row.content is not None else {}
        if content.get("inbound") == inbound:
            yield Decision(row.at, row.kind, content["by"], content["why"])


def words_of(inbound: Inbound) -> tuple[str, str]:
    """The subject of a mail that is no message and its text, as far as they can be read."""
    try:
        raw = bytes(inbound.raw) if inbound.raw is not None else read_blob(bytes(inbound.sha256).hex())
    except (BlobDamaged, OSError):
        return "", ""
    read = readers().read(Job(raw, inbound.reverse_path, is_report=False, written_here=False))
    return (read.content.subject, read.content.text.strip()) if isinstance(read, Reading) else ("", "")
