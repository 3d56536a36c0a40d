"""The lines door: one message a line in, one verdict a line out, in order; bad lines are answered too."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import IO, Any

from evenhand.cli.check.facts import Unusable, facts_of
from evenhand.policy import Action, Book, Verdict, judge

__all__ = ["answer", "told", "verdicts"]

_LONGEST = 16 * 1024 * 1024
"""Bytes of the longest line that is read; of a longer one only the beginning is kept, and it is refused."""


def verdicts(
    lines: IO[bytes], book: Book, lang: str, now: datetime | None = None
) -> Iterator[tuple[str, Action | None]]:
    """Judge line by line: yields the answer and its action, `None` for a line that could not be judged."""
    for line in _lines(lines):
        if line.strip():
            yield answer(line, book, lang, now)


def _lines(source: IO[bytes]) -> Iterable[bytes]:
    while line := source.readline(_LONGEST):
        if not line.endswith(b"\n") and len(line) >= _LONGEST:
            while (more := source.readline(_LONGEST)) and not more.endswith(b"\n"):
                pass
            yield b"\x00"
        else:
            yield line


def answer(line: bytes, book: Book, lang: str, now: datetime | None = None) -> tuple[str, Action | None]:
    """Judge one line; whatever stands in it, there is an answer."""
    id_: object = None
    try:
        row = _row(line)
        id_ = row.get("id")
        verdict = judge(facts_of(row, now), book, lang)
    except Unusable as error:
        return _dump({"id": id_, "error": str(error)}), None
    return _dump({"id": id_, **told(verdict)}), verdict.action


def _row(line: bytes) -> Mapping[str, Any]:
    """Read a line as an object; raises `Unusable`."""
    if line == b"\x00":
        raise Unusable(f"the line is longer than {_LONGEST:,} bytes")
    try:
        row = json.loads(line.decode("utf-8-sig"), parse_constant=_refuse, parse_float=_finite)
    except UnicodeDecodeError:
        raise Unusable("the line is not UTF-8") from None
    except RecursionError:
        raise Unusable("the line is nested too deeply") from None
    except ValueError as error:
        raise Unusable(f"the line is no JSON object: {str(error)[:200]}") from None
    if not isinstance(row, Mapping):
        raise Unusable("the line is no JSON object")
    if isinstance(row.get("id"), dict | list):
        raise Unusable("“id” is a string or a number")
    return row


def _finite(figure: str) -> float:
    if not math.isfinite(made := float(figure)):
        raise ValueError(f"{figure[:40]} is too large")
    return made


def told(verdict: Verdict) -> dict[str, Any]:
    """Give a verdict as the contract of the lines door says."""
    return {
        "action": verdict.action.word,
        "findings": [
            {
                "rule": one.rule,
                "group": one.group,
                "part": one.part,
                "start": one.start,
                "end": one.end,
                "excerpt": one.excerpt,
                "reason": one.reason,
                "fix": one.fix,
                "confidence": one.confidence,
            }
            for one in verdict.findings
        ],
        "not_checked": [{"rule": one.rule, "needs": one.lacks} for one in verdict.not_checked],
        "detected": {"lang": verdict.detected.lang, "review_request": verdict.detected.review_request},
    }


def _dump(row: Mapping[str, Any]) -> str:
    try:
        text = json.dumps(row, ensure_ascii=False)
        text.encode("utf-8")
    except UnicodeEncodeError:
        # Half a surrogate pair has no UTF-8; escaped it is told as it was.
        return json.dumps(row)
    return text


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no number")
