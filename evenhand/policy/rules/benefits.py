"""What may not be given: anything of value for a review, and anything off a later purchase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evenhand.policy.case import Case
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.verdict import Hit

__all__ = ["CHECKS"]


def incentive(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find what is offered, promised or given in return for a review."""
    yield from case.done("incentive")


def coupon(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find codes, vouchers, credits and price reductions for a later purchase."""
    yield from case.done("coupon")


CHECKS: Mapping[str, Check] = {"incentive": incentive, "coupon": coupon}
