"""How a review may not be asked for: for praise only, or of the pleased alone."""

from __future__ import annotations

from collections.abc import Sequence

from evenhand.policy.speech.grammar.critics import change, paired
from evenhand.policy.speech.grammar.view import NEAR, PAUSE, REACH, SHORT, WORD, View, moods, negated
from evenhand.policy.speech.lexicon import Found
from evenhand.policy.speech.sentences import Sentence

__all__ = ["happy_only", "positive_only"]


def positive_only(view: View, at: int) -> list[Found]:
    """Read a request for praise: a good grade asked for, hinted at, or said to be the only one that counts."""
    here = view.flow[at]
    names = here.names
    if names & {"disclaim", "impartial", "given_review"}:
        return []
    if change(view, at):
        # "Make five of the three" asks for both.
        named = here.places("good_review")
        return named[:1] if named and not negated(here, named[0]) else []
    best = here.places("needs_best")
    if (
        best
        and not names >= {"contact_us", "first"}
        and (view.any_request or "good_review" in names or "review" in names)
    ):
        return best[:2]
    good = here.places("good_review") or (_praise(view, at) if view.requests[at] else [])
    if not good or negated(here, good[0]) or (here.asks and len(here.text) < WORD):
        return []
    if names >= {"contact_us", "first", "if"} or names >= {"high_score", "if"}:
        return []
    if view.requests[at]:
        return [good[0], *view.requests[at][:1]]
    if "review_page" in names:
        return [good[0], here.places("review_page")[0]]
    if names & {"ask", "needs_best", "happy"}:
        return [good[0], *here.places("ask")[:1]]
    if view.requested_near(at) and len(here.text) < NEAR and "order_talk" not in names:
        return good[:1]
    return []


def _praise(view: View, at: int) -> list[Found]:
    """Words of praise beside the words that ask: "rate it excellent", "count on a favourable evaluation"."""
    here = view.flow[at]
    asked = [*here.places("do_review"), *here.places("review")]
    return [
        one
        for one in here.places("praise")
        if any(other.start - REACH <= one.end and one.start <= other.end + REACH for other in asked)
    ]


def happy_only(view: View, at: int) -> list[Found]:
    """Read a condition of mood before a request, in its sentence, beside it, or as a private score."""
    here = view.flow[at]
    if here.names & {"impartial", "disclaim"} or any("impartial" in one.names for one in view.near(at)):
        return []
    return (
        paired(view, at)
        or _mood_here(view, at)
        or _mood_before(view, at)
        or _high_score(view, at)
        or _well(view, at)
        or _condition(view, at)
    )


def _mood_here(view: View, at: int) -> list[Found]:
    """A condition of mood in the sentence that asks: "if you like it, leave a review"."""
    here = view.flow[at]
    if not view.requests[at]:
        return []
    mood, conditional = moods(here), here.places("if")
    if mood and (conditional or here.asks):
        return [*conditional[:1], mood[0], view.requests[at][0]]
    answer = here.places("if_yes")
    before = view.flow[at - 1] if answer and at else None
    if before is not None and ((before.asks and "order_talk" not in before.names) or moods(before)):
        return [answer[0], view.requests[at][0]]
    if here.names >= {"unless", "unhappy"}:
        return [here.places("unless")[0], here.places("unhappy")[0]]
    return []


def _mood_before(view: View, at: int) -> list[Found]:
    """A question or condition of mood, and the request after it: "Happy with it? Tell the others."."""
    here = view.flow[at]
    mood, conditional = moods(here), here.places("if")
    if not mood or not (here.asks or conditional) or len(here.text) >= SHORT:
        return []
    for after in range(at + 1, min(at + 3, len(view.flow))):
        between, asked = view.flow[at + 1], view.requests[after] and "impartial" not in view.flow[after].names
        if asked and (after == at + 1 or len(between.text) < WORD or between.names & {"unless", "happy", "high_score"}):
            return [mood[0], *conditional[:1]]
    return []


def _well(view: View, at: int) -> list[Found]:
    """Whether it goes well, asked without a word of mood, and an order to tell after it: "Runs fine? Tell them."."""
    here = view.flow[at]
    if not here.asks or len(here.text) >= SHORT or at + 1 >= len(view.flow) or not view.requests[at + 1]:
        return []
    if here.names & _NO_CONDITION or any(one.start <= _OPENING for one in here.places("open_question")):
        return []
    told = any(one.start <= _OPENING for one in view.flow[at + 1].places("do_review"))
    return [Found(0, len(here.text), "happy")] if told else []


_NO_CONDITION = frozenset({"ask", "review", "do_review", "unhappy", "order_talk", "contact_us", "impartial"})
"""What makes of a question something else than "does it go well?"."""

_OPENING = 12
"""Characters in which a sentence says what it is: a question word, or an order."""


def _condition(view: View, at: int) -> list[Found]:
    """
    Any condition of a request but a fair one: "as long as it tastes like grandma's, please review it".

    There is no end of words for being pleased. What a request may honestly depend on is a short list.
    """
    here = view.flow[at]
    if not view.requests[at] or here.names & _NO_MOOD:
        return []
    asked = [*here.places("do_review"), *here.places("review"), *here.places("good_review")]
    told = [*here.places("fair_if"), *asked]
    for word in here.places("supposing"):
        start, end = _clause(here, word, asked)
        if end - start - (word.end - word.start) >= _SOMETHING and not any(
            one.start < end and one.end > start for one in told
        ):
            return [Found(start, end, "supposing"), view.requests[at][0]]
    return []


def _clause(here: Sentence, word: Found, asked: Sequence[Found]) -> tuple[int, int]:
    """
    Give the place of the clause that a word makes a condition, or a place of no length.

    In some languages the word stands last in it. A clause that opens the sentence may run into the request.
    """
    if here.lang in _LAST:
        pauses = [one.end() for one in PAUSE.finditer(here.text, 0, word.start)]
        is_followed = any(one.start >= word.end for one in asked)
        return (pauses[-1] if pauses else 0, word.end) if is_followed else (0, 0)
    pause = PAUSE.search(here.text, word.end)
    if pause or word.start > _FIRST_WORD:
        return word.start, pause.start() if pause else len(here.text)
    return word.start, min((one.start for one in asked if one.start >= word.end), default=len(here.text))


_LAST = frozenset({"tr", "ja"})
"""Languages in which the word of a condition ends its clause."""

_FIRST_WORD = 3
"""Characters before a word that still opens its sentence."""


_NO_MOOD = frozenset({"unhappy", "contact_us", "bad_review", "unless", "benefit", "coupon", "order_talk", "neg"})
"""What makes of a condition something else than a choice of whom to ask."""

_SOMETHING = 8
"""Characters a condition has that says something."""


def _high_score(view: View, at: int) -> list[Found]:
    """A private score first, and the page for the high ones alone."""
    here = view.flow[at]
    scored = here.places("high_score")
    if not scored or not any("score_first" in one.names for one in (here, *view.near(at, back=2, ahead=0))):
        return []
    page = any("review_page" in one.names for one in (here, *view.near(at, back=0)))
    return scored[:1] if page or view.requested_near(at) else []
