"""How often, and whom, a seller may ask: one request per order, and nobody picked for being happy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evenhand.policy.audience import correlates
from evenhand.policy.case import Case
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.verdict import Hit

__all__ = ["CHECKS"]


def one_review_request(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find a request in a message for an order that was asked before; one of unknown outcome counts."""
    made = [one for one in case.facts.requests or () if one.outcome != "refused"]
    if len(made) >= parameters.requests_per_order:
        yield from case.done("review-request")


def happy_only(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find conditions of mood before a request, and audiences picked by how it went."""
    yield from case.done("happy-only")
    audience = case.facts.audience
    if audience and (case.facts.purpose in {None, "", "review-request"}):
        for start, end, _why in correlates(audience):
            yield Hit("audience", start, end, audience[start:end])


CHECKS: Mapping[str, Check] = {"one-review-request": one_review_request, "happy-only": happy_only}
