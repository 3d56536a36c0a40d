"""Gathers the tables of all rooms, so that Django finds them in its one app."""

from evenhand.conversations.models import (
    Alias,
    Attachment,
    Conversation,
    Finding,
    Message,
    ReadMark,
    Verdict,
)
from evenhand.orders.models import Order, OrderItem, Product
from evenhand.participants.models import Address, AddressProof, Member, Participant, User
from evenhand.record.models import Event
from evenhand.relay.models import Attempt, Delivery, Hold, Inbound, ThreadId, Worker

__all__ = [
    "Address",
    "AddressProof",
    "Alias",
    "Attachment",
    "Attempt",
    "Conversation",
    "Delivery",
    "Event",
    "Finding",
    "Hold",
    "Inbound",
    "Member",
    "Message",
    "Order",
    "OrderItem",
    "Participant",
    "Product",
    "ReadMark",
    "ThreadId",
    "User",
    "Verdict",
    "Worker",
]
