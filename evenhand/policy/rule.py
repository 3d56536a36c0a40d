"""A rule: what a pack says of it, and the check that looks for breaches."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from evenhand.policy.case import Case
from evenhand.policy.parameters import Parameters
from evenhand.policy.verdict import Hit, Lacks

__all__ = ["Check"]

Check = Callable[[Case, Parameters], Iterable[Hit | Lacks]]
"""Looks at a case and points at breaches of one rule, or at a fact it lacks."""
