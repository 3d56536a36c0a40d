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
    folding to ASCII; `allowed_links` are kinds of links (`evenhand.policy.case.LinkKind`) that no link rule objects to.
    """

    allowed_types: frozenset[str] = frozenset()
    total_size: int = 10 * MEGABYTE
    marketplace_hosts: Sequence[str] = (*AMAZON_HOSTS, "market.example")
    window_days: int = 30
    window_anchor: Literal["placed", "completed"] = "placed"
    window_exempts_replies: bool = True
    requests_per_order: int = 1
    allowed_links: Sequence[str] = ("review",)
