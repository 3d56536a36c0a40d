"""What lies in the mailboxes of the demonstration: every delivered copy, as a mail program would show it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy

from django.db.models import Count, QuerySet

from evenhand.demo.market import read_market
from evenhand.mail.header import decode_words, read_mailboxes, unfold
from evenhand.mail.html import sanitise
from evenhand.mail.parse import Mail, Part, parse
from evenhand.record.blobs import read_blob
from evenhand.relay.models import Delivery, DeliveryState

__all__ = ["Box", "Glance", "Letter", "Shelf", "delivered", "glance", "open_letter", "raw_bytes", "shelf"]

_END_OF_HEADER = (b"\r\n\r\n", b"\n\n")


@dataclass(frozen=True)
class Box:
    """A mailbox: whose it is, and how many mails lie in it."""

    address: str
    name: str
    count: int


@dataclass(frozen=True)
class Glance:
    """A mail as one line of a list."""

    id: uuid.UUID
    address: str
    sender: str
    subject: str
    at: datetime


@dataclass(frozen=True)
class Letter:
    """A mail opened: its envelope, its header fields in their order, and what they say, decoded."""

    glance: Glance
    return_path: str
    fields: Sequence[tuple[str, str]]
    text: str
    html: str
    files: Sequence[Part]


@dataclass(frozen=True)
class Shelf:
    """All mailboxes beside the one that is looked at: those of the four who can be played, and the others."""

    cast: Sequence[Box]
    others: Sequence[Box]
    address: str | None

    @property
    def is_other(self) -> bool:
        """Whether the one looked at is among the others."""
        return any(box.address == self.address for box in self.others)

    @property
    def is_known(self) -> bool:
        """Whether there is such a mailbox at all."""
        return self.is_other or any(box.address == self.address for box in self.cast)


def shelf(address: str | None = None) -> Shelf:
    """List the mailboxes: the four of the cast, full or empty, and of the others those that hold mail."""
    market = read_market()
    names = {one.address: one.name for one in market.people.values()}
    rows = delivered().values_list("address").annotate(count=Count("id")).order_by("address")
    found = {one: Box(one, names.get(one, ""), count) for one, count in rows}
    cast = [one.address for one in market.cast]
    first = [found.pop(one, Box(one, names[one], 0)) for one in cast]
    return Shelf(first, list(found.values()), address)


def delivered(address: str | None = None) -> QuerySet[Delivery]:
    """Give the copies that were handed over, newest first: all, or those of one mailbox."""
    rows = Delivery.objects.filter(state=DeliveryState.SENT)
    if address is not None:
        rows = rows.filter(address=address)
    return rows.order_by("-ended_at", "-id")


def raw_bytes(delivery: Delivery) -> bytes:
    """
    Give the mail as it was sent.

    Raises BlobDamaged if it is large and its bytes are gone.
    """
    if delivery.content is not None:
        return bytes(delivery.content)
    return read_blob(bytes(delivery.content_sha256).hex())


def glance(delivery: Delivery) -> Glance:
    """Read what a list shows, from the header alone."""
    fields = {name.lower(): value for name, value in reversed(_fields(raw_bytes(delivery)))}
    sender = read_mailboxes(fields.get("from", "")).boxes
    return Glance(
        id=delivery.id,
        address=delivery.address,
        sender=next((box.name or box.address for box in sender), ""),
        subject=decode_words(fields.get("subject", "")),
        at=delivery.ended_at or delivery.created_at,
    )


def open_letter(delivery: Delivery) -> Letter:
    """Read all of a mail; the bytes are our own, and still nothing in them is taken on trust."""
    raw = raw_bytes(delivery)
    mail = parse(raw)
    text, html, files = (
        (mail.text, sanitise(mail.html), mail.parts) if isinstance(mail, Mail) else (mail.reason, "", ())
    )
    return Letter(
        glance=glance(delivery),
        return_path=delivery.return_path,
        fields=[(name, decode_words(value)) for name, value in _fields(raw)],
        text=text,
        html=html,
        files=files,
    )


def _fields(raw: bytes) -> list[tuple[str, str]]:
    """Read the header fields in their order, unfolded but not decoded."""
    end = min((at for at in map(raw.find, _END_OF_HEADER) if at >= 0), default=len(raw))
    message = message_from_bytes(raw[:end], policy=policy.compat32)
    return [(name, unfold(str(value))) for name, value in message.items()]
