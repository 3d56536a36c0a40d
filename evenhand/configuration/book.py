"""Finds the book that is named by the setting `book` or on the command line: a pack, or a file an operator wrote."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from evenhand.configuration.settings import Misconfigured

if TYPE_CHECKING:
    from evenhand.policy.book import Book
    from evenhand.policy.book.read import Written

__all__ = ["chosen_book", "is_file_of_book", "written_book"]


@cache
def chosen_book(name: str) -> Book:
    """
    Give the book of an installation: the service's own rules, and those of the pack or the file of this name, if any.

    A file is read once in a process: all that is judged there is judged by the same book, until it starts anew. Raises
    Misconfigured with all that is wrong.
    """
    # The rules and their lexicons are read only where they are asked for.
    from evenhand.policy.book import installed, named_book
    from evenhand.policy.packs import PACKS

    if is_file_of_book(name):
        return installed(written_book(Path(name)).book)
    if name and name not in PACKS:
        there_are = f"there are: {', '.join(PACKS)}"
        told = (
            f"book: there is no “{name}”; {there_are}. Or name the file of a book, as market.toml, or leave it empty."
        )
        raise Misconfigured([told])
    return named_book(name)


def is_file_of_book(name: str) -> bool:
    """Whether a book is named by its file: no pack has a name with a slash or such an ending."""
    return "/" in name or name.lower().endswith(".toml")


def written_book(path: Path) -> Written:
    """Read the book an operator wrote; raises Misconfigured with all that is wrong, each with the file and the line."""
    from evenhand.policy.book.read import Mistaken, read_book
    from evenhand.policy.book.source import LARGEST

    try:
        with path.expanduser().open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise Misconfigured([f"{path}: {getattr(error, 'strerror', None) or error}."]) from None
    found = read_book(content)
    if isinstance(found, Mistaken):
        raise Misconfigured(found.told(str(path)))
    return found
