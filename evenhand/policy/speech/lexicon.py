"""The words of a language: which phrases stand for which concepts. Data in `lexicons/`; every language has the same."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import ahocorasick_rs

from evenhand.policy.speech.pattern import Phrase
from evenhand.policy.text.accents import plain_letters

__all__ = ["CONCEPTS", "LANGUAGES", "Found", "Lexicon", "language_by_concepts", "lexicon"]

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "tr", "ja", "zh")

_SOLID = frozenset({"ja", "zh"})
_ACCENTED = frozenset({"sv"})
"""Where letters with and without marks make different words that matter: andra are others, to ändra is to change."""

CONCEPTS: Mapping[str, str] = tomllib.loads(
    files("evenhand.policy.speech").joinpath("lexicons/concepts.toml").read_text("utf-8")
)["concepts"]
"""Every concept with what it stands for."""


class Found(NamedTuple):
    """A concept at a place of a sentence."""

    start: int
    end: int
    concept: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The phrases of one language, and the automaton that finds their atoms."""

    lang: str
    phrases: Sequence[tuple[Phrase, str]]
    by_atom: Sequence[Sequence[int]]
    loose: Sequence[int]
    atoms: ahocorasick_rs.AhoCorasick

    def concepts(self, sentence: str) -> tuple[Found, ...]:
        """
        Find the concepts of a folded sentence by their places; of those that begin together the longest comes first.

        A phrase inside a longer one gives way where the two are at odds: words of an `innocent` phrase say nothing
        else, and a negation within a phrase is part of it.
        """
        text = plain_letters(sentence, keep=self.lang in _ACCENTED)
        found: set[Found] = set()
        numbers: set[int] = set()
        end = len(text)
        for atom, start, stop in self.atoms.find_matches_as_indexes(text, overlapping=True):
            inside = start > 0 and text[start - 1].isalnum()
            goes_on = stop < end and text[stop].isalnum()
            if not (inside or goes_on):
                numbers.update(self.by_atom[atom])
            else:
                # Within a word only a phrase that takes any beginning or ending can stand there.
                need = (_AT_START if inside else 0) | (_AT_END if goes_on else 0)
                numbers.update(number for number in self.by_atom[atom] if self.loose[number] & need == need)
        for number in numbers:
            phrase, concept = self.phrases[number]
            for start, end in phrase.places(text):
                found.add(Found(start, end, concept))
        return tuple(sorted(_settled(found), key=lambda one: (one.start, -one.end, one.concept)))


def _settled(found: set[Found]) -> set[Found]:
    spans = [(one.start, one.end) for one in found if one.concept == "innocent"]
    if spans:
        found = {
            one
            for one in found
            if one.concept == "innocent" or not any(start <= one.start and one.end <= end for start, end in spans)
        }
    if any(one.concept == "neg" for one in found):
        longer = [(one.start, one.end) for one in found if one.concept != "neg"]
        found = {
            one
            for one in found
            if one.concept != "neg"
            or not any(
                start <= one.start and one.end <= end and (end - start) > (one.end - one.start) for start, end in longer
            )
        }
    return found


_AT_START, _AT_END = 1, 2


def _looseness(phrase: Phrase) -> int:
    """Whether the atoms of a phrase may stand within a word: after other letters, or before."""
    if phrase.solid or any(mark in phrase.notation for mark in "_-"):
        return _AT_START | _AT_END
    choices = [one for slot in phrase.notation.split() for one in slot.split("|")]
    return (_AT_START if any(one.startswith("*") for one in choices) else 0) | (
        _AT_END if any(one.endswith("*") for one in choices) else 0
    )


@cache
def lexicon(lang: str) -> Lexicon:
    """Load the lexicon of a language; raises `KeyError` for a concept that there is not."""
    data = tomllib.loads(files("evenhand.policy.speech").joinpath(f"lexicons/{lang}.toml").read_text("utf-8"))
    phrases: list[tuple[Phrase, str]] = []
    for concept, notations in data["concepts"].items():
        if concept not in CONCEPTS:
            raise KeyError(f"{lang}.toml: there is no concept {concept!r}")
        phrases.extend((Phrase(notation, lang in _SOLID, lang in _ACCENTED), concept) for notation in notations)
    numbers: dict[str, list[int]] = {}
    for number, (phrase, _) in enumerate(phrases):
        for atom in phrase.atoms:
            numbers.setdefault(plain_letters(atom, keep=lang in _ACCENTED), []).append(number)
    loose = [_looseness(phrase) for phrase, _ in phrases]
    return Lexicon(lang, phrases, list(numbers.values()), loose, ahocorasick_rs.AhoCorasick(list(numbers)))


@lru_cache(maxsize=1 << 10)
def language_by_concepts(text: str) -> str:
    """
    Guess the language of a short text by which lexicon knows most of its words; `""` where none knows two phrases.

    The common words of a language tell it apart at less cost: this is for texts that have none.
    """
    best, most = "", 0
    for lang in LANGUAGES if any(sign.isalpha() for sign in text) else ():
        found = {(one.start, one.end) for one in lexicon(lang).concepts(text)}
        covered = sum(end - start for start, end in found)
        if len(found) > 1 and covered > most:
            best, most = lang, covered
    return best
