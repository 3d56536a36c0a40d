"""A message under reading: which sentences ask for a review, what stands beside, who is pleased, what is denied."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evenhand.policy.speech.lexicon import Found
from evenhand.policy.speech.sentences import Sentence

__all__ = ["NEAR", "PAUSE", "REACH", "SHORT", "WORD", "View", "before", "moods", "negated"]

WORD = 25
"""Characters of a sentence that is hardly more than a word: "Great!"."""

WORDS = 8
"""Characters that are more than one word."""

NEAR = 100
"""Characters of a sentence that still belongs to the request beside it."""

SHORT = 140
"""Characters of a sentence that can still be the condition of the next."""

_ABOUT_REVIEWS = frozenset({"do_review", "review", "good_review"})
"""Concepts without which nothing is asked."""


class View:
    """A message under reading: what each sentence asks, offers and reports, asked by place."""

    def __init__(self, flow: Sequence[Sentence]) -> None:
        self.flow = flow
        self.requests = [self._asking(at) for at in range(len(flow))]
        self.any_request = any(self.requests)

    def near(self, at: int, *, back: int = 1, ahead: int = 1) -> Iterator[Sentence]:
        """The neighbours of a sentence, the nearest first."""
        for step in range(1, max(back, ahead) + 1):
            if step <= ahead and at + step < len(self.flow):
                yield self.flow[at + step]
            if step <= back and at - step >= 0:
                yield self.flow[at - step]

    def requested_near(self, at: int, *, back: int = 1, ahead: int = 1) -> list[Found]:
        """Whether a review is asked for here or beside."""
        for index in (at, *range(at + 1, at + 1 + ahead), *range(at - 1, at - 1 - back, -1)):
            if 0 <= index < len(self.flow) and self.requests[index]:
                return self.requests[index]
        return []

    def _asking(self, at: int) -> list[Found]:
        """The concepts by which this sentence asks for a review, or nothing."""
        here = self.flow[at]
        names = here.names
        if not names & _ABOUT_REVIEWS:
            return []
        doing = here.places("do_review")
        if names & {"change", "remove"} and "your_review" in names:
            return []
        if "contact_us" in names and before(here.places("first"), doing):
            # "Before you leave a bad review, write to us" asks for none.
            return []
        if "given_review" in names and not (doing and "ask" in names):
            return []
        if _denied(here, doing or here.places("review", "good_review")):
            return []
        if doing:
            return [doing[0], *here.places("ask")[:1]]
        nouns = here.places("review", "good_review")
        theirs = "your_review" in names and bool(names & {"change", "rethink"})
        if nouns and "ask" in names and not theirs and not names & {"given_review", "remove"}:
            return [nouns[0], here.places("ask")[0]]
        if "review_page" in names and names & {"ask", "if"} and "review" in names:
            return [here.places("review_page")[0]]
        return []


def _denied(here: Sentence, of: Sequence[Found]) -> bool:
    """Whether the sentence says that it does not ask for it, or asks not to do it: "please don't leave a review"."""
    if "disclaim" in here.names:
        return True
    softened = here.places("ask")
    for one in of[:1]:
        for no in here.places("neg"):
            gap = one.start - no.end
            if any(soft.start <= no.start and no.end <= soft.end for soft in softened):
                # "Don't hesitate to", "don't forget to" ask.
                continue
            if 0 <= gap <= _RIGHT_BEFORE or (0 <= gap <= REACH and not softened):
                return True
    return False


_RIGHT_BEFORE = 3
"""Characters between a negation and the word that it is of."""


def moods(here: Sentence) -> list[Found]:
    """Give the buyer's words of being pleased: no part of "not pleased" or "we'd be pleased", and not denied."""
    against = [*here.places("unhappy"), *(one for one in here.places("ask") if WORDS < one.end - one.start < WORD)]
    praise = here.places("good_review") if here.asks and len(here.text) < WORD else []
    return [
        one
        for one in (*here.places("happy"), *praise)
        if not negated(here, one) and not any(bad.start <= one.start and one.end <= bad.end for bad in against)
    ]


_CLOSE = 40
"""Characters from a word of order to what it orders."""


def before(order: Sequence[Found], public: Sequence[Found]) -> bool:
    """Whether a word of order stands shortly before one of these."""
    return any(0 <= one.start - first.end <= _CLOSE for first in order for one in public)


def negated(here: Sentence, one: Found) -> bool:
    """Whether a negation stands shortly before a concept, without a pause between."""
    return any(
        0 <= one.start - no.end <= REACH and not PAUSE.search(here.text, no.end, one.start) for no in here.places("neg")
    )


REACH = 25
"""Characters over which a negation reaches, unless there is a pause."""

PAUSE = re.compile(r"[,;:，、；：]|\s[-–—]\s")
"""Where one clause may end and the next begin."""
