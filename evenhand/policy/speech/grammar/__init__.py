"""From concepts to acts: who does what, under which condition. One grammar for every language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evenhand.policy.speech.acts import Act
from evenhand.policy.speech.grammar.critics import change, divert
from evenhand.policy.speech.grammar.offers import coupon, incentive, marketing
from evenhand.policy.speech.grammar.requests import happy_only, positive_only
from evenhand.policy.speech.grammar.view import View
from evenhand.policy.speech.lexicon import Found
from evenhand.policy.speech.sentences import Sentence

__all__ = ["acts_of"]

_TELLING = frozenset(
    {
        "review", "do_review", "review_page", "good_review", "bad_review", "needs_best", "your_review", "rethink",
        "happy", "unhappy", "score_first", "high_score", "change", "remove", "benefit", "exchange", "reviewer",
        "incentive", "coupon", "promo", "wares", "follow", "third_party", "contact_us", "unless", "if_yes",
    }
)  # fmt: skip
"""Concepts without which a sentence, other than a question, does nothing that a rule is about."""

_SURE = 0.9
"""The confidence of what the grammar reads, until the classifier has been asked."""

_JUDGES = (
    ("positive-only", positive_only),
    ("happy-only", happy_only),
    ("divert-negative", divert),
    ("change-or-remove-review", change),
    ("incentive", incentive),
    ("coupon", coupon),
    ("marketing", marketing),
)


def acts_of(flow: Sequence[Sentence]) -> Iterator[Act]:
    """
    Read the acts of a message: its sentences in order, those of the subject before those of the body.

    Kinds: `review-request`, `positive-only`, `happy-only`, `divert-negative`, `change-or-remove-review`, `incentive`,
    `coupon`, `marketing`.
    """
    view = View(flow)
    for at, here in enumerate(flow):
        if not here.names & _TELLING and not here.asks:
            continue
        if view.requests[at]:
            yield _act("review-request", here, view.requests[at][:2])
        for kind, judge in _JUDGES:
            found = judge(view, at)
            if found:
                yield _act(kind, here, found)
                if kind == "incentive" and not view.requests[at]:
                    yield _act("review-request", here, found)


def _act(kind: str, sentence: Sentence, found: Sequence[Found]) -> Act:
    # Words within other words that were read say nothing more.
    told = [
        one
        for one in found
        if not any(two.start <= one.start and one.end <= two.end and two[:2] != one[:2] for two in found)
    ]
    places = sorted({(sentence.start + one.start, sentence.start + one.end) for one in told})
    return Act(kind, sentence.part, places[0][0], max(end for _, end in places), tuple(places), _SURE)
