"""What a judge says of a message: findings, and the strictest of their actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

__all__ = ["Action", "Detected", "Finding", "Hit", "NotChecked", "Verdict"]


class Action(IntEnum):
    """
    What becomes of a message, from mild to strict.

    `WARN`: it goes, and its author is told. `FIX`: it goes as mended. `QUEUE`: it waits for a time or for room.
    `HOLD`: it waits for a person. `BOUNCE`: it comes back to its author with the reason, and changing its words would
    not help. `BLOCK`: it comes back, to be changed.
    """

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

    @property
    def goes(self) -> bool:
        """Whether a message goes on now, be it mended."""
        return self < Action.QUEUE


@dataclass(frozen=True, slots=True)
class Hit:
    """
    What a rule points at: a place in a part as the author wrote it, and what was read there.

    `pieces` are the words that were read together, as they are seen; `attachment` is the ordinal of the file, or 0.
    `action` is what becomes of the message where it is not what the rule says; `is_guess` says that it was learned
    from examples, and that no rule of grammar reads it.
    """

    part: str
    start: int = 0
    end: int = 0
    excerpt: str = ""
    pieces: Sequence[str] = ()
    confidence: float = 1.0
    attachment: int = 0
    action: Action | None = None
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One breach of one rule: where, why, and how to mend it.

    `part` names what was read (`text`, `html`, `subject`, or a file's name); `start` and `end` count characters in it
    as the author wrote it. `attachment` is the ordinal of the file it is about, which an action `fix` leaves out, or 0.
    `confidence` runs from 0 to 1.
    `group` and `pack` say where a published rule is from; both are empty for the service's own.
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


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A rule that could not do its work, and the fact it lacked; or, in words, what else kept it from it."""

    rule: str
    lacks: str


@dataclass(frozen=True, slots=True)
class Detected:
    """
    What was read besides: the language (`""`: undecided) and whether a review is asked for.

    `None` where no pack reads the message: what its author is, or a book without packs, leaves that open.
    """

    lang: str = ""
    review_request: bool | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The strictest action, all findings, what could not be checked, and the book that says so."""

    action: Action
    book: str
    findings: Sequence[Finding] = ()
    not_checked: Sequence[NotChecked] = ()
    detected: Detected = Detected()

    def why(self, limit: int = 300) -> str:
        """
        Say in one line why it comes back to its author: whole reasons, as many as `limit` characters hold.

        >>> found = [Finding("a", Action.BLOCK, "text", "One."), Finding("b", Action.BLOCK, "text", "It is long.")]
        >>> Verdict(Action.BLOCK, "house", found).why(16)
        'One.; and 1 more'
        """
        reasons = list(dict.fromkeys(one.reason for one in self.findings if one.action >= Action.BOUNCE))
        for count in range(len(reasons), 0, -1):
            more = [f"and {len(reasons) - count} more"] if count < len(reasons) else []
            line = "; ".join([*reasons[:count], *more])
            if len(line) <= limit:
                return line
        return "; ".join(reasons)[:limit]
