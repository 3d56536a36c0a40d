"""A rule: what a pack says of it, and the check that looks for breaches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from evenhand.policy.case import Case
from evenhand.policy.facts import MessageClass
from evenhand.policy.parameters import Parameters
from evenhand.policy.verdict import Action, Hit

__all__ = ["Check", "PackRule"]

Check = Callable[[Case, Parameters], Iterable[Hit]]
"""Looks at a case and points at breaches of one rule."""


@dataclass(frozen=True, slots=True)
class PackRule:
    """
    One rule of a pack.

    `needs` names the facts without which it is told as not checked, `words` the entry of the wordings that tells of it.
    `wording` is what a book says instead, by `reason` and `fix` and by language, `""` for all others. With `is_set` the
    book has said what becomes of a message, whatever the check says. `finds` and `leaves_alone` are its examples, which
    are tests.
    """

    id: str
    pack: str
    group: str
    title: str
    clause: str
    action: Action
    check: Check
    classes: frozenset[MessageClass]
    needs: Sequence[str] = ()
    sanction: str = ""
    certainty: str = ""
    source: str = ""
    words: str = ""
    wording: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    is_set: bool = False
    finds: Sequence[Mapping[str, object]] = ()
    leaves_alone: Sequence[Mapping[str, object]] = ()
