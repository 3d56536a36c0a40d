"""Which facts of the catalogue are not known in a case: a rule that needs one says so instead of passing in silence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from evenhand.policy.case import Case

__all__ = ["FACTS", "missing"]


def _images(case: Case) -> bool:
    """Pictures in the body that nobody looked at."""
    return case.facts.images is None and any(part.pictures for part in case.parts)


def _attachments(case: Case) -> bool:
    """Files that nobody read."""
    return any(one.text is None for one in case.facts.attachments)


def _dates(case: Case) -> bool:
    return case.facts.order is None or case.facts.order.placed_at is None


FACTS: Mapping[str, Callable[[Case], bool]] = {
    "message_text": lambda _: False,
    "message_html": lambda _: False,
    "message_links": lambda _: False,
    "message_images": _images,
    "message_attachments": _attachments,
    "declared_purpose": lambda case: case.facts.purpose is None,
    "audience_filter": lambda case: case.facts.audience is None,
    "order": lambda case: case.facts.order is None,
    "order_dates": _dates,
    "message_history": lambda case: case.facts.requests is None,
    "current_time": lambda case: case.facts.now is None,
}
"""Tells of each fact whether it is unknown, which is not the same as known to be absent."""


def missing(case: Case, needs: Sequence[str]) -> list[str]:
    """Name those of the needed facts that are not known."""
    return [name for name in needs if FACTS[name](case)]
