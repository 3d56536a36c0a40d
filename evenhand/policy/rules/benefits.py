"""What may not be given: anything of value for a review, and anything off a later purchase."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from evenhand.policy.case import Case
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.verdict import Hit

__all__ = ["CHECKS"]

_OFF = re.compile(r"\boff\b|\d ?%|% ?\d|\bsave\b|\brabatt\b|\bsconto\b|\bdescuento\b|\bremise\b|割引|折")
_CODE = re.compile(r"\b(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{4,14}\b")


def incentive(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find what is offered, promised or given in return for a review."""
    yield from case.done("incentive")


def coupon(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find codes, vouchers, credits and price reductions for a later purchase."""
    found = list(case.done("coupon"))
    yield from found
    told = {hit.part for hit in found}
    pictures = {one.source for one in case.facts.images or ()}
    for part in case.parts:
        # A banner has no sentences: a reduction and a code beside it are all that it says.
        code = _CODE.search(part.seen.text) if part.name in pictures - told and _OFF.search(part.folded.text) else None
        if code is not None:
            yield Hit(part.name, *part.seen.span(*code.span()), code[0])


CHECKS: Mapping[str, Check] = {"incentive": incentive, "coupon": coupon}
