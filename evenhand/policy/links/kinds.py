"""Where a link leads: the marketplace's pages by kind, or away from it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from evenhand.policy.case import LinkKind

__all__ = ["Target", "target_of"]

_SHORTENERS = frozenset(
    "bit.ly tinyurl.com t.co goo.gl ow.ly is.gd buff.ly cutt.ly rebrand.ly shorturl.at rb.gy tiny.cc s.id"
    " lnkd.in amzn.to a.co"
    " sho.rt.example v.gd t.ly soo.gd bl.ink".split()
)
_MESSENGERS = frozenset(
    "wa.me api.whatsapp.com chat.whatsapp.com t.me telegram.me line.me m.me signal.me viber.me discord.gg"
    " kakao.com".split()
)
_PAGES: Sequence[tuple[LinkKind, re.Pattern[str]]] = (
    (
        "review",
        re.compile(
            r"(?i)^(?:/-)?(?:/[a-z]{2}(?:[-_][a-z]{2})?)?(?:/gp)?/(?:customer-)?reviews?(?:/|$)(?!.*(?:list|all)\b)"
            r"|/review/create-review|/review-your-purchases|/gp/customer-reviews/|/write-a-review|/feedback/leave"
        ),
    ),
    ("storefront", re.compile(r"(?i)/(?:stores?|shops?|storefront|seller|sellers|brands?)(?:/|$)|/sp$|/gp/aag")),
    ("product", re.compile(r"(?i)/(?:dp|gp/product|product|products|item|gp/aw/d)/")),
    ("order", re.compile(r"(?i)/(?:orders?|your-orders|gp/your-account|gp/css|order-details|returns?/order)(?:/|$)")),
    ("help", re.compile(r"(?i)/(?:help|gp/help|customer-service|support)(?:/|$)")),
    ("search", re.compile(r"(?i)^(?:/-/[a-z]{2})?/(?:s|search|b|gp/bestsellers|deals)(?:/|$)")),
)
_PRODUCT = re.compile(
    r"(?i)/(?:dp|gp/product|product|products|item|gp/aw/d|create-review|review)/([A-Z0-9]{6,20})(?:[/?]|$)"
)
_REDIRECTS = frozenset(
    "to url u target dest destination redirect redirect_to redirecturl next goto link continue out r".split()
)
_TWO_PART = frozenset("co com org net ac gov edu".split())


class Target(NamedTuple):
    """What an address says of where it leads."""

    host: str
    kind: LinkKind
    product: str = ""


@lru_cache(maxsize=1 << 12)
def target_of(address: str, marketplace: tuple[str, ...]) -> Target:
    """
    Tell where an address leads; hosts are compared on the registrable domain, in ASCII.

    >>> target_of("https://market.example/review/create-review?asin=B000TEST01", ("market.example",))[:3]
    ('market.example', 'review', 'B000TEST01')
    """
    scheme = address.partition(":")[0].strip().lower()
    if scheme in {"data", "javascript", "vbscript"}:
        return Target("", "data")
    if scheme in {"mailto", "tel"}:
        return Target("", "mailto" if scheme == "mailto" else "tel")
    if scheme in {"sms", "callto", "skype", "whatsapp", "tg"}:
        return Target("", "messenger")
    if address.startswith("#") or scheme == "cid":
        return Target("", "other")
    try:
        parts = urlsplit(address if "://" in address else f"https://{address.lstrip('/')}")
        host = _ascii(parts.hostname or "")
    except ValueError:
        return Target("", "third-party")
    ours = next((one for one in marketplace if host == one or host.endswith(f".{one}")), "")
    if ours:
        return _at_home(parts.path, parts.query, host, marketplace)
    if host in _MESSENGERS:
        return Target(host, "messenger")
    domain = registrable(host)
    if host in _SHORTENERS or domain in _SHORTENERS:
        return Target(host, "shortener")
    return Target(host, "third-party")


def _at_home(path: str, query: str, host: str, marketplace: tuple[str, ...]) -> Target:
    asked = parse_qsl(query, keep_blank_values=True, max_num_fields=50) if query.count("&") < 50 else []
    for name, value in asked:
        if name.lower() in _REDIRECTS and ("//" in value or "." in value):
            inner = target_of(value, marketplace)
            if inner.host and inner.kind != "other":
                # A page that only sends on leads where it sends to.
                return Target(host, "third-party" if inner.kind != "review" else "marketplace")
    path = unquote(path)
    named = {name.lower(): value for name, value in asked}
    product = named.get("asin", "")
    found = _PRODUCT.search(path)
    if not product and found:
        product = found[1]
    if "me" in named or "seller" in named or "merchant" in named:
        return Target(host, "storefront")
    for kind, pattern in _PAGES:
        if pattern.search(path):
            return Target(host, kind, product)
    return Target(host, "marketplace", product)


def registrable(host: str) -> str:
    """Give the domain one can register: the last two labels, or three under a second level such as `co.uk`."""
    labels = host.split(".")
    if len(labels) > 2 and labels[-2] in _TWO_PART and len(labels[-1]) == 2:
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])


def _ascii(host: str) -> str:
    host = host.rstrip(".").lower()
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
