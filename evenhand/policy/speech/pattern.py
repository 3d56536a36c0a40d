"""The notation of a lexicon: phrases with stems, choices and gaps, as linear regular expressions with an atom each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from evenhand.policy.text.accents import plain_letters

__all__ = ["Phrase"]


@dataclass(frozen=True)
class Phrase:
    """
    One phrase of a lexicon.

    Words are parted by blanks. `stem*` takes any ending, `*stem` any beginning, `a|b` is a choice (`do_not|don't`:
    two words are one there), `-` may be a hyphen, a blank or nothing, `[word]` may be missing, `.` stands for one
    word or none, `..` for up to three and `...` for up to six. In a language that is `solid`, written without blanks,
    those of the notation mean nothing, and the gaps are of up to two, six and fourteen characters.

    >>> phrase = Phrase("leave|write [us] a .. review*")
    >>> phrase.places("please write us a short honest review.")
    [(7, 37)]
    """

    notation: str
    solid: bool = False
    keep: bool = False

    @cached_property
    def atoms(self) -> Sequence[str]:
        """The literal strings one of which must stand in a text that has the phrase; none shorter than need be."""
        best: Sequence[str] = ()
        most = -1
        for slot in _slots(self.notation):
            if slot[0] not in "[.":
                longest = [_longest(one.strip("*")) for one in slot.split("|")]
                least = min(map(len, longest))
                if least > most:
                    best, most = longest, least
        return tuple(dict.fromkeys(best))

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        return re.compile(_solid(self.notation) if self.solid else _spaced(self.notation, keep=self.keep))

    def places(self, text: str) -> list[tuple[int, int]]:
        """Give the places of the phrase in a folded sentence."""
        return [hit.span() for hit in self._expression.finditer(text)]


def _slots(notation: str) -> list[str]:
    if notation.isascii():
        return notation.lower().split()
    return unicodedata.normalize("NFKC", notation.replace("…", "...")).casefold().split()


_PART = r"[^\w\n]{1,3}"
_GAPS = {".": 1, "..": 3, "...": 6}


def _longest(words: str) -> str:
    if "_" not in words and "-" not in words:
        return words
    return max(re.split("[_-]", words), key=len)


def _spaced(notation: str, *, keep: bool) -> str:
    made, between = r"(?<!\w)", ""
    for slot in _slots(notation):
        if slot in _GAPS:
            between = rf"(?:{_PART}[\w'-]+){{0,{_GAPS[slot]}}}?{_PART}"
            continue
        words = "|".join(_word(one, keep=keep) for one in slot.strip("[]").split("|"))
        if not slot.startswith("["):
            made, between = f"{made}{between}(?:{words})", _PART
        elif between:
            # A word that may be missing brings the blank before it along.
            made, between = f"{made}(?:{between}(?:{words}))?", _PART
        else:
            made = f"{made}(?:(?:{words}){_PART})?"
    return made + r"(?!\w)"


def _word(choice: str, *, keep: bool) -> str:
    bare = re.escape(plain_letters(choice.strip("*"), keep=keep)).replace(r"\-", r"[\s-]?").replace("_", _PART)
    return ("\\w*" if choice.startswith("*") else "") + bare + ("\\w*" if choice.endswith("*") else "")


def _solid(notation: str) -> str:
    gaps = {".": ".{0,2}?", "..": ".{0,6}?", "...": ".{0,14}?"}
    made = ""
    for slot in _slots(notation):
        if slot in gaps:
            made += gaps[slot]
            continue
        word = "|".join(re.escape(one.strip("*")).replace("_", r"\s?") for one in slot.strip("[]").split("|"))
        made += f"(?:{word})?" if slot.startswith("[") else f"(?:{word})"
    return made
