"""When a message may be sent: windows counted in hours, in UTC."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from evenhand.policy.case import PLATFORM_REQUEST, Case
from evenhand.policy.facts import OrderFact
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.verdict import Action, Hit

__all__ = ["CHECKS"]


def message_window(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """
    Find messages later than `window_days` times 24 hours after the order was placed, or completed, as the pack says.

    The last instant itself still complies. Instants are compared as such, so that no change to summer time moves it.
    Of a completion that is known only roughly the latest possible one counts: it proves that it is too late.
    """
    now = case.facts.now
    start = _anchor(case.facts.order, parameters)
    if start is None or now is None or (case.message_class == "reply" and parameters.window_exempts_replies):
        return
    if now - start > timedelta(days=parameters.window_days):
        yield Hit("message")


def _anchor(order: OrderFact | None, parameters: Parameters) -> datetime | None:
    if order is None:
        return None
    if parameters.window_anchor == "placed":
        return order.placed_at
    return order.completed_at or order.delivered_at or order.completed_before


def solicitation_window(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """
    Find the marketplace's own request before its window opens, which waits, and after it closed, which is blocked.

    What the marketplace offers right now settles it, whatever the dates say.
    """
    facts = case.facts
    if facts.purpose != PLATFORM_REQUEST:
        return
    if facts.offers is not None and facts.offers.actions:
        return
    order, now = facts.order, facts.now
    if order is None or now is None:
        return
    opens, closes = order.promised_from, order.promised_until
    if closes is not None and now > closes + timedelta(days=parameters.solicitation_closes_days):
        yield Hit("message", action=Action.BLOCK)
    elif order.is_open or (opens is not None and now < opens + timedelta(days=parameters.solicitation_opens_days)):
        yield Hit("message")


def on_cancelled_order(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find messages that the seller opens about an order that was cancelled whole."""
    order = case.facts.order
    if order is not None and order.is_cancelled:
        yield Hit("message")


CHECKS: Mapping[str, Check] = {
    "message-window": message_window,
    "solicitation-window": solicitation_window,
    "contact-on-cancelled-order": on_cancelled_order,
}
