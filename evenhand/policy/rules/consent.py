"""Whom a seller may write to unasked: not who opted out, nor who asked this seller to stop, nor strangers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evenhand.policy.case import Case
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.speech.stop import asks_to_stop
from evenhand.policy.verdict import Hit

__all__ = ["CHECKS"]


def opted_out(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find what no order needs, to a buyer who opted out of it."""
    if case.facts.buyer is not None and case.facts.buyer.opted_out:
        yield Hit("message")


def stop_request(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find what no order needs, to a buyer who asked this seller to stop writing."""
    buyer = case.facts.buyer
    if buyer is not None and buyer.stopped:
        yield Hit("message")
        return
    for one in case.facts.earlier or ():
        if one.by == "buyer" and one.text and asks_to_stop(one.text):
            yield Hit("message", excerpt="", pieces=())
            return


def critical_channel(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find what the order needs, sent as free mail to a buyer who opted out: it no longer gets through."""
    facts = case.facts
    is_free = facts.way == "free" or (facts.way is None and facts.template is not None and not facts.template.name)
    if facts.buyer is not None and facts.buyer.opted_out and is_free:
        yield Hit("message")


def stranger(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find messages to who neither bought from the seller nor wrote to them."""
    if case.facts.is_customer is False:
        yield Hit("message")


CHECKS: Mapping[str, Check] = {
    "buyer-opted-out": opted_out,
    "stop-request": stop_request,
    "critical-channel": critical_channel,
    "recipient-not-customer": stranger,
}
