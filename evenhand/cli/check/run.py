"""One run over messages: each is judged, mended where that is asked for, and told; the strictest action decides."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import click

from evenhand.cli.check.facts import Unusable, facts_of
from evenhand.cli.check.formats import Remedy, Writer
from evenhand.cli.check.mails import Unmendable
from evenhand.cli.check.rewriting import differences, put_back, rewritten
from evenhand.cli.check.sources import Source, Unreadable
from evenhand.policy import Action, Book, Facts, judge
from evenhand.policy.mend import Mended, mend, propose

__all__ = ["Asked", "Run"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What messages are judged by, and what is done with those that can be mended: only told, shown, or mended."""

    book: Book
    lang: str
    now: datetime | None
    order: Mapping[str, Any] | None = None
    mending: Literal["tell", "show", "mend"] = "tell"


@dataclass(slots=True)
class Run:
    """What has come of the messages so far: the strictest action, and whether one failed."""

    asked: Asked
    write: Writer
    worst: Action = Action.DELIVER
    failed: bool = False

    def take(self, gathered: Iterable[Source | Unreadable]) -> None:
        """Judge and tell each message, then what is left to tell at the end."""
        for source in gathered:
            if isinstance(source, Unreadable):
                self.fail(source.path, source.why)
                continue
            try:
                facts = facts_of(source.row, self.asked.now, self.asked.order)
            except Unusable as error:
                self.fail(source.path, f"{error}.")
                continue
            self.weigh(source, facts)
        self.write.done()

    def weigh(self, source: Source, facts: Facts) -> None:
        """Judge one message, and do with it what is asked for."""
        verdict = judge(facts, self.asked.book, self.asked.lang)
        made = Mended(facts, verdict)
        if any(one.action is Action.FIX for one in verdict.findings):
            made = mend(facts, self.asked.book, self.asked.lang, verdict)
        is_done = self.asked.mending != "tell" and self.put(source, facts, made)
        told = made.verdict if is_done else verdict
        self.worst = max(self.worst, told.action)
        proposals = propose(made.facts if is_done else facts, self.asked.book, told)
        count = len(verdict.findings) - len(made.verdict.findings)
        remedy = (
            Remedy((), proposals, count)
            if is_done
            else Remedy(made.offers, proposals, is_new=self.asked.mending == "tell")
        )
        self.write.verdict(_as_mended(source, made) if is_done else source, told, remedy)

    def put(self, source: Source, facts: Facts, made: Mended) -> bool:
        """Show or write what was mended; tells whether there is anything, and it could be done."""
        if made.rounds:
            try:
                content = rewritten(source, facts, made)
                if self.asked.mending == "show":
                    for line in differences(source.path, source.content, content):
                        click.echo(line)
                elif source.path != "-":
                    put_back(source.path, source.content, content)
            except Unmendable as error:
                self.fail(source.path, str(error))
                return False
            except OSError as error:
                self.fail(source.path, f"It can't be written: {error.strerror or error}.")
                return False
        else:
            content = source.content
        if source.path == "-" and self.asked.mending == "mend":
            sys.stdout.buffer.write(content)
        return bool(made.rounds)

    def fail(self, path: str, why: str) -> None:
        """Tell what could not be read or written."""
        self.failed = True
        self.write.unreadable(Unreadable(path, why))


def _as_mended(source: Source, made: Mended) -> Source:
    parts = {name: getattr(made.facts, name) for name in ("subject", "text", "html") if name in source.row}
    return Source(source.path, {**source.row, **parts}, source.content)
