"""What may not be done to a buyer's review: asked for praise, from the happy alone, kept from critics, or changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evenhand.policy.case import Case
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.speech.lexicon import lexicon
from evenhand.policy.text.fold import fold
from evenhand.policy.verdict import Hit

__all__ = ["CHECKS"]


def positive_only(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find requests that ask for, hint at or picture a favourable review."""
    yield from case.done("positive-only")


def divert_negative(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find words and links that send unhappy buyers to the seller, and happy ones to the review page."""
    yield from case.done("divert-negative")
    if any(link.kind == "review" for link in case.links):
        for link in case.links:
            if link.how == "anchor" and link.kind != "review" and _sounds_unhappy(link.shown, case.lang):
                yield Hit(link.part, link.start, link.end, link.shown)


def _sounds_unhappy(shown: str, lang: str) -> bool:
    """Whether the words of a link are those of somebody who is not pleased."""
    concepts = {one.concept for one in lexicon(lang or "en").concepts(fold(shown).text)}
    return bool(concepts & {"unhappy", "bad_review"})


def change_or_remove_review(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find requests to change, withdraw or think again about a published review."""
    yield from case.done("change-or-remove-review")


CHECKS: Mapping[str, Check] = {
    "positive-only": positive_only,
    "divert-negative": divert_negative,
    "change-or-remove-review": change_or_remove_review,
}
