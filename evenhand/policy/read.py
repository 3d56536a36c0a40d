"""Reads a message once for all rules: its parts as they are seen and folded, its links, what it does with words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evenhand.policy.case import Case, Part
from evenhand.policy.facts import Facts
from evenhand.policy.parameters import Parameters
from evenhand.policy.speech.acts import Act
from evenhand.policy.speech.grammar import acts_of
from evenhand.policy.speech.language import language_of
from evenhand.policy.speech.learned import guesses
from evenhand.policy.speech.sentences import Sentence, sentences
from evenhand.policy.text.mapped import Mapped

__all__ = ["read"]


def read(facts: Facts, parameters: Parameters) -> Case:
    """Read the parts of a message; whatever its bytes are, this returns."""
    del parameters  # the hosts of links are judged by them
    named = (("subject", facts.subject), ("text", facts.text), ("html", facts.html))
    parts = tuple(Part(name, text, Mapped.same(text), Mapped.same(text.casefold())) for name, text in named if text)
    lang = facts.lang or language_of("\n".join(one.folded.text for one in parts))
    return Case(facts, parts, lang=lang, acts=tuple(_acts(parts, lang)))


def _acts(parts: Sequence[Part], lang: str) -> Iterator[Act]:
    """What the message does with words: in its text and in its HTML, each below the subject; each act once."""
    heard = {one.name: list(sentences(one.name, one.folded.text, lang)) for one in parts}
    subject = heard.pop("subject", [])
    told: set[tuple[str, str, int]] = set()
    for body in heard.values() or [[]]:
        flow: list[Sentence] = [*subject, *body]
        known = set()
        for act in (*acts_of(flow), *guesses(flow)):
            place = (act.kind, act.part, act.start)
            # What the grammar has read needs no guess.
            if place in told or (act.learned and act.kind in known):
                continue
            known.add(act.kind)
            told.add(place)
            yield act
