"""Where a link may not lead: away, to a storefront, to anything but the review page; and a logo may not lead at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evenhand.policy.case import NECESSARY, Case, Link
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.verdict import Hit

__all__ = ["CHECKS"]

_AWAY = frozenset({"third-party", "shortener", "data"})
_NEARER = _AWAY | {"storefront", "mailto", "tel", "messenger"}
"""Kinds that another rule is about."""
_WEB = frozenset(
    {"review", "product", "order", "storefront", "search", "help", "marketplace", "third-party", "shortener"}
)


def third_party(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find links that leave the marketplace, save a secure one that the order needs, where the pack lets it."""
    needs_one = parameters.needed_links and case.facts.purpose in NECESSARY
    for link in _written(case):
        is_needed = needs_one and link.kind == "third-party" and _is_secure(link) and not _is_dead(case, link)
        if link.kind in _AWAY and not is_needed:
            yield _hit(link)


def storefront(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find links to a seller's storefront, and to what else counts as one: search results, wares not bought."""
    for link in _written(case):
        is_other = "other-item" in parameters.storefront_links and _is_other(case, link)
        if link.kind in parameters.storefront_links or is_other:
            yield _hit(link)


def insecure(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find links over http, and those that were tried and led nowhere."""
    for link in case.links:
        if link.kind in _WEB and link.how != "spelled" and (not _is_secure(link) or _is_dead(case, link)):
            yield _hit(link)


def _is_secure(link: Link) -> bool:
    return not link.target.lower().startswith(("http:", "ftp:"))


def _is_dead(case: Case, link: Link) -> bool:
    return any(one.address == link.target and not one.answered for one in case.facts.targets or ())


def other(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find links to anything but the review page of an item in the order, where no nearer rule finds them."""
    for link in _written(case):
        if link.kind in _NEARER or not link.target or link.target.startswith(("#", "cid:")):
            continue
        if link.kind not in parameters.allowed_links or _is_other(case, link):
            yield _hit(link)


def logo(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find pictures that are wrapped in a link, laid over by an image map or, as packs say, that show an address."""
    pictures = {one.source for one in case.facts.images or ()} if parameters.logos_show_no_address else set()
    for link in case.links:
        if link.wraps or link.how == "area" or link.part in pictures:
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


def _hit(link: Link) -> Hit:
    return Hit(link.part, link.start, link.end, link.shown or link.target)


CHECKS: Mapping[str, Check] = {
    "link-third-party": third_party,
    "link-storefront": storefront,
    "link-other": other,
    "link-logo": logo,
    "link-insecure": insecure,
}
