"""What may not be done about critics: sent elsewhere before they write, asked to take it back after."""

from __future__ import annotations

from evenhand.policy.speech.grammar.view import SHORT, View, before, negated
from evenhand.policy.speech.lexicon import Found
from evenhand.policy.speech.sentences import Sentence

__all__ = ["change", "divert", "paired"]


def divert(view: View, at: int) -> list[Found]:
    """Read words that send the displeased to the seller, or put the seller before the page."""
    here = view.flow[at]
    names = here.names
    pair = paired(view, at)
    if pair:
        return pair
    if "contact_us" not in names and not (names & {"unhappy", "bad_review"} and "first" in names):
        # "Something not right? Reply here ..." parts the two over sentences.
        return []
    to_us = here.places("contact_us")
    order = here.places("first")
    if "disclaim" in names and not (to_us and order and "unhappy" in names):
        # "Not in the reviews, please" asks for none either, and means it.
        return []
    bad = here.places("unhappy", "bad_review") or _denied_praise(here) or _otherwise(view, at)
    if not to_us and order and here.places("bad_review") and (names & {"if"} or here.asks):
        return [here.places("bad_review")[0], order[0]]
    public = [one for one in here.places("public", "do_review", "review_page") if one not in to_us]
    if to_us and order and public and (bad or before(order, public)):
        return [to_us[0], order[0], public[0]]
    if not bad:
        behind = view.flow[at - 1] if at else None
        if behind is not None and behind.names & {"unhappy", "bad_review"} and (behind.asks or "if" in behind.names):
            beside = any("public" in one.names for one in view.near(at, back=0)) or _spoken_of(view, at)
            steers = bool(order) and (bool(public) or beside or "bad_review" in behind.names or view.any_request)
            if to_us and (steers or view.requested_near(at, back=2, ahead=1)):
                return to_us[:1]
        return []
    conditional = names & {"if", "unless"} or here.asks or "bad_review" in names
    unfair = order and (
        any(one.names >= {"public", "bad_review"} for one in view.near(at, back=0)) or _spoken_of(view, at)
    )
    if to_us and conditional and (view.requested_near(at) or ((order or "neg" in names) and public) or unfair):
        return [bad[0], to_us[0]]
    return []


def paired(view: View, at: int) -> list[Found]:
    """
    Read two ways for two moods, without a word of condition: "praise: on the page, complaints: to us".

    The displeased and the seller's ear stand together, here; the pleased and the page do here too or right beside.
    """
    here = view.flow[at]
    if not (here.names & {"unhappy", "bad_review"} and "contact_us" in here.names) or "order_talk" in here.names:
        return []
    bad = here.places("unhappy", "bad_review")[0]
    for one in (here, *view.near(at)):
        pleased, page = one.places("happy", "good_review", "praise"), one.places("public", "review_page", "do_review")
        apart = [two for two in pleased if one is not here or not (two.start < bad.end and bad.start < two.end)]
        if apart and page and len(one.text) < SHORT and not any(negated(one, two) for two in apart[:1]):
            return [bad, here.places("contact_us")[0]]
    return []


def _spoken_of(view: View, at: int) -> bool:
    """Whether bad reviews were spoken of shortly before, though none that was written: "one star hurts us"."""
    return any("bad_review" in one.names and "your_review" not in one.names for one in view.flow[max(0, at - 3) : at])


def _denied_praise(here: Sentence) -> list[Found]:
    """Good marks that one can't give: "if you feel you can't leave five stars"."""
    return [one for one in here.places("good_review") if negated(here, one)]


def _otherwise(view: View, at: int) -> list[Found]:
    """Read "if not, ..." after a sentence about being pleased."""
    here = view.flow[at]
    before = view.flow[max(0, at - 2) : at]
    return here.places("unless") if any("happy" in one.names for one in before) else []


def change(view: View, at: int) -> list[Found]:
    """Read a request to change, remove or think again about a review that was written."""
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
    if phrase and about and "needs_best" not in names and not negated(here, phrase[0]):
        return phrase[:2]
    if not theirs:
        return _change_it(view, at)
    for deed in here.places("change", "remove"):
        close = [
            one
            for one in theirs
            if (-60 <= one.start - deed.end <= 45 and one.end - deed.start > 0) or 0 <= deed.start - one.end <= 45
        ]
        if close and (here.asks or not negated(here, deed)) and ("given_review" not in names or "ask" in names):
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


def _change_it(view: View, at: int) -> list[Found]:
    """A change asked for, of the review that the sentence before spoke of: "would you consider changing it?"."""
    here = view.flow[at]
    before = frozenset().union(*(one.names for one in view.flow[max(0, at - 2) : at]))
    deeds = [one for one in here.places("change", "remove") if not negated(here, one)]
    asked = here.asks or "ask" in here.names
    if not deeds or not asked or "order_talk" in here.names or len(here.text) >= SHORT:
        return []
    return deeds[:1] if before & {"your_review", "bad_review", "rethink"} else []
