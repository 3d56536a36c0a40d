"""The TOML of a book as it was written: its values, the line of each, and what is wrong with them."""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evenhand.policy.book.lines import Place, TooDeep, lines_of

__all__ = ["LARGEST", "Enough", "Mistaken", "Problem", "Source", "Table", "nearest", "read_source"]

LARGEST = 256 * 1024
"""Bytes of the largest book that is read."""

_MOST = 100

_WHERE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
# Some scripts need characters that are not seen (ZWJ, ZWNJ).
_CONTROLS = {"Cc", "Cs", "Zl", "Zp"}
_LONG = re.compile("0[xob][0-9a-fA-F_]{300}|[0-9][0-9_]{300}")
_LINE_ENDS = re.compile("\r\n?")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something to be mended on a line of a book, from 1, and how."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Mistaken:
    """A book that cannot be gone by: all that is wrong with it, in the order of its lines."""

    problems: Sequence[Problem]

    def told(self, name: str) -> list[str]:
        """Give each problem in a line that begins with the place."""
        return [f"{name}:{one.line}: {one.text}" for one in self.problems]


class Enough(Exception):
    """There are more problems than anybody reads at once."""


@dataclass(slots=True)
class Source:
    """The values of a book, the lines on which they stand, and the problems told so far."""

    data: Mapping[str, Any]
    lines: Mapping[Place, int]
    problems: list[Problem] = field(default_factory=list)

    def line(self, place: Place) -> int:
        """Give the line of a place, or of what it is in."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def tell(self, place: Place, text: str) -> None:
        """Keep a problem, once; raises `Enough` where there are more than anybody reads."""
        problem = Problem(self.line(place), text)
        if problem not in self.problems:
            self.problems.append(problem)
        if len(self.problems) > _MOST:
            raise Enough

    def mistaken(self) -> Mistaken:
        """Give the problems in the order of their lines."""
        told = sorted(self.problems[:_MOST])
        if len(self.problems) > _MOST:
            told.append(Problem(told[-1].line, "And so on: mend these first."))
        return Mistaken(tuple(told))


def read_source(content: bytes) -> Source | Mistaken:
    """Read the TOML of a book; whatever the bytes are, this returns."""
    if len(content) > LARGEST:
        return _mistaken(1, f"The file is larger than {LARGEST:,} bytes, which no book needs.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _mistaken(1, "The file is UTF-16; save it as UTF-8.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return _mistaken(line, f"Byte {content[error.start]:#04x} is no UTF-8; save the file as UTF-8.")
    if "\x00" in text:
        return _mistaken(text.count("\n", 0, text.index("\x00")) + 1, "The file is no text.")
    text = _LINE_ENDS.sub("\n", text)
    # Python makes integers of any size, and stumbles over them when it writes them; TOML has them of 64 bits.
    if long := _LONG.search(text):
        return _mistaken(text.count("\n", 0, long.start()) + 1, "This number is too long.")
    try:
        lines = lines_of(text)
        return Source(tomllib.loads(text), lines)
    except (TooDeep, RecursionError) as error:
        return _mistaken(error.line if isinstance(error, TooDeep) else 1, "This is nested deeper than any book is.")
    except ValueError as error:
        told = str(error)
        found = _WHERE.search(told)
        last = text.rstrip("\n").count("\n") + 1
        return _mistaken(int(found[1] or last) if found else 1, f"This is no TOML: {_WHERE.sub('', told)[:200]}.")


def _mistaken(line: int, text: str) -> Mistaken:
    return Mistaken((Problem(line, text),))


def nearest(name: str, known: Iterable[str]) -> str:
    """
    Suggest what a name that there is not may have been meant for.

    >>> nearest("windowdays", ["window_days", "margin_most"])
    'did you mean “window_days”?'
    """
    known = list(known)
    close = difflib.get_close_matches(name[:100].lower(), known, 1)
    if close:
        return f"did you mean “{close[0]}”?"
    return f"there are: {', '.join(known)}." if len(known) <= 40 else "see docs/books.md."


@dataclass(frozen=True, slots=True)
class Table:
    """
    A table of a book: gives what is of the kind asked for, and tells of the rest what it should be.

    What is wrong comes back as empty; since it is told, no book is made of it.
    """

    source: Source
    place: Place
    data: Mapping[str, Any]

    def tell(self, text: str, *way: str | int) -> None:
        """Tell a problem of what the way leads to from here."""
        self.source.tell((*self.place, *way), text)

    def knows(self, *names: str) -> None:
        """Tell every key that is not one of these."""
        for name in self.data:
            if name not in names:
                self.tell(f"There is no “{name[:60]}” here; {nearest(name, names)}", name)

    def has(self, name: str, why: str) -> bool:
        """Whether a key is there; tells if not."""
        if name not in self.data:
            self.tell(f"“{name}” is missing: {why}")
        return name in self.data

    def text(self, name: str, why: str, most: int) -> str:
        """Give a text that has to be there, of one line and at most so many characters."""
        return self.line_of(self.data[name], most, name) if self.has(name, why) else ""

    def line_of(self, value: object, most: int, *way: str | int) -> str:
        """Take a value for a text of one line; tells what is none."""
        if not isinstance(value, str):
            self.tell(f"{_named(way)} is a text, in quotes.", *way)
        elif not value.strip() or any(unicodedata.category(one) in _CONTROLS for one in value):
            self.tell(f"{_named(way)} is a text of one line, and not empty.", *way)
        elif len(value) > most:
            self.tell(f"{_named(way)} has {len(value)} characters; {most} are the most.", *way)
        else:
            return value.strip()
        return ""

    def texts(self, name: str, most: int) -> Sequence[str]:
        """Give a list of texts that is not empty."""
        value = self.data.get(name)
        if not isinstance(value, list) or not value:
            self.tell(f"“{name}” is a list of texts, in brackets, and not empty.", name)
            return ()
        return [told for number, one in enumerate(value) if (told := self.line_of(one, most, name, number))]

    def chosen(self, name: str, words: Sequence[str]) -> Sequence[str]:
        """Give a list of some of these words."""
        found = self.texts(name, 100)
        for number, one in enumerate(self.data[name]) if found else ():
            if isinstance(one, str) and one.strip() and one not in words:
                self.tell(f"There is no “{one[:60]}” here; {nearest(one, words)}", name, number)
        return [one for one in found if one in words]

    def table(self, name: str) -> Table | None:
        """Give a table in this one, if it is there."""
        value = self.data.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.tell(f"“{name}” is a table; write [{'.'.join(map(str, (*self.place, name)))}] above its keys.", name)
            return None
        return Table(self.source, (*self.place, name), value)

    def tables(self, name: str) -> Sequence[Table]:
        """Give the tables of a list of them."""
        value = self.data.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.tell(f"“{name}” is a list of tables; write [[{name}]] above each.", name)
            return []
        return [Table(self.source, (*self.place, name, number), one) for number, one in enumerate(value)]


def _named(way: Sequence[str | int]) -> str:
    """How a value is called in a sentence."""
    names = [one for one in way if isinstance(one, str)]
    return f"“{'.'.join(names)}”" if isinstance(way[-1], str) else f"Each of “{'.'.join(names)}”"
