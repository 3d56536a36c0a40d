"""What an operator may set about the rules; packs give the defaults, a book changes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["AMAZON_HOSTS", "MEGABYTE", "Parameters"]

MEGABYTE = 1000 * 1000

AMAZON_HOSTS: Sequence[str] = (
    "amazon.com", "amazon.ca", "amazon.com.mx", "amazon.com.br", "amazon.co.uk", "amazon.de", "amazon.fr", "amazon.it",
    "amazon.es", "amazon.nl", "amazon.com.be", "amazon.se", "amazon.pl", "amazon.com.tr", "amazon.ie", "amazon.ae",
    "amazon.sa", "amazon.eg", "amazon.in", "amazon.co.jp", "amazon.sg", "amazon.com.au", "amazon.cn",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parameters:
    """
    The figures and lists that rules go by.

    Sizes are in bytes, windows in days of 24 hours. `marketplace_hosts` are compared with the end of a host, after
    folding to ASCII; `allowed_links` are kinds of links (`evenhand.policy.case.LinkKind`) that no link rule objects to,
    `storefront_links` those that count as a way to the storefront (`other-item`: a page of what was not bought).
    `logos_show_no_address`: pictures may not even show one. `needed_links`: a secure link may leave the marketplace
    where the order needs it. `allowed_types` are the files the service passes on, `attachment_types` those that a pack
    allows; all files of a message stay below `attachments_below`.

    `container_width` is in pixels; margins and pictures are shares of it. In `order_id_pattern` a hyphen stands for
    whatever parts the figures. The marketplace's own request may be made from `solicitation_opens_days` after the
    earliest until `solicitation_closes_days` after the latest promised delivery; only `platform_request_rules` are
    asked about it (none named: all are). `daily_cap_factor` times the average orders of a day plus `daily_cap_plus` may
    be sent a day.

    `guess_from`: how likely, from 0 to 1, the classifier must think it that a message breaks a rule for that to count
    (1: never); `guess_action` is the most that such a guess does. What the grammar reads and the classifier thinks less
    likely than `doubt_below` does not count.
    """

    allowed_types: frozenset[str] = frozenset()
    total_size: int = 10 * MEGABYTE
    marketplace_hosts: Sequence[str] = (*AMAZON_HOSTS, "market.example")
    window_days: int = 30
    window_anchor: Literal["placed", "completed"] = "placed"
    window_exempts_replies: bool = True
    requests_per_order: int = 1
    allowed_links: Sequence[str] = ("review",)
    storefront_links: Sequence[str] = ("storefront",)
    needed_links: bool = False
    logos_show_no_address: bool = False
    attachment_types: frozenset[str] = frozenset()
    attachments_below: int = 10 * 1024 * 1024
    attachments_most: int = 5
    container_width: int = 600
    margin_most: float = 0.2
    image_most: float = 0.8
    font_sizes_most: int = 3
    line_breaks_most: int = 2
    coloured_links: bool = True
    order_id_pattern: str = r"\d{3}-\d{7}-\d{7}"
    important_tag: Literal["necessary-only", "void"] = "necessary-only"
    solicitation_opens_days: int = 5
    solicitation_closes_days: int = 30
    unanswered_most: int = 4
    daily_cap_factor: float = 5.0
    daily_cap_plus: int = 600
    platform_request_rules: Sequence[str] = ()
    guess_from: float = 0.5
    guess_action: Literal["warn", "hold", "block"] = "hold"
    doubt_below: float = 0.3
