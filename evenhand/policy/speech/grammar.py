"""From concepts to acts: who does what, under which condition. One grammar for every language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evenhand.policy.speech.acts import Act
from evenhand.policy.speech.lexicon import Found
from evenhand.policy.speech.sentences import Sentence

__all__ = ["acts_of"]

_WORD = 25
"""Characters of a sentence that is hardly more than a word: "Great!"."""

_WORDS = 8
"""Characters that are more than one word."""

_NEAR = 100
"""Characters of a sentence that still belongs to the request beside it."""

_SHORT = 140
"""Characters of a sentence that can still be the condition of the next."""


def acts_of(flow: Sequence[Sentence]) -> Iterator[Act]:
    """
    Read the acts of a message: its sentences in order, those of the subject before those of the body.

    Kinds: `review-request`, `positive-only`, `happy-only`, `divert-negative`, `change-or-remove-review`, `incentive`,
    `coupon`, `marketing`.
    """
    view = _View(flow)
    for at in range(len(flow)):
        yield from view.read(at)


def _act(kind: str, sentence: Sentence, found: Sequence[Found], confidence: float = 0.9) -> Act:
    places = sorted({(sentence.start + one.start, sentence.start + one.end) for one in found})
    if not places:
        places = [(sentence.start, sentence.end)]
    start, end = places[0][0], max(stop for _, stop in places)
    return Act(kind, sentence.part, start, end, tuple(places), confidence)


_ABOUT_REVIEWS = frozenset({"do_review", "review", "good_review"})
_TELLING = frozenset(
    {
        "review", "do_review", "review_page", "good_review", "bad_review", "needs_best", "your_review", "rethink",
        "happy", "unhappy", "score_first", "high_score", "change", "remove", "benefit", "exchange", "reviewer",
        "incentive", "coupon", "promo", "wares", "follow", "third_party", "contact_us", "unless", "if_yes",
    }
)  # fmt: skip
"""Concepts without which a sentence, other than a question, does nothing that a rule is about."""


class _View:
    """A message under reading: what each sentence asks, offers and reports, asked by place."""

    def __init__(self, flow: Sequence[Sentence]) -> None:
        self.flow = flow
        self.requests = [self._requests(at) for at in range(len(flow))]
        self.any_request = any(self.requests)

    def read(self, at: int) -> Iterator[Act]:
        here = self.flow[at]
        if not here.names & _TELLING and not here.asks:
            return
        if self.requests[at]:
            yield _act("review-request", here, self.requests[at][:2])
        for kind, judge in _JUDGES:
            found = judge(self, at)
            if found:
                yield _act(kind, here, found)
                if kind == "incentive" and not self.requests[at]:
                    yield _act("review-request", here, found)

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

    def _requests(self, at: int) -> list[Found]:
        """The concepts by which this sentence asks for a review, or nothing."""
        here = self.flow[at]
        names = here.names
        if not names & _ABOUT_REVIEWS:
            return []
        doing = here.places("do_review")
        if names & {"change", "remove"} and "your_review" in names:
            return []
        if "contact_us" in names and _before(here.places("first"), doing):
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
    """Whether the sentence says that it does not ask for it."""
    if "disclaim" in here.names:
        return True
    return any(0 <= one.start - no.end <= 25 for no in here.places("neg") for one in of[:1]) and "ask" not in here.names


def _positive_only(view: _View, at: int) -> list[Found]:
    here = view.flow[at]
    names = here.names
    if names & {"disclaim", "impartial", "given_review"}:
        return []
    best = here.places("needs_best")
    if (
        best
        and not names >= {"contact_us", "first"}
        and (view.any_request or "good_review" in names or "review" in names)
    ):
        return best[:2]
    good = here.places("good_review") or (_praise(view, at) if view.requests[at] else [])
    if not good or _negated(here, good[0]) or (here.asks and len(here.text) < _WORD):
        return []
    if names >= {"contact_us", "first", "if"} or names >= {"high_score", "if"}:
        return []
    if view.requests[at]:
        return [good[0], *view.requests[at][:1]]
    if "review_page" in names:
        return [good[0], here.places("review_page")[0]]
    if names & {"ask", "needs_best", "happy"}:
        return [good[0], *here.places("ask")[:1]]
    if view.requested_near(at) and len(here.text) < _NEAR and "order_talk" not in names:
        return good[:1]
    return []


def _praise(view: _View, at: int) -> list[Found]:
    """Words of praise beside the words that ask: "rate it excellent", "count on a favourable evaluation"."""
    here = view.flow[at]
    asked = [*here.places("do_review"), *here.places("review")]
    return [
        one
        for one in here.places("praise")
        if any(other.start - _REACH <= one.end and one.start <= other.end + _REACH for other in asked)
    ]


def _happy_only(view: _View, at: int) -> list[Found]:
    here = view.flow[at]
    if here.names & {"impartial", "disclaim"}:
        return []
    return _mood_here(view, at) or _mood_before(view, at) or _high_score(view, at) or _well(view, at)


def _mood_here(view: _View, at: int) -> list[Found]:
    """A condition of mood in the sentence that asks: "if you like it, leave a review"."""
    here = view.flow[at]
    if not view.requests[at]:
        return []
    mood, conditional = _moods(here), here.places("if")
    if mood and (conditional or here.asks):
        return [*conditional[:1], mood[0], view.requests[at][0]]
    answer = here.places("if_yes")
    before = view.flow[at - 1] if answer and at else None
    if before is not None and ((before.asks and "order_talk" not in before.names) or _moods(before)):
        return [answer[0], view.requests[at][0]]
    if here.names >= {"unless", "unhappy"}:
        return [here.places("unless")[0], here.places("unhappy")[0]]
    return []


def _mood_before(view: _View, at: int) -> list[Found]:
    """A question or condition of mood, and the request after it: "Happy with it? Tell the others."."""
    here = view.flow[at]
    mood, conditional = _moods(here), here.places("if")
    if not mood or not (here.asks or conditional) or len(here.text) >= _SHORT:
        return []
    for after in range(at + 1, min(at + 3, len(view.flow))):
        between, asked = view.flow[at + 1], view.requests[after] and "impartial" not in view.flow[after].names
        if asked and (
            after == at + 1 or len(between.text) < _WORD or between.names & {"unless", "happy", "high_score"}
        ):
            return [mood[0], *conditional[:1]]
    return []


def _well(view: _View, at: int) -> list[Found]:
    """Whether it goes well, asked without a word of mood, and an order to tell after it: "Runs fine? Tell them."."""
    here = view.flow[at]
    if not here.asks or len(here.text) >= _SHORT or at + 1 >= len(view.flow) or not view.requests[at + 1]:
        return []
    if here.names & _NO_CONDITION or any(one.start <= _OPENING for one in here.places("open_question")):
        return []
    told = any(one.start <= _OPENING for one in view.flow[at + 1].places("do_review"))
    return [Found(0, len(here.text), "happy")] if told else []


_NO_CONDITION = frozenset({"ask", "review", "do_review", "unhappy", "order_talk", "contact_us", "impartial"})
"""What makes of a question something else than "does it go well?"."""

_OPENING = 12
"""Characters in which a sentence says what it is: a question word, or an order."""


def _high_score(view: _View, at: int) -> list[Found]:
    """A private score first, and the page for the high ones alone."""
    here = view.flow[at]
    scored = here.places("high_score")
    if not scored or not any("score_first" in one.names for one in (here, *view.near(at, back=2, ahead=0))):
        return []
    page = any("review_page" in one.names for one in (here, *view.near(at, back=0)))
    return scored[:1] if page or view.requested_near(at) else []


def _moods(here: Sentence) -> list[Found]:
    """The words of being pleased that are the buyer's: no part of "not pleased" or "we'd be pleased", nor denied."""
    against = [*here.places("unhappy"), *(one for one in here.places("ask") if _WORDS < one.end - one.start < _WORD)]
    praise = here.places("good_review") if here.asks and len(here.text) < _WORD else []
    return [
        one
        for one in (*here.places("happy"), *praise)
        if not _negated(here, one) and not any(bad.start <= one.start and one.end <= bad.end for bad in against)
    ]


def _divert(view: _View, at: int) -> list[Found]:
    here = view.flow[at]
    names = here.names
    if "contact_us" not in names and not (names & {"unhappy", "bad_review"} and "first" in names):
        # "Something not right? Reply here ..." parts the two over sentences.
        return []
    if "disclaim" in names:
        return []
    to_us = here.places("contact_us")
    order = here.places("first")
    bad = here.places("unhappy", "bad_review") or _denied_praise(here) or _otherwise(view, at)
    if not to_us and order and here.places("bad_review") and (names & {"if"} or here.asks):
        return [here.places("bad_review")[0], order[0]]
    public = [one for one in here.places("public", "do_review", "review_page") if one not in to_us]
    if to_us and order and public and (bad or _before(order, public)):
        return [to_us[0], order[0], public[0]]
    if not bad:
        behind = view.flow[at - 1] if at else None
        if behind is not None and behind.names & {"unhappy", "bad_review"} and (behind.asks or "if" in behind.names):
            beside = any("public" in one.names for one in view.near(at, back=0))
            steers = bool(order) and (bool(public) or beside or "bad_review" in behind.names or view.any_request)
            if to_us and (steers or view.requested_near(at, back=2, ahead=1)):
                return to_us[:1]
        return []
    conditional = names & {"if", "unless"} or here.asks or "bad_review" in names
    unfair = order and any(one.names >= {"public", "bad_review"} for one in view.near(at, back=0))
    if to_us and conditional and (view.requested_near(at) or ((order or "neg" in names) and public) or unfair):
        return [bad[0], to_us[0]]
    return []


def _denied_praise(here: Sentence) -> list[Found]:
    """Good marks that one can't give: "if you feel you can't leave five stars"."""
    return [one for one in here.places("good_review") if _negated(here, one)]


def _otherwise(view: _View, at: int) -> list[Found]:
    """Read "if not, ..." after a sentence about being pleased."""
    here = view.flow[at]
    before = view.flow[max(0, at - 2) : at]
    return here.places("unless") if any("happy" in one.names for one in before) else []


def _before(order: Sequence[Found], public: Sequence[Found]) -> bool:
    return any(0 <= one.start - first.end <= 40 for first in order for one in public)


def _change(view: _View, at: int) -> list[Found]:
    here = view.flow[at]
    names = here.names
    if "disclaim" in names or "decline" in names:
        return []
    if "buyer_asked" in names and "ask" not in names:
        return []
    phrase = here.places("rethink")
    theirs = here.places("your_review") or _close_to_a_deed(here)
    asked = here.asks or "ask" in names
    about = theirs or (here.places("good_review", "bad_review", "review") if asked else [])
    if phrase and about and "needs_best" not in names and not _negated(here, phrase[0]):
        return phrase[:2]
    if not theirs:
        return _change_it(view, at)
    for deed in here.places("change", "remove"):
        close = [
            one
            for one in theirs
            if (-60 <= one.start - deed.end <= 45 and one.end - deed.start > 0) or 0 <= deed.start - one.end <= 45
        ]
        if close and not _negated(here, deed) and ("given_review" not in names or "ask" in names):
            return [deed, close[0]]
    return []


def _close_to_a_deed(here: Sentence) -> list[Found]:
    """A review right beside a word of changing or removing: "remove the comment"."""
    if not (here.asks or "ask" in here.names):
        return []
    deeds = here.places("change", "remove")
    return [one for one in here.places("review") if any(-_BESIDE <= one.start - deed.end <= _BESIDE for deed in deeds)]


_BESIDE = 12
"""Characters between two words that belong together."""


def _change_it(view: _View, at: int) -> list[Found]:
    """A change asked for, of the review that the sentence before spoke of: "would you consider changing it?"."""
    here = view.flow[at]
    before = view.flow[at - 1].names if at else frozenset()
    deeds = [one for one in here.places("change", "remove") if not _negated(here, one)]
    asked = here.asks or "ask" in here.names
    if not deeds or not asked or "order_talk" in here.names or len(here.text) >= _SHORT:
        return []
    return deeds[:1] if before & {"your_review", "bad_review", "rethink"} else []


def _incentive(view: _View, at: int) -> list[Found]:
    here = view.flow[at]
    names = here.names
    if names & {"decline", "disclaim"} or ("neg" in names and "exchange" not in names):
        return []
    whole = here.places("incentive")
    if whole:
        return whole[:1]
    if "report" in names:
        return []
    goods = here.places("benefit")
    return _for_a_review(view, at, goods) if goods else _unnamed(here)


def _unnamed(here: Sentence) -> list[Found]:
    """Read "for your opinion we put one more in the box", which names no benefit that a list could have."""
    due, act = here.places("exchange", "reviewer"), here.places("give")
    if due and act and "remedy" not in here.names and here.places("review", "do_review"):
        return [due[0], act[0]]
    return []


def _for_a_review(view: _View, at: int, goods: list[Found]) -> list[Found]:
    """A benefit bound to a review in the same sentence, or to a request beside it."""
    here = view.flow[at]
    reviewed = here.places("do_review", "reviewer") or here.places("review", "good_review")
    bound, given = here.places("exchange", "reviewer"), here.places("give")
    if bound and reviewed:
        return [goods[0], bound[0], reviewed[0]]
    if given and "your_review" in here.names and here.names & {"change", "remove"}:
        return [goods[0], given[0], here.places("your_review")[0]]
    if given and here.places("review") and not here.names & {"remedy", "given_review", "order_talk"}:
        return [goods[0], given[0], here.places("review")[0]]
    if given and here.places("do_review", "reviewer"):
        return [goods[0], given[0], here.places("do_review", "reviewer")[0]]
    if here.asks and any("reviewer" in one.names for one in view.near(at, back=0)):
        return goods[:1]
    if "remedy" in here.names or not (given or bound):
        return []
    beside = view.requested_near(at) or (bound and any(one.names & {"reviewer", "do_review"} for one in view.near(at)))
    return [goods[0], (given or bound)[0]] if beside else []


def _coupon(view: _View, at: int) -> list[Found]:
    here = view.flow[at]
    names = here.names
    if "coupon" not in names or "decline" in names or _negated(here, here.places("coupon")[0]):
        return []
    if "report" in names and "later" not in names:
        return []
    coupon = here.places("coupon")[0]
    if "later" in names:
        return [coupon, here.places("later")[0]]
    if "redeem" in names:
        return [coupon, here.places("redeem")[0]]
    if "give" in names and "remedy" not in names:
        return [coupon, here.places("give")[0]]
    return []


def _marketing(view: _View, at: int) -> list[Found]:
    here = view.flow[at]
    names = here.names
    if names & {"decline", "buyer_asked"} or ("neg" in names and "promo" not in names):
        return []
    promo = here.places("promo")
    if "coupon" in names and not names & {"launch", "social"} and _coupon(view, at):
        # A price reduction is another rule's business.
        return []
    if promo:
        return promo[:2]
    wares = here.places("wares")
    if wares and not names & {"your_review", "change", "report", "unhappy"} and names & {"look", "launch", "goes_with"}:
        others = here.places("look", "launch", "goes_with")
        if any(one.start >= wares[0].end or one.end <= wares[0].start for one in others) and "order_talk" not in names:
            return [wares[0], others[0]]
    if "follow" in names and "social" in names:
        return [here.places("follow")[0], here.places("social")[0]]
    return here.places("third_party")[:1]


def _negated(here: Sentence, one: Found) -> bool:
    return any(
        0 <= one.start - no.end <= _REACH and not _PAUSE.search(here.text, no.end, one.start)
        for no in here.places("neg")
    )


_REACH = 25
"""Characters over which a negation reaches, unless there is a pause."""

_PAUSE = re.compile(r"[,;:，、；：]")


_JUDGES = (
    ("positive-only", _positive_only),
    ("happy-only", _happy_only),
    ("divert-negative", _divert),
    ("change-or-remove-review", _change),
    ("incentive", _incentive),
    ("coupon", _coupon),
    ("marketing", _marketing),
)
