"""Which facts of the catalogue are not known in a case: a rule that needs one says so instead of passing in silence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from evenhand.policy.case import Case
from evenhand.policy.facts import BuyerFact, Facts, SenderFact
from evenhand.policy.parameters import Parameters

__all__ = ["FACTS", "missing"]

Unknown = Callable[[Case, Parameters], bool]
"""Tells whether a fact is unknown, which is not the same as known to be absent."""


def _images(case: Case, _: Parameters) -> bool:
    """Pictures in the body that nobody looked at."""
    return case.facts.images is None and any(part.pictures for part in case.parts)


def _attachments(case: Case, _: Parameters) -> bool:
    """Files that nobody read."""
    return any(one.text is None for one in case.facts.attachments)


def _fact(of: Callable[[Facts], object]) -> Unknown:
    return lambda case, _: of(case.facts) is None


def _of_buyer(of: Callable[[BuyerFact], object]) -> Unknown:
    return lambda case, _: case.facts.buyer is None or of(case.facts.buyer) is None


def _of_sender(of: Callable[[SenderFact], object]) -> Unknown:
    return lambda case, _: case.facts.sender is None or of(case.facts.sender) is None


def _anchor(case: Case, parameters: Parameters) -> bool:
    """The date from which the pack counts its window; what is known roughly is enough where it is early enough."""
    order, now = case.facts.order, case.facts.now
    if order is None:
        return True
    if parameters.window_anchor == "placed":
        return order.placed_at is None
    if order.completed_at or order.delivered_at or order.is_open:
        return False
    first = order.completed_after or order.shipped_at or order.placed_at
    return first is None or now is None or now - first > timedelta(days=parameters.window_days)


FACTS: Mapping[str, Unknown] = {
    "message_text": lambda *_: False,
    "message_subject": lambda *_: False,
    "message_html": lambda *_: False,
    "message_links": lambda *_: False,
    "message_images": _images,
    "message_attachments": _attachments,
    "message_language": lambda case, _: not case.lang,
    "declared_purpose": _fact(lambda facts: facts.purpose),
    "template_state": _fact(lambda facts: facts.template),
    "audience_filter": _fact(lambda facts: facts.audience),
    "order": _fact(lambda facts: facts.order),
    "order_dates": _fact(lambda facts: facts.order and facts.order.placed_at),
    "message_history": _fact(lambda facts: facts.requests),
    "conversation": _fact(lambda facts: facts.earlier),
    "buyer_preferences": _fact(lambda facts: facts.buyer),
    "sender_account": _fact(lambda facts: facts.sender),
    "platform_actions": _fact(lambda facts: facts.offers),
    "current_time": _fact(lambda facts: facts.now),
}
"""Tells of each fact whether it is unknown."""

_TO_RULE: Mapping[tuple[str, str], Unknown] = {
    ("message-window", "order_dates"): _anchor,
}
"""Of a fact with many sides: whether the side that a rule looks at is unknown."""


def missing(case: Case, parameters: Parameters, rule: str, needs: Sequence[str]) -> list[str]:
    """Name those of the facts needed by a rule that are not known."""
    return [name for name in needs if _TO_RULE.get((rule, name), FACTS[name])(case, parameters)]
