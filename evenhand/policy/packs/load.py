"""Loads a pack from its files, and refuses one with a rule that nothing checks or no example shows."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from evenhand.policy.packs.checks import CHECKS
from evenhand.policy.rule import PackRule
from evenhand.policy.unknown import FACTS
from evenhand.policy.verdict import Action

__all__ = ["GROUPS", "PACKS", "Pack", "load_pack"]

PACKS: Sequence[str] = ("amazon-2018-10", "amazon-2020-11", "amazon-2025-04", "legal-overlay", "house-overlay")
"""The packs there are."""

GROUPS: Sequence[str] = (
    "reviews", "benefits", "marketing", "links", "off-channel-contact", "purpose", "message-type", "content",
    "attachments", "styling", "order-data", "timing", "consent", "limits", "sender", "law",
)  # fmt: skip
"""Every group of rules, in the order in which they are asked and shown."""

_FOLDER = files("evenhand.policy.packs")


@dataclass(frozen=True, slots=True)
class Pack:
    """
    A dated set of rules with their parameters; `digest` is of everything it says.

    `kind` is `marketplace` or `overlay`, which is laid over one. `since` and `until` are dates (ISO 8601) or empty.
    `published` counts the rules that what it is modelled on has, `rules` holds those that are checked here.
    """

    name: str
    title: str
    kind: str
    since: str
    until: str
    published: int
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
    data = _read(f"{name}.toml")
    rows = list(_rows_of(name))
    said = json.dumps([data, rows], sort_keys=True, ensure_ascii=False)
    return Pack(
        name=name,
        title=data["title"],
        kind=data["kind"],
        since=data.get("from", ""),
        until=data.get("to", ""),
        published=data["published"],
        digest=hashlib.sha256(said.encode()).hexdigest()[:8],
        parameters=data["parameters"],
        rules=tuple(_rule(name, row) for row in rows),
    )


def _read(path: str) -> dict[str, Any]:
    return tomllib.loads(_FOLDER.joinpath(path).read_text("utf-8"))


@cache
def _group(name: str) -> Sequence[Mapping[str, Any]]:
    place = _FOLDER.joinpath(f"rules/{name}.toml")
    return tomllib.loads(place.read_text("utf-8"))["rules"] if place.is_file() else ()


def _rows_of(pack: str) -> Iterator[dict[str, Any]]:
    """The rules of a pack as its files say, with what is said otherwise for this pack."""
    for group in GROUPS:
        for shared in _group(group):
            if pack not in shared["packs"]:
                continue
            row = {"group": group, **shared}
            for change in row.pop("differs", ()):
                if pack in change["packs"]:
                    row |= {key: value for key, value in change.items() if key != "packs"}
            for kind in ("finds", "leaves_alone"):
                row[kind] = [one for one in row[kind] if pack in one.get("packs", (pack,))]
            del row["packs"]
            yield row


def _sanction(pack: str, names: Sequence[str]) -> str:
    known = _read("sanctions.toml")
    return " ".join(str(known[name]["text"]) for name in names if pack in known[name]["packs"])


def _rule(pack: str, row: Mapping[str, Any]) -> PackRule:
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
        sanction=_sanction(pack, row["sanction"]),
        certainty=row["certainty"],
        source=row["source"],
        words=row.get("words", id_),
        finds=tuple(row["finds"]),
        leaves_alone=tuple(row["leaves_alone"]),
    )
