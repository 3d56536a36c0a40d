"""What every page knows: the marketplace's name and whether this is the demonstration."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

__all__ = ["marketplace"]


def marketplace(_request: HttpRequest) -> dict[str, Any]:
    """Names for the page frame."""
    return {
        "marketplace": settings.EVENHAND.marketplace,
        "demo": settings.EVENHAND.demo,
        "stays_here": settings.EVENHAND.smarthost is None,
    }
