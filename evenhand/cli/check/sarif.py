"""Tells verdicts as SARIF 2.1.0 (OASIS), as code scanning reads it: rules, places in files, fingerprints, fixes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from evenhand.cli.check.formats import Gathering, Remedy
from evenhand.cli.check.mails import place_in_mail
from evenhand.cli.check.sources import Source
from evenhand.policy import Finding, Verdict
from evenhand.policy.mend import Edit
from evenhand.policy.rule import PackRule

__all__ = ["Sarif"]


class Sarif(Gathering):
    """One run, with all rules of the book; columns count characters."""

    def document(self) -> Any:
        """Give the log."""
        number = {one.id: at for at, one in enumerate(self.book.published)}
        driver = {
            "name": "Evenhand",
            "version": version("evenhand"),
            "properties": {"book": self.book.name},
            "rules": [_rule(one) for one in self.book.published],
        }
        failures = [
            {"level": "error", "message": {"text": f"{one.path}: {one.why}"}, "locations": [_whole(one.path)]}
            for one in self.failures
        ]
        results = [result for row in self.rows for result in _results(*row, number)]
        return {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {"driver": driver},
                    "columnKind": "unicodeCodePoints",
                    "results": results,
                    "invocations": [{"executionSuccessful": not self.failures, "toolExecutionNotifications": failures}],
                }
            ],
        }


def _rule(one: PackRule) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": "".join(word.capitalize() for word in one.id.split("-")),
        "shortDescription": {"text": one.title},
        "fullDescription": {"text": one.clause},
        "help": {"text": " ".join(each for each in (one.clause, one.sanction, f"Source: {one.source}.") if each)},
        "defaultConfiguration": {"level": "warning" if one.action.goes else "error"},
        "properties": {"group": one.group, "pack": one.pack, "action": one.action.word, "tags": [one.group]},
    }


def _results(source: Source, verdict: Verdict, remedy: Remedy, number: dict[str, int]) -> Iterator[dict[str, Any]]:
    seen: dict[str, int] = {}
    for one in verdict.findings:
        result: dict[str, Any] = {"ruleId": one.rule}
        if one.rule in number:
            result["ruleIndex"] = number[one.rule]
        words = " ".join(one.excerpt.split())
        mark = hashlib.sha256(f"{one.rule}\0{one.part}\0{words}".encode("utf-8", "replace")).hexdigest()[:32]
        seen[mark] = seen.get(mark, 0) + 1
        place = {"artifactLocation": _artifact(source.path), "region": _region(*_written(source, one))}
        yield {
            **result,
            "level": "warning" if one.action.goes else "error",
            "message": {"text": f"{one.reason} {one.fix}".strip()},
            "locations": [{"physicalLocation": place, "logicalLocations": [{"name": one.part, "kind": "member"}]}],
            # The same words keep their mark when lines are put in above them.
            "partialFingerprints": {"evenhandFinding/v1": f"{mark}:{seen[mark]}"},
            **({"fixes": fixes} if (fixes := list(_fixes(source, one, remedy))) else {}),
            "properties": {"action": one.action.word, "confidence": one.confidence},
        }


def _written(source: Source, one: Finding) -> tuple[str | None, int, int]:
    """What the file says, and where in it the finding is; of a mail the words are looked for as they are packed."""
    if not source.is_mail:
        return _text(source, one.part), one.start, one.end
    place = place_in_mail(source.content, source.row, one.part, one.start, one.end)
    if place is None:
        return None, 0, 0
    text, start, end = (
        each.decode("utf-8", "replace")
        for each in (source.content, source.content[: place[0]], source.content[: place[1]])
    )
    return text, len(start), len(end)


def _text(source: Source, part: str) -> str | None:
    """What the file says, if the part is the file; parts of a mail are packed in it."""
    return None if source.is_mail or part not in {"text", "html"} else str(source.row.get(part, ""))


def _region(text: str | None, start: int, end: int) -> dict[str, int]:
    """Lines and columns from 1, the end behind the last character; of what stands nowhere the first line."""
    if text is None or not 0 <= start <= end <= len(text):
        return {"startLine": 1}
    line, column = _place(text, start)
    end_line, end_column = _place(text, end)
    return {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
        "charOffset": start,
        "charLength": end - start,
    }


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _fixes(source: Source, finding: Finding, remedy: Remedy) -> Iterator[dict[str, Any]]:
    for one in remedy.of(finding):
        yield from _fix(source, one, finding.fix or finding.reason)
    proposal = remedy.instead_of(finding)
    if proposal is not None and proposal.edit is not None:
        yield from _fix(source, proposal.edit, f"A proposal: {proposal.words}")


def _fix(source: Source, one: Edit, description: str) -> Iterator[dict[str, Any]]:
    text = _text(source, one.part)
    if text is not None:
        change = {"artifactLocation": _artifact(source.path), "replacements": [_replacement(text, one)]}
        yield {"description": {"text": description}, "artifactChanges": [change]}


def _replacement(text: str, one: Edit) -> dict[str, Any]:
    return {"deletedRegion": _region(text, one.start, one.end), "insertedContent": {"text": one.replacement}}


def _whole(path: str) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(path)}}


def _artifact(path: str) -> dict[str, str]:
    if path == "-":
        return {"uri": "stdin"}
    if Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(Path(path).as_posix().encode("utf-8", "surrogateescape")), "uriBaseId": "%SRCROOT%"}
