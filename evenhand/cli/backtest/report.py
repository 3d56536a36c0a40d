"""The report of a backtest: as plain values for programs, and as people read it in a terminal."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from evenhand.cli.backtest.tally import Example, RuleTally, Tally
from evenhand.cli.reading import indented, printable
from evenhand.cli.transcript import veil_over
from evenhand.conversations.models import Conversation
from evenhand.policy import Action, Book
from evenhand.relay.rejudge import Selection

__all__ = ["CAVEAT", "read_aloud", "report"]

CAVEAT = (
    "Nobody has said of these messages which of them break a rule, so this tells what would change and not what is "
    "right: no rate of false alarms, nor of missed breaches, is claimed. Read the examples before you choose the book."
)
_EXCERPT = 120


def report(tally: Tally, book: Book, selection: Selection, limit: int | None) -> dict[str, Any]:
    """Tell what was counted, as values that JSON knows; no real address stands in it."""
    show = _shower(tally)
    spans = tally.spans()
    return {
        "book": book.name,
        "judged_before_by": dict(tally.books.most_common()),
        "since": selection.since.isoformat() if selection.since else None,
        "until": selection.until.isoformat() if selection.until else None,
        "seller": selection.seller or None,
        "limit": limit,
        "first_day": min(tally.days).isoformat() if tally.days else None,
        "last_day": max(tally.days).isoformat() if tally.days else None,
        "messages": tally.messages,
        "changed": tally.changed,
        "could_not_be_read_again": tally.unread,
        "actions": [
            {"action": one.word, "before": before, "after": after}
            for one in Action
            for before, after in [tally.of_action(one)]
            if before or after
        ],
        "changes": [
            {"before": before.word, "after": after.word, "messages": count}
            for before, after, count in tally.sorted_changes()
        ],
        "rules": [_rule(one, book, show) for one in tally.sorted_rules()],
        "not_checked": [
            {"lacks": lacks, "rules": [{"rule": rule, "messages": count} for rule, count in rules]}
            for lacks, rules in tally.lacking().items()
        ],
        "spans": [
            {
                "start": one.start.isoformat(),
                "end": one.end.isoformat(),
                "messages": one.messages,
                "stopped_before": one.before,
                "stopped_after": one.after,
            }
            for one in spans
        ],
        "caveat": CAVEAT,
    }


Show = Callable[[Example], dict[str, Any]]


def _rule(one: RuleTally, book: Book, show: Show) -> dict[str, Any]:
    known = next((rule for rule in book.published if rule.id == one.rule), None)
    return {
        "rule": one.rule,
        "title": known.title if known else "",
        "clause": known.clause if known else "",
        "actions": [each.word for each in sorted(one.actions, reverse=True)],
        "before": one.before,
        "after": one.after,
        "new": one.new,
        "gone": one.gone,
        "unchanged": one.unchanged,
        "sterner": one.sterner,
        "milder": one.milder,
        "examples": {kind: [show(each) for each in kept] for kind, kept in one.examples.items()},
    }


def _shower(tally: Tally) -> Show:
    """Make what shows an example: where it is, and an excerpt without real addresses."""
    ids = {one.conversation_id for rule in tally.rules.values() for kept in rule.examples.values() for one in kept}
    conversations = Conversation.objects.select_related("order").in_bulk(ids)
    veils: dict[uuid.UUID, Callable[[str], str]] = {}

    def show(one: Example) -> dict[str, Any]:
        conversation = conversations[one.conversation_id]
        veil = veils.setdefault(one.conversation_id, veil_over(conversation))
        return {
            "message": str(one.message_id),
            "sent_at": one.sent_at.isoformat(),
            "order": conversation.order.number if conversation.order else None,
            "part": veil(one.part),
            "excerpt": _short(veil(one.excerpt)),
        }

    return show


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else line[: _EXCERPT - 1].rstrip() + "…"


def read_aloud(told: Mapping[str, Any]) -> str:
    """Set a report in lines."""
    return "\n".join(printable(line) for line in _lines(told))


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    yield from _head(told)
    yield ""
    yield from _table(
        ("Messages end by", "before", "after"),
        [(one["action"], f"{one['before']:,}", f"{one['after']:,}") for one in told["actions"]],
    )
    if told["changes"]:
        yield ""
        yield from _table(
            ("What would end otherwise", "messages"),
            [(f"{one['before']} → {one['after']}", f"{one['messages']:,}") for one in told["changes"]],
        )
    changed = [one for one in told["rules"] if _is_changed(one)]
    if changed:
        yield ""
        yield from _table(_COLUMNS, [_row(one) for one in changed])
    same = [one["rule"] for one in told["rules"] if not _is_changed(one)]
    if same:
        yield ""
        yield from _wrapped(f"Finds what was found, no more and no less: {', '.join(same)}")
    for one in changed:
        yield from _examples(one)
    if told["not_checked"]:
        yield ""
        yield "Could not be checked, in so many messages:"
        for gap in told["not_checked"]:
            rules = ", ".join(f"{each['rule']} ({each['messages']:,})" for each in gap["rules"])
            yield from indented(f"for want of {gap['lacks']}: {rules}")
    yield ""
    yield from _wrapped(told["caveat"])


def _head(told: Mapping[str, Any]) -> Iterator[str]:
    when = f", sent from {told['first_day']} to {told['last_day']}" if told["first_day"] else ""
    who = f" of {told['seller']}" if told["seller"] else ""
    yield from _wrapped(f"{told['messages']:,} messages{who}{when}, judged anew by: {told['book']}")
    books = "; ".join(f"{name} ({count:,})" for name, count in told["judged_before_by"].items())
    yield from _wrapped(f"They were judged by: {books}")
    changed = told["changed"]
    yield f"{changed:,} would end otherwise." if changed else "All of them would end as they did."
    if told["could_not_be_read_again"]:
        yield f"{told['could_not_be_read_again']:,} more could not be read again, and count nowhere."


_COLUMNS = ("Rule", "new", "gone", "same", "before", "after", "sterner", "milder", "action")


def _is_changed(one: Mapping[str, Any]) -> bool:
    return bool(one["new"] or one["gone"] or one["sterner"] or one["milder"])


def _row(one: Mapping[str, Any]) -> tuple[str, ...]:
    counts = (f"{one[name]:,}" for name in ("new", "gone", "unchanged", "before", "after", "sterner", "milder"))
    return (one["rule"], *counts, ", ".join(one["actions"]))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Set rows in columns: words to the left, figures to the right."""
    lines = [head, *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    for line in lines:
        cells = [
            cell.rjust(width) if head[place] not in _WORDS else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


_WORDS = frozenset({"Messages end by", "What would end otherwise", "Rule", "action"})
_KINDS = {"new": "would find", "gone": "would no longer find"}


def _examples(one: Mapping[str, Any]) -> Iterator[str]:
    for kind, words in _KINDS.items():
        if one["examples"][kind]:
            yield ""
            yield f"{one['rule']} {words}, for example:"
            for each in one["examples"][kind]:
                where = "the message as a whole" if each["part"] == "message" else each["part"]
                quoted = f": “{each['excerpt']}”" if each["excerpt"] else ""
                yield from indented(f"{each['sent_at'][:10]}, order {each['order']}, {where}{quoted}")


def _wrapped(text: str) -> Iterator[str]:
    yield from (line.removeprefix("    ") for line in indented(text))
