"""The page of a mail in the viewer's name that could not be confirmed: it asks whether they wrote it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from evenhand.portal.access import Viewer, page
from evenhand.portal.reading import Reading, find_reading
from evenhand.relay.holds import CONFIRM_WITHIN, confirm, disown
from evenhand.relay.models import Hold, HoldReason

__all__ = ["held"]

_EXCERPT = 1200


@require_http_methods(["GET", "HEAD", "POST"])
@page
def held(request: HttpRequest, viewer: Viewer, inbound_id: uuid.UUID) -> HttpResponse:
    """
    Show the mail and ask; on POST do what was answered.

    A GET changes nothing, since scanners open the links of mails. Whoever does not act for the participant the mail
    says it is from finds no such page, the operator too: nobody else can know.
    """
    waiting = Hold.objects.filter(reason=HoldReason.UNCONFIRMED, inbound__author__in=viewer.mine)
    hold = get_object_or_404(waiting.select_related("inbound"), inbound_id=inbound_id)
    reading = find_reading(viewer, hold.conversation_id)
    if request.method == "POST":
        return _decide(request, reading, inbound_id)
    return _show(request, reading, hold)


def _decide(request: HttpRequest, reading: Reading, inbound_id: uuid.UUID) -> HttpResponse:
    user, answer = reading.viewer.user, request.POST.get("answer")
    if answer == "mine":
        if confirm(inbound_id, user_id=user.pk):
            # Imported here, in the one place that works a mail, so that the pages do without the mail machinery.
            from evenhand.relay.work import process_now

            process_now(inbound_id)
            messages.info(request, _("Thank you. It goes on as your message."))
        else:
            messages.info(request, _("It does not wait any more."))
    elif answer == "not-mine":
        if disown(inbound_id, user_id=user.pk):
            messages.info(request, _("Thank you. It goes nowhere, and is kept as evidence."))
        else:
            messages.info(request, _("It does not wait any more."))
    else:
        return redirect("held", inbound_id)
    return redirect(reverse("conversation", args=[reading.conversation.id]) + "#latest")


def _show(request: HttpRequest, reading: Reading, hold: Hold) -> HttpResponse:
    is_waiting = hold.released_at is None and hold.dropped_at is None
    known: dict[str, Any] = {
        "conversation": reading.conversation,
        "counterpart": reading.veil.over(reading.counterpart.name) if reading.counterpart else "",
        "received_at": hold.inbound.received_at,
        "until": hold.held_at + CONFIRM_WITHIN,
        "is_waiting": is_waiting,
        "was_confirmed": hold.released_at is not None,
    }
    if is_waiting:
        # Imported here because most pages read no mail.
        from evenhand.relay.docket import words_of

        subject, text = words_of(hold.inbound)
        known |= {"subject": reading.veil.over(subject), "text": _begin(reading.veil.over(text))}
    return render(request, "portal/held.html", known)


def _begin(text: str) -> str:
    """Cut what was searched already: of an address that is cut, the half would be found by no search."""
    return text[:_EXCERPT] + ("…" if len(text) > _EXCERPT else "")
