"""Reads a message once for all rules: its parts as they are seen and folded, its links, what it does with words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, count

from evenhand.policy.case import Case, Link, Part
from evenhand.policy.facts import Facts
from evenhand.policy.links import links_of_page, links_of_text
from evenhand.policy.parameters import Parameters
from evenhand.policy.speech.acts import Act
from evenhand.policy.speech.classifier import guesses, likelihood
from evenhand.policy.speech.grammar import acts_of
from evenhand.policy.speech.language import language_of
from evenhand.policy.speech.lexicon import LANGUAGES, language_by_concepts
from evenhand.policy.speech.sentences import Sentence, sentences
from evenhand.policy.text.fold import fold
from evenhand.policy.text.mapped import Mapped
from evenhand.policy.text.page import Page, read_page
from evenhand.policy.text.plain import read_plain

__all__ = ["asks_for_review", "read"]

_GLANCE = 600
"""Characters by which the language of a text without common words is guessed."""

_LOOK = 4000
"""Characters by which the language is told."""

_WRITTEN = frozenset({"subject", "text", "html"})
"""The parts that a seller writes."""

_LONGEST = 1_000_000
"""Characters of a part that are read; no honest message has more, and what was cut is told."""


def read(facts: Facts, parameters: Parameters) -> Case:
    """Read the parts of a message; whatever its text is, this returns, in time linear to its length."""
    parts: list[Part] = []
    links: list[Link] = []
    if facts.subject:
        parts.append(_part("subject", facts.subject, Mapped.same(facts.subject)))
    if facts.text:
        text = facts.text[:_LONGEST]
        parts.append(_part("text", text, read_plain(text)))
    for part in parts:
        links += links_of_text(part, parameters)
    if facts.html:
        page = read_page(facts.html[:_LONGEST])
        part = _part("html", facts.html, page.seen, page)
        parts.append(part)
        links += links_of_page(part, page, parameters)
    for part in _beside(facts):
        parts.append(part)
        links += links_of_text(part, parameters)
    words = "\n".join(one.folded.text for one in parts[:3])
    told = facts.lang if facts.lang in LANGUAGES else ""
    lang = told or language_of(words[:_LOOK]) or language_by_concepts(words[:_GLANCE])
    heard = {one.name: list(sentences(one.name, one.folded.text, lang)) for one in parts}
    once = _told_once(heard)
    acts = tuple(_acts(once, parameters))
    repeated = frozenset(heard.keys() - once.keys())
    texts = (facts.text, facts.html, *(one.text or "" for one in facts.attachments))
    return Case(facts, parts, links, lang, acts, repeated, is_cut=any(len(one) > _LONGEST for one in texts))


def asks_for_review(subject: str, text: str, parameters: Parameters) -> bool:
    """Whether a message a seller wrote asks for a review, in whatever words."""
    case = read(Facts(text=text, now=None, author="seller", subject=subject), parameters)
    return any(act.kind == "review-request" for act in case.acts)


def _part(name: str, source: str, seen: Mapped, page: Page | None = None, attachment: int = 0) -> Part:
    return Part(
        name,
        source,
        seen,
        fold(seen.text),
        page.pictures if page else (),
        attachment,
        page.hidden if page else (),
    )


def _beside(facts: Facts) -> Iterator[Part]:
    """What could be read in pictures and files; a name that is taken gets a number, since a sender names files."""
    taken = set(_WRITTEN)
    for image in facts.images or ():
        if image.text:
            yield _part(_free(image.source, taken), image.text, Mapped.same(image.text))
    for one in facts.attachments:
        if one.text:
            text = one.text[:_LONGEST]
            yield _part(_free(one.name, taken), text, Mapped.same(text), attachment=one.ordinal)


def _free(name: str, taken: set[str]) -> str:
    free = next(one for number in count(1) if (one := name if number == 1 else f"{name} ({number})") not in taken)
    taken.add(free)
    return free


def _told_once(heard: Mapping[str, Sequence[Sentence]]) -> dict[str, Sequence[Sentence]]:
    """Leave out parts that say sentence by sentence what one before says, as a page does with the text beside it."""
    kept: dict[tuple[str, ...], str] = {}
    for name, said in heard.items():
        kept.setdefault((name,) if name == "subject" else tuple(sentence.text for sentence in said), name)
    return {name: heard[name] for name in kept.values()}


def _acts(heard: Mapping[str, Sequence[Sentence]], parameters: Parameters) -> Iterator[Act]:
    """
    What the message does with words: in its text and in its HTML, each below the subject; each act once.

    The grammar reads first. The classifier says how likely each of its readings is, and adds what it alone sees.
    """
    subject = heard.get("subject", ())
    bodies = [said for name, said in heard.items() if name != "subject"] or [()]
    read: dict[tuple[str, str, int], Act] = {}
    for body in bodies:
        for act in acts_of([*subject, *body]):
            read.setdefault((act.kind, act.part, act.start), act)
    flow = [*subject, *chain.from_iterable(bodies)]
    places = {part: number for number, part in enumerate(heard)}
    starts = [(places[sentence.part], sentence.start) for sentence in flow]
    told: list[set[str]] = [set() for _ in flow]
    placed = []
    for act in read.values():
        at = bisect_right(starts, (places[act.part], act.start)) - 1
        told[at].add(act.kind)
        placed.append((act, at))
    likely = {one.kind: one for one in guesses(flow, told)} if flow else {}
    for act, at in placed:
        probability = max(likely[act.kind].probability, likelihood(flow, told, at, act.kind))
        # Whether a review is asked for is told to other rules: a doubt would hide a second request.
        if probability >= parameters.doubt_below or act.kind == "review-request":
            yield replace(act, confidence=round(probability, 2))
    known = {act.kind for act, _ in placed}
    for kind, guess in likely.items():
        if kind not in known and guess.probability >= parameters.guess_from:
            made = guess.point()
            # It learned from messages: a manual beside one is no message.
            if made.part in _WRITTEN:
                yield made
