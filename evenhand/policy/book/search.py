"""What an operator's own rule looks for: words of a list or a pattern, in folded text, in time linear to its length."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import ahocorasick_rs
import re2

from evenhand.policy.text.fold import fold

__all__ = ["Pattern", "Search", "Unfit", "Words", "pattern_of", "word_of", "words_of"]

_MOST = 20
"""Places that are told of a part: whoever has mended these asks again."""

_LARGEST = 2000
"""Steps of the largest pattern (google-re2's count): what it costs at worst is this times the length of the text."""

_MEMORY = 1 << 20


class Unfit(ValueError):
    """A word or pattern cannot be looked for; says why and what to write instead."""


class Search(Protocol):
    """Looks for something in folded text."""

    def places(self, text: str) -> list[tuple[int, int]]:
        """Give the first places, in order and apart."""


@dataclass(frozen=True, slots=True)
class Words:
    """
    A list of words and phrases.

    A word begins and ends where its letters do. Scripts that part no words (Chinese, Japanese, Thai and so on) have no
    such ends: there it is found inside others, too. `opens` and `goes_on` say of each whether it takes any beginning
    or ending.
    """

    automaton: ahocorasick_rs.AhoCorasick
    opens: Sequence[bool]
    goes_on: Sequence[bool]

    def places(self, text: str) -> list[tuple[int, int]]:
        """Give the first places; those that overlap are one."""
        kept: list[tuple[int, int]] = []
        for number, start, end in self.automaton.find_matches_as_indexes(text, overlapping=True):
            if kept and start >= kept[-1][0] and end <= kept[-1][1]:
                continue
            is_begun, is_open = _joins(text, start - 1), _joins(text, end - 1)
            if (is_begun and not self.opens[number]) or (is_open and not self.goes_on[number]):
                continue
            first, last = start, end
            while _joins(text, first - 1):
                first -= 1
            while _joins(text, last - 1):
                last += 1
            # They come in the order of their ends, so that what begins before one may still follow it.
            while kept and kept[-1][1] > first:
                first = min(first, kept.pop()[0])
            if len(kept) == _MOST:
                break
            kept.append((first, last))
        return kept


def _joins(text: str, at: int) -> bool:
    """Whether what stands here and what comes next are of one word."""
    return 0 <= at < len(text) - 1 and _is_lettered(text[at]) and _is_lettered(text[at + 1])


def _is_lettered(one: str) -> bool:
    """Whether it is a letter, figure or mark of a script that parts words by blanks."""
    if one.isascii():
        return one.isalnum() or one == "_"
    return unicodedata.category(one)[0] in "LNM" and not any(first <= one <= last for first, last in _UNPARTED)


_UNPARTED = (
    ("\u0e00", "\u0eff"),  # Thai, Lao
    ("\u0f00", "\u109f"),  # Tibetan, Burmese
    ("\u1780", "\u17ff"),  # Khmer
    ("\u3005", "\u30ff"),  # Japanese
    ("\u31f0", "\u31ff"),
    ("\u3400", "\u9fff"),  # Chinese characters
    ("\uf900", "\ufaff"),
    ("\U00020000", "\U0003ffff"),
)


def word_of(notation: str) -> str:
    """Give a word or phrase as folded text has it; raises `Unfit` if nothing is left of it."""
    folded = fold(notation.strip("* ")).text.strip()
    if not folded:
        raise Unfit(f"“{notation}” leaves nothing to look for")
    return folded


def words_of(notations: Sequence[str]) -> Words:
    """
    Make a list of words to look for; `*` before or behind a word takes any beginning or ending.

    Raises `Unfit` for one of which nothing is left.

    >>> words_of(["Gift card", "refund*"]).places("no gift cards, but a GIFT CARD and refunds".lower())
    [(21, 30), (35, 42)]
    """
    texts = {(word_of(one), one.strip().startswith("*"), one.strip().endswith("*")): None for one in notations}
    return Words(
        ahocorasick_rs.AhoCorasick([text for text, _, _ in texts]),
        [opens for _, opens, _ in texts],
        [goes_on for _, _, goes_on in texts],
    )


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression of google-re2, which cannot backtrack; case does not matter."""

    expression: Any

    def places(self, text: str) -> list[tuple[int, int]]:
        """Give the first places."""
        found: list[tuple[int, int]] = []
        for hit in self.expression.finditer(text):
            if hit.end() > hit.start():
                found.append(hit.span())
                if len(found) == _MOST:
                    break
        return found


def pattern_of(expression: str) -> Pattern:
    """
    Make a pattern to look for.

    Raises `Unfit` for what google-re2 does not know (look-around, back-references), what would be slow, and what finds
    nothing in particular.
    """
    options = re2.Options()
    options.case_sensitive, options.log_errors, options.max_mem = False, False, _MEMORY
    try:
        made = re2.compile(expression, options)
    except re2.error as error:
        said = error.args[0] if error.args else ""
        why = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise Unfit(f"google-re2, which knows no look-around and no back-references, says: {why}") from None
    if made.programsize > _LARGEST:
        raise Unfit(f"it comes to {made.programsize:,} steps, and {_LARGEST:,} are the most; count less or say less")
    if made.search("") is not None:
        raise Unfit("it finds the empty text; say what must be there")
    return Pattern(made)
