"""What a judge is told of a message: a frozen bundle, with `None` for what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

__all__ = ["AttachmentFact", "EarlierMessage", "Facts", "OrderFact", "ScanFact", "Side"]

Side = Literal["buyer", "seller", "operator"]


@dataclass(frozen=True, slots=True)
class ScanFact:
    """
    What a virus scanner said of some bytes.

    `none`: no scanner is asked. `infected`: `detail` names what it found. `unscanned`: one should have been asked and
    gave no clear answer; `detail` says why.
    """

    state: Literal["none", "clean", "infected", "unscanned"] = "none"
    detail: str = ""


_NOT_ASKED = ScanFact()


@dataclass(frozen=True, slots=True)
class AttachmentFact:
    """
    A file as it came. `ordinal` counts from 1, `size` is in bytes.

    `media_type` is what the content says, `declared` what the sender said; `name` is as the author wrote it. `kind` is
    empty for a file that could be cleaned; else it says in a word why not, `reason` and `fix` say so in sentences, and
    `held` whether a person has to look. `scan` is about the file as it came.
    """

    ordinal: int
    name: str
    declared: str
    media_type: str
    size: int
    kind: str = ""
    held: bool = False
    reason: str = ""
    fix: str = ""
    scan: ScanFact = _NOT_ASKED


@dataclass(frozen=True, slots=True)
class OrderFact:
    """The order a conversation is about, as the marketplace reported it; instants in UTC."""

    number: str
    marketplace: str
    status: str
    placed_at: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class EarlierMessage:
    """Something said before in the same conversation."""

    by: Side
    at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """
    Everything a rule may ask about one message.

    `text` is what the author wrote anew, `quoted` what stands quoted below it, `html` the new part as it came, not
    sanitised. `scan` is about the mail whole, as it came. A field that is `None` is not known: a rule that needs it
    reports so instead of passing in silence.
    """

    text: str
    now: datetime
    author: Side
    subject: str = ""
    html: str = ""
    quoted: str = ""
    attachments: Sequence[AttachmentFact] = ()
    order: OrderFact | None = None
    earlier: Sequence[EarlierMessage] | None = None
    buyer_locale: str | None = None
    origin: str = "mail"
    scan: ScanFact = _NOT_ASKED
