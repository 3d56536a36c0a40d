"""Finds the conversation of an order by the number people know it by."""

from __future__ import annotations

from evenhand.cli.faults import WRONG_USAGE, Fault
from evenhand.conversations.models import Alias, Conversation

__all__ = ["find_conversation", "writes_to"]


def find_conversation(number: str, marketplace: str | None = None) -> Conversation:
    """Find it, or raise Fault: there is none, or several marketplaces have that number."""
    rows = Conversation.objects.filter(order__number=number).select_related("order", "buyer", "seller")
    if marketplace is not None:
        rows = rows.filter(order__marketplace=marketplace)
    found = list(rows.order_by("order__marketplace"))
    if not found:
        where = f" at {marketplace}" if marketplace is not None else ""
        raise Fault(f"There is no order {number}{where}.")
    if len(found) > 1:
        named = ", ".join(f"“{one.order.marketplace}”" for one in found if one.order)
        raise Fault(
            f"Order {number} is known to several marketplaces: {named}.", "Add --marketplace NAME.", code=WRONG_USAGE
        )
    return found[0]


def writes_to(conversation: Conversation, side: str) -> Alias:
    """Give the alias of the counterpart: the address this side writes to."""
    counterpart = conversation.seller_id if side == "buyer" else conversation.buyer_id
    alias = conversation.aliases.filter(participant=counterpart, retired_at=None).first()
    if alias is None:
        raise Fault("The alias was retired; no mail is taken for it.")
    return alias
