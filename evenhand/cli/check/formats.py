"""How verdicts are told: to people in a terminal, and to programs as JSON, SARIF or workflow commands."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import click

from evenhand.cli.check.jsonl import told
from evenhand.cli.check.sources import Source, Unreadable
from evenhand.policy import Action, Book, Finding, Verdict

__all__ = ["FORMATS", "Writer"]

_WIDTH = 100


class Writer(Protocol):
    """Tells verdicts as they come, and what is left at the end."""

    def verdict(self, source: Source, verdict: Verdict) -> None:
        """Tell a verdict."""

    def unreadable(self, source: Unreadable) -> None:
        """Tell what could not be read."""

    def done(self) -> None:
        """End."""


class _Text:
    """For people: the place, the line with the words underlined, why, the clause, how to mend it."""

    def __init__(self, book: Book, *, color: bool, quiet: bool) -> None:
        del book
        self.color, self.quiet, self.count, self.found = color, quiet, 0, 0

    def verdict(self, source: Source, verdict: Verdict) -> None:
        self.count += 1
        self.found += len(verdict.findings)
        for one in verdict.findings:
            for line in _told(source, one):
                click.echo(line if self.color else click.unstyle(line))
        if not verdict.findings and not self.quiet:
            click.echo(f"{_shown(source.path)}: clean")
        if verdict.not_checked and not self.quiet:
            rules: dict[str, list[str]] = {}
            for gap in verdict.not_checked:
                rules.setdefault(gap.lacks, []).append(gap.rule)
            for fact, names in rules.items():
                click.echo(f"  not checked for want of {fact}: {', '.join(names)}")

    def unreadable(self, source: Unreadable) -> None:
        click.echo(f"{_shown(source.path)}: {source.why}", err=True)

    def done(self) -> None:
        if not self.quiet:
            click.echo(f"{self.count} checked, {self.found} found.")


def _told(source: Source, one: Finding) -> list[str]:
    text = str(source.row.get(one.part, ""))
    row, column, line = _line(text, one.start)
    place = f"{_shown(source.path)}:{one.part}:{row}:{column}"
    colour = "red" if one.action >= Action.HOLD else "yellow"
    lines = [f"{click.style(place, bold=True)}: {click.style(one.action.word, fg=colour)} {one.rule}"]
    if line.strip():
        start = max(0, column - 1 - 40)
        window = line[start : start + _WIDTH]
        length = max(1, min(one.end - one.start, len(window) - (column - 1 - start)))
        lead = _cells(window[: column - 1 - start])
        lines.append(f"    {_shown(window)}")
        under = "^" * max(1, _cells(window[column - 1 - start : column - 1 - start + length]))
        lines.append(f"    {' ' * lead}{click.style(under, fg=colour)}")
    lines += [f"    {one.reason}", f"    Clause: {one.clause}"]
    if one.fix:
        lines.append(f"    Mend it: {one.fix}")
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


def _shown(text: str) -> str:
    """A text that can't steer a terminal."""
    return "".join(one if one.isprintable() else "�" if one != "\t" else " " for one in text)


class _Gathering:
    """For programs: everything in one document at the end."""

    def __init__(self, book: Book, *, color: bool, quiet: bool) -> None:
        del color, quiet
        self.book = book
        self.rows: list[tuple[Source, Verdict]] = []
        self.failures: list[Unreadable] = []

    def verdict(self, source: Source, verdict: Verdict) -> None:
        self.rows.append((source, verdict))

    def unreadable(self, source: Unreadable) -> None:
        self.failures.append(source)

    def done(self) -> None:
        click.echo(json.dumps(self.document(), ensure_ascii=True, indent=2))

    def document(self) -> Any:
        return [{"path": source.path, **told(verdict)} for source, verdict in self.rows] + [
            {"path": one.path, "error": one.why} for one in self.failures
        ]


class _Sarif(_Gathering):
    """SARIF 2.1.0, as code scanning reads it."""

    def document(self) -> Any:
        return {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {"driver": {"name": "Evenhand", "version": self.book.name, "rules": self.rules()}},
                    "columnKind": "unicodeCodePoints",
                    "results": [_result(source, one) for source, verdict in self.rows for one in verdict.findings],
                    "invocations": [
                        {
                            "executionSuccessful": not self.failures,
                            "toolExecutionNotifications": [
                                {"level": "error", "message": {"text": f"{one.path}: {one.why}"}}
                                for one in self.failures
                            ],
                        }
                    ],
                }
            ],
        }

    def rules(self) -> list[dict[str, Any]]:
        return [
            {
                "id": one.id,
                "shortDescription": {"text": one.title},
                "fullDescription": {"text": one.clause},
                "properties": {"group": one.group, "pack": one.pack},
            }
            for one in self.book.published
        ]


def _result(source: Source, one: Finding) -> dict[str, Any]:
    row, column, line = _line(str(source.row.get(one.part, "")), one.start)
    length = max(1, min(one.end - one.start, max(1, len(line) - column + 1)))
    return {
        "ruleId": one.rule,
        "level": "error" if one.action >= Action.HOLD else "warning",
        "message": {"text": f"{one.reason} {one.fix}".strip()},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": source.path.replace("\\", "/")},
                    "region": {"startLine": row, "startColumn": column, "endLine": row, "endColumn": column + length},
                },
                "logicalLocations": [{"name": one.part}],
            }
        ],
    }


class _Workflow(_Gathering):
    """Workflow commands, which show findings beside the changed lines."""

    def done(self) -> None:
        for source, verdict in self.rows:
            for one in verdict.findings:
                row, column, _ = _line(str(source.row.get(one.part, "")), one.start)
                level = "error" if one.action >= Action.HOLD else "warning"
                place = f"file={_property(source.path)},line={row},col={column},title={_property(one.rule)}"
                click.echo(f"::{level} {place}::{_data(f'{one.reason} {one.fix}')}")
        for failure in self.failures:
            click.echo(f"::error file={_property(failure.path)}::{_data(failure.why)}")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMATS: Mapping[str, Callable[..., Writer]] = {"text": _Text, "json": _Gathering, "sarif": _Sarif, "github": _Workflow}
"""Every way of telling, by its name."""
