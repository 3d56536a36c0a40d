"""A message as the rules see it: the facts, and what reading its parts showed. Made once, asked by every rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from evenhand.policy.facts import Facts, MessageClass
from evenhand.policy.text.mapped import Mapped
from evenhand.policy.verdict import Hit

if TYPE_CHECKING:
    from evenhand.policy.speech.acts import Act
    from evenhand.policy.text.page import Hidden

__all__ = ["NECESSARY", "PLATFORM_REQUEST", "Case", "Link", "LinkKind", "Part"]

LinkKind = Literal[
    "review",  # the review page of a product
    "product",  # any other page of a product
    "order",  # a page about orders
    "storefront",
    "search",
    "help",
    "marketplace",  # any other page of the marketplace
    "third-party",
    "shortener",
    "data",
    "mailto",
    "tel",
    "messenger",
    "other",
]


@dataclass(frozen=True, slots=True)
class Link:
    """
    A link, where it stands in its part as written, and where it leads.

    `shown` is its visible text, `target` its address as resolved (entities decoded, spelled-out dots written);
    `host` is lower case and in ASCII (IDNA); `product` the product id in it; `how` says what it is: an `anchor`, a
    `plain` address in the text, one `spelled` in words, an image map's `area`, a `form`, a `refresh`.
    `wraps` is the source of the picture inside an anchor.
    """

    part: str
    start: int
    end: int
    shown: str
    target: str
    host: str
    kind: LinkKind
    how: Literal["anchor", "plain", "spelled", "area", "form", "refresh"] = "anchor"
    product: str = ""
    wraps: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """
    One part of a message: its source as the author wrote it, what is seen of it, and that folded for comparison.

    `seen` maps to `source`; `folded` maps to `seen.text`. Paragraphs and blocks are parted by line feeds in both.
    `name` is `subject`, `text`, `html`, or the name of a file or picture; `pictures` are the sources of those it shows,
    `hidden` what of a page is not seen.
    """

    name: str
    source: str
    seen: Mapped
    folded: Mapped
    pictures: Sequence[str] = ()
    attachment: int = 0
    hidden: Sequence[Hidden] = ()

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Give the place in the source that `folded.text[start:end]` stands for."""
        return self.seen.span(*self.folded.span(start, end))

    def excerpt(self, start: int, end: int) -> str:
        """Give the seen words that `folded.text[start:end]` stands for."""
        begin, stop = self.folded.span(start, end)
        return self.seen.text[begin:stop]


@dataclass(frozen=True)
class Case:
    """
    The facts of a message with what reading it showed; `parts` are in the order subject, text, html, files.

    `repeated` names parts that say nothing but what another says: what is read from words alone is read there.
    `is_cut`: a part is longer than is read.
    """

    facts: Facts
    parts: Sequence[Part] = ()
    links: Sequence[Link] = ()
    lang: str = ""
    acts: Sequence[Act] = field(default=())
    repeated: frozenset[str] = frozenset()
    is_cut: bool = False

    @cached_property
    def message_class(self) -> MessageClass:
        """Which class it is of, by who opened the thread and what for; a sender never picks it."""
        facts = self.facts
        if facts.opened_by == "buyer":
            return "reply"
        return "necessary" if facts.purpose in NECESSARY else "proactive"

    def part(self, name: str) -> Part | None:
        """Give the part of this name."""
        return next((one for one in self.parts if one.name == name), None)

    def done(self, kind: str) -> Iterator[Hit]:
        """Point at every act of this kind, as it stands in its part as written."""
        for act in self.acts:
            part = self.part(act.part) if act.kind == kind else None
            if part is not None:
                start, end = part.place(act.start, act.end)
                yield Hit(
                    part.name,
                    start,
                    end,
                    part.excerpt(act.start, act.end),
                    pieces=tuple(part.excerpt(*piece) for piece in act.pieces),
                    confidence=act.confidence,
                    attachment=part.attachment,
                    is_guess=act.is_guess,
                )


NECESSARY = frozenset(
    {
        "verify-custom-design",
        "schedule-delivery",
        "address-problem",
        "missing-information",
        "cancellation",
        "legal-document",
        "problem-with-order",
        "home-service",
        "digital-key",
    }
)
"""Contact reasons that completing an order needs (policy reference, message classes)."""

PLATFORM_REQUEST = "platform-review-request"
"""The purpose of the marketplace's own request: it carries no words of the seller's."""
