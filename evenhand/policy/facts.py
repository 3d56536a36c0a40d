"""What a judge is told of a message: a frozen bundle, with `None` for what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

__all__ = [
    "AttachmentFact",
    "EarlierMessage",
    "EarlierRequest",
    "Facts",
    "ImageFact",
    "MessageClass",
    "OrderFact",
    "ScanFact",
    "Side",
]

Side = Literal["buyer", "seller", "operator"]

MessageClass = Literal["reply", "necessary", "proactive"]
"""`reply`: in a thread the buyer opened; `necessary`: opened by the seller for the order's sake; else `proactive`."""


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

    `text` is what could be read from it, `None` if nobody looked.
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
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ImageFact:
    """A picture in the body, named by the `source` the HTML gives; `text` is what is written in it, if known."""

    source: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class OrderFact:
    """
    The order a conversation is about, as the marketplace reported it; instants in UTC.

    `products` are the ids of what was bought; `None` is not known.
    """

    number: str
    marketplace: str
    status: str
    placed_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    products: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class EarlierMessage:
    """Something said before in the same conversation; `text` is `None` where the words were not asked for."""

    by: Side
    at: datetime
    text: str | None = None


@dataclass(frozen=True, slots=True)
class EarlierRequest:
    """
    A review or feedback request made before for this order, by whatever channel.

    `outcome` is `sent`, `refused` (nothing reached the buyer) or `unknown`, which counts as sent.
    """

    at: datetime
    outcome: Literal["sent", "refused", "unknown"] = "sent"


@dataclass(frozen=True, slots=True)
class Facts:
    """
    Everything a rule may ask about one message.

    `text` is what the author wrote anew, `quoted` what stands quoted below it, `html` the new part as it came, not
    sanitised. `scan` is about the mail whole, as it came. A field that is `None` is not known: a rule that needs it
    reports so instead of passing in silence.

    `opened_by` says who opened the thread this message stands in, `purpose` which contact reason or campaign purpose
    the seller chose (`""`: none was chosen), `audience` the campaign's recipient filter as it was written (`""`: one
    hand-picked order). `earlier` is the conversation so far, oldest first; `requests` the review requests made before
    for this order. `lang` is the language of the words, where it is known and need not be guessed.
    """

    text: str
    now: datetime | None
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
    opened_by: Side | None = None
    purpose: str | None = None
    audience: str | None = None
    requests: Sequence[EarlierRequest] | None = None
    images: Sequence[ImageFact] | None = None
    lang: str | None = None
