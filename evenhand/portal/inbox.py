"""The inbox: the conversations of the people a user acts for, newest first."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evenhand.conversations.models import Attachment, Conversation, Message, MessageState, ReadMark
from evenhand.orders.models import OrderItem
from evenhand.participants.models import Role
from evenhand.portal.access import Viewer, page
from evenhand.portal.paging import PAGE, Place, older_than
from evenhand.portal.veil import Veil, veils
from evenhand.relay.models import Delivery, DeliveryState, Hold

__all__ = ["inbox"]

_LONGEST_SEARCH = 100
_EXCERPT = 200
_SEARCHED = 1000
"""Characters that are searched for addresses before an excerpt is cut off them."""


class Tab(StrEnum):
    """Which conversations are listed."""

    ALL = "all"
    REPLY = "reply"
    UNREAD = "unread"


@dataclass(frozen=True)
class Row:
    """One line of the inbox, ready to be shown."""

    id: uuid.UUID
    name: str
    order: str
    product: str
    speaker: str
    excerpt: str
    at: datetime
    unread: bool
    held: bool
    failed: bool
    stopped: bool
    closed: bool


@require_safe
@page
def inbox(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show one page of the inbox."""
    tab = _tab(request, viewer)
    search = request.GET.get("q", "").replace("\x00", "").strip()[:_LONGEST_SEARCH]
    after = Place.read(request.GET.get("after", ""))
    places = _places(viewer, tab, search, after)
    known = {
        "rows": _rows(viewer, places[:PAGE]),
        "tabs": [(name, words, _query(name, search)) for name, words in _tabs(viewer)],
        "tab": tab,
        "search": search,
        "newest": _query(tab, search) if after else None,
        "older": _query(tab, search, places[PAGE - 1]) if len(places) > PAGE else None,
        "viewer": viewer,
        "held": Hold.objects.filter(released_at=None, dropped_at=None).count() if viewer.is_operator else 0,
    }
    return render(request, "portal/inbox.html", known)


def _tab(request: HttpRequest, viewer: Viewer) -> Tab:
    asked = request.GET.get("show", "")
    return next((name for name, _words in _tabs(viewer) if name == asked), Tab.ALL)


def _tabs(viewer: Viewer) -> list[tuple[Tab, str]]:
    if viewer.is_operator:
        return [(Tab.ALL, _("All")), (Tab.REPLY, _("Waiting for the seller"))]
    return [(Tab.ALL, _("All")), (Tab.REPLY, _("Needs reply")), (Tab.UNREAD, _("Unread"))]


def _query(tab: Tab, search: str, after: Place | None = None) -> str:
    parts = {"show": "" if tab == Tab.ALL else tab, "q": search, "after": str(after or "")}
    return "?" + urlencode({name: value for name, value in parts.items() if value})


def _places(viewer: Viewer, tab: Tab, search: str, after: Place | None) -> list[Place]:
    """
    Find the rows of a page, and one more if there is a next page.

    One branch for each participant, each read off its own index and cut short, then merged: with OR, PostgreSQL
    would gather and sort all conversations of the user before it cut.
    """
    branches = [
        older_than(_narrowed(branch, viewer, counterpart, tab, search), "last_at", after)
        .order_by("-last_at", "-id")
        .values_list("last_at", "id")[: PAGE + 1]
        for branch, counterpart in _branches(viewer)
    ]
    if not branches:
        return []
    first, *rest = branches
    found = first.union(*rest).order_by("-last_at", "-id")[: PAGE + 1] if rest else first
    return [Place(at, id_) for at, id_ in found]


def _branches(viewer: Viewer) -> list[tuple[QuerySet[Conversation], str]]:
    """The sets to merge, each with the side that stands across from the viewer."""
    if viewer.is_operator:
        return [(Conversation.objects.all(), "buyer")]
    return [
        (Conversation.objects.filter(buyer=one), "seller")
        if one.role == Role.BUYER
        else (Conversation.objects.filter(seller=one), "buyer")
        for one in viewer.participants
    ]


def _narrowed(
    rows: QuerySet[Conversation], viewer: Viewer, counterpart: str, tab: Tab, search: str
) -> QuerySet[Conversation]:
    if tab != Tab.ALL:
        rows = rows.filter(last_author=F(counterpart))
    if tab == Tab.REPLY:
        rows = rows.filter(closed_at=None)
    if tab == Tab.UNREAD:
        read = ReadMark.objects.filter(user=viewer.user, conversation=OuterRef("id"), read_at__gte=OuterRef("last_at"))
        rows = rows.exclude(Exists(read))
    if search:
        named = Q(**{f"{counterpart}__name__icontains": search})
        if viewer.is_operator:
            named |= Q(seller__name__icontains=search)
        rows = rows.filter(named | Q(order__number__istartswith=search.removeprefix("#")))
    return rows


def _rows(viewer: Viewer, places: Sequence[Place]) -> list[Row]:
    conversations = _conversations(viewer, places)
    latest = _latest(row.latest_id for row in conversations)  # type: ignore[attr-defined]
    lost = _undelivered(viewer, latest.values())
    veil = veils(viewer, conversations)
    return [
        _row(viewer, one, latest.get(one.latest_id), lost, veil[one.id])  # type: ignore[attr-defined]
        for one in conversations
    ]


def _conversations(viewer: Viewer, places: Sequence[Place]) -> list[Conversation]:
    newest = viewer.messages_in(OuterRef("id")).order_by("-sent_at", "-id").values("id")[:1]
    read = ReadMark.objects.filter(user=viewer.user, conversation=OuterRef("id")).values("read_at")
    waiting = Hold.objects.filter(conversation=OuterRef("id"), released_at=None, dropped_at=None)
    if not viewer.is_operator:
        waiting = waiting.filter(message__author__in=viewer.mine)
    items = OrderItem.objects.select_related("product").order_by("id")
    return list(
        viewer.conversations()
        .filter(id__in=[place.id for place in places])
        .select_related("order", "buyer", "seller")
        .prefetch_related(Prefetch("order__items", items))
        .annotate(latest_id=Subquery(newest), read_at=Subquery(read), waiting=Exists(waiting))
        .order_by("-last_at", "-id")
    )


def _latest(ids: Iterable[uuid.UUID | None]) -> Mapping[uuid.UUID, Message]:
    """
    Fetch the last message that the viewer may read of each conversation, with how it begins.

    The copy in the conversation itself is one for both sides, and only one side may read a held message.
    """
    files = Attachment.objects.filter(message=OuterRef("id"))
    messages = (
        Message.objects.filter(id__in=[one for one in ids if one])
        .annotate(excerpt=Left("text", _SEARCHED), has_files=Exists(files))
        .only("id", "conversation_id", "author_id", "state", "sent_at")
    )
    return {message.id: message for message in messages}


def _undelivered(viewer: Viewer, messages: Iterable[Message]) -> set[uuid.UUID | None]:
    """Which of the messages were lost on the way, as far as it is the viewer's concern."""
    own = [one.id for one in messages if viewer.is_operator or one.author_id in viewer.mine]
    failed = Delivery.objects.filter(message__in=own, state=DeliveryState.FAILED)
    return set(failed.values_list("message_id", flat=True))


def _row(
    viewer: Viewer, conversation: Conversation, latest: Message | None, lost: set[uuid.UUID | None], veil: Veil
) -> Row:
    names = {side.id: veil.over(side.name) for side in (conversation.buyer, conversation.seller)}
    others = [name for side, name in names.items() if side not in viewer.mine] or list(names.values())
    items = list(conversation.order.items.all()) if conversation.order else []
    own = latest is not None and latest.author_id in viewer.mine
    read_at: datetime | None = conversation.read_at  # type: ignore[attr-defined]
    return Row(
        id=conversation.id,
        name=" · ".join(others),
        order=conversation.order.number if conversation.order else "",
        product=items[0].product.title if items else veil.over(conversation.subject),
        speaker=_speaker(viewer, latest, names),
        excerpt=_excerpt(latest, veil),
        at=latest.sent_at if latest else conversation.last_at,
        unread=latest is not None
        and not own
        and not viewer.is_operator
        and (read_at is None or read_at < latest.sent_at),
        held=conversation.waiting,  # type: ignore[attr-defined]
        failed=latest is not None and latest.id in lost,
        stopped=latest is not None and latest.state == MessageState.BLOCKED,
        closed=conversation.closed_at is not None,
    )


def _speaker(viewer: Viewer, latest: Message | None, names: Mapping[uuid.UUID, str]) -> str:
    """Who spoke last, where the name above the line does not say so already."""
    if latest is None:
        return ""
    if latest.author_id in viewer.mine:
        return _("You")
    return names[latest.author_id] if viewer.is_operator else ""


def _excerpt(latest: Message | None, veil: Veil) -> str:
    if latest is None:
        return ""
    begins: str = latest.excerpt  # type: ignore[attr-defined]
    text = " ".join(veil.over(begins).split())
    # An address that the end parts in two is found by no search: it stays out of sight, also where spaces are many.
    text = text[: max(0, len(text) - _EXCERPT)] if len(begins) == _SEARCHED and len(text) < 2 * _EXCERPT else text
    text = text[:_EXCERPT]
    return text or (_("sent a file") if latest.has_files else _("sent an empty message"))  # type: ignore[attr-defined]
