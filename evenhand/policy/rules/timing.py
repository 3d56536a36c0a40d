"""When a message may be sent: windows counted in hours, in UTC."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from evenhand.policy.case import Case
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.verdict import Hit

__all__ = ["CHECKS"]


def message_window(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """
    Find messages later than `window_days` times 24 hours after the order was placed; the instant itself still complies.

    Instants are compared as such, so that no change to summer time moves the end.
    """
    order, now = case.facts.order, case.facts.now
    placed = order.placed_at if order is not None else None
    if placed is None or now is None or (case.message_class == "reply" and parameters.window_exempts_replies):
        return
    if now - placed > timedelta(days=parameters.window_days):
        yield Hit("message")


CHECKS: Mapping[str, Check] = {"message-window": message_window}
