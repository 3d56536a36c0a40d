"""Where the invented people stand while they talk, and the rows that come of it until all are stored at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model

from evenhand.conversations.models import Alias, Attachment, Conversation, Finding, Message, Verdict
from evenhand.demo.market import Person
from evenhand.orders.models import Order
from evenhand.participants.models import Participant, User
from evenhand.policy import EarlierMessage, EarlierRequest
from evenhand.relay.models import Attempt, Delivery, Hold, Inbound, ThreadId

__all__ = ["Figure", "Ledger", "Stage"]


@dataclass(frozen=True)
class Figure:
    """A person of the market with the rows that stand for them."""

    person: Person
    user: User
    participant: Participant


@dataclass(frozen=True)
class Stage:
    """One conversation with both sides; `sides` and `aliases` go by "buyer" and "seller"."""

    now: datetime
    conversation: Conversation
    order: Order
    sides: Mapping[str, Figure]
    aliases: Mapping[str, Alias]
    chains: Mapping[str, list[str]] = field(default_factory=lambda: {"buyer": [], "seller": []})
    """The Message-IDs each side's mail program knows of this conversation, oldest first."""
    said: list[EarlierMessage] = field(default_factory=list)
    asked: list[EarlierRequest] = field(default_factory=list)
    """What was passed on so far, and when a review was asked for: the rules want to know."""


@dataclass
class Ledger:
    """Rows that point at each other, in the order in which they may be stored."""

    inbounds: list[Inbound] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    thread_ids: list[ThreadId] = field(default_factory=list)

    def store(self) -> None:
        """Write every kind with one statement."""
        kinds: Iterable[tuple[type[Model], list[Any]]] = (
            (Inbound, self.inbounds),
            (Message, self.messages),
            (Attachment, self.attachments),
            (Verdict, self.verdicts),
            (Finding, self.findings),
            (Hold, self.holds),
            (Delivery, self.deliveries),
            (Attempt, self.attempts),
            (ThreadId, self.thread_ids),
        )
        for table, rows in kinds:
            table._default_manager.bulk_create(rows)  # noqa: SLF001  the public name of a generic manager
