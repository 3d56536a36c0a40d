"""Acts of speech: what was read in a message, with the places of the words it was read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Act"]


@dataclass(frozen=True, slots=True)
class Act:
    """
    Something a message does with words, such as `review-request` or `happy-only`; see `speech.grammar` for the kinds.

    `part` names the part; `start` and `end` are the place of the words that matter in that part's folded text,
    `pieces` those of the two or three concepts it was read from. `confidence`, from 0 to 1, is how many of such
    messages broke the rule; `is_guess` says that no rule of grammar reads it, only the classifier.
    """

    kind: str
    part: str
    start: int
    end: int
    pieces: Sequence[tuple[int, int]] = ()
    confidence: float = 1.0
    is_guess: bool = False
