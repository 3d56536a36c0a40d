"""`evenhand policy backtest`: says what another book would have made of the messages that are stored."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evenhand.cli.faults import WRONG_USAGE, Fault
from evenhand.cli.flags import data_flag
from evenhand.cli.surroundings import installation
from evenhand.configuration.book import chosen_book, is_file_of_book
from evenhand.policy import Book
from evenhand.policy.packs import PACKS

if TYPE_CHECKING:
    from evenhand.cli.backtest.tally import Tally
    from evenhand.relay.rejudge import Selection

__all__ = ["book_of", "policy"]

_LINE_SECONDS = 10.0
"""How often progress is told where there is no terminal."""


def book_of(name: str) -> Book:
    """Give the book of this name, or of this file, as an installation would go by it; raises Fault if there is none."""
    if name and name not in PACKS and not is_file_of_book(name):
        raise Fault(
            f"There is no book “{name}”; there are: {', '.join(PACKS)}. Or name the file of one, as market.toml.",
            code=WRONG_USAGE,
        )
    return chosen_book(name)


class _Moment(click.ParamType[datetime]):
    """A day, or an instant in ISO 8601; in UTC where no zone is given."""

    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it."""
        try:
            at = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}” is neither a day (2026-03-01) nor an instant (2026-03-01T10:00Z).", param, ctx)
        return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


@click.group()
def policy() -> None:
    """Look at what house rules do, before they do it."""


@policy.command()
@data_flag
@click.option(
    "--book",
    "name",
    metavar="NEW",
    required=True,
    help="The book to judge by: a pack, or a file such as market.toml.",
)
@click.option("--since", type=_Moment(), metavar="DATE", help="Only messages from then on.")
@click.option("--until", type=_Moment(), metavar="DATE", help="Only messages before then.")
@click.option("--seller", metavar="NAME", default="", help="Only what one seller wrote: by reference, or by name.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the newest N.")
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes that judge. [default: one a processor]"
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON, for programs.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write the report as a page, too.")
def backtest(
    *, name: str, since: datetime | None, until: datetime | None, seller: str, limit: int | None,
    jobs: int | None, as_json: bool, html: Path | None,
) -> None:  # fmt: skip
    """
    Judge stored messages anew by the book NEW, and say what would change, by rule.

    Each is judged with what was known when it came; nothing is changed. Without labels nobody knows which of the
    findings are right, so no rate of false alarms is claimed.
    """
    book = book_of(name)
    with _page_at(html) as write, installation(must_exist=True):
        # Imported here because they need Django to be set up.
        from evenhand.cli.backtest.report import read_aloud, report
        from evenhand.relay.rejudge import Selection

        selection = Selection(since, until, seller)
        tally = _count(selection, name, limit, jobs)
        told = report(tally, book, selection, limit)
        if write is not None:
            # Imported here because most reports are read in a terminal.
            from evenhand.cli.backtest.page import page

            write(page(told))
        click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else read_aloud(told))
        if html is not None:
            click.echo(f"The page is {html}", err=True)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _count(selection: Selection, name: str, limit: int | None, jobs: int | None) -> Tally:
    from evenhand.cli.backtest.crew import work
    from evenhand.cli.backtest.tally import Tally
    from evenhand.relay.rejudge import is_seller, judged

    if selection.seller and not is_seller(selection.seller):
        raise Fault(f"There is no seller “{selection.seller}”.", code=WRONG_USAGE)
    rows = judged(selection)
    total = min(rows.count(), limit or sys.maxsize)
    if not total:
        where = " in this time" if selection.since or selection.until else ""
        who = f" by {selection.seller}" if selection.seller else ""
        raise Fault(f"No message{who} was judged{where} yet, so there is nothing to judge anew.", code=WRONG_USAGE)
    ids: Iterator[uuid.UUID] = rows[:total].values_list("id", flat=True).iterator(chunk_size=2000)
    tally = Tally()
    with _progress(total) as advance:
        # To start a process takes as long as judging some hundreds of messages.
        for batch in work(ids, name, book_of, jobs or min(_processors(), 1 + total // 500)):
            tally.add(batch)
            advance(len(batch))
    return tally


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; elsewhere a line now and then."""
    if sys.stderr.isatty():
        with click.progressbar(length=total, label=f"Judging {total:,} messages", file=sys.stderr) as bar:
            yield bar.update
        return
    done, told = 0, time.monotonic()

    def advance(count: int) -> None:
        nonlocal done, told
        done += count
        if done == total or time.monotonic() - told > _LINE_SECONDS:
            told = time.monotonic()
            click.echo(f"{done:,} of {total:,} messages judged", err=True)

    yield advance


@contextmanager
def _page_at(path: Path | None) -> Iterator[Callable[[str], None] | None]:
    """
    Find out before the work whether the page can be written, and give what writes it.

    It is written beside its place and put there whole; whatever ends the work, nothing else is left.
    """
    if path is None:
        yield None
        return
    if path.is_dir():
        raise Fault(f"{path} is a folder; name a file to write the page to.", code=WRONG_USAGE)
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise Fault(f"The page cannot be written to {path}: {error.strerror}.", code=WRONG_USAGE) from error

    def write(content: str) -> None:
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            draft.write_text(content, "utf-8")
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    yield write
