"""Ways around the service that a message may not give: addresses, numbers, handles, places, payments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evenhand.policy.case import Case
from evenhand.policy.contact import contacts
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.verdict import Hit

__all__ = ["CHECKS"]

_LINKS = frozenset({"mailto", "tel", "messenger"})


def off_channel_contact(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find every way around the service, in words, links, and what could be read in pictures and files."""
    read = list(_read(case))
    yield from read or case.done("off-channel-contact")


def _read(case: Case) -> Iterator[Hit]:
    for part in case.parts:
        if part.name in case.repeated:
            continue
        for one in contacts(part.folded.text):
            start, end = part.place(one.start, one.end)
            words = part.excerpt(one.start, one.end)
            yield Hit(part.name, start, end, words, confidence=one.confidence, attachment=part.attachment)
    for link in case.links:
        if link.kind in _LINKS:
            yield Hit(link.part, link.start, link.end, link.target)


CHECKS: Mapping[str, Check] = {"off-channel-contact": off_channel_contact}
