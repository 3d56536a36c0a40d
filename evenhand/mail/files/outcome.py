"""How the cleaning of a file may end: cleaned, left behind, or to be looked at by a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Clean", "Held", "Kind", "Left", "Outcome"]

Kind = Literal[
    "runs", "packed", "identifies", "mail", "unlisted", "damaged", "empty", "too-large",
    "disguised", "unknown", "sealed", "unchecked",
]  # fmt: skip
"""Why a file is not passed on, as one word for the rules of a book."""


@dataclass(frozen=True, slots=True)
class Clean:
    """What may be passed on, written anew; `notes` say, for the author, what was taken out."""

    content: bytes
    media_type: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """A file that stays behind while the message goes on; `reason` and `fix` are for its author."""

    kind: Kind
    reason: str
    fix: str


@dataclass(frozen=True, slots=True)
class Held:
    """A file that could not be checked, or is not what it says: a person looks before the message goes on."""

    kind: Kind
    reason: str
    fix: str


Outcome = Clean | Left | Held
