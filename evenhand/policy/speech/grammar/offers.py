"""What may not be offered: something for a review, something off a later purchase, something to buy."""

from __future__ import annotations

from evenhand.policy.speech.grammar.view import View, negated
from evenhand.policy.speech.lexicon import Found
from evenhand.policy.speech.sentences import Sentence

__all__ = ["coupon", "incentive", "marketing"]


def incentive(view: View, at: int) -> list[Found]:
    """Read an offer of something for a review."""
    here = view.flow[at]
    names = here.names
    if names & {"decline", "disclaim"} or ("neg" in names and "exchange" not in names):
        return []
    fair = here.places("impartial")
    whole = [one for one in here.places("incentive") if not any(one.start <= other.start < one.end for other in fair)]
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


def _for_a_review(view: View, at: int, goods: list[Found]) -> list[Found]:
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


def coupon(view: View, at: int) -> list[Found]:
    """Read a code, discount or credit for later."""
    here = view.flow[at]
    names = here.names
    if "coupon" not in names or names & {"decline", "own_site"} or negated(here, here.places("coupon")[0]):
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


def marketing(view: View, at: int) -> list[Found]:
    """Read words that sell: other wares, news of them, where to follow."""
    here = view.flow[at]
    names = here.names
    if names & {"decline", "buyer_asked", "own_site"} or ("neg" in names and "promo" not in names):
        return []
    promo = here.places("promo")
    if "coupon" in names and not names & {"launch", "social"} and coupon(view, at):
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
