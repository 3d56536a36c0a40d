"""What laws say of reviews and advertising, by the buyer's country; they add warnings and relax nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evenhand.policy.case import PLATFORM_REQUEST, Case
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.verdict import Hit

__all__ = ["CHECKS"]

_ASKING = frozenset({"review-request", "feedback-request", "satisfaction-survey"})


def german_advertising(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find requests for a review, or how satisfied one is, to a buyer in Germany who agreed to no advertising."""
    buyer, purpose = case.facts.buyer, case.facts.purpose
    if not _is_german(case) or (buyer is not None and buyer.consents) or purpose == PLATFORM_REQUEST:
        return
    asked = list(case.done("review-request"))
    yield from asked
    if not asked and purpose in _ASKING:
        yield Hit("message")


def _is_german(case: Case) -> bool:
    """Whether the buyer is in Germany; where that is not known, whether they bought at a German marketplace."""
    buyer, order = case.facts.buyer, case.facts.order
    if buyer is not None and buyer.country:
        return buyer.country.upper() == "DE"
    marketplace = order.marketplace.lower() if order is not None else ""
    return marketplace in {"de", "a1pa6795ukmfr9"} or marketplace.endswith(".de")


CHECKS: Mapping[str, Check] = {"de-review-ask-is-advertising": german_advertising}
