"""What a mail is once it was read: its words, its files, its fields, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from evenhand.mail import header

__all__ = ["Mail", "Part", "Unreadable"]

# Fields that may stand once (RFC 5322 §3.6). Two of one make a signature's word worthless: which one was signed?
_SINGLE = ("from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "content-type")


@dataclass(frozen=True, slots=True)
class Part:
    """A file in a mail, decoded. `media_type` and `name` are the sender's claims."""

    media_type: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """
    A mail as values. `text` is what the author wrote, or what their HTML shows; `html` is as it came, not sanitised.

    `fields` maps lower-case names to the bodies of all fields of that name, unfolded but not decoded. `doubts` say
    where other programs might see other parts.
    """

    media_type: str
    fields: Mapping[str, tuple[str, ...]]
    subject: str
    text: str
    html: str
    parts: tuple[Part, ...]
    defects: tuple[str, ...] = ()
    report_types: frozenset[str] = frozenset()
    encrypted: bool = False
    signed: bool = False
    sender: header.Mailboxes = field(default_factory=lambda: header.Mailboxes(()))
    doubts: tuple[str, ...] = ()

    def field(self, name: str) -> str:
        """The first field of that name, or an empty string."""
        return next(iter(self.fields.get(name, ())), "")

    def has(self, name: str) -> bool:
        """Whether a field of that name occurs."""
        return name in self.fields

    @property
    def message_id(self) -> str:
        """The claimed Message-ID without brackets, or an empty string."""
        return next(iter(header.message_ids(self.field("message-id"))), "")

    @property
    def cited(self) -> tuple[str, ...]:
        """The ids of In-Reply-To and References, oldest first."""
        return header.message_ids(self.field("references")) + header.message_ids(self.field("in-reply-to"), 1)

    @property
    def date(self) -> datetime | None:
        """The Date the author's program wrote."""
        return header.read_date(self.field("date"))

    @property
    def repeated_fields(self) -> tuple[str, ...]:
        """Fields that stand more than once though they may not."""
        return tuple(name for name in _SINGLE if len(self.fields.get(name, ())) > 1)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A mail past a hard limit; `reason` is for the operator."""

    reason: str
