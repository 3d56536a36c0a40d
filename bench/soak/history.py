"""Compares what was answered 250 with what arrived: lost, twice, altered, out of order, or from nowhere."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields

__all__ = ["Arrived", "Findings", "compare"]


@dataclass(frozen=True)
class Arrived:
    """One mail at the far end: the number in its text, its Message-ID, its bytes."""

    number: int
    msgid: str
    content: bytes


@dataclass(frozen=True)
class Findings:
    """
    What became of a run. All but `accepted`, `arrived` and `repeats` are to be empty.

    `repeats` counts second arrivals of the same copy; `most_repeats` those of the copy that came most often.
    """

    accepted: int
    arrived: int
    lost: tuple[int, ...]
    phantom: tuple[int, ...]
    twins: tuple[int, ...]
    altered: tuple[str, ...]
    reordered: tuple[tuple[int, int], ...]
    repeats: int
    most_repeats: int

    @property
    def faults(self) -> dict[str, int]:
        """How many there are of each kind of what must not be."""
        kinds = ("lost", "phantom", "twins", "altered", "reordered")
        return {one.name: len(getattr(self, one.name)) for one in fields(self) if one.name in kinds}


def compare(
    talks: Mapping[str, Sequence[int]], arrived: Iterable[Arrived], parked: AbstractSet[int] = frozenset()
) -> Findings:
    """
    Judge a run.

    `talks` gives, for each conversation and direction, the numbers answered 250 in the order in which their one author
    sent them, each after the answer to the one before. Twins are numbers that came under two Message-IDs; altered are
    Message-IDs that came with two different contents. Two neighbours of a conversation are out of order if the later
    arrived first before the first arrival of the earlier. What was `parked` waits for a person, and the next do not
    wait for it.

    >>> one, two = Arrived(1, "a", b"x"), Arrived(2, "b", b"y")
    >>> compare({"c": [1, 2]}, [two, one, one]).faults
    {'lost': 0, 'phantom': 0, 'twins': 0, 'altered': 0, 'reordered': 1}
    >>> compare({"c": [1, 3]}, [one, two, Arrived(1, "z", b"x")]).faults
    {'lost': 1, 'phantom': 1, 'twins': 1, 'altered': 0, 'reordered': 0}
    """
    seen = list(arrived)
    accepted = {number for numbers in talks.values() for number in numbers}
    first: dict[int, int] = {}
    ids: dict[int, set[str]] = {}
    contents: dict[str, set[bytes]] = {}
    for place, one in enumerate(seen):
        first.setdefault(one.number, place)
        ids.setdefault(one.number, set()).add(one.msgid)
        contents.setdefault(one.msgid, set()).add(one.content)
    copies = Counter(one.msgid for one in seen)
    return Findings(
        accepted=len(accepted),
        arrived=len(seen),
        lost=tuple(sorted(accepted - set(first))),
        phantom=tuple(sorted(set(first) - accepted)),
        twins=tuple(sorted(number for number, known in ids.items() if len(known) > 1)),
        altered=tuple(sorted(msgid for msgid, known in contents.items() if len(known) > 1)),
        reordered=tuple(
            (earlier, later)
            for numbers in talks.values()
            for earlier, later in itertools.pairwise(numbers)
            if earlier not in parked and earlier in first and later in first and first[later] < first[earlier]
        ),
        repeats=len(seen) - len(copies),
        most_repeats=max(copies.values(), default=1) - 1,
    )
