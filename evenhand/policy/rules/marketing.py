"""Advertising: other wares, news of the brand, invitations to follow or subscribe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evenhand.policy.case import Case
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.verdict import Hit

__all__ = ["CHECKS"]


def marketing(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find words that sell: cross-selling, news of wares, follow requests, upgrades."""
    yield from case.done("marketing")


CHECKS: Mapping[str, Check] = {"marketing": marketing}
