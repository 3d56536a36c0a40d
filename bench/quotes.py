"""Compares the quote cutter with the libraries for Python that do the like, on the same replies in one run."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import report
from evenhand.mail.html import to_text
from evenhand.mail.quotes import cut_html, cut_text
from tests.mail.frames import html_of
from tests.mail.replies import REPLIES

__all__ = ["main"]

Cutter = Callable[[str], str]
Set = tuple[str, list["Case"], Callable[[str], list[str]], Callable[[], Iterator[tuple[str, Cutter]]]]


@dataclass(frozen=True, slots=True)
class Case:
    """A reply, and what of it may be left: any of these is right, and the first must be there whole."""

    text: str
    wanted: tuple[str, ...]


@dataclass(slots=True)
class Score:
    """Replies cut exactly, replies that lost a line of their author's, failures, and seconds in all."""

    exact: int = 0
    lost: int = 0
    failed: int = 0
    seconds: float = 0.0


def own_cases() -> list[Case]:
    """The replies of the tests; a sign-off may be kept or not, since libraries differ about it."""
    return [
        Case(one.text, tuple(dict.fromkeys((one.new, "\n\n".join(part for part in (one.new, one.farewell) if part)))))
        for one in REPLIES
    ]


def html_cases() -> list[Case]:
    """The same in HTML; a footer above the quote may be kept or not."""
    cases = []
    for one in REPLIES:
        said = f"{one.new}\n{one.farewell}"
        folded = one.folded.partition("<")[0].replace("(https://proton.example/mail/home)", "")
        cases.append(Case(html_of(one), (said, one.new, f"{said}\n{folded}")))
    return cases


def collected_cases(folder: Path) -> list[Case]:
    """
    Read replies collected elsewhere: `replies.json` names texts beside it, and what libraries expect of each.

    An object of objects of objects: path, library, then `visible_text` or `first_fragment`.
    """
    expected = json.loads((folder / "expected" / "replies.json").read_text("utf-8"))
    cases = []
    for name, libraries in expected.items():
        text = (folder / name).read_bytes().decode("utf-8", "replace")
        for facts in libraries.values():
            wanted = facts.get("visible_text", facts.get("first_fragment"))
            if wanted is not None:
                cases.append(Case(text, (wanted,)))
    return cases


def text_cutters() -> Iterator[tuple[str, Cutter]]:
    """Ourselves, and each library that is installed."""
    yield "Evenhand", lambda text: cut_text(text).new
    yield "nothing cut", lambda text: text
    if (zapier := _module("email_reply_parser")) is not None:
        yield "email-reply-parser", lambda text: str(zapier.EmailReplyParser.parse_reply(text))
    if (alfonsrv := _module("mailparser_reply")) is not None:
        parser = alfonsrv.EmailReplyParser(languages=_languages())
        yield "mail-parser-reply", lambda text: str(parser.parse_reply(text=text) or "")
    if (quotations := _module("talon.quotations")) is not None:
        yield "talon", lambda text: str(quotations.extract_from_plain(text))
        if (signatures := _module("talon.signature.bruteforce")) is not None:
            yield (
                "talon with signatures",
                lambda text: str(signatures.extract_signature(quotations.extract_from_plain(text))[0]),
            )


def html_cutters() -> Iterator[tuple[str, Cutter]]:
    """Ourselves, and the one library of these that reads HTML."""
    yield "Evenhand", lambda html: cut_html(html).new
    yield "nothing cut", lambda html: html
    if (quotations := _module("talon.quotations")) is not None:
        yield "talon", lambda html: str(quotations.extract_from_html(html))


def _languages() -> list[str]:
    constants = _module("mailparser_reply.constants")
    return sorted(constants.MAIL_LANGUAGES) if constants is not None else ["en"]


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def score(cases: list[Case], cut: Cutter, read: Callable[[str], list[str]]) -> Score:
    """Cut every case; a library that raises has kept nothing and is counted as failed and as lost."""
    result = Score()
    for case in cases:
        began = time.perf_counter()
        try:
            kept = cut(case.text)
        except Exception:  # noqa: BLE001 - what a library of others raises is part of its score
            result.failed += 1
            kept = ""
        result.seconds += time.perf_counter() - began
        got, wanted = read(kept), [read(one) for one in case.wanted]
        result.exact += got in wanted
        shortest = min(wanted, key=lambda lines: sum(map(len, lines)))
        result.lost += not _holds(got, shortest)
    return result


def lines_of(text: str) -> list[str]:
    """A text by lines without the space around them."""
    return [line.strip() for line in text.strip().split("\n")]


def letters_of(html: str) -> list[str]:
    """The letters that HTML, or a text, shows: renderings differ in everything else."""
    shown = to_text(html) if "<" in html else html
    return ["".join(letter for letter in shown.casefold() if letter.isalnum())]


def _holds(got: list[str], wanted: list[str]) -> bool:
    """Whether each line that was wanted is there, whole."""
    return all(any(line in one for one in got) for line in wanted if line)


def main() -> None:
    """Print a table for each set; with `--write`, put them into the page of figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="replies collected elsewhere, with expected/replies.json")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    options = parser.parse_args()
    sets: list[Set] = [("our replies as text", own_cases(), lines_of, text_cutters)]
    if options.folder:
        sets.insert(0, ("replies collected by others", collected_cases(options.folder), lines_of, text_cutters))
    sets.append(("our replies as HTML", html_cases(), letters_of, html_cutters))
    rows = []
    for name, cases, read, cutters in sets:
        for cutter, cut in cutters():
            one = score(cases, cut, read)
            each = one.seconds / len(cases) * 1e6
            rows.append(
                (name, cutter, f"{one.exact} of {len(cases)}", str(one.lost), str(one.failed), f"{each:,.0f} µs")
            )
    table = report.table(("replies", "cut by", "exact", "lost words in", "raised in", "each"), rows)
    sys.stdout.write(f"{table}\n")
    if options.write:
        report.insert("quotes", table)


if __name__ == "__main__":
    main()
