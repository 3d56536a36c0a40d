"""Verbs of conversations that span tables: open one, issue its aliases."""

from __future__ import annotations

import base64
import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from evenhand.configuration import DEFAULT_DOMAIN
from evenhand.conversations.models import Alias, Conversation
from evenhand.orders.models import Order
from evenhand.participants.models import Participant

__all__ = ["ALIAS_LIFE", "move_aliases", "new_local_part", "open_conversation", "open_conversations"]

ALIAS_LIFE = timedelta(days=365)
"""How long an alias takes mail after the order was placed: return and claim windows lie well within."""


def new_local_part() -> str:
    """
    Make the local part of an alias: 128 random bits in 26 characters of lower-case base32.

    It says nothing: no name, no order number, no role (masking of RFC 5321 §4.5.3.1.1 local parts, 64 at most).
    """
    return base64.b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("=").lower()


def open_conversation(order: Order, *, now: datetime | None = None) -> Conversation:
    """Open the conversation of an order, with an alias for each side; or return the one that stands."""
    open_conversations([order], now=now)
    return Conversation.objects.get(order=order)


@transaction.atomic
def open_conversations(orders: Iterable[Order], *, now: datetime | None = None) -> int:
    """
    Open a conversation with two aliases for each order that has none; returns how many were opened.

    The aliases are committed before any mail that shows them can be composed. Safe to run concurrently: the unique
    order of a conversation decides who opened it.
    """
    now = now or timezone.now()
    wanted = {order.id: order for order in orders}
    standing = set(Conversation.objects.filter(order__in=wanted).values_list("order_id", flat=True))
    fresh = [
        Conversation(
            order=order,
            buyer_id=order.buyer_id,
            seller_id=order.seller_id,
            subject=f"Order {order.number}",
            opened_at=now,
            last_at=order.placed_at,
        )
        for order in wanted.values()
        if order.id not in standing
    ]
    Conversation.objects.bulk_create(fresh, ignore_conflicts=True)
    opened = set(Conversation.objects.filter(id__in=[row.id for row in fresh]).values_list("id", flat=True))
    Alias.objects.bulk_create(
        _alias(row, participant_id, wanted[row.order_id].placed_at, now)
        for row in fresh
        if row.id in opened and row.order_id is not None
        for participant_id in (row.buyer_id, row.seller_id)
    )
    return len(opened)


def move_aliases(domain: str) -> int:
    """
    Move to the operator's domain what was issued before there was one, where nobody has written yet.

    Returns how many aliases moved. Orders may be imported before the domain is named; the listener goes on taking
    mail for the form they had.
    """
    early = Alias.objects.filter(domain=DEFAULT_DOMAIN, conversation__message_count=0)
    return 0 if domain == DEFAULT_DOMAIN else early.update(domain=domain)


def _alias(conversation: Conversation, participant_id: uuid.UUID, start: datetime, now: datetime) -> Alias:
    return Alias(
        local_part=new_local_part(),
        domain=settings.EVENHAND.domain,
        conversation=conversation,
        participant=Participant(id=participant_id),
        not_after=max(start, now) + ALIAS_LIFE,
    )
