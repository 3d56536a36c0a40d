"""Tells a load balancer whether this process can serve a page."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

__all__ = ["healthz"]


def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 if the database answers, 503 otherwise; touches no session."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")
