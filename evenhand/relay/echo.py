"""Recognises a machine that answers as if it were a person: the same words again, once the other side has spoken."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["WINDOW", "WORDS_LIMIT", "Uttered", "is_echo"]

WINDOW = timedelta(days=1)
WORDS_LIMIT = 2000
SHORTEST = 40
"""Characters. People say “thank you” twice; nobody writes a sentence twice with an answer in between."""

PROMPT = timedelta(minutes=15)
"""A machine answers at once. Who takes longer may be a person with a stock of phrases, and is believed once more."""

NUMBERED = 40
"""Characters by which the numbers of two tickets may differ in length: a filter, before the words are looked at."""

_DIGITS = str.maketrans("", "", "0123456789")


@dataclass(frozen=True, slots=True)
class Uttered:
    """Something said before: by whom, when, and how it began; the words are empty where they cannot matter."""

    by: uuid.UUID
    at: datetime
    words: str


def is_echo(text: str, author: uuid.UUID, earlier: Sequence[Uttered], at: datetime) -> bool:
    """
    Whether an author repeats within a day, word for word, what they said before the other side spoke last.

    Two such machines would answer each other for ever; this ends it after one mail each, or two if they are slow. The
    number of a ticket does not count. `earlier` is the newest first, `at` the moment when the mail came in.
    """
    if len(text) < SHORTEST or not earlier or earlier[0].by == author:
        return False
    begins = text[:WORDS_LIMIT]
    said = [one.words for one in earlier if one.by == author and one.words and at - one.at < WINDOW]
    alike = [words for words in said if abs(len(words) - len(begins)) <= NUMBERED]
    bare = begins.translate(_DIGITS) if alike else ""
    times = sum(words.translate(_DIGITS) == bare for words in alike)
    return times > 1 or (times == 1 and at - earlier[0].at < PROMPT)
