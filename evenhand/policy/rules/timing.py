"""When a message may be sent: windows counted in hours, in UTC."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from evenhand.policy.case import Case
from evenhand.policy.facts import OrderFact
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.verdict import Hit

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


CHECKS: Mapping[str, Check] = {"message-window": message_window}
