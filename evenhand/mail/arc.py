"""Reads the ARC chain of a mail (RFC 8617): evidence about its way, which never tells who wrote it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from evenhand.mail.address import domain_of

__all__ = ["Chain", "read_chain"]

SETS_LIMIT = 50
"""RFC 8617 §4.2.1: no more sets than these."""

_KINDS = ("arc-seal", "arc-message-signature", "arc-authentication-results")
FIELD_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class Chain:
    """
    What a mail says of its way: how many sets there are, who closed the last one, and what that one found (`cv`).

    Nothing of it has been verified. `whole` tells whether every set is complete and they are numbered without a gap.
    """

    sets: int
    sealer: str
    verdict: str
    whole: bool

    def __str__(self) -> str:
        state = f"cv={self.verdict or '?'}" if self.whole else "broken"
        return f"arc: i={self.sets} {state} sealed by {self.sealer or '?'}, not weighed"


def read_chain(fields: Iterable[tuple[str, str]]) -> Chain | None:
    """
    Gather the sets from the fields of a header (lower-case name, body); None if there is none.

    >>> str(read_chain([("arc-seal", " i=1; a=rsa-sha256; cv=none; d=lists.example; s=a; b=")]))
    'arc: i=1 broken sealed by lists.example, not weighed'
    """
    seen: dict[str, list[int]] = {kind: [] for kind in _KINDS}
    seals: dict[int, dict[str, str]] = {}
    for name, body in fields:
        if name not in seen or len(seen[name]) > SETS_LIMIT:
            continue
        tags = _tags(body[:FIELD_LIMIT])
        instance = tags.get("i", "")
        number = int(instance) if instance.isascii() and instance.isdecimal() and len(instance) < 3 else 0
        seen[name].append(number)
        if name == "arc-seal":
            seals.setdefault(number, tags)
    if not any(seen.values()):
        return None
    last = max(number for numbers in seen.values() for number in numbers)
    seal = seals.get(last, {})
    wanted = list(range(1, last + 1))
    return Chain(
        sets=last,
        sealer=domain_of("x@" + seal.get("d", "")) or "",
        verdict=seal.get("cv", "").lower() if seal.get("cv", "").lower() in {"none", "pass", "fail"} else "",
        whole=0 < last <= SETS_LIMIT and all(sorted(numbers) == wanted for numbers in seen.values()),
    )


def _tags(body: str) -> dict[str, str]:
    """The first value of every tag; in the middle of a result nothing is one."""
    tags: dict[str, str] = {}
    for piece in body.split(";"):
        name, equals, value = piece.partition("=")
        if equals:
            tags.setdefault(name.strip().lower(), value.strip())
    return tags
