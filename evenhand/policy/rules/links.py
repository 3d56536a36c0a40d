"""Where a link may not lead: away, to a storefront, to anything but the review page; and a logo may not lead at all."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping

from evenhand.policy.case import Case, Link
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.verdict import Hit, Lacks

__all__ = ["CHECKS"]

_AWAY = frozenset({"third-party", "shortener", "carrier", "data"})
_HOSTED = re.compile(r"(?i)\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b")


def third_party(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find links that leave the marketplace."""
    for link in _written(case):
        allowed = link.host in parameters.link_allow_list or link.kind in parameters.allowed_links
        needed = link.kind == "carrier" and "needed-off-site" in parameters.allowed_links
        if link.kind in _AWAY and not allowed and not needed:
            yield _hit(link)


def storefront(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find links to a seller's storefront; in the later packs also to searches and to items not in the order."""
    wide = "product" in parameters.allowed_links
    for link in _written(case):
        if (
            link.kind == "storefront"
            or (wide and link.kind == "search")
            or (wide and link.kind == "product" and _is_other(case, link))
        ):
            yield _hit(link)


def other(case: Case, parameters: Parameters) -> Iterator[Hit | Lacks]:
    """Find links to anything but the review page of an item in the order, where no nearer rule finds them."""
    for link in _written(case):
        if link.kind in _AWAY or link.kind in {"storefront", "mailto", "tel", "messenger"} or not link.target:
            continue
        if link.kind == "other" and link.target.startswith(("#", "cid:")):
            continue
        if link.kind not in parameters.allowed_links or _is_other(case, link):
            yield _hit(link)


def logo(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find pictures that are wrapped in a link, or laid over by an image map."""
    for link in case.links:
        if link.wraps or link.how == "area":
            yield _hit(link)


def insecure(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find links without https, and links that were tried and did not work."""
    dead = set(case.facts.dead_links or ())
    for link in _written(case):
        if link.target.lower().startswith("http://") or link.target in dead:
            yield _hit(link)


def masked(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find links that hide where they lead."""
    for link in case.links:
        shown = _HOSTED.search(link.shown) if link.how == "anchor" else None
        another = shown is not None and link.host and not _same(shown[0].lower(), link.host)
        hides = link.kind in {"shortener", "data"} or link.lookalike or link.redirects_to or _is_number(link.host)
        if hides or another or "@" in link.target.partition("://")[2].partition("/")[0]:
            yield _hit(link)


def _written(case: Case) -> Iterator[Link]:
    """The links of the seller's own; one that the buyer gave is no link of theirs where it is only told again."""
    given = " ".join(one.text or "" for one in case.facts.earlier or () if one.by == "buyer")
    for link in case.links:
        if not (link.how == "plain" and given and link.target in given):
            yield link


def _is_other(case: Case, link: Link) -> bool:
    order = case.facts.order
    bought = order.products if order is not None else None
    return bool(link.product and bought is not None and link.product.upper() not in {one.upper() for one in bought})


def _same(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host.isdigit() or host.startswith("0x")
    return True


def _hit(link: Link) -> Hit:
    return Hit(link.part, link.start, link.end, link.shown or link.target)


CHECKS: Mapping[str, Check] = {
    "link-third-party": third_party,
    "link-storefront": storefront,
    "link-other": other,
    "link-logo": logo,
    "link-insecure": insecure,
    "link-masked": masked,
}
