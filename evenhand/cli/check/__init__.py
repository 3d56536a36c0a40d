"""`evenhand check`: judges messages in files, folders and pipes by the house rules, and says where and why."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import click

from evenhand.cli.book import book_named
from evenhand.cli.check.facts import Unusable, instant
from evenhand.cli.check.formats import Gathering, Text, Workflow, Writer
from evenhand.cli.check.jsonl import verdicts
from evenhand.cli.check.order import order_in
from evenhand.cli.check.run import Asked, Run
from evenhand.cli.check.sarif import Sarif
from evenhand.cli.check.sources import Source, Unreadable, sources
from evenhand.cli.faults import WRONG_USAGE, Fault
from evenhand.policy import Book

__all__ = ["check"]


FORMATS: Mapping[str, Callable[..., Writer]] = {"text": Text, "json": Gathering, "sarif": Sarif, "github": Workflow}
"""Every way of telling, by its name."""


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(allow_dash=True))
@click.option(
    "--book",
    "book_name",
    default="amazon-2018-10",
    show_default=True,
    help="The pack to judge by, or the file of a book.",
)
@click.option(
    "--order", "order_file", type=click.Path(exists=True, dir_okay=False), help="Facts of the order, as JSON."
)
@click.option("--now", "now_text", help="The time to judge at, as 2026-03-01T10:00:00Z; else the clock's.")
@click.option("--format", "format_", type=click.Choice(sorted(FORMATS)), default="text", show_default=True)
@click.option("--lang", default="en", show_default=True, help="The language of reasons and fixes.")
@click.option("--jsonl", is_flag=True, help="Read a message a line, write a verdict a line.")
@click.option("--fix", is_flag=True, help="Write messages back mended, where a rule says that they may be.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--quiet", is_flag=True, help="Say nothing of what is clean.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@click.option("--explain", "explained", metavar="RULE", help="Explain a rule of the book, and check nothing.")
def check(  # noqa: PLR0913  each is an option of the command
    paths: tuple[str, ...],
    book_name: str,
    order_file: str | None,
    now_text: str | None,
    format_: str,
    lang: str,
    *,
    jsonl: bool,
    fix: bool,
    diff: bool,
    quiet: bool,
    color: str,
    explained: str | None,
) -> None:
    """
    Judge messages by the house rules: .eml, .txt, .html, .md and template files, folders, or - for standard input.

    \b
    Exit codes: 0 all may go, 1 something blocks, holds or waits, or could not be read,
    2 the command is wrong.
    """  # noqa: D301  \b is an order to click, not to the reader
    book = book_named(book_name)
    if explained:
        _explain(book, explained)
        return
    now = _now(now_text)
    order = order_in(order_file) if order_file else None
    if jsonl:
        if fix or diff:
            raise Fault("--fix and --diff are for files; with --jsonl there are none.", code=WRONG_USAGE)
        _lines(paths, book, lang, now if now_text is not None else None)
        return
    if not paths:
        raise Fault("Name a file or a folder, or - for standard input.", code=WRONG_USAGE)
    # What is mended, or shown, takes the standard output for itself.
    aside = diff or (fix and "-" in paths)
    if aside and (format_ != "text" or (not diff and len(paths) > 1)):
        raise Fault(
            "--diff, and --fix with -, go with one format only (text), and - with no other path.", code=WRONG_USAGE
        )
    write = FORMATS[format_](book, color=_colours(color), quiet=quiet, aside=aside)
    run = Run(Asked(book, lang, now, order, "show" if diff else "mend" if fix else "tell"), write)
    run.take(_gathered(paths))
    if run.failed or not run.worst.goes:
        raise click.exceptions.Exit(1)


def _now(text: str | None) -> datetime:
    try:
        return instant(text) if text is not None else datetime.now().astimezone()
    except Unusable as error:
        raise Fault(f"--now: {error}.", code=WRONG_USAGE) from None


def _gathered(paths: tuple[str, ...]) -> Iterator[Source | Unreadable]:
    for path in paths:
        yield from sources(path, sys.stdin.buffer)


def _lines(paths: tuple[str, ...], book: Book, lang: str, now: datetime | None) -> None:
    out = sys.stdout
    caught = False
    for path in paths or ("-",):
        if path == "-":
            caught |= _pass_on(sys.stdin.buffer, out, book, lang, now)
            continue
        with _opened(path) as lines:
            caught |= _pass_on(lines, out, book, lang, now)
    if caught:
        raise click.exceptions.Exit(1)


def _opened(path: str) -> IO[bytes]:
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise Fault(f"{path}: {error.strerror or error}.", code=WRONG_USAGE) from None


def _pass_on(lines: Any, out: Any, book: Book, lang: str, now: datetime | None) -> bool:
    caught = False
    for text, action in verdicts(lines, book, lang, now):
        out.write(text + "\n")
        out.flush()
        caught |= action is None or not action.goes
    return caught


def _colours(color: str) -> bool:
    return color == "always" or (color == "auto" and sys.stdout.isatty())


def _explain(book: Book, rule_id: str) -> None:
    rule = next((one for one in book.published if one.id == rule_id), None)
    if rule is None:
        raise Fault(f"The book has no rule “{rule_id}”; see “evenhand rules”.", code=WRONG_USAGE)
    click.echo(f"{rule.id} ({rule.group}, {rule.action.word}): {rule.title}")
    certainty = f" ({rule.certainty})" if rule.certainty else ""
    click.echo(f"\n{rule.clause}\n{rule.sanction}\nSource: {rule.source}{certainty}.")
    for title, examples in (("It finds", rule.finds), ("It leaves alone", rule.leaves_alone)):
        click.echo(f"\n{title}:")
        for one in examples:
            click.echo(f"  - {next((one[name] for name in _SHOWN if one.get(name)), '')}")


_SHOWN = ("text", "html", "subject", "case", "attachment", "image")
"""What an example is shown by."""
