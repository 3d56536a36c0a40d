"""The addresses of the portal's pages."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def inbox(request: HttpRequest) -> HttpResponse:
    """Placeholder until the inbox stands."""
    return HttpResponse("inbox")


urlpatterns = [path("", inbox, name="inbox")]
