"""Tells on which line of a TOML text each key and each value stands, which the parser of the library does not."""

from __future__ import annotations

import contextlib
import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping

__all__ = ["Place", "TooDeep", "lines_of"]

Place = tuple[str | int, ...]
"""The way to a value: names of keys, and numbers in lists, from 0."""

_DEEPEST = 12

_BLANK = re.compile(r"(?:[ \t\n\r]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY = re.compile(r"[A-Za-z0-9_-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'")
_TEXT = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*+"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*+'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*+"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_OTHER = re.compile(r"[^,\]}\n#]+")


class TooDeep(Exception):
    """Keys or brackets are nested deeper than in any book; `line` says where."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Lost(Exception):
    """This is no TOML from here on; the parser says what is wrong."""


def lines_of(text: str) -> Mapping[Place, int]:
    r"""
    Give the line, from 1, of every key and value, by the way that leads to it.

    It takes any text, in time linear to its length, and stops where it is no TOML: saying so is the parser's. Raises
    `TooDeep` for what would take the parser long.

    >>> lines_of("[[own]]\nid = 'a'\nwords = [\n  'b',\n]\n")[("own", 0, "words", 0)]
    4
    """
    scan = _Scan(text)
    with contextlib.suppress(_Lost):
        scan.run()
    return scan.lines


class _Scan:
    """A place in the text, and what was found before it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Place, int] = {}
        self._ends = [hit.start() for hit in re.finditer("\n", text)]
        self._counts: dict[Place, int] = {}

    def run(self) -> None:
        base: Place = ()
        while True:
            self._skip(_BLANK)
            if self.at >= len(self.text):
                return
            if self._takes("[["):
                base = self._header(is_one_of_many=True)
                self._wants("]]")
            elif self._takes("["):
                base = self._header(is_one_of_many=False)
                self._wants("]")
            else:
                self._pair(base, 0)

    def _header(self, *, is_one_of_many: bool) -> Place:
        """Read the keys of a header, and give the way to its table: of tables of the same name it is in the last."""
        line, keys, way = self._line(), self._keys(), list[str | int]()
        for number, key in enumerate(keys, 1):
            way.append(key)
            place = tuple(way)
            self.lines.setdefault(place, line)
            if is_one_of_many and number == len(keys):
                self._counts[place] = self._counts.get(place, 0) + 1
            if place in self._counts:
                way.append(self._counts[place] - 1)
        self.lines.setdefault(tuple(way), line)
        return tuple(way)

    def _pair(self, base: Place, depth: int) -> None:
        place, line = base, self._line()
        for key in self._keys():
            place = (*place, key)
            self.lines.setdefault(place, line)
        self._wants("=")
        self._skip(_SPACE)
        self._value(place, depth + 1)

    def _keys(self) -> list[str]:
        """Read a key, whose parts are parted by dots."""
        keys = list[str]()
        while True:
            self._skip(_SPACE)
            found = _KEY.match(self.text, self.at)
            if found is None:
                raise _Lost
            self.at = found.end()
            keys.append(_plain(found[0]))
            if len(keys) > _DEEPEST:
                raise TooDeep(self._line())
            self._skip(_SPACE)
            if not self._takes("."):
                return keys

    def _value(self, place: Place, depth: int) -> None:
        if depth > _DEEPEST:
            raise TooDeep(self._line())
        if self._takes("["):
            self._list(place, depth)
        elif self._takes("{"):
            self._inline(place, depth)
        else:
            found = _TEXT.match(self.text, self.at) or _OTHER.match(self.text, self.at)
            if found is None:
                raise _Lost
            self.at = found.end()

    def _list(self, place: Place, depth: int) -> None:
        number = 0
        while True:
            self._skip(_BLANK)
            if self._takes("]"):
                return
            one = (*place, number)
            self.lines[one] = self._line()
            self._value(one, depth + 1)
            number += 1
            self._skip(_BLANK)
            if not self._takes(","):
                self._wants("]")
                return

    def _inline(self, place: Place, depth: int) -> None:
        while True:
            self._skip(_BLANK)
            if self._takes("}"):
                return
            self._pair(place, depth)
            self._skip(_BLANK)
            if not self._takes(","):
                self._wants("}")
                return

    def _line(self) -> int:
        return bisect_left(self._ends, self.at) + 1

    def _skip(self, what: re.Pattern[str]) -> None:
        found = what.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _takes(self, sign: str) -> bool:
        if not self.text.startswith(sign, self.at):
            return False
        self.at += len(sign)
        return True

    def _wants(self, sign: str) -> None:
        if not self._takes(sign):
            raise _Lost


def _plain(key: str) -> str:
    """A key without its quotes."""
    if "\\" not in key or key[0] != '"':
        return key.strip("\"'") if key[0] in "\"'" else key
    try:
        return next(iter(tomllib.loads(f"{key} = 0")))
    except tomllib.TOMLDecodeError:
        raise _Lost from None
