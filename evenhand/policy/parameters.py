"""What an operator may set about the rules; packs give the defaults, a book changes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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

    Sizes are in bytes, windows in days of 24 hours, widths in CSS pixels, shares in per cent. `marketplace_hosts` are
    compared on the registrable domain, after folding to ASCII; `allowed_links` are kinds of links
    (`evenhand.policy.case.LinkKind`) that no link rule objects to.
    """

    allowed_types: frozenset[str] = frozenset()
    total_size: int = 10 * MEGABYTE
    marketplace_hosts: Sequence[str] = (*AMAZON_HOSTS, "market.example")
    carrier_hosts: Sequence[str] = ()
    link_allow_list: Sequence[str] = ()
    window_days: int = 30
    window_anchor: str = "order_placed_at"
    window_exempts_replies: bool = True
    requests_per_order: int = 1
    allowed_links: Sequence[str] = ("review",)
    order_id_pattern: str = r"\d{3}-\d{7}-\d{7}"
    solicitation_opens_days_after_earliest_delivery: int = 5
    solicitation_closes_days_after_latest_delivery: int = 30
    attachments_total_bytes_below: int = 10485760
    attachments_max_files: int = 5
    attachment_types: Sequence[str] = ()
    attachment_kinds: Sequence[str] = ()
    container_width_px: int = 600
    margin_max_percent: int = 20
    image_max_percent: int = 80
    font_sizes_max: int = 3
    line_breaks_max: int = 2
    daily_cap_orders_factor: int = 5
    daily_cap_plus: int = 600
    daily_cap_exempts_replies: bool = True
    unanswered_messages_warn_at: int = 5
    important_tag: str = "none"
    critical_needs_contact_reason: bool = False
    feedback_removal_request: str = "none"
    platform_request_rules: Sequence[str] = ()
    phone_exceptions: Sequence[str] = ()
    coloured_links_count: bool = True
