"""The front page of the demonstration: four cards, and one click to sign in as the person on each."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evenhand.demo.first_mail import first_mail
from evenhand.demo.market import read_market
from evenhand.participants.models import User

__all__ = ["entrance"]

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def entrance(request: HttpRequest) -> HttpResponse:
    """Show the four, or sign in as the one whose button was pressed. Only they can be played, nobody else."""
    cast = read_market().cast
    if request.method != "POST":
        return render(request, "demo/entrance.html", {"cast": cast, "first_mail": first_mail(settings.EVENHAND.smtp)})
    person = next((one for one in cast if one.key == request.POST.get("who")), None)
    user = User.objects.filter(email=person.address).first() if person else None
    if user is None:
        raise Http404
    login(request, user, backend=_BACKEND)
    return redirect("inbox")
