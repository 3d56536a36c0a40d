"""A conversation as plain values for programs: messages, verdicts, files and copies, and no real address."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Prefetch

from evenhand.conversations.models import Conversation, Message
from evenhand.mail.gate.concealed import scrub_concealed
from evenhand.mail.identity import REMOVED, identities
from evenhand.participants.models import Address
from evenhand.relay.models import Attempt, Delivery, DeliveryState, Hold, Inbound, InboundState
from evenhand.relay.status import why_failed

__all__ = ["every_string", "transcript", "veil_over"]

_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:]+@([^\s<>()\[\]\",;:]+\w)")


def transcript(conversation: Conversation) -> dict[str, Any]:
    """
    Tell a conversation from its first message to its last, then what was taken in but is no message.

    No string in it holds a real address: not the participants' own, in whatever form it was written, nor any other
    that stands in a text or in a mail server's answer. The aliases stay.
    """
    order = conversation.order
    told = {
        "conversation": str(conversation.id),
        "order": order.number if order else None,
        "marketplace": order.marketplace if order else None,
        "subject": conversation.subject,
        "opened_at": _moment(conversation.opened_at),
        "closed_at": _moment(conversation.closed_at),
        "messages": [_message(conversation, one) for one in _messages(conversation)],
        **_not_yet_messages(conversation),
    }
    return dict(every_string(told, veil_over(conversation)))


def _messages(conversation: Conversation) -> list[Message]:
    """Fetch the messages with all that hangs on them, each kind with one query, and never the bytes of a copy."""
    copies = Delivery.objects.defer("content", "address").order_by("created_at", "id")
    tries = Attempt.objects.order_by("number")
    reports = Inbound.objects.filter(state=InboundState.DONE).only("bounce_of", "received_at", "outcome").order_by("id")
    return list(
        conversation.messages.select_related("verdict", "hold")
        .prefetch_related(
            "attachments",
            "findings",
            Prefetch("deliveries", copies),
            Prefetch("deliveries__tries", tries),
            Prefetch("deliveries__reports", reports),
        )
        .order_by("sent_at", "id")
    )


def _message(conversation: Conversation, message: Message) -> dict[str, Any]:
    return {
        "id": str(message.id),
        "sent_at": _moment(message.sent_at),
        "direction": _direction(by_buyer=message.author_id == conversation.buyer_id),
        "origin": message.origin,
        "state": message.state,
        "reason": message.reason,
        "subject": message.subject,
        "text": message.text,
        "verdict": _verdict(message),
        "findings": [
            {name: getattr(one, name) for name in _FINDING} for one in sorted(message.findings.all(), key=_by_id)
        ],
        "attachments": [
            {name: getattr(one, name) for name in _ATTACHMENT}
            for one in sorted(message.attachments.all(), key=lambda one: one.ordinal)
        ],
        "deliveries": [_delivery(one, message) for one in message.deliveries.all()],
    }


_FINDING = ("rule", "clause", "part", "start", "end", "excerpt", "reason", "fix", "action", "confidence")
_ATTACHMENT = ("name", "media_type", "size", "sha256", "refused")
_ATTEMPT = ("number", "outcome", "phase", "status", "detail")


def _by_id(row: Any) -> Any:
    return row.pk


def _direction(*, by_buyer: bool) -> str:
    return "buyer-to-seller" if by_buyer else "seller-to-buyer"


def _verdict(message: Message) -> dict[str, Any] | None:
    try:
        verdict = message.verdict
    except ObjectDoesNotExist:
        return None
    return {
        "action": verdict.action,
        "book": verdict.book,
        "not_checked": verdict.not_checked,
        "review_request": verdict.review_request,
    }


def _delivery(delivery: Delivery, message: Message) -> dict[str, Any]:
    return {
        "to": "author" if delivery.recipient_id == message.author_id else "counterpart",
        "state": delivery.state,
        "status": delivery.status,
        "why": why_failed(delivery.status) if delivery.state == DeliveryState.FAILED else "",
        "created_at": _moment(delivery.created_at),
        "due_at": _moment(delivery.due_at),
        "ended_at": _moment(delivery.ended_at),
        "attempts": [
            {**{name: getattr(one, name) for name in _ATTEMPT}, "at": _moment(one.at)} for one in delivery.tries.all()
        ],
        "came_back": [{"at": _moment(one.received_at), "outcome": one.outcome} for one in delivery.reports.all()],
    }


def _not_yet_messages(conversation: Conversation) -> dict[str, list[dict[str, Any]]]:
    """Mails held before they became a message, and mails still in the spool or parked there."""
    rows = (
        Inbound.objects.filter(alias__conversation=conversation)
        .exclude(state=InboundState.DONE)
        .exclude(id__in=conversation.messages.exclude(inbound_id=None).values("inbound_id"))
        .select_related("hold", "alias")
        .defer("raw")
        .order_by("received_at", "id")
    )
    told: dict[str, list[dict[str, Any]]] = {"held": [], "spooled": []}
    for row in rows:
        hold = _hold(row)
        to_seller = row.alias is not None and row.alias.participant_id == conversation.seller_id
        told["held" if row.state == InboundState.HELD else "spooled"].append({
            "id": str(row.id),
            "received_at": _moment(row.received_at),
            "direction": _direction(by_buyer=to_seller),
            "origin": row.origin,
            "state": row.state,
            "size": row.size,
            "attempts": row.attempts,
            "outcome": row.outcome,
            "reason": hold.reason if hold else None,
            "public": hold.public if hold else "",
            "private": hold.private if hold else "",
        })  # fmt: skip
    return told


def _hold(row: Inbound) -> Hold | None:
    try:
        return row.hold
    except ObjectDoesNotExist:
        return None


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def veil_over(conversation: Conversation) -> Callable[[str], str]:
    """Make the function that takes real addresses out of a string."""
    own = settings.EVENHAND.domain
    domains = {own, *conversation.aliases.values_list("domain", flat=True)}
    addresses = Address.objects.filter(participant__in=[conversation.buyer_id, conversation.seller_id])
    known = tuple(addresses.order_by("id").values_list("address", flat=True))
    protected = identities(known, allowed=tuple(sorted(domains)))

    def veil(text: str) -> str:
        if protected is not None:
            text = scrub_concealed(text, protected)
        return _ADDRESS.sub(lambda match: match[0] if match[1].lower() in domains else REMOVED, text)

    return veil


def every_string(value: Any, change: Callable[[str], str]) -> Any:
    """Apply a change to every string in a tree of plain values, and leave its shape."""
    match value:
        case str():
            return change(value)
        case list():
            return [every_string(one, change) for one in value]
        case dict():
            return {name: every_string(one, change) for name, one in value.items()}
        case _:
            return value
