"""The rules an installation goes by, and their parameters; a verdict names the version it was made by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any

from evenhand.policy.facts import Facts
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import PackRule
from evenhand.policy.rules.attachments import (
    archives,
    disguised,
    executables,
    mails,
    oversize,
    sealed,
    unchecked,
    unlisted,
    unreadable,
)
from evenhand.policy.rules.malware import infected
from evenhand.policy.verdict import Finding, NotChecked

__all__ = ["Book", "Rule", "house_book", "named_book", "pack_book"]

Rule = Callable[[Facts, Parameters], Iterable[Finding | NotChecked]]


@dataclass(frozen=True, slots=True)
class Book:
    """
    A named, versioned set of rules with their parameters.

    `rules` are the service's own, about files, for buyers and sellers alike; `published` are those of packs, which
    judge what sellers write.
    """

    name: str
    parameters: Parameters
    rules: Mapping[str, Rule] = field(default_factory=dict)
    published: Sequence[PackRule] = ()


_TYPES: Sequence[str] = (
    "image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "image/heif",
    "application/pdf", "text/plain", "text/csv", "text/calendar",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
)  # fmt: skip


def house_book() -> Book:
    """The book that stands when the operator has chosen none: rules about attachments only."""
    return Book(
        name="house 1",
        parameters=Parameters(frozenset(_TYPES)),
        rules={
            "attachment-executable": executables,
            "attachment-archive": archives,
            "attachment-mail": mails,
            "attachment-sealed": sealed,
            "attachment-disguised": disguised,
            "attachment-unreadable": unreadable,
            "attachment-unchecked": unchecked,
            "attachment-type": unlisted,
            "attachment-size": oversize,
            "attachment-infected": infected,
        },
    )


@cache
def pack_book(name: str) -> Book:
    """
    Make the book of one pack alone, without the service's own rules.

    Raises `KeyError` for a pack that there is not.
    """
    from evenhand.policy.packs import load_pack

    pack = load_pack(name)
    return Book(f"{pack.name} {pack.digest}", with_parameters(Parameters(), pack.parameters), {}, pack.rules)


def named_book(name: str) -> Book:
    """
    Give the book an installation goes by: the service's own rules, and those of the pack of this name, if one is named.

    Raises `KeyError` for a pack that there is not.
    """
    house = house_book()
    if not name:
        return house
    pack = pack_book(name)
    parameters = replace(pack.parameters, allowed_types=house.parameters.allowed_types)
    return Book(f"{house.name}, {pack.name}", parameters, house.rules, pack.published)


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
