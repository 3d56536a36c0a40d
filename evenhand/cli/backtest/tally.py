"""What a backtest counts, in bounded memory: by action, by rule, by day, and a few examples of each change."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from evenhand.policy import Action
from evenhand.relay.rejudge import Found, Rejudged

__all__ = ["EXAMPLES", "Example", "RuleTally", "Span", "Tally", "is_stopped"]

EXAMPLES = 3
"""How many examples are kept of each change of each rule."""

_SPANS = 24
"""The most spans that a time is cut into."""


@dataclass(frozen=True, slots=True)
class Example:
    """One place in one message."""

    message_id: uuid.UUID
    conversation_id: uuid.UUID
    sent_at: datetime
    part: str
    excerpt: str


@dataclass
class RuleTally:
    """
    In how many messages a rule found something: `new`, `gone` or in both.

    Of those in both, `sterner` and `milder` count where its action changed. `actions` are those it has by the new book,
    or by the old one if the new one finds nothing.
    """

    rule: str
    new: int = 0
    gone: int = 0
    unchanged: int = 0
    sterner: int = 0
    milder: int = 0
    actions: set[Action] = field(default_factory=set)
    examples: dict[str, list[Example]] = field(default_factory=lambda: {"new": [], "gone": []})

    @property
    def before(self) -> int:
        """In how many messages the stored verdicts found it."""
        return self.gone + self.unchanged

    @property
    def after(self) -> int:
        """In how many messages the new book finds it."""
        return self.new + self.unchanged

    @property
    def is_changed(self) -> bool:
        """Whether anything differs."""
        return bool(self.new or self.gone or self.sterner or self.milder)

    def count(self, one: Rejudged, was: Found | None, now: Found | None) -> None:
        """Count what the rule says of one message before and after."""
        if now is not None and was is not None:
            self.unchanged += 1
            self.sterner += now.action > was.action
            self.milder += now.action < was.action
            self.actions.add(now.action)
        elif now is not None:
            self.new += 1
            self.actions.add(now.action)
            self._show("new", one, now)
        elif was is not None:
            self.gone += 1
            self.actions.add(was.action)
            self._show("gone", one, was)

    def _show(self, kind: str, one: Rejudged, found: Found) -> None:
        kept = self.examples[kind]
        # Each from another conversation, as far as there are some: three times the same tells nothing.
        if len(kept) < EXAMPLES and all(each.conversation_id != one.conversation_id for each in kept):
            kept.append(Example(one.id, one.conversation_id, one.sent_at, found.part, found.excerpt))


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time: `start` and the day after its last; how many messages, how many did not go on."""

    start: date
    end: date
    messages: int
    before: int
    after: int


def is_stopped(action: Action) -> bool:
    """Whether a message does not go on at once."""
    return not action.goes


@dataclass
class Tally:
    """Everything counted so far."""

    messages: int = 0
    unread: int = 0
    books: Counter[str] = field(default_factory=Counter)
    changes: Counter[tuple[Action, Action]] = field(default_factory=Counter)
    rules: dict[str, RuleTally] = field(default_factory=dict)
    unchecked: Counter[tuple[str, str]] = field(default_factory=Counter)
    days: dict[date, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))

    def add(self, batch: Sequence[Rejudged | None]) -> None:
        """Count some messages; None is one that could not be read again."""
        for one in batch:
            if one is None:
                self.unread += 1
            else:
                self._count(one)

    def _count(self, one: Rejudged) -> None:
        self.messages += 1
        self.books[one.book] += 1
        self.changes[one.before, one.after] += 1
        self.unchecked.update(one.unchecked)
        day = self.days[one.sent_at.date()]
        day[0] += 1
        day[1] += is_stopped(one.before)
        day[2] += is_stopped(one.after)
        for rule in one.was.keys() | one.now.keys():
            self.rules.setdefault(rule, RuleTally(rule)).count(one, one.was.get(rule), one.now.get(rule))

    @property
    def changed(self) -> int:
        """How many messages would end otherwise."""
        return sum(count for (before, after), count in self.changes.items() if before is not after)

    def of_action(self, action: Action) -> tuple[int, int]:
        """How many messages ended by an action, and how many would."""
        return (
            sum(count for (before, _), count in self.changes.items() if before is action),
            sum(count for (_, after), count in self.changes.items() if after is action),
        )

    def sorted_rules(self) -> list[RuleTally]:
        """The rules, those first that change most."""
        return sorted(self.rules.values(), key=lambda one: (-(one.new + one.gone), -one.after, one.rule))

    def sorted_changes(self) -> list[tuple[Action, Action, int]]:
        """What would end otherwise, the commonest first."""
        rows = [(before, after, count) for (before, after), count in self.changes.items() if before is not after]
        return sorted(rows, key=lambda row: (-row[2], -row[1], row[0]))

    def lacking(self) -> Mapping[str, Sequence[tuple[str, int]]]:
        """By the fact that was lacking, the rules that could not be checked, each with the number of messages."""
        found: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for (rule, lacks), count in sorted(self.unchecked.items(), key=lambda row: (-row[1], row[0])):
            found[lacks].append((rule, count))
        return found

    def spans(self) -> list[Span]:
        """The time from the first message to the last, cut into equal spans of whole days, at most 24."""
        if not self.days:
            return []
        first, last = min(self.days), max(self.days)
        width = next(width for width in _widths() if ((last - first).days + width) // width <= _SPANS)
        return list(self._cut(first, last, width))

    def _cut(self, first: date, last: date, width: int) -> Iterator[Span]:
        start = first
        while start <= last:
            end = start + timedelta(days=width)
            inside = [counts for day, counts in self.days.items() if start <= day < end]
            messages, before, after = (sum(column) for column in zip(*inside, strict=True)) if inside else (0, 0, 0)
            yield Span(start, min(end, last + timedelta(days=1)), messages, before, after)
            start = end


def _widths() -> Iterator[int]:
    yield from (1, 7, 14, 28)
    width = 91
    while True:
        yield width
        width *= 2
