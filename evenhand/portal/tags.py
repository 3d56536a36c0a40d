"""The template tags of the portal: moments in time, the sign of a name, places in a message."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

__all__ = ["initial", "moment", "place"]

register = template.Library()


@register.simple_tag
def moment(at: datetime | None, form: str = "full", since: datetime | None = None) -> SafeString | str:
    """
    Show a moment as `<time>`: "full" with date and time, "date", or "short", the least that tells it from today.

    Half a day around another moment that stands beside it, given as `since`, the clock alone says enough.
    Written in UTC and said to be so; the portal's script rewrites it to the reader's own clock.
    """
    if at is None:
        return ""
    at = timezone.localtime(at)
    if since is not None and abs(at - since) < timedelta(hours=12):
        form = "clock"
    full = date_format(at, "j M Y, H:i") + " UTC"
    return format_html(
        '<time datetime="{}" data-moment="{}" title="{}">{}</time>',
        at.isoformat(timespec="seconds"),
        form,
        full,
        full if form == "full" else _brief(at, form),
    )


def _brief(at: datetime, form: str) -> str:
    now = timezone.localtime()
    if form == "clock":
        return date_format(at, "H:i") + " UTC"
    if form == "date" or at.year != now.year:
        return date_format(at, "j M Y")
    return date_format(at, "H:i") if at.date() == now.date() else date_format(at, "j M")


@register.simple_tag
def place(part: str) -> str:
    """Say where in a message something is: `part` is as in a finding, one of its parts or the name of a file."""
    known = _PLACES.get(part)
    return known() if known else _("In the file %(name)s") % {"name": part}


_PLACES: dict[str, Callable[[], str]] = {
    "text": lambda: _("In the text"),
    "html": lambda: _("In the text, where it is formatted"),
    "subject": lambda: _("In the subject"),
    "message": lambda: _("In the message as a whole"),
}


@register.filter
def initial(name: str) -> str:
    """Give the first letter or digit of a name, for the round sign beside it."""
    return next((char.upper() for char in name if char.isalnum()), "·")
