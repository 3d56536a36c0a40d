"""Judges stored messages anew by another book, with the facts as they stood when each of them came."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from evenhand.conversations.models import Message
from evenhand.mail.reading import Reading
from evenhand.participants.models import Participant, Role
from evenhand.policy import Action, Book, OrderFact, judge
from evenhand.relay.content import facts_of
from evenhand.relay.guard import Job, Overrun, readers
from evenhand.relay.history import History, Wanted, read_histories
from evenhand.relay.models import Inbound
from evenhand.relay.release import MASKED_ADDRESS
from evenhand.relay.route import Route
from evenhand.relay.scanning import facts_of_scan
from evenhand.relay.scene import Scene, scenes
from evenhand.relay.spool import Spooled, read_again

__all__ = ["Found", "Rejudged", "Selection", "is_seller", "judged", "rejudge"]

_GROUP_BYTES = 8 * 1024 * 1024
"""How much of stored mails is held in memory at once; a single one may be larger."""

_GROUP = 32
_EXCERPT = 300


@dataclass(frozen=True, slots=True)
class Selection:
    """Which messages: from `since` until before `until`, of one seller (their reference or name), the newest first."""

    since: datetime | None = None
    until: datetime | None = None
    seller: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What one rule says of one message: the strictest of its actions, and where it was first found."""

    action: Action
    part: str = ""
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Rejudged:
    """A message as it was judged and as it would be: by rule, and in all. `unchecked` are pairs of rule and fact."""

    id: uuid.UUID
    conversation_id: uuid.UUID
    sent_at: datetime
    book: str
    before: Action
    after: Action
    was: Mapping[str, Found] = field(default_factory=dict)
    now: Mapping[str, Found] = field(default_factory=dict)
    unchecked: Sequence[tuple[str, str]] = ()


def judged(selection: Selection) -> QuerySet[Message]:
    """The messages that a book has judged, the newest first."""
    rows = Message.objects.filter(verdict__isnull=False, inbound_id__isnull=False)
    if selection.since is not None:
        rows = rows.filter(sent_at__gte=selection.since)
    if selection.until is not None:
        rows = rows.filter(sent_at__lt=selection.until)
    if selection.seller:
        rows = rows.filter(author__in=_sellers(selection.seller))
    return rows.order_by("-sent_at", "-id")


def is_seller(name: str) -> bool:
    """Whether there is a seller of this reference or name."""
    return _sellers(name).exists()


def _sellers(name: str) -> QuerySet[Participant]:
    return Participant.objects.filter(Q(reference=name) | Q(name=name), role=Role.SELLER)


def rejudge(ids: Sequence[uuid.UUID], book: Book) -> list[Rejudged | None]:
    """
    Judge some messages anew; None for one whose mail cannot be read again.

    Nothing is written. Of what a message was judged by, all is told again that is stored: the mail as it came, what was
    said, asked, sent and ordered before it. What was not dated is told as it is now (names, languages, products).
    """
    rows = (
        Message.objects.filter(id__in=ids)
        .select_related("verdict", "conversation", "conversation__order")
        .prefetch_related("findings")
        .defer("text", "html", "quoted")
    )
    by_inbound = {row.inbound_id: row for row in rows if row.inbound_id is not None}
    found: list[Rejudged | None] = []
    for group in _groups(list(by_inbound)):
        found += _rejudge([one for one in read_again(group) if isinstance(one, Spooled)], by_inbound, book)
    return found + [None] * (len(ids) - len(found))


def _groups(ids: Sequence[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    """Mails that together are small enough to be held in memory at once."""
    group: list[uuid.UUID] = []
    total = 0
    for id_, size in Inbound.objects.filter(id__in=ids).values_list("id", "size"):
        if group and (total + size > _GROUP_BYTES or len(group) == _GROUP):
            yield group
            group, total = [], 0
        group.append(id_)
        total += size
    if group:
        yield group


def _rejudge(spooled: Sequence[Spooled], messages: Mapping[uuid.UUID, Message], book: Book) -> list[Rejudged]:
    surroundings = scenes(spooled)
    jobs = [Job(one.raw, one.reverse_path, is_report=False, written_here=one.origin != "mail") for one in spooled]
    answers = readers().read_batch(jobs)
    wanted = []
    for id_, scene in surroundings.items():
        if scene.author.role == "seller":
            at = messages[id_].sent_at
            wanted.append(Wanted(id_, scene.conversation_id, scene.recipient.id, scene.author.id, at, before=at))
    histories = read_histories(wanted, book)
    found = []
    for one, job, answer in zip(spooled, jobs, answers, strict=True):
        reading = readers().read(job) if answer is None or isinstance(answer, Overrun) else answer
        around = surroundings.get(one.id)
        if around is not None and isinstance(reading, Reading):
            found.append(_anew(messages[one.id], one, reading, around, histories.get(one.id), book))
    return found


def _anew(
    message: Message, spooled: Spooled, reading: Reading, scene: Scene, history: History | None, book: Book
) -> Rejudged:
    scene = replace(scene, order=_as_it_stood(scene.order, message))
    scanned = facts_of_scan(spooled, reading, settings.EVENHAND)
    route = Route(scene.author, scene.recipient)
    facts = facts_of(reading.content, route, scene, message.sent_at, scanned, history or History(), spooled.origin)
    verdict = judge(facts, book)
    now: dict[str, Found] = {}
    for one in verdict.findings:
        _keep(now, one.rule, Found(one.action, one.part, one.excerpt[:_EXCERPT] or _opening(reading, one.part)))
    was: dict[str, Found] = {}
    for row in sorted(message.findings.all(), key=lambda row: row.pk):
        if row.rule != MASKED_ADDRESS:
            _keep(was, row.rule, Found(Action[row.action.upper()], row.part, row.excerpt))
    return Rejudged(
        id=message.id,
        conversation_id=message.conversation_id,
        sent_at=message.sent_at,
        book=message.verdict.book,
        before=Action[message.verdict.action.upper()],
        after=verdict.action,
        was=was,
        now=now,
        unchecked=tuple(dict.fromkeys((one.rule, one.lacks) for one in verdict.not_checked)),
    )


def _opening(reading: Reading, part: str) -> str:
    """The first words of a message of which a rule points at no place."""
    return reading.content.text[:_EXCERPT] if part in {"message", "text", "html"} else ""


def _keep(kept: dict[str, Found], rule: str, found: Found) -> None:
    first = kept.get(rule)
    kept[rule] = found if first is None else replace(first, action=max(first.action, found.action))


def _as_it_stood(order: OrderFact | None, message: Message) -> OrderFact | None:
    """
    The order without what came later than the message.

    Of a state that is reported without a date nobody knows since when it holds: it is told only to what came after the
    marketplace's last word about the order.
    """
    row = message.conversation.order
    if order is None or row is None:
        return order
    at = message.sent_at
    shipped = order.shipped_at if order.shipped_at and order.shipped_at <= at else None
    delivered = order.delivered_at if order.delivered_at and order.delivered_at <= at else None
    if row.updated_at <= at:
        status = order.status
    elif delivered or shipped:
        status = "delivered" if delivered else "shipped"
    else:
        status = "placed" if order.shipped_at or order.delivered_at else ""
    return replace(order, shipped_at=shipped, delivered_at=delivered, status=status)
