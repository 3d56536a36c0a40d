"""The book as a value: rules with their parameters, under a name that a verdict repeats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from evenhand.policy.facts import Facts
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import PackRule
from evenhand.policy.verdict import Finding, NotChecked

__all__ = ["Book", "Rule", "with_parameters"]

Rule = Callable[[Facts, Parameters], Iterable[Finding | NotChecked]]


@dataclass(frozen=True, slots=True)
class Book:
    """
    A named, versioned set of rules with their parameters.

    `rules` are the service's own, about files, for buyers and sellers alike; `published` are those of packs and the
    operator's own, which judge what sellers write.
    """

    name: str
    parameters: Parameters
    rules: Mapping[str, Rule] = field(default_factory=dict)
    published: Sequence[PackRule] = ()


def with_parameters(parameters: Parameters, changes: Mapping[str, Any]) -> Parameters:
    """Change parameters by their names; raises `ValueError` for one that there is not."""
    known = {one.name for one in fields(Parameters)}
    for name in changes:
        if name not in known:
            raise ValueError(f"there is no parameter {name}")
    made: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in changes.items()}
    for name in ("allowed_types", "attachment_types"):
        if name in made:
            made[name] = frozenset(made[name])
    return replace(parameters, **made)
