"""Compares texts by their letters and digits alone, which is what two renderings of one mail have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["end_of_letters", "letters", "start_of_letters"]

# Where a plain text writes a link out behind its words.
_LINK = re.compile(r"[<(\[]\s*(?:https?|mailto):[^\s>)\]]{1,400}[>)\]]")
# All that `str.isalnum` denies.
_OTHERS = re.compile(r"[\W_]+")


def letters(words: str) -> str:
    """
    Leave of a text its letters and digits, in one case; links in brackets are left out.

    >>> letters("Get Outlook for iOS<https://apps.example/o>")
    'getoutlookforios'
    """
    if "://" in words or "mailto:" in words:
        words = _LINK.sub("", words)
    return _OTHERS.sub("", words.casefold())


def end_of_letters(lines: Sequence[str], said: str) -> int | None:
    """Return the line at whose end the first lines hold the letters of `said`, exactly, or nothing."""
    wanted = letters(said)
    at = 0
    for i, line in enumerate(lines):
        found = letters(line)
        if not wanted.startswith(found, at):
            return None
        at += len(found)
        if at == len(wanted):
            return i if at else None
    return None


def start_of_letters(lines: Sequence[str], said: str) -> int | None:
    """Return the line from which on the last lines hold the letters of `said`, exactly, or nothing."""
    wanted = letters(said)
    for i in range(len(lines) - 1, -1, -1):
        found = letters(lines[i])
        if not wanted.endswith(found):
            return None
        wanted = wanted[: len(wanted) - len(found)]
        if found and not wanted:
            return i
    return None
