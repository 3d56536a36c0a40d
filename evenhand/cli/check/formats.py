"""How verdicts are told: to people in a terminal, and to programs as JSON or workflow commands."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import click

from evenhand.cli.check.jsonl import told
from evenhand.cli.check.sources import Source, Unreadable
from evenhand.cli.terminal import shown
from evenhand.policy import Book, Finding, Verdict
from evenhand.policy.mend import Edit, Offer, Proposal

__all__ = ["Gathering", "Remedy", "Text", "Workflow", "Writer"]

_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Remedy:
    """What mends a message: edits that are offered, and what may be said instead; or how many findings went."""

    offers: Sequence[Offer] = ()
    proposals: Sequence[Proposal] = ()
    made: int = 0
    is_new: bool = False

    def of(self, finding: Finding) -> Sequence[Edit]:
        """Give the edits for a finding."""
        return [one.edit for one in self.offers if one.finding is finding]

    def instead_of(self, finding: Finding) -> Proposal | None:
        """Give what may be said instead of what was found."""
        return next((one for one in self.proposals if one.finding is finding), None)


class Writer(Protocol):
    """Tells verdicts as they come, and what is left at the end."""

    def verdict(self, source: Source, verdict: Verdict, remedy: Remedy) -> None:
        """Tell a verdict, and what mends it."""

    def unreadable(self, source: Unreadable) -> None:
        """Tell what could not be read or written."""

    def done(self) -> None:
        """End."""


class Text:
    """For people: the place, the line with the words underlined, why, the clause, how to mend it."""

    def __init__(self, book: Book, *, color: bool, quiet: bool, aside: bool) -> None:
        del book
        self.color, self.quiet, self.aside = color, quiet, aside
        self.checked = self.found = self.mended = self.mendable = 0

    def say(self, line: str) -> None:
        """Print a line that can't steer a terminal, save for our own colours."""
        click.echo(line if self.color else click.unstyle(line), err=self.aside)

    def verdict(self, source: Source, verdict: Verdict, remedy: Remedy) -> None:
        """Tell a verdict, and what is not checked."""
        self.checked += 1
        self.found += len(verdict.findings)
        self.mended += remedy.made
        self.mendable += len(remedy.offers) if remedy.is_new else 0
        for one in verdict.findings:
            for line in _told(source, one, remedy.instead_of(one)):
                self.say(line)
        if remedy.made and not self.quiet:
            self.say(f"{shown(source.path)}: {remedy.made} mended")
        elif not verdict.findings and not self.quiet:
            self.say(f"{shown(source.path)}: clean")
        if verdict.not_checked and not self.quiet:
            rules: dict[str, list[str]] = {}
            for gap in verdict.not_checked:
                rules.setdefault(gap.lacks, []).append(gap.rule)
            for fact, names in rules.items():
                self.say(f"  not checked for want of {fact}: {', '.join(names)}")

    def unreadable(self, source: Unreadable) -> None:
        """Tell it beside the verdicts."""
        click.echo(f"{shown(source.path)}: {shown(source.why)}", err=True)

    def done(self) -> None:
        """Tell how many there were."""
        if not self.quiet:
            mended = f", {self.mended} mended" if self.mended else ""
            self.say(f"{self.checked} checked, {self.found} found{mended}.")
            if self.mendable:
                self.say(
                    f"{self.mendable} of them can be mended: run it again with --fix, or with --diff to look first."
                )


def _told(source: Source, one: Finding, proposal: Proposal | None) -> list[str]:
    text = str(source.row.get(one.part, ""))
    row, column, line = _line(text, one.start)
    place = f"{shown(source.path)}:{shown(one.part)}:{row}:{column}"
    colour = "yellow" if one.action.goes else "red"
    lines = [f"{click.style(place, bold=True)}: {click.style(one.action.word, fg=colour)} {one.rule}"]
    if line.strip():
        start = max(0, column - 1 - 40)
        window = line[start : start + _WIDTH]
        length = max(1, min(one.end - one.start, len(window) - (column - 1 - start)))
        lead = _cells(shown(window[: column - 1 - start]))
        lines.append(f"    {shown(window)}")
        under = "^" * max(1, _cells(shown(window[column - 1 - start : column - 1 - start + length])))
        lines.append(f"    {' ' * lead}{click.style(under, fg=colour)}")
    lines += [f"    {shown(one.reason)}", f"    Clause: {one.clause}"]
    if one.fix:
        lines.append(f"    Mend it: {one.fix}")
    if proposal is not None:
        lines.append(f"    You may say instead: {proposal.words}")
    return lines


def _line(text: str, at: int) -> tuple[int, int, str]:
    """Give the number of the line, of the column in it, both from 1, and the line."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return text.count("\n", 0, at) + 1, at - start + 1, text[start : end if end >= 0 else len(text)].rstrip("\r")


def _cells(text: str) -> int:
    """How many cells of a terminal a text takes (UAX 11)."""
    return sum(
        0
        if unicodedata.combining(one) or unicodedata.category(one) == "Cf"
        else 2
        if unicodedata.east_asian_width(one) in "WF"
        else 1
        for one in text
    )


class Gathering:
    """For programs: everything in one document at the end."""

    def __init__(self, book: Book, *, color: bool, quiet: bool, aside: bool) -> None:
        del color, quiet, aside
        self.book = book
        self.rows: list[tuple[Source, Verdict, Remedy]] = []
        self.failures: list[Unreadable] = []

    def verdict(self, source: Source, verdict: Verdict, remedy: Remedy) -> None:
        """Keep a verdict."""
        self.rows.append((source, verdict, remedy))

    def unreadable(self, source: Unreadable) -> None:
        """Keep what could not be read or written."""
        self.failures.append(source)

    def done(self) -> None:
        """Write the document."""
        click.echo(json.dumps(self.document(), ensure_ascii=True, indent=2))

    def document(self) -> Any:
        """Give the document."""
        return [_document(*row) for row in self.rows] + [{"path": one.path, "error": one.why} for one in self.failures]


def _document(source: Source, verdict: Verdict, remedy: Remedy) -> dict[str, Any]:
    made = told(verdict)
    for row, one in zip(made["findings"], verdict.findings, strict=True):
        row["fixes"] = [
            {"part": edit.part, "start": edit.start, "end": edit.end, "replacement": edit.replacement}
            for edit in remedy.of(one)
        ]
        row["proposal"] = _proposed(remedy.instead_of(one))
    return {"path": source.path, "mended": remedy.made, **made}


def _proposed(one: Proposal | None) -> dict[str, Any] | None:
    if one is None:
        return None
    place = {"part": one.edit.part, "start": one.edit.start, "end": one.edit.end} if one.edit else {}
    return {"words": one.words, **place}


class Workflow(Gathering):
    """Workflow commands, which show findings beside the changed lines."""

    def done(self) -> None:
        """Write a command for each finding."""
        for source, verdict, _remedy in self.rows:
            for one in verdict.findings:
                row, column, _ = _line(str(source.row.get(one.part, "")), one.start)
                level = "warning" if one.action.goes else "error"
                place = f"file={_property(source.path)},line={row},col={column},title={_property(one.rule)}"
                click.echo(f"::{level} {place}::{_data(f'{one.reason} {one.fix}')}")
        for failure in self.failures:
            click.echo(f"::error file={_property(failure.path)}::{_data(failure.why)}")


def _data(text: str) -> str:
    kept = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return shown(kept)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
