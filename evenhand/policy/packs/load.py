"""Loads a pack from its file, and refuses one with a rule that nothing checks or no example shows."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from evenhand.policy.rule import Check, PackRule
from evenhand.policy.rules import benefits, contact, links, marketing, requests, reviews, timing
from evenhand.policy.unknown import FACTS
from evenhand.policy.verdict import Action

__all__ = ["CHECKS", "PACKS", "Pack", "load_pack"]

PACKS: Sequence[str] = ("amazon-2018-10",)
"""The packs there are."""

CHECKS: Mapping[str, Check] = {
    **reviews.CHECKS,
    **requests.CHECKS,
    **benefits.CHECKS,
    **marketing.CHECKS,
    **links.CHECKS,
    **contact.CHECKS,
    **timing.CHECKS,
}
"""Every check by the id of its rule."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A published, dated set of rules with their parameters; `digest` is of its file."""

    name: str
    title: str
    digest: str
    parameters: Mapping[str, Any]
    rules: Sequence[PackRule]


@cache
def load_pack(name: str) -> Pack:
    """
    Load a pack by its name.

    Raises `KeyError` for a name that there is not, and `ValueError` for a pack in which a rule has no check, no
    example, or needs a fact that nobody can give.
    """
    if name not in PACKS:
        raise KeyError(name)
    source = files("evenhand.policy.packs").joinpath(f"{name}.toml").read_bytes()
    data = tomllib.loads(source.decode())
    rules = tuple(_rule(name, row, str(data["sanction"])) for row in data["rules"])
    return Pack(name, data["title"], hashlib.sha256(source).hexdigest()[:8], data["parameters"], rules)


def _rule(pack: str, row: Mapping[str, Any], sanction: str) -> PackRule:
    id_ = str(row["id"])
    if id_ not in CHECKS:
        raise ValueError(f"{pack}: nothing checks the rule {id_}")
    if not row["finds"] or not row["leaves_alone"]:
        raise ValueError(f"{pack}: the rule {id_} needs examples of what it finds and of what it leaves alone")
    unknown = set(row["needs"]) - set(FACTS)
    if unknown:
        raise ValueError(f"{pack}: the rule {id_} needs {', '.join(sorted(unknown))}, which is no fact")
    return PackRule(
        id=id_,
        pack=pack,
        group=row["group"],
        title=row["title"],
        clause=row["clause"],
        action=Action[str(row["action"]).upper()],
        check=CHECKS[id_],
        classes=frozenset(row["classes"]),
        needs=tuple(row["needs"]),
        sanction=sanction,
        certainty=row["certainty"],
        source=row["source"],
        finds=tuple(row["finds"]),
        leaves_alone=tuple(row["leaves_alone"]),
    )
