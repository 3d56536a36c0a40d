"""What the classifier looks at: the concepts of a sentence, alone, in pairs, after those of the one before; words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from evenhand.policy.contact import contacts
from evenhand.policy.speech.sentences import Sentence, read_sentence

__all__ = ["features_of", "features_of_message", "features_of_sentence"]

_WORDS = re.compile(r"[^\W\d_][\w'-]*|[?!%★⭐]")
_LINK = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|\bexample\b")
"""
Where a link leads is for the rules of links; its letters are no words, and neither are those of a mailbox. The domain
of all examples (RFC 2606) stands in invented messages for every domain there is.
"""

_STEM = 5
"""Letters of a word that tell it from most others, whatever its ending."""

_SOLID = frozenset({"ja", "zh"})
_LONGEST_RUN = 4
_MOST = 60
"""Words of a sentence, and concepts, that are looked at: what has more is no sentence."""


def features_of(flow: Sequence[Sentence]) -> Iterator[frozenset[str]]:
    """
    Give the features of each sentence of a message.

    `c:x` a concept, `cc:x+y` two in one sentence, `co:x>y` one right after the other, `cn:x>y` one in the sentence
    before; `w:`, `p:` and `n:` with a language are words, their first letters, and runs of signs. In all of them `?`
    stands for a question, and `Kphone` and the like for a way around the service.
    """
    before: Sequence[str] = ()
    for sentence in flow:
        concepts, within = features_of_sentence(sentence.text, sentence.lang)
        yield within | {f"cn:{one}>{other}" for one in before for other in concepts}
        before = concepts


def features_of_message(grammar: Iterable[str]) -> frozenset[str]:
    """Give the features of a message as a whole: the kinds of acts that the grammar reads in it."""
    return frozenset(f"g:{one}" for one in grammar)


def features_of_sentence(text: str, lang: str) -> tuple[Sequence[str], frozenset[str]]:
    """Give the concepts of a sentence by name, and its own features."""
    found, _, _, asks = read_sentence(text, lang)
    links = [one.span() for one in _LINK.finditer(text)]
    row: list[str] = []
    for one in sorted(found, key=lambda one: one.start):
        if (not row or row[-1] != one.concept) and not any(begin <= one.start < end for begin, end in links):
            row.append(one.concept)
    names = {*row, *(f"K{one.kind}" for one in contacts(text))} | ({"?"} if asks else set())
    concepts = sorted(names)[:_MOST]
    made = {f"c:{one}" for one in concepts}
    made |= {f"cc:{one}+{other}" for place, one in enumerate(concepts) for other in concepts[place + 1 :]}
    made |= {f"co:{one}>{other}" for one, other in pairwise(row[:_MOST])}
    return concepts, frozenset(made | _words(_LINK.sub(" ", text), lang))


def _words(text: str, lang: str) -> set[str]:
    if lang in _SOLID:
        runs = range(1, _LONGEST_RUN + 1)
        return {f"n:{lang}:{text[at : at + size]}" for size in runs for at in range(len(text) - size + 1)}
    words = _WORDS.findall(text)[:_MOST]
    stems = {f"p:{lang}:{word[:_STEM]}" for word in words if len(word) > _STEM}
    return {f"w:{lang}:{word}" for word in words} | stems
