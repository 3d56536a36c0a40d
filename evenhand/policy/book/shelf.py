"""The books that stand ready: the service's own, and one of each pack."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from evenhand.policy.book.value import Book, with_parameters
from evenhand.policy.parameters import Parameters
from evenhand.policy.rules.attachments import (
    archives,
    disguised,
    executables,
    mails,
    oversize,
    sealed,
    unchecked,
    unlisted,
    unreadable,
)
from evenhand.policy.rules.malware import infected

__all__ = ["BASE", "house_book", "installed", "named_book", "pack_book"]

_TYPES: Sequence[str] = (
    "image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "image/heif",
    "application/pdf", "text/plain", "text/csv", "text/calendar",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
)  # fmt: skip

BASE = Parameters(frozenset(_TYPES))
"""What holds where neither a pack nor a book says otherwise."""


def house_book() -> Book:
    """The book that stands when the operator has chosen none: rules about attachments only."""
    return Book(
        name="house 1",
        parameters=BASE,
        rules={
            "attachment-executable": executables,
            "attachment-archive": archives,
            "attachment-mail": mails,
            "attachment-sealed": sealed,
            "attachment-disguised": disguised,
            "attachment-unreadable": unreadable,
            "attachment-unchecked": unchecked,
            "attachment-type": unlisted,
            "attachment-size": oversize,
            "attachment-infected": infected,
        },
    )


@cache
def pack_book(name: str) -> Book:
    """
    Make the book of one pack alone, without the service's own rules.

    Raises `KeyError` for a pack that there is not.
    """
    from evenhand.policy.packs import load_pack

    pack = load_pack(name)
    return Book(f"{pack.name} {pack.digest}", with_parameters(BASE, pack.parameters), {}, pack.rules)


def installed(book: Book) -> Book:
    """Give a book as an installation goes by it: the service's own rules stand before those of the book."""
    house = house_book()
    return Book(f"{house.name}, {book.name}", book.parameters, house.rules, book.published)


def named_book(name: str) -> Book:
    """
    Give the book an installation goes by: the service's own rules, and those of the pack of this name, if one is named.

    Raises `KeyError` for a pack that there is not.
    """
    return installed(pack_book(name)) if name else house_book()
