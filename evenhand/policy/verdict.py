"""What a judge says of a message: findings, and the strictest of their actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

__all__ = ["Action", "Detected", "Finding", "Hit", "Lacks", "NotChecked", "Verdict"]


class Action(IntEnum):
    """What becomes of a message, from mild to strict."""

    DELIVER = 0
    WARN = 1
    FIX = 2
    QUEUE = 3
    HOLD = 4
    BOUNCE = 5
    BLOCK = 6

    @property
    def word(self) -> str:
        """The word that is stored and shown."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Hit:
    """
    What a rule points at: a place in a part as the author wrote it, and what was read there.

    `pieces` are the words that were read together, as places in the same part; `key` picks the pack's sentence for
    this case where it has several. `action`, `reason` and `fix` override what the pack says; `replacement` is the
    text that would mend the place mechanically.
    """

    part: str
    start: int = 0
    end: int = 0
    excerpt: str = ""
    pieces: Sequence[tuple[int, int]] = ()
    key: str = ""
    confidence: float = 1.0
    action: Action | None = None
    reason: str = ""
    fix: str = ""
    clause: str = ""
    attachment: int = 0
    replacement: str | None = None


@dataclass(frozen=True, slots=True)
class Lacks:
    """A rule could not do its work for want of this fact, beyond those it always needs."""

    fact: str


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One breach of one rule: where, why, and how to mend it.

    `part` names what was read (`text`, `html`, `subject`, or a file's name); `start` and `end` count characters in it
    as the author wrote it. `attachment` is the ordinal of the file it is about, which an action `fix` leaves out, or 0.
    `confidence` runs from 0 to 1. `pieces` are the words that were read together; `seen_as` is what a disguised
    excerpt reads like. `replacement`, if not `None`, is what would stand there instead.
    """

    rule: str
    action: Action
    part: str
    reason: str
    fix: str = ""
    clause: str = ""
    start: int = 0
    end: int = 0
    excerpt: str = ""
    confidence: float = 1.0
    attachment: int = 0
    group: str = ""
    pack: str = ""
    pieces: Sequence[tuple[int, int]] = ()
    seen_as: str = ""
    sanction: Sequence[str] = ()
    replacement: str | None = None


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A rule that could not do its work, the fact it lacked, and what becomes of the message for that."""

    rule: str
    lacks: str
    action: Action = Action.DELIVER


@dataclass(frozen=True, slots=True)
class Detected:
    """What was read besides: the language (`""`: undecided) and whether a review is asked for."""

    lang: str = ""
    review_request: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    The strictest action, all findings, what could not be checked, and the book that says so.

    `action` counts the findings only; `strictest` also what could not be checked.
    """

    action: Action
    book: str
    findings: Sequence[Finding] = ()
    not_checked: Sequence[NotChecked] = ()
    detected: Detected = Detected()

    @property
    def strictest(self) -> Action:
        """The action that also minds what could not be checked."""
        return max([self.action, *(one.action for one in self.not_checked)])
