"""Ways around the service that a message may not give: addresses, numbers, handles, places, payments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from evenhand.policy.case import Case
from evenhand.policy.contact import contacts
from evenhand.policy.contact.find import Kind
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.verdict import Hit

__all__ = ["CHECKS"]

_LINKS: Mapping[str, Sequence[Kind]] = {"mailto": ("email",), "tel": ("phone",), "messenger": ("messenger",)}


def _check(*kinds: Kind) -> Check:
    def check(case: Case, _: Parameters) -> Iterator[Hit]:
        for part in case.parts:
            for one in contacts(part.folded.text):
                if one.kind in kinds:
                    start, end = part.place(one.start, one.end)
                    words = part.excerpt(one.start, one.end)
                    yield Hit(
                        part.name,
                        start,
                        end,
                        words,
                        key=one.kind,
                        confidence=one.confidence,
                        attachment=part.attachment,
                    )
        for link in case.links:
            if any(kind in kinds for kind in _LINKS.get(link.kind, ())):
                yield Hit(link.part, link.start, link.end, link.target, key=link.kind)

    return check


CHECKS: Mapping[str, Check] = {
    "off-channel-contact": _check("email", "phone", "messenger", "post", "visit", "payment"),
    "email-address": _check("email"),
    "phone-number": _check("phone"),
    "messenger-handle": _check("messenger", "post"),
    "off-platform-payment": _check("payment"),
}
