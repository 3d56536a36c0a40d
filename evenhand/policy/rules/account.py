"""What a seller's account lets it do: who may write in its name, how much, and whether only in templates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from evenhand.policy.case import Case
from evenhand.policy.facts import SenderFact
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.verdict import Hit

__all__ = ["CHECKS"]

_TAG = re.compile(r"\[\s*important\s*\]\s*")


def not_authorised(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find mail from an address that was not approved, or no longer is."""
    sender = case.facts.sender
    if case.facts.origin == "mail" and sender is not None and sender.is_approved is False:
        yield Hit("message", excerpt=sender.address)


def restricted(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find messages that the seller opens while the account is barred from it."""
    if _restriction(case) == "barred":
        yield Hit("message")


def template_only(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find free words, and changed templates, of an account that may send the marketplace's templates alone."""
    template = case.facts.template
    is_free = template is not None and (not template.is_platforms or template.is_changed)
    if is_free and _restriction(case) == "template-only":
        yield Hit("message")


def _restriction(case: Case) -> str:
    """What the account is barred from now; one that has ended is none."""
    sender, now = case.facts.sender, case.facts.now
    if sender is None or not sender.restriction:
        return ""
    has_ended = sender.restricted_until is not None and now is not None and now >= sender.restricted_until
    return "" if has_ended else sender.restriction


def frequency(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find one message more than may go unanswered for an order."""
    unanswered = 0
    for one in case.facts.earlier or ():
        unanswered = 0 if one.by == "buyer" else unanswered + (one.by == "seller")
    if unanswered >= parameters.unanswered_most:
        yield Hit("message")


def daily_cap(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find a message beyond the day's: so many for each order of an average day, and a number besides."""
    sender = case.facts.sender
    if sender is not None and sender.sent_today is not None and sender.sent_today >= _cap(sender, parameters):
        yield Hit("message")


def _cap(sender: SenderFact, parameters: Parameters) -> float:
    """A new account has no average, which counts as none: waiting a day does no harm."""
    return parameters.daily_cap_factor * (sender.daily_orders or 0.0) + parameters.daily_cap_plus


def important_tag(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find the bracketed word in a subject: in any, or where the order does not need the message, as the pack says."""
    part = case.part("subject")
    if part is None or (parameters.important_tag == "necessary-only" and case.message_class == "necessary"):
        return
    for hit in _TAG.finditer(part.folded.text):
        start, end = part.place(hit.start(), hit.end())
        yield Hit("subject", start, end, part.excerpt(hit.start(), hit.end()).strip())


def apart(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find an answer that stands outside the thread the buyer opened."""
    if case.facts.is_apart:
        yield Hit("message")


CHECKS: Mapping[str, Check] = {
    "sender-not-authorised": not_authorised,
    "account-restricted": restricted,
    "template-only": template_only,
    "order-frequency": frequency,
    "daily-cap": daily_cap,
    "important-tag": important_tag,
    "wrong-thread": apart,
}
