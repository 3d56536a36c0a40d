"""Hands out attachments and the formatting of messages, fenced in so that nothing in them can run."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from evenhand.conversations.models import Attachment
from evenhand.portal.access import Viewer, page
from evenhand.portal.reading import reading_of
from evenhand.record.blobs import BlobDamaged, read_blob

__all__ = ["attachment", "body"]

_FILE_POLICY = "default-src 'none'; sandbox"
_BODY_POLICY = "default-src 'none'; img-src data:; style-src 'self'; frame-ancestors 'self'; sandbox"


@require_safe
@page
def attachment(_request: HttpRequest, viewer: Viewer, attachment_id: uuid.UUID) -> HttpResponse:
    """
    Send a file for saving, never for showing: its name by RFC 6266, its type as found, and no leave to run.

    An `<img>` of the page shows it all the same; what a page cannot do is open it as a document of this site.
    """
    found = get_object_or_404(viewer.attachments().select_related("message__conversation"), id=attachment_id)
    try:
        content = read_blob(_shown(viewer, found))
    except BlobDamaged as error:
        raise Http404 from error
    name = reading_of(viewer, found.message.conversation).veil.over(found.name)
    return HttpResponse(
        content,
        content_type=found.media_type,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment",
            "Content-Security-Policy": _FILE_POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


def _shown(viewer: Viewer, found: Attachment) -> str:
    """Which bytes: the counterpart gets the cleaned ones and no others; the author and the operator what was sent."""
    if viewer.is_operator or found.message.author_id in viewer.mine:
        return found.sha256
    if not found.cleaned:
        raise Http404
    return found.cleaned


@require_safe
@xframe_options_sameorigin
@page
def body(request: HttpRequest, viewer: Viewer, message_id: uuid.UUID) -> HttpResponse:
    """Show the sanitised formatting of a message as a page of its own, for a sandboxed frame."""
    message = get_object_or_404(viewer.messages().exclude(html="").select_related("conversation"), id=message_id)
    html = reading_of(viewer, message.conversation).veil.over_html(message.html)
    response = render(request, "portal/body.html", {"html": html})
    response["Content-Security-Policy"] = _BODY_POLICY
    return response
