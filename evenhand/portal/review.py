"""The operator's pages about held messages: the list of them, and one of them with all there is to decide it by."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from evenhand.participants.models import Role
from evenhand.portal.access import Viewer, page
from evenhand.portal.paging import PAGE, Place
from evenhand.portal.reading import find_reading
from evenhand.portal.thread import bubble_of

if TYPE_CHECKING:
    from evenhand.relay.docket import Waiting
    from evenhand.relay.review import Became, Judge

__all__ = ["review", "reviews"]

# What reads and works mails is imported in the functions that need it, so that the other pages do without.


@require_safe
@page
def reviews(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List what waits for a person, oldest first. For operators alone; to others there is no such page."""
    from evenhand.relay.docket import waiting

    _must_be_operator(viewer)
    after = Place.read(request.GET.get("after", ""))
    found = waiting(PAGE + 1, (after.at, after.id) if after else None)
    rows, more = found[:PAGE], len(found) > PAGE
    known = {
        "rows": rows,
        "is_first": after is None,
        "later": "?" + urlencode({"after": str(Place(rows[-1].hold.held_at, rows[-1].id))}) if more else "",
    }
    return render(request, "portal/reviews.html", known)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def review(request: HttpRequest, viewer: Viewer, inbound_id: uuid.UUID) -> HttpResponse:
    """
    Show a held message as its author wrote it, with what was found; on POST release or drop it.

    A GET changes nothing. For operators alone; to others there is no such page.
    """
    from evenhand.relay.docket import find

    _must_be_operator(viewer)
    one = find(inbound_id)
    if one is None:
        raise Http404
    if request.method != "POST":
        return _show(request, viewer, one)
    why = request.POST.get("why", "")
    answer = request.POST.get("answer")
    if answer not in {"release", "drop"}:
        return redirect("review", inbound_id)
    if not why.replace("\x00", "").strip():
        return _show(request, viewer, one, problem=_("Say why, in a few words."))
    return _decide(request, viewer, one, why, is_release=answer == "release")


def _must_be_operator(viewer: Viewer) -> None:
    if not viewer.is_operator:
        raise Http404


def _decide(request: HttpRequest, viewer: Viewer, one: Waiting, why: str, *, is_release: bool) -> HttpResponse:
    from evenhand.relay.review import AlreadyDecided, Done, HeldAgain, NotHeld, NotYours, drop, follow, release

    # Whoever answers a page without its hold looked at none that stands.
    looked_at = -1
    with suppress(ValueError):
        looked_at = int(request.POST.get("hold", ""))
    act = release if is_release else drop
    match act(one.id, _judge(viewer), why, hold=looked_at):
        case Done() if is_release:
            return _tell(request, one, follow(one.id))
        case Done():
            told = _("It is dropped. Its author reads why in the conversation.")
            messages.info(request, told if one.is_certain else _("It is dropped, and is kept as evidence."))
            return redirect("reviews")
        case AlreadyDecided(by, at, word):
            moment = date_format(timezone.localtime(at), "j M Y, H:i") + " UTC"
            said = _("It was already released by %(by)s at %(at)s.") if word == "released" else ""
            said = said or _("It was already dropped by %(by)s at %(at)s.")
            messages.warning(request, said % {"by": by, "at": moment})
            return redirect("review", one.id)
        case HeldAgain():
            messages.warning(request, _("It is held for another reason now. Look at it again."))
            return redirect("review", one.id)
        case NotYours():
            raise PermissionDenied
        case NotHeld():
            raise Http404


def _judge(viewer: Viewer) -> Judge:
    from evenhand.relay.review import Judge

    operator = next(one for one in viewer.participants if one.role == Role.OPERATOR)
    return Judge(operator.name, viewer.user.pk, operator.id)


def _tell(request: HttpRequest, one: Waiting, became: Became) -> HttpResponse:
    known = {"why": became.why}
    match became.word:
        case "relayed":
            messages.info(request, _("It has been passed on."))
        case "waits":
            messages.info(request, _("It is in the line again, and goes on within a minute if nothing objects."))
        case "held":
            messages.warning(request, _("It was looked at anew and is held again: %(why)s") % known)
            return redirect("review", one.id)
        case _:
            messages.warning(request, _("It was looked at anew and not passed on: %(why)s") % known)
    return redirect("reviews")


def _show(request: HttpRequest, viewer: Viewer, one: Waiting, problem: str = "") -> HttpResponse:
    from evenhand.relay.docket import decisions_of, hindrances, words_of

    reading = find_reading(viewer, one.conversation.id)
    known: dict[str, Any] = {
        "one": one,
        "conversation": reading.conversation,
        "decisions": decisions_of(one),
        "bubble": bubble_of(reading, one.hold.message_id) if one.hold.message_id else None,
        "problem": problem,
        "why": request.POST.get("why", ""),
    }
    if one.is_open:
        known["hindrances"] = hindrances(one)
    if one.hold.message_id is None:
        known["subject"], known["text"] = words_of(one.hold.inbound)
    return render(request, "portal/review.html", known, status=422 if problem else 200)
