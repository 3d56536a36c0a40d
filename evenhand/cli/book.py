"""`evenhand book`: checks the book an operator wrote, and shows what it amounts to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evenhand.cli.faults import WRONG_USAGE, Fault
from evenhand.configuration.book import is_file_of_book, written_book
from evenhand.policy import Action, Book, pack_book
from evenhand.policy.packs import PACKS

if TYPE_CHECKING:
    from evenhand.policy.book.read import Written

__all__ = ["book", "book_named"]


def book_named(name: str) -> Book:
    """Give the book of a pack, or of a file; raises a fault with all that is wrong with it."""
    if is_file_of_book(name):
        return written_book(Path(name)).book
    if name not in PACKS:
        raise Fault(
            f"There is no pack “{name}”; there are: {', '.join(PACKS)}. Or name the file of a book, as market.toml.",
            code=WRONG_USAGE,
        )
    return pack_book(name)


@click.group()
def book() -> None:
    """Look after the book: which packs stand, what is changed in them, and rules of your own."""


@book.command("check")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
def check(path: Path) -> None:
    """
    Check the book in FILE, and show what it amounts to.

    \b
    Exit codes: 0 the book can be gone by, 2 it has mistakes; each is told with its line.
    """  # noqa: D301  \b is an order to click, not to the reader
    for line in _told(written_book(path)):
        click.echo(line)


def _told(written: Written) -> Iterator[str]:
    stands = ", ".join(f"{one.name} {one.digest}" for one in written.packs) or "no pack"
    yield f"{written.title} stands on {stands}."
    yield ""
    for action in reversed(Action):
        names = [one.id for one in written.book.published if one.action is action]
        if names:
            yield from _listed(action.word, names)
    if written.off:
        yield from _listed("off", written.off)
    if written.own:
        yield ""
        yield "Rules of its own, whose examples all hold:"
        for one in written.own:
            yield f"  {one.id} ({one.action.word}): {one.title}"
    yield ""
    if written.changes:
        yield f"Other than in {'the pack' if len(written.packs) == 1 else 'the packs'}:"
        for change in written.changes:
            yield f"  {change.what}: {change.now}, not {change.before}"
    else:
        yield "Nothing is other than in the packs."


def _listed(word: str, names: Sequence[str]) -> Iterator[str]:
    """The rules of an action, wrapped as people read them."""
    from textwrap import wrap

    for number, line in enumerate(wrap(", ".join(names), 90, break_on_hyphens=False)):
        yield f"{word if not number else '':8}{line}"
