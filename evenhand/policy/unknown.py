"""Which facts of the catalogue are not known in a case: a rule that needs one says so instead of passing in silence."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from evenhand.policy.case import Case

__all__ = ["FACTS", "missing"]


def _images(case: Case) -> bool:
    """Pictures in the body that nobody looked at."""
    return case.facts.images is None and any(part.pictures for part in case.parts)


def _attachments(case: Case) -> bool:
    """Files that nobody read."""
    return any(one.text is None for one in case.facts.attachments)


def _dates(case: Case) -> bool:
    order = case.facts.order
    return order is None or (order.placed_at is None and order.placed is None and order.completed is None)


FACTS: Mapping[str, Callable[[Case], bool]] = {
    "message_text": lambda _: False,
    "message_subject": lambda _: False,
    "message_html": lambda _: False,
    "message_links": lambda _: False,
    "message_images": _images,
    "message_attachments": _attachments,
    "message_language": lambda case: not case.lang,
    "declared_purpose": lambda case: case.facts.purpose is None,
    "template_state": lambda case: case.facts.template is None,
    "audience_filter": lambda case: case.facts.audience is None,
    "order": lambda case: case.facts.order is None,
    "order_dates": _dates,
    "message_history": lambda case: case.facts.requests is None,
    "conversation": lambda case: case.facts.earlier is None,
    "buyer_preferences": lambda case: case.facts.buyer is None and case.facts.buyer_locale is None,
    "sender_account": lambda case: case.facts.sender is None,
    "platform_actions": lambda case: case.facts.offered is None,
    "current_time": lambda case: case.facts.now is None,
}
"""Tells of each fact whether it is unknown, which is not the same as known to be absent."""


def missing(case: Case, needs: tuple[str, ...]) -> list[str]:
    """Name those of the needed facts that are not known."""
    return [name for name in needs if FACTS[name](case)]
