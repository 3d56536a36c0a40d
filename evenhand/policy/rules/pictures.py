"""What the pictures of a message may show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evenhand.policy.case import Case
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.verdict import Hit

__all__ = ["CHECKS"]


def product(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find pictures of what was bought: the marketplace adds its own."""
    for one in case.facts.images or ():
        if one.kind == "product":
            yield Hit(one.source)


CHECKS: Mapping[str, Check] = {"product-image": product}
