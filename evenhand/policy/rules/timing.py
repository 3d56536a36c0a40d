"""When a message may be sent: windows counted in hours from an anchor, in UTC."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from evenhand.policy.case import Case
from evenhand.policy.facts import Date, OrderFact
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.verdict import Hit, Lacks

__all__ = ["CHECKS"]


def message_window(case: Case, parameters: Parameters) -> Iterator[Hit | Lacks]:
    """
    Find messages after the window: later than `window_days` times 24 hours after its anchor.

    The instant itself still complies. Where the anchor is known only within bounds, a time between what the earliest
    and the latest allow is not checked (policy reference, windows and their anchors).
    """
    order, now = case.facts.order, case.facts.now
    if order is None or now is None:
        return
    if case.message_class == "reply" and parameters.window_exempts_replies:
        return
    anchor = _anchor(order, parameters.window_anchor)
    if anchor is None:
        # What is not completed has no window that could have run out.
        if parameters.window_anchor == "order_placed_at" or order.shipped_at is not None:
            yield Lacks("order_dates")
        return
    window = timedelta(days=parameters.window_days)
    if _utc(now) > _utc(anchor.latest) + window:
        yield Hit("message")
    elif _utc(now) > _utc(anchor.earliest) + window:
        yield Lacks("order_dates")


def _anchor(order: OrderFact, name: str) -> Date | None:
    if name == "order_placed_at":
        return order.placed or (Date.exact(order.placed_at) if order.placed_at else None)
    return order.completed or order.delivered or (Date.exact(order.delivered_at) if order.delivered_at else None)


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


CHECKS: Mapping[str, Check] = {"message-window": message_window}
