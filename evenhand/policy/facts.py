"""What a judge is told of a message: a frozen bundle, with `None` for what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

__all__ = [
    "AttachmentFact",
    "BuyerFact",
    "Date",
    "EarlierMessage",
    "EarlierRequest",
    "Facts",
    "ImageFact",
    "MessageClass",
    "OrderFact",
    "ScanFact",
    "SenderFact",
    "Side",
    "TemplateFact",
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

    `text` is what could be read from it, codes included, `None` if nobody looked; `purpose` what the seller says it is
    (`invoice`, `warranty`, `product-instructions`, `legal-document`, `custom-artwork`), `None` if they did not say.
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
    links: Sequence[str] = ()
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class ImageFact:
    """
    A picture in the body, named by the `source` that the HTML gives (`cid:…` or an address).

    `kind` is `logo`, `product`, `diagram`, `photo`, `banner` or `other`; `text` what is written in it, codes included;
    `width` its own in CSS pixels, `frames` how many it has. `None` is not known.
    """

    source: str
    kind: str | None = None
    text: str | None = None
    width: int | None = None
    frames: int | None = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Date:
    """An instant in UTC that may be known only within bounds, and who said so."""

    earliest: datetime
    latest: datetime
    source: str = "marketplace"

    @classmethod
    def exact(cls, at: datetime, source: str = "marketplace") -> Date:
        """Make one that is known to the second."""
        return cls(at, at, source)


@dataclass(frozen=True, slots=True)
class OrderFact:
    """
    The order a conversation is about, as the marketplace reported it; instants in UTC.

    `products` are the product ids bought, `other_numbers` further orders of the same buyer from this seller.
    `completed` overrides delivery as the end of the order; `promised` is the span of the promised delivery.
    """

    number: str
    marketplace: str
    status: str
    placed_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    products: Sequence[str] | None = None
    other_numbers: Sequence[str] = ()
    placed: Date | None = None
    delivered: Date | None = None
    completed: Date | None = None
    promised: tuple[datetime, datetime] | None = None
    fulfilled_by: str | None = None
    items_cancelled: int | None = None
    items: int | None = None
    has_open_replacement: bool = False
    adjusted: bool | None = None
    has_return: bool | None = None


@dataclass(frozen=True, slots=True)
class EarlierMessage:
    """Something said before in the same conversation; `text` is `None` where the words were not asked for."""

    by: Side
    at: datetime
    text: str | None = None
    message_class: MessageClass | None = None


@dataclass(frozen=True, slots=True)
class EarlierRequest:
    """
    A review or feedback request made before for this order, by whatever channel.

    `outcome` is `sent`, `refused` (nothing reached the buyer) or `unknown`, which counts as sent; `by_platform` tells
    the marketplace's own request from the seller's words.
    """

    at: datetime
    outcome: Literal["sent", "refused", "unknown"] = "sent"
    by_platform: bool = False


@dataclass(frozen=True, slots=True)
class BuyerFact:
    """
    What is known of the buyer's wishes; `None` is not known.

    `locale` is a language tag, `jurisdiction` an ISO 3166 country; `insider` says in a word why this buyer may not be
    asked for a review (`staff`, `relative`, `partner`, `competitor`), and is empty for anybody else.
    """

    locale: str | None = None
    opted_out: bool | None = None
    asked_to_stop: bool | None = None
    jurisdiction: str | None = None
    insider: str | None = None
    consents_to_advertising: bool | None = None


@dataclass(frozen=True, slots=True)
class SenderFact:
    """
    The seller's account at the time; `None` is not known.

    `restricted_until`: no proactive messages before this instant (`datetime.max` where no end is set).
    """

    authorised: bool | None = None
    restricted: bool | None = None
    restricted_until: datetime | None = None
    template_only: bool | None = None
    sent_today: int | None = None
    average_daily_orders: float | None = None


@dataclass(frozen=True, slots=True)
class TemplateFact:
    """The template a message was made from; `by_platform` and unchanged, or the seller's; what was left unfilled."""

    name: str = ""
    by_platform: bool = False
    unchanged: bool = False
    unfilled: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """
    Everything a rule may ask about one message.

    `text` is what the author wrote anew, `quoted` what stands quoted below it, `html` the new part as it came, not
    sanitised. `scan` is about the mail whole, as it came. A field that is `None` is not known: a rule that needs it
    reports so instead of passing in silence.

    `opened_by` says who opened the thread this message stands in, `purpose` which contact reason or campaign purpose
    the seller chose (`""`: none was chosen), `audience` the campaign's recipient filter as it was written (`""`: one
    hand-picked order), `offered` what the marketplace offers to send for this order now. `earlier` is the
    conversation so far, oldest first; `requests` the review requests made before for this order.
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
    buyer: BuyerFact | None = None
    sender: SenderFact | None = None
    template: TemplateFact | None = None
    offered: Sequence[str] | None = None
    images: Sequence[ImageFact] | None = None
    replies_in_thread: bool | None = None
    dead_links: Sequence[str] | None = None
    lang: str | None = None
