"""Compares what was answered 250 with what arrived: lost, twice, altered, out of order, or from nowhere."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields

__all__ = ["Arrived", "Findings", "Outage", "Struck", "compare"]


@dataclass(frozen=True)
class Arrived:
    """
    One mail at the far end: the number in its text, its Message-ID, its bytes.

    `at` is when its final dot had come, in seconds of the clock that only goes forward; `by` the process that sent it,
    0 if nobody knows.
    """

    number: int
    msgid: str
    content: bytes
    at: float = 0.0
    by: int = 0


@dataclass
class Outage:
    """When the database died, and when it answered again; as long as it doesn't, its outage has no end."""

    died: float
    back: float = math.inf


@dataclass(frozen=True)
class Struck:
    """
    What was killed, and when: processes by number, the database as often as it was.

    Who had a copy that a person `put_back` may have handed it over.
    """

    processes: Mapping[int, float] = field(default_factory=dict)
    database: Sequence[Outage] = ()
    put_back: AbstractSet[str] = frozenset()

    def excuses(self, before: Arrived, again: Arrived) -> bool:
        """
        Whether a copy may have come again: its sender, or the database, died before the first result was recorded.

        A process dies once, so it excuses one repeat of a copy; that the result was not recorded, the repeat itself
        shows. A result that came while the database was away, or just before, was not recorded either.
        """
        if again.msgid in self.put_back:
            return True
        if before.by:
            died = self.processes.get(before.by)
            is_dead = died is not None and died <= again.at
        else:
            is_dead = any(before.at - _UNSEEN <= died <= again.at for died in self.processes.values())
        return is_dead or any(out.died <= again.at and before.at <= out.back + _UNSEEN for out in self.database)


_UNSEEN = 1.0
"""Seconds: what the far end may read after its sender's death, and between two looks at a database that was away."""


@dataclass(frozen=True)
class Findings:
    """
    What became of a run. All but `accepted`, `arrived` and `repeats` are to be empty.

    `repeats` counts second arrivals of the same copy; `most_repeats` those of the copy that came most often;
    `unexcused` are Message-IDs that came again although nothing died while they were between dot and recorded result.
    """

    accepted: int
    arrived: int
    lost: tuple[int, ...]
    phantom: tuple[int, ...]
    twins: tuple[int, ...]
    altered: tuple[str, ...]
    reordered: tuple[tuple[int, int], ...]
    unexcused: tuple[str, ...]
    repeats: int
    most_repeats: int

    @property
    def faults(self) -> dict[str, int]:
        """How many there are of each kind of what must not be."""
        kinds = ("lost", "phantom", "twins", "altered", "reordered", "unexcused")
        return {one.name: len(getattr(self, one.name)) for one in fields(self) if one.name in kinds}


def compare(
    talks: Mapping[str, Sequence[int]],
    arrived: Iterable[Arrived],
    parked: AbstractSet[int] = frozenset(),
    struck: Struck | None = None,
) -> Findings:
    """
    Judge a run.

    `talks` gives, for each conversation and direction, the numbers answered 250 in the order in which their one author
    sent them, each after the answer to the one before. Twins are numbers that came under two Message-IDs; altered are
    Message-IDs that came with two different contents. Two neighbours of a conversation are out of order if the later
    arrived first before the first arrival of the earlier. What was `parked` waits for a person, and the next do not
    wait for it. A copy may come again once for each death that `struck` while it was between dot and recorded result.

    >>> one, two = Arrived(1, "a", b"x"), Arrived(2, "b", b"y")
    >>> compare({"c": [1, 2]}, [two, one, one]).faults
    {'lost': 0, 'phantom': 0, 'twins': 0, 'altered': 0, 'reordered': 1, 'unexcused': 1}
    >>> compare({"c": [1, 3]}, [one, two, Arrived(1, "z", b"x")]).faults
    {'lost': 1, 'phantom': 1, 'twins': 1, 'altered': 0, 'reordered': 0, 'unexcused': 0}
    >>> again = [Arrived(1, "a", b"x", 5.0, 71), Arrived(1, "a", b"x", 9.0, 72)]
    >>> [compare({"c": [1]}, again, struck=Struck({pid: 6.0})).unexcused for pid in (71, 72)]
    [(), ('a',)]
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
    last: dict[str, Arrived] = {}
    unexcused = set()
    for one in seen:
        before = last.get(one.msgid)
        if before is not None and not (struck or Struck()).excuses(before, one):
            unexcused.add(one.msgid)
        last[one.msgid] = one
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
        unexcused=tuple(sorted(unexcused)),
        repeats=len(seen) - len(copies),
        most_repeats=max(copies.values(), default=1) - 1,
    )
