"""The operator's choice of rules and their parameters; a verdict names the version it was made by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from evenhand.policy.facts import Facts
from evenhand.policy.parameters import Parameters
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

__all__ = ["Book", "Rule", "house_book"]

Rule = Callable[[Facts, Parameters], Iterable[Finding | NotChecked]]


@dataclass(frozen=True, slots=True)
class Book:
    """A named, versioned set of rules with their parameters."""

    name: str
    parameters: Parameters
    rules: Mapping[str, Rule] = field(default_factory=dict)


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
