"""The page of one conversation: messages, the order beside them, and where to write to by mail."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from evenhand.conversations.models import ReadMark
from evenhand.portal.access import Viewer, page
from evenhand.portal.draft import Draft
from evenhand.portal.paging import Place
from evenhand.portal.reading import Reading, find_reading, reading_of
from evenhand.portal.thread import bubble_of, read_thread, underway

__all__ = ["conversation", "mark_read", "progress", "read_until", "remember", "show"]


@require_safe
@page
def conversation(request: HttpRequest, viewer: Viewer, conversation_id: uuid.UUID) -> HttpResponse:
    """Show a conversation with its latest messages, or to htmx the messages before a place."""
    reading = find_reading(viewer, conversation_id)
    before = Place.read(request.GET.get("before", ""))
    if before and getattr(request, "htmx", False):
        known = {"conversation": reading.conversation, "thread": read_thread(reading, before)}
        return render(request, "portal/_messages.html", known)
    return show(request, reading, Draft.fresh(), before)


def show(request: HttpRequest, reading: Reading, draft: Draft, before: Place | None = None) -> HttpResponse:
    """Render the whole page, with what was typed so far and what was wrong with it (422)."""
    found, veil = reading.conversation, reading.veil
    thread = read_thread(reading, before)
    known: dict[str, Any] = {
        "conversation": found,
        "subject": veil.over(found.subject),
        "thread": thread,
        "underway": [] if before else underway(reading),
        "order": found.order,
        "items": found.order.items.select_related("product").order_by("id") if found.order else (),
        "names": {"buyer": veil.over(found.buyer.name), "seller": veil.over(found.seller.name)},
        "side": reading.side,
        "counterpart": veil.over(reading.counterpart.name) if reading.counterpart else "",
        "alias": reading.alias(),
        "is_past": before is not None,
        "draft": draft,
        # The conversation was read before its messages, so whatever its `last_at` stands for is among those shown.
        "read_until": max([found.last_at, *(one.message.sent_at for one in thread.bubbles)]),
    }
    return render(request, "portal/conversation.html", known, status=422 if draft.problem else 200)


@require_POST
@page
def mark_read(request: HttpRequest, viewer: Viewer, conversation_id: uuid.UUID) -> HttpResponse:
    """
    Note how far the viewer has read.

    A GET changes nothing here: programs that open links ahead of people (scanners, prefetchers) would mark messages
    as read that nobody saw. The page sends this by script when it is shown; without script there is a button, and
    a reply marks what it answers.
    """
    reading = find_reading(viewer, conversation_id)
    until = read_until(request)
    if reading.side is None or until is None:
        raise Http404
    remember(reading, until)
    return HttpResponse(status=204) if getattr(request, "htmx", False) else redirect("inbox")


def read_until(request: HttpRequest) -> datetime | None:
    """The moment of the newest message on the page that was sent in, if the page said so."""
    try:
        until = parse_datetime(request.POST.get("until", ""))
        # At either end of time there are moments that cannot be told in UTC, nor kept.
        return until.astimezone(UTC) if until is not None and timezone.is_aware(until) else None
    except (ValueError, OverflowError):
        return None


def remember(reading: Reading, until: datetime) -> None:
    """Move the viewer's mark forward, never back: two windows may report in any order."""
    user, found, until = reading.viewer.user, reading.conversation, min(until, timezone.now())
    mark = ReadMark(user=user, conversation=found, read_at=until)
    ReadMark.objects.bulk_create([mark], ignore_conflicts=True)
    ReadMark.objects.filter(user=user, conversation=found, read_at__lt=until).update(read_at=until)


@require_safe
@page
def progress(request: HttpRequest, viewer: Viewer, message_id: uuid.UUID) -> HttpResponse:
    """Say how far one message has come, for a page that waits to hear of it."""
    parties = viewer.messages().select_related("conversation__buyer", "conversation__seller")
    reading = reading_of(viewer, get_object_or_404(parties, id=message_id).conversation)
    return render(request, "portal/_progress.html", {"bubble": bubble_of(reading, message_id), "side": reading.side})
