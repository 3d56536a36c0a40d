"""The messages of a conversation as the page shows them, a page at a time."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from evenhand.conversations.models import Attachment, Finding, Message, MessageState, Origin
from evenhand.portal.paging import PAGE, Place, older_than
from evenhand.portal.progress import Progress, Step, progress_of
from evenhand.portal.reading import Reading
from evenhand.portal.veil import Veil
from evenhand.relay.models import Delivery, Hold, HoldReason, Inbound, InboundState

__all__ = ["Bubble", "File", "Thread", "Underway", "bubble_of", "read_thread", "underway"]

_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
"""What every browser shows as a picture and none runs as a page."""


@dataclass(frozen=True)
class File:
    """An attachment as it is listed."""

    id: uuid.UUID
    name: str
    size: int
    is_picture: bool
    may_fetch: bool
    refused: str
    notes: Sequence[str]


@dataclass(frozen=True)
class Bubble:
    """
    One message as it is shown to one viewer.

    `signed` if it came with a signature, told to its own side and the operator; `to_review` is the mail to decide about
    if the viewer is to decide.
    """

    message: Message
    author: str
    mine: bool
    near: bool
    by: str
    text: str
    quoted: str
    progress: Progress | None
    findings: Sequence[Finding]
    files: Sequence[File]
    signed: bool
    to_review: uuid.UUID | None

    @property
    def is_moving(self) -> bool:
        """Whether it is worth asking again how far it has come."""
        return self.progress is not None and self.progress.step is Step.MOVING


@dataclass(frozen=True)
class Underway:
    """
    What was taken in and is no message yet.

    `to_confirm` is the mail if the viewer can say that they wrote it, `to_review` if they are to decide about it.
    """

    progress: Progress
    to_confirm: uuid.UUID | None
    to_review: uuid.UUID | None


@dataclass(frozen=True)
class Thread:
    """
    A page of messages, oldest first, and where the page before it ends.

    `away_since` is when the counterpart's program last answered by itself, unless they wrote since.
    """

    bubbles: Sequence[Bubble]
    earlier: Place | None
    away_since: datetime | None = None


def read_thread(reading: Reading, before: Place | None = None) -> Thread:
    """Read the latest messages, or those before a place."""
    messages = reading.viewer.messages_in(reading.conversation)
    rows = list(_with_parts(older_than(messages, "sent_at", before)).order_by("-sent_at", "-id")[: PAGE + 1])
    shown = rows[:PAGE]
    earlier = Place(shown[-1].sent_at, shown[-1].id) if len(rows) > PAGE else None
    return Thread([_bubble(reading, one) for one in reversed(shown)], earlier, None if before else _away(reading))


def _away(reading: Reading) -> datetime | None:
    if reading.counterpart is None:
        return None
    theirs = Message.objects.filter(
        conversation=reading.conversation,
        author=reading.counterpart,
        state__in=[MessageState.AWAY, MessageState.RELAYED],
    )
    last = theirs.only("id", "state", "sent_at").order_by("-sent_at", "-id").first()
    return last.sent_at if last is not None and last.state == MessageState.AWAY else None


def bubble_of(reading: Reading, message_id: uuid.UUID) -> Bubble | None:
    """Show one message, or None if the viewer may not read it."""
    message = _with_parts(reading.viewer.messages_in(reading.conversation)).filter(id=message_id).first()
    return _bubble(reading, message) if message else None


def underway(reading: Reading) -> list[Underway]:
    """Say what of the viewer's own was taken in but has not become a message yet."""
    spooled = Inbound.objects.filter(
        Q(hold__message=None),
        alias__conversation=reading.conversation,
        state__in=[InboundState.QUEUED, InboundState.WORKING, InboundState.HELD, InboundState.PARKED],
    )
    if not reading.viewer.is_operator:
        spooled = spooled.filter(author__in=reading.viewer.mine)
    known = spooled.select_related("hold").only("id", "state", "received_at", "author_id", "hold")
    rows = known.order_by("received_at", "id")[:PAGE]
    return [Underway(_of_spool(one), _to_confirm(one, reading), _to_review(_hold_of(one), reading)) for one in rows]


def _to_confirm(inbound: Inbound, reading: Reading) -> uuid.UUID | None:
    hold = _hold_of(inbound)
    waits = hold is not None and hold.reason == HoldReason.UNCONFIRMED and inbound.state == InboundState.HELD
    return inbound.id if waits and inbound.author_id in reading.viewer.mine else None


def _to_review(hold: Hold | None, reading: Reading) -> uuid.UUID | None:
    if hold is None or not reading.viewer.is_operator or hold.released_at or hold.dropped_at:
        return None
    return hold.inbound_id


def _of_spool(inbound: Inbound) -> Progress:
    hold = _hold_of(inbound)
    if hold is not None and hold.released_at is None:
        return Progress(Step.HELD, inbound.received_at, hold.public)
    if inbound.state in {InboundState.HELD, InboundState.PARKED}:
        return Progress(Step.HELD, inbound.received_at, _("a person is looking at it"))
    return Progress(Step.MOVING, inbound.received_at)


def _with_parts(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Fetch what hangs on the messages, each kind with one query, and never the bytes of a copy."""
    deliveries = Delivery.objects.only(
        "id", "message_id", "recipient_id", "state", "created_at", "due_at", "ended_at", "status"
    )
    return messages.select_related("hold").prefetch_related(
        Prefetch("attachments", Attachment.objects.order_by("ordinal")),
        Prefetch("findings", Finding.objects.order_by("id")),
        Prefetch("deliveries", deliveries),
    )


def _bubble(reading: Reading, message: Message) -> Bubble:
    viewer, conversation, veil = reading.viewer, reading.conversation, reading.veil
    by_buyer = message.author_id == conversation.buyer_id
    author = conversation.buyer if by_buyer else conversation.seller
    mine = message.author_id in viewer.mine
    in_full = mine or viewer.is_operator
    return Bubble(
        message=message,
        author=veil.over(author.name),
        mine=mine,
        # To an operator nobody is near; the seller's side of the table is as good as the other.
        near=mine or (viewer.is_operator and not by_buyer),
        by=_WAYS[Origin(message.origin)](),
        text=veil.over(message.text),
        quoted=veil.over(message.quoted),
        progress=_progress(message, veil, in_full=in_full),
        findings=list(message.findings.all()) if in_full else [],
        files=[_file(one, veil.over(one.name), in_full=in_full) for one in message.attachments.all()],
        signed=in_full and message.signed,
        to_review=_to_review(_hold_of(message), reading),
    )


_WAYS = {
    Origin.MAIL: lambda: _("by e-mail"),
    Origin.PORTAL: lambda: _("on the web"),
    Origin.API: lambda: _("from the shop’s system"),
    Origin.CAMPAIGN: lambda: _("as a campaign"),
    Origin.SYSTEM: lambda: _("by the marketplace"),
}


def _progress(message: Message, veil: Veil, *, in_full: bool) -> Progress | None:
    copies = [one for one in message.deliveries.all() if one.recipient_id != message.author_id]
    progress = progress_of(message, copies, _hold_of(message))
    if in_full:
        # Who dropped it saw both sides, and may have named one to the other.
        return replace(progress, why=veil.over(str(progress.why))) if progress.reviewed and progress.why else progress
    # A reader learns about the copy to their own mailbox only when it went wrong: they have the message here.
    return replace(progress, reviewed=False) if progress.step is Step.FAILED else None


def _hold_of(row: Message | Inbound) -> Hold | None:
    try:
        return row.hold
    except ObjectDoesNotExist:
        return None


def _file(attachment: Attachment, name: str, *, in_full: bool) -> File:
    may_fetch = in_full or not attachment.refused
    return File(
        id=attachment.id,
        name=name,
        size=attachment.size,
        is_picture=may_fetch and attachment.media_type in _PICTURES,
        may_fetch=may_fetch,
        refused=attachment.refused,
        notes=attachment.notes if in_full else (),
    )
