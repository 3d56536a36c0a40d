"""Sentences of folded text, each with the concepts in it; sentences seen before are not read again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from evenhand.policy.speech.language import language_of
from evenhand.policy.speech.lexicon import Found, lexicon

__all__ = ["Sentence", "forget", "read_sentence", "sentences"]

_LONGEST = 600
"""Characters of the longest stretch that is read as one sentence; a longer one is cut at a blank."""

_ENDS = re.compile(
    # A full stop ends a sentence where a blank follows, or a letter right after a lower-case word ("arrived.please").
    r"(?:[.!?…]+[\"')\]]*(?=\s|$)|[。！？｡!?]+[」』”)）]*|(?<=[a-zß-ÿ]{3})\.(?=[a-z]{4})|\n+|;\s)\s*"
)
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"]{1,2000}(?<![.,!?;:)])")
"""The dots and marks in a link end no sentence."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """
    One sentence: its place in the folded text of its part, its words, its language, its concepts.

    `asks` says whether it is written as a question; `by_name` gives the places of each concept.
    """

    part: str
    start: int
    text: str
    lang: str
    found: tuple[Found, ...]
    names: frozenset[str]
    by_name: Mapping[str, list[Found]]
    asks: bool

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)

    def places(self, *concepts: str) -> list[Found]:
        """Give the places of these concepts, those of the first named first."""
        if len(concepts) == 1:
            return self.by_name.get(concepts[0], _NOWHERE)
        return [one for concept in concepts for one in self.by_name.get(concept, _NOWHERE)]


_NOWHERE: list[Found] = []


def sentences(part: str, folded: str, lang: str) -> Iterator[Sentence]:
    """Part a folded text into sentences and find their concepts; `lang` is that of the whole message."""
    for start, text in _cut(folded):
        tongue = _tongue(text, lang)
        yield Sentence(part, start, text, tongue, *read_sentence(text, tongue))


def _cut(folded: str) -> Iterator[tuple[int, str]]:
    begin = 0
    links = _LINK.finditer(folded) if "://" in folded or "www." in folded else iter(())
    link = next(links, None)
    for hit in _ENDS.finditer(folded):
        while link is not None and link.end() <= hit.start():
            link = next(links, None)
        if link is not None and link.start() < hit.start():
            continue
        yield from _bounded(begin, folded[begin : hit.end()])
        begin = hit.end()
    yield from _bounded(begin, folded[begin:])


def _bounded(start: int, text: str) -> Iterator[tuple[int, str]]:
    while len(text) > _LONGEST:
        at = text.rfind(" ", 1, _LONGEST)
        at = at if at > 0 else _LONGEST
        yield start, text[:at]
        start, text = start + at, text[at:]
    bare = text.strip()
    if bare:
        yield start + text.index(bare[0]), bare


def _tongue(text: str, lang: str) -> str:
    """Give the language of a sentence: that of the message, unless its own words clearly say otherwise."""
    own = language_of(text, at_least=3)
    return own or lang or "en"


@lru_cache(maxsize=1 << 12)
def read_sentence(text: str, lang: str) -> tuple[tuple[Found, ...], frozenset[str], Mapping[str, list[Found]], bool]:
    """Find the concepts of a sentence: their places, their names, their places by name, and whether it asks."""
    found = lexicon(lang).concepts(text)
    by_name: dict[str, list[Found]] = {}
    for one in found:
        by_name.setdefault(one.concept, []).append(one)
    asks = "?" in text[-4:] or "？" in text[-4:] or text.endswith(("か。", "吗。", "か", "吗"))
    return found, frozenset(by_name), by_name, asks


def forget() -> None:
    """Forget the sentences seen before; for measurements."""
    read_sentence.cache_clear()
