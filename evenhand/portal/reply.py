"""Takes a reply written on the page and hands it to the relay, the way all messages go."""

from __future__ import annotations

import re
import uuid
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from evenhand.portal.access import Viewer, page
from evenhand.portal.conversation import read_until, remember, show
from evenhand.portal.draft import LIMIT, Draft
from evenhand.portal.errors import too_large
from evenhand.portal.reading import Reading, find_reading
from evenhand.portal.thread import bubble_of

__all__ = ["reply"]

_CEILING = 4 * LIMIT
"""Bytes of a request past which it is not even read. Up to here the page comes back with what was typed."""


@csrf_exempt
@require_POST
def reply(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponseBase:
    """
    Take a reply, unless its declared length says that reading it would be wasted.

    The check comes before the protection against forged forms, which reads the whole request; hence exempt here
    and protected below.
    """
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if not re.fullmatch("[0-9]{1,18}", declared) or int(declared) > _CEILING:
        return too_large(request)
    return cast("HttpResponseBase", _reply(request, conversation_id))


@csrf_protect
@page
def _reply(request: HttpRequest, viewer: Viewer, conversation_id: uuid.UUID) -> HttpResponse:
    reading = find_reading(viewer, conversation_id)
    if reading.side is None:
        raise PermissionDenied
    draft = Draft.read(request)
    if reading.conversation.closed_at:
        draft = draft.stopped_by(_("This conversation has been closed, so nothing more can be sent in it."))
    if draft.problem:
        return _back(request, reading, draft)
    message_id = _send(reading, draft)
    # Nobody answers what they have not seen.
    until = read_until(request)
    if until is not None:
        remember(reading, until)
    return _forward(request, reading, message_id)


def _send(reading: Reading, draft: Draft) -> uuid.UUID | None:
    """Spool the reply durably, then process it at once; None if it is spooled but not yet processed."""
    # Imported here, in the one place that writes, so that the pages that only read do without the mail machinery.
    from evenhand.relay.intake import UploadedPart, submit
    from evenhand.relay.work import process_now

    assert reading.side is not None
    spooled = submit(
        conversation=reading.conversation,
        author=reading.side,
        user_id=reading.viewer.user.pk,
        text=draft.text,
        files=[UploadedPart(name=one.name or _("file"), content=one.read()) for one in draft.files],
        token=draft.token,
    )
    return process_now(spooled)


def _back(request: HttpRequest, reading: Reading, draft: Draft) -> HttpResponse:
    if not getattr(request, "htmx", False):
        return show(request, reading, draft)
    # Only the words change, so that chosen files stay chosen.
    response = render(request, "portal/_problem.html", {"draft": draft}, status=422)
    response["HX-Retarget"] = "#reply-problem"
    response["HX-Reswap"] = "outerHTML"
    return response


def _forward(request: HttpRequest, reading: Reading, message_id: uuid.UUID | None) -> HttpResponse:
    if getattr(request, "htmx", False):
        bubble = bubble_of(reading, message_id) if message_id else None
        known = {"conversation": reading.conversation, "bubble": bubble, "draft": Draft.fresh()}
        return render(request, "portal/_sent.html", known)
    if message_id is None:
        messages.info(request, _("Your message is being sent. It will show up here in a moment."))
    return redirect(reverse("conversation", args=[reading.conversation.id]) + "#latest")
