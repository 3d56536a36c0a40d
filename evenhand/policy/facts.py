"""What a judge is told of a message: a frozen bundle, with `None` for what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

__all__ = [
    "AttachmentFact",
    "BuyerFact",
    "EarlierMessage",
    "EarlierRequest",
    "Facts",
    "ImageFact",
    "MessageClass",
    "OfferFact",
    "OrderFact",
    "ScanFact",
    "SenderFact",
    "Side",
    "TargetFact",
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

    `text` is what could be read from it, `None` if nobody looked. `serves` is what the sender says it is for
    (`product-instructions`, `warranty`, `invoice`, `legal-document`, `custom-artwork`, `other`), `None` if not said.
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
    serves: str | None = None


@dataclass(frozen=True, slots=True)
class ImageFact:
    """
    A picture in the body, named by the `source` the HTML gives; what is not known of it is `None`.

    `text` is what is written in it, `kind` what it shows (`logo`, `product`, `diagram`, `photo`, `other`), `media_type`
    what its content says, `width` and `height` its own measures in pixels, `frames` how many it has.
    """

    source: str
    text: str | None = None
    kind: str | None = None
    media_type: str | None = None
    width: int | None = None
    height: int | None = None
    frames: int | None = None


@dataclass(frozen=True, slots=True)
class TargetFact:
    """What became of trying the target of a link: whether it `answered`, and if not, how it failed."""

    address: str
    answered: bool
    failure: str = ""


_NOT_SHIPPED = frozenset({"unshipped", "notshipped", "pending", "placed", "open", "new", "confirmed", "processing"})


@dataclass(frozen=True, slots=True)
class OrderFact:
    """
    The order a conversation is about, as the marketplace reported it; instants in UTC.

    `products` are the ids of what was bought; `None` is not known. `promised_from` and `promised_until` are the
    earliest and the latest delivery that was promised. Where completion is known only roughly, `completed_at` is
    `None` and lies between `completed_after` and `completed_before`. `related` are the numbers of this buyer's other
    orders here.
    """

    number: str
    marketplace: str
    status: str
    placed_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    products: Sequence[str] | None = None
    promised_from: datetime | None = None
    promised_until: datetime | None = None
    completed_at: datetime | None = None
    completed_after: datetime | None = None
    completed_before: datetime | None = None
    related: Sequence[str] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is known not to have left yet."""
        said = self.status.lower().replace("-", "").replace("_", "").replace(" ", "")
        return self.shipped_at is None and self.delivered_at is None and said in _NOT_SHIPPED

    @property
    def is_cancelled(self) -> bool:
        """Whether the whole of it was cancelled."""
        return self.status.lower().startswith(("cancel", "void"))


@dataclass(frozen=True, slots=True)
class BuyerFact:
    """
    What is known of whom it goes to; `None` is not known.

    `opted_out` of what no order needs, with all sellers; `stopped`: asked this seller to stop writing. `insider` says
    who they are to the seller (`staff`, `relative`, `partner`, `competitor`), `""` for nobody. `country` is the one
    whose law protects them (ISO 3166-1); `consents` whether they agreed to advertising by mail, or were told each time
    that they may object and did not.
    """

    opted_out: bool | None = None
    stopped: bool | None = None
    insider: str | None = None
    country: str | None = None
    consents: bool | None = None


@dataclass(frozen=True, slots=True)
class SenderFact:
    """
    What is known of the seller's account; `None` is not known.

    `address` is where the mail came from, `is_approved` whether it may write to masked addresses. `restriction` is
    `barred` (from messages it opens), `template-only` or `""`; it ends at `restricted_until`, if an end was given.
    `sent_today` counts messages of this day, `daily_orders` is the average.
    """

    address: str = ""
    is_approved: bool | None = None
    restriction: Literal["", "barred", "template-only"] | None = None
    restricted_until: datetime | None = None
    sent_today: int | None = None
    daily_orders: float | None = None


@dataclass(frozen=True, slots=True)
class TemplateFact:
    """
    The template a message was made from; one without a name was written freely.

    `is_platforms`: it is the marketplace's own; `is_changed`: something was added or taken out beside its fields;
    `adds_order_id`: the marketplace writes the order id itself. `unfilled` are placeholders that were left or filled
    with nothing.
    """

    name: str = ""
    is_platforms: bool = False
    is_changed: bool = False
    adds_order_id: bool = False
    unfilled: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class OfferFact:
    """What the marketplace offered to send for this order (`review-request` and so on) when it was read."""

    actions: Sequence[str]
    read_at: datetime | None = None


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

    `outcome` is `sent`, `refused` (nothing reached the buyer) or `unknown`, which counts as sent. `by_platform`: it was
    the marketplace's own.
    """

    at: datetime
    outcome: Literal["sent", "refused", "unknown"] = "sent"
    by_platform: bool = False


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

    `is_customer` says whether who it goes to bought from the author or wrote to them first, `is_apart` whether an
    answer stands outside the buyer's own thread. `way` is how it is sent: typed as `free` mail, through a
    `contact-reason`, a `template` or the marketplace's `interface`. `targets` are links that were tried, `offers` what
    the marketplace would send for the order now.
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
    buyer: BuyerFact | None = None
    sender: SenderFact | None = None
    template: TemplateFact | None = None
    offers: OfferFact | None = None
    targets: Sequence[TargetFact] | None = None
    is_customer: bool | None = None
    is_apart: bool | None = None
    way: Literal["free", "contact-reason", "template", "interface"] | None = None
