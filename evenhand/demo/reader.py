"""The pages of the mailboxes: choose one, see what came, open a mail as a mail program would, or as the bytes it is."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from evenhand.demo.letters import Letter, delivered, glance, open_letter, raw_bytes, shelf
from evenhand.relay.models import Delivery

__all__ = ["attachment", "formatted", "letter", "mailbox", "raw"]

_PAGE = 30
_NOTHING_RUNS = "default-src 'none'; sandbox"
_SHEET = "default-src 'none'; img-src data:; style-src 'self'; frame-ancestors 'self'; sandbox"


@require_safe
@never_cache
def mailbox(request: HttpRequest, address: str | None = None) -> HttpResponse:
    """
    Show what came into one mailbox, or into all.

    The page asks again every few seconds and says what it has seen; it is answered only when there is news, so that
    nothing moves under the reader's hands.
    """
    boxes = shelf(address)
    if address is not None and not boxes.is_known:
        raise Http404
    pages = Paginator(delivered(address), _PAGE)
    page = pages.get_page(request.GET.get("page"))
    newest = page.object_list[0].id if page.object_list else ""
    seen = f"{pages.count}-{newest}"
    if request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    known = {
        "boxes": boxes,
        "address": address,
        "page": page,
        "glances": [glance(one) for one in page.object_list],
        "seen": seen,
    }
    return render(request, "demo/mailbox.html", known)


@require_safe
@never_cache
def letter(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Open a mail."""
    found = _find(delivery_id)
    known = {"letter": open_letter(found), "boxes": shelf(found.address), "address": found.address}
    return render(request, "demo/letter.html", known)


@require_safe
@never_cache
@xframe_options_sameorigin
def formatted(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Show the HTML of a mail as a page of its own, for a sandboxed frame."""
    response = render(request, "portal/body.html", {"html": _open(delivery_id).html})
    response["Content-Security-Policy"] = _SHEET
    return response


@require_safe
@never_cache
def raw(_request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Show the bytes of a mail as text."""
    return _inert(HttpResponse(raw_bytes(_find(delivery_id)), content_type="text/plain; charset=utf-8"))


@require_safe
@never_cache
def attachment(_request: HttpRequest, delivery_id: uuid.UUID, number: int) -> HttpResponse:
    """Send a file of a mail for saving; files count from 1."""
    files = _open(delivery_id).files
    if not 1 <= number <= len(files):
        raise Http404
    part = files[number - 1]
    response = HttpResponse(part.content, content_type=part.media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=part.name) or "attachment"
    return _inert(response)


def _inert(response: HttpResponse) -> HttpResponse:
    response["Content-Security-Policy"] = _NOTHING_RUNS
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _find(delivery_id: uuid.UUID) -> Delivery:
    return get_object_or_404(delivered(), id=delivery_id)


def _open(delivery_id: uuid.UUID) -> Letter:
    return open_letter(_find(delivery_id))
