"""Says in plain words how far a message has come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evenhand.conversations.models import Message, MessageState
from evenhand.relay.models import Delivery, DeliveryState, Hold
from evenhand.relay.status import why_failed

__all__ = ["Progress", "Step", "progress_of"]


class Step(StrEnum):
    """Where a message stands, as the reader is told."""

    SHOWN = "shown"
    MOVING = "moving"
    DELIVERED = "delivered"
    WAITING = "waiting"
    FAILED = "failed"
    HELD = "held"
    STOPPED = "stopped"
    AWAY = "away"
    RECORDED = "recorded"


@dataclass(frozen=True)
class Progress:
    """A step, when it was reached or will be taken, and why; `reviewed` if an operator has decided about it."""

    step: Step
    at: datetime | None = None
    why: str | Promise = ""
    reviewed: bool = False


def progress_of(message: Message, deliveries: Iterable[Delivery], hold: Hold | None) -> Progress:
    """Tell how far a message and its copy by mail have come; `deliveries` are those to the counterpart."""
    match message.state:
        case MessageState.HELD if hold is not None and hold.released_at:
            return Progress(Step.MOVING, reviewed=True)
        case MessageState.HELD:
            return Progress(Step.HELD, None, hold.public if hold else message.reason)
        case MessageState.BLOCKED if hold is not None and hold.dropped_at:
            return Progress(Step.STOPPED, hold.dropped_at, message.reason, reviewed=True)
        case MessageState.BLOCKED:
            return Progress(Step.STOPPED, None, message.reason)
        case MessageState.AWAY:
            return Progress(Step.AWAY, message.sent_at, message.reason)
        case MessageState.RECORDED:
            return Progress(Step.RECORDED, None, message.reason)
    latest = max(deliveries, key=lambda one: (one.created_at, one.id), default=None)
    found = _of_copy(latest) if latest else Progress(Step.SHOWN)
    return replace(found, reviewed=True) if hold is not None and hold.released_at else found


def _of_copy(delivery: Delivery) -> Progress:
    match delivery.state:
        case DeliveryState.SENT:
            return Progress(Step.DELIVERED, delivery.ended_at)
        case DeliveryState.DEFERRED:
            return Progress(Step.WAITING, delivery.due_at)
        case DeliveryState.FAILED:
            return Progress(Step.FAILED, delivery.ended_at, why_failed(delivery.status))
        case DeliveryState.PARKED:
            return Progress(Step.HELD, None, _("something went wrong on its way by e-mail; a person will look at it"))
        case _:
            return Progress(Step.MOVING)
