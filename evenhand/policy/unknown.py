"""Which facts of the catalogue are not known in a case: a rule that needs one says so instead of passing in silence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from evenhand.policy.case import Case
from evenhand.policy.facts import BuyerFact, Facts, SenderFact
from evenhand.policy.parameters import Parameters

__all__ = ["FACTS", "hinders", "missing"]

Unknown = Callable[[Case, Parameters], bool]
"""Tells whether a fact is unknown, which is not the same as known to be absent."""


def _images(case: Case, _: Parameters) -> bool:
    """Pictures in the body that nobody looked at."""
    return case.facts.images is None and any(part.pictures for part in case.parts)


def _attachments(case: Case, _: Parameters) -> bool:
    """Files that nobody read."""
    return any(one.text is None for one in case.facts.attachments)


def _fact(of: Callable[[Facts], object]) -> Unknown:
    return lambda case, _: of(case.facts) is None


def _of_buyer(of: Callable[[BuyerFact], object]) -> Unknown:
    return lambda case, _: case.facts.buyer is None or of(case.facts.buyer) is None


def _of_sender(of: Callable[[SenderFact], object]) -> Unknown:
    return lambda case, _: case.facts.sender is None or of(case.facts.sender) is None


def _anchor(case: Case, parameters: Parameters) -> bool:
    """The date from which the pack counts its window; what is known roughly is enough where it is early enough."""
    order, now = case.facts.order, case.facts.now
    if order is None:
        return True
    if parameters.window_anchor == "placed":
        return order.placed_at is None
    if order.completed_at or order.delivered_at or order.is_open:
        return False
    first = order.completed_after or order.shipped_at or order.placed_at
    return first is None or now is None or now - first > timedelta(days=parameters.window_days)


FACTS: Mapping[str, Unknown] = {
    "message_text": lambda *_: False,
    "message_subject": lambda *_: False,
    "message_html": lambda *_: False,
    "message_links": lambda *_: False,
    "message_images": _images,
    "message_attachments": _attachments,
    "message_language": lambda case, _: not case.lang,
    "declared_purpose": _fact(lambda facts: facts.purpose),
    "template_state": _fact(lambda facts: facts.template),
    "audience_filter": _fact(lambda facts: facts.audience),
    "order": _fact(lambda facts: facts.order),
    "order_dates": _fact(lambda facts: facts.order and facts.order.placed_at),
    "message_history": _fact(lambda facts: facts.requests),
    "conversation": _fact(lambda facts: facts.earlier),
    "buyer_preferences": _fact(lambda facts: facts.buyer),
    "sender_account": _fact(lambda facts: facts.sender),
    "platform_actions": _fact(lambda facts: facts.offers),
    "current_time": _fact(lambda facts: facts.now),
}
"""Tells of each fact whether it is unknown."""


def _tried(case: Case, _: Parameters) -> bool:
    """Links that nobody tried: whether they work is not known."""
    tried = {one.address for one in case.facts.targets or ()}
    return any(
        link.how == "anchor" or "://" in link.target for link in case.links if link.target not in tried and link.host
    )


def _kinds(case: Case, _: Parameters) -> bool:
    """Pictures of which nobody knows what they show."""
    shown = any(part.pictures for part in case.parts)
    return any(one.kind is None for one in case.facts.images or ()) or (case.facts.images is None and shown)


def _delivery(case: Case, _: Parameters) -> bool:
    """The promised delivery, where it matters."""
    order, offers = case.facts.order, case.facts.offers
    if offers is not None and offers.actions:
        return False
    return order is None or order.promised_from is None or order.promised_until is None


def _restriction(case: Case, _: Parameters) -> bool:
    return case.facts.sender is None or case.facts.sender.restriction is None


def _customer(case: Case, _: Parameters) -> bool:
    """Whether they know each other: by an order, or by something the buyer wrote."""
    facts = case.facts
    wrote = any(one.by == "buyer" for one in facts.earlier or ())
    return facts.is_customer is None and facts.order is None and not wrote


_TO_RULE: Mapping[tuple[str, str], Unknown] = {
    ("message-window", "order_dates"): _anchor,
    ("solicitation-window", "order_dates"): _delivery,
    ("link-insecure", "message_links"): _tried,
    ("product-image", "message_images"): _kinds,
    # The type and the size of a file are known with it.
    ("attachment-type", "message_attachments"): lambda *_: False,
    ("attachment-size", "message_attachments"): lambda *_: False,
    ("buyer-opted-out", "buyer_preferences"): _of_buyer(lambda buyer: buyer.opted_out),
    ("critical-channel", "buyer_preferences"): _of_buyer(lambda buyer: buyer.opted_out),
    ("language-of-preference", "buyer_preferences"): _fact(lambda facts: facts.buyer_locale),
    ("language-of-preference", "message_attachments"): lambda case, _: any(
        one.serves in {"legal-document", "warranty"} and one.text is None for one in case.facts.attachments
    ),
    ("order-frequency", "message_history"): _fact(lambda facts: facts.earlier),
    ("daily-cap", "message_history"): _of_sender(lambda sender: sender.sent_today),
    ("daily-cap", "sender_account"): _of_sender(lambda sender: sender.sent_today),
    ("sender-not-authorised", "sender_account"): lambda case, _: (
        case.facts.origin == "mail" and (case.facts.sender is None or case.facts.sender.is_approved is None)
    ),
    ("account-restricted", "sender_account"): _restriction,
    ("template-only", "sender_account"): _restriction,
    ("recipient-not-customer", "order"): _customer,
    ("recipient-not-customer", "conversation"): _customer,
    ("wrong-thread", "conversation"): _fact(lambda facts: facts.is_apart),
    ("de-review-ask-is-advertising", "buyer_preferences"): _of_buyer(lambda buyer: buyer.country),
}
"""Of a fact with many sides: whether the side that a rule looks at is unknown."""


def hinders(lacks: str) -> bool:
    """Whether what kept a rule from its work makes the message wait; a fact that nobody can give does not."""
    return lacks not in FACTS


def missing(case: Case, parameters: Parameters, rule: str, needs: Sequence[str]) -> list[str]:
    """Name those of the facts needed by a rule that are not known."""
    return [name for name in needs if _TO_RULE.get((rule, name), FACTS[name])(case, parameters)]
