"""The pages for what went wrong: plain words and a next step, never a traceback."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import requires_csrf_token

__all__ = ["bad_request", "csrf_failure", "not_allowed", "not_found", "our_fault", "too_large"]


@dataclass(frozen=True)
class Fault:
    """What a page of this kind says."""

    status: int
    title: object
    what: object
    next_step: object


_BAD_REQUEST = Fault(
    400,
    _("That request could not be read"),
    _("Something in it was malformed, or it held more files or text than one message may."),
    _("Go back: what you typed is still there. Send it again with fewer files, or in two messages."),
)
_NOT_ALLOWED = Fault(
    403,
    _("You may read this, but not do that"),
    _("Your account has no right to take this step."),
    _("If you think it should, ask the marketplace to look at your account."),
)
_CSRF = Fault(
    403,
    _("This page was open for too long"),
    _("To keep others from acting in your name, a form is only good for the sign-in it was opened under."),
    _("Go back, reload the page and send it again. Check that your browser accepts cookies from this site."),
)
_NOT_FOUND = Fault(
    404,
    _("There is nothing here for you"),
    _("The address may be mistyped, or it leads to a conversation you are not part of."),
    _("Look for it in your inbox. If you have more than one account, check which one you are signed in with."),
)
_TOO_LARGE = Fault(
    413,
    _("That was too large to send"),
    _("A message and its files may hold 10 MB in all."),
    _("Go back: what you typed is still there. Attach smaller files, or send them in several messages."),
)
_OUR_FAULT = Fault(
    500,
    _("Something broke on our side"),
    _("It is not your doing, and it has been noted."),
    _("Wait a minute and try again. A reply you were sending is safe if it shows up in the conversation."),
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  (Django passes it)
    """Answer 400."""
    return _page(request, _BAD_REQUEST)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  (Django passes it)
    """Answer 403."""
    return _page(request, _NOT_ALLOWED)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  (Django passes it)
    """Answer 403 to a form without a valid token."""
    return _page(request, _CSRF)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  (Django passes it)
    """Answer 404: the same for what does not exist and what is another's."""
    return _page(request, _NOT_FOUND)


def too_large(request: HttpRequest) -> HttpResponse:
    """Answer 413."""
    return _page(request, _TOO_LARGE)


def our_fault(_request: HttpRequest) -> HttpResponse:
    """Answer 500, without the request: asking who is signed in may be the very thing that fails."""
    known = {"fault": _OUR_FAULT, "marketplace": settings.EVENHAND.marketplace}
    return HttpResponse(render_to_string("portal/error.html", known), status=500)


def _page(request: HttpRequest, fault: Fault) -> HttpResponse:
    return render(request, "portal/error.html", {"fault": fault}, status=fault.status)
