"""The pages on which people say from which further addresses they write, and prove it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from evenhand.participants.models import Address, Participant
from evenhand.participants.proofs import Asked, Refused, ask, find_proof, give_up, take_up
from evenhand.portal.access import Viewer, page

__all__ = ["address_proof", "addresses", "remove_address"]

_PROBLEMS: dict[Refused, Promise] = {
    Refused.UNREADABLE: gettext_lazy("That is not an e-mail address."),
    Refused.OURS: gettext_lazy("Messages are written to that address, not from it. Give one of your own."),
    Refused.KNOWN: gettext_lazy("You write from that address already."),
    Refused.MANY: gettext_lazy("You have as many addresses as you can have. Remove one first."),
    Refused.OFTEN: gettext_lazy("You have asked often within the hour. Try again later."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@page
def addresses(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the addresses the viewer's participants write from; on POST ask the mailbox of a further one."""
    if request.method != "POST":
        return _show(request, viewer, "", "")
    participant = _participant(viewer, request.POST.get("participant", ""))
    written = request.POST.get("address", "")[:400]
    asked = ask(participant, written, viewer.user, now=timezone.now())
    if isinstance(asked, Refused):
        return _show(request, viewer, written, str(_PROBLEMS[asked]), str(participant.id))
    _write(request, asked)
    messages.info(
        request,
        _("A mail is on its way to %(address)s. Open the link in it within an hour.") % {"address": asked.address},
    )
    return redirect("addresses")


@require_http_methods(["GET", "HEAD", "POST"])
@page
def address_proof(request: HttpRequest, viewer: Viewer, token: str) -> HttpResponse:
    """
    Show what the link in the mail is for; on POST take the address up.

    A GET changes nothing, since scanners open the links of mails. For anybody but who asked there is no such page.
    """
    proof = find_proof(token, viewer.user)
    if proof is None:
        raise Http404
    now = timezone.now()
    if request.method == "POST":
        if take_up(token, viewer.user, now=now):
            messages.info(request, _("You can write from %(address)s now.") % {"address": proof.address})
        else:
            messages.info(request, _("This link is no longer good. Ask for a new one."))
        return redirect("addresses")
    known = {"proof": proof, "is_good": proof.used_at is None and proof.expires_at > now}
    return render(request, "portal/address_proof.html", known)


@require_POST
@page
def remove_address(request: HttpRequest, viewer: Viewer, address_id: int) -> HttpResponse:
    """Write from an added address no longer."""
    found = Address.objects.filter(pk=address_id, participant__in=viewer.mine).select_related("participant").first()
    if found is None or not give_up(found.participant, found.pk, viewer.user, now=timezone.now()):
        raise Http404
    messages.info(request, _("Mail from %(address)s is no longer taken for yours.") % {"address": found.address})
    return redirect("addresses")


def _participant(viewer: Viewer, chosen: str) -> Participant:
    mine = [one for one in viewer.participants if one.id in viewer.mine]
    found = [one for one in mine if str(one.id) == chosen]
    if not found:
        raise Http404
    return found[0]


def _show(request: HttpRequest, viewer: Viewer, written: str, problem: str, chosen: str = "") -> HttpResponse:
    mine = sorted((one for one in viewer.participants if one.id in viewer.mine), key=lambda one: (one.name, one.id))
    rows = Address.objects.filter(participant__in=viewer.mine, retired_at=None, verified_at__isnull=False)
    listed: dict[Any, list[Address]] = {}
    for row in rows.order_by("-is_primary", "address"):
        listed.setdefault(row.participant_id, []).append(row)
    known = {
        "sides": [(one, listed.get(one.id, [])) for one in mine],
        "written": written,
        "problem": problem,
        "chosen": chosen,
    }
    return render(request, "portal/addresses.html", known, status=422 if problem else 200)


def _write(request: HttpRequest, asked: Asked) -> None:
    """Tell the mailbox, in the same number of words whether it is free or another's."""
    # Imported here, in the one place that writes, so that the pages that only read do without the mail machinery.
    from evenhand.relay.notices import LastingMail

    place = settings.EVENHAND.marketplace
    if asked.token:
        path = reverse("address_proof", args=[asked.token])
        base = settings.EVENHAND.public_url.rstrip("/")
        link = f"{base}{path}" if base else request.build_absolute_uri(path)
        body = _(
            "Somebody who is signed in at %(place)s wants to write messages from this address.\n"
            "If it was you, open this link within an hour, where you are signed in:\n\n%(link)s\n\n"
            "If it was not you, you need do nothing: without the link nothing happens."
        ) % {"place": place, "link": link}
    else:
        body = _(
            "Somebody who is signed in at %(place)s wants to write messages from this address.\n"
            "It is in use there already, by somebody else or by another account of yours, so\n"
            "nothing has changed.\n\n"
            "You need do nothing."
        ) % {"place": place}
    subject = _("%(place)s: do you write from this address?") % {"place": place}
    LastingMail(subject=subject, body=body, to=[asked.address]).send()
