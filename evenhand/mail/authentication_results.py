"""Reads Authentication-Results fields: what another server found out about a mail's author (RFC 8601)."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["AuthenticationResults", "Result", "read_authentication_results"]

FIELD_LIMIT = 16 * 1024
"""Characters of one field that are read; a longer one is taken for unreadable."""

_TOKEN = r"[^\x00-\x20\x7f()<>@,;:\\\"/\[\]?=]+"  # noqa: S105  RFC 2045 calls it so
_SPACE = re.compile(r"[ \t\r\n]+")
_VALUE = re.compile(_TOKEN)
_KEYWORD = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?")
_DIGITS = re.compile(r"[0-9]{1,9}")
# What a property may hold without quotes. The grammar has no `/`, `=` or `<` there, but Rspamd and OpenDKIM write the
# start of a signature (`header.b`) in base64, and some servers an address in brackets.
_LOOSE = re.compile(r"[^\x00-\x20\x7f();\"]+")
_QUOTED = re.compile(r'"((?:[^"\\\r\n]|\\[^\r\n])*)"')
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Result:
    """
    One statement: a method such as `dkim`, its result such as `pass`, and what it was about.

    Method, result and the names of properties (`header.d`) are in lower case; their values are as they stand. A
    property that is given twice is there twice.
    """

    method: str
    result: str
    reason: str = ""
    properties: tuple[tuple[str, str], ...] = ()

    def property(self, name: str) -> str:
        """The value of a property, or an empty string if it is absent or given more than once."""
        found = [value for key, value in self.properties if key == name]
        return found[0] if len(found) == 1 else ""


@dataclass(frozen=True, slots=True)
class AuthenticationResults:
    """Whose field it is (the authserv-id), and all its statements; none if the server had nothing to say."""

    authserv_id: str
    results: tuple[Result, ...] = ()


def read_authentication_results(value: str) -> AuthenticationResults | None:
    """
    Read the body of a field by the grammar of RFC 8601 §2.2, in one pass; None if it is anything else.

    A field of which a part cannot be read is not believed in any part: what follows the odd place might be the
    sender's own words. Only version 1 is known.

    >>> found = read_authentication_results("mx.example; dkim=pass (good) header.d=home.example")
    >>> found.results[0].property("header.d")
    'home.example'
    """
    if len(value) > FIELD_LIMIT:
        return None
    try:
        return _Reader(value).field()
    except _Odd:
        return None


class _Odd(Exception):
    """The text is not what the grammar wants at this place."""


class _Reader:
    """A place in a text; every method reads on from there, or raises `_Odd`."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def field(self) -> AuthenticationResults:
        self._gap()
        name = self._value()
        version = self._gap() and self._take(_DIGITS)
        if version and int(version) != 1:
            raise _Odd
        self._gap()
        if self._is_silent():
            return AuthenticationResults(name)
        results: list[Result] = []
        while not self._ended():
            self._expect(";")
            self._gap()
            # Sendmail and others close the last statement as well.
            if self._ended() and results:
                break
            results.append(self._result())
        if not results:
            raise _Odd
        return AuthenticationResults(name, tuple(results))

    def _is_silent(self) -> bool:
        """Whether the rest is `; none`."""
        before = self._at
        if self._skip(";"):
            self._gap()
            if (self._take(_VALUE) or "").lower() == "none":
                self._gap()
                if self._skip(";"):
                    self._gap()
                if self._ended():
                    return True
        self._at = before
        return False

    def _result(self) -> Result:
        method = self._keyword()
        self._gap()
        if self._skip("/"):
            self._gap()
            if self._take(_DIGITS) != "1":
                raise _Odd
            self._gap()
        self._expect("=")
        self._gap()
        outcome = self._keyword()
        reason = ""
        properties: list[tuple[str, str]] = []
        while self._gap() and not self._ended() and not self._is_at(";"):
            name = self._keyword()
            self._gap()
            if name == "reason" and not reason and not properties and self._skip("="):
                self._gap()
                reason = self._value()
                continue
            self._expect(".")
            self._gap()
            name = f"{name}.{self._keyword()}"
            self._gap()
            self._expect("=")
            self._gap()
            properties.append((name, self._loose_value()))
        if not self._ended() and not self._is_at(";"):
            raise _Odd
        return Result(method, outcome, reason, tuple(properties))

    def _gap(self) -> bool:
        """Skip white space and comments, which may be nested; tells whether there was any."""
        before = self._at
        while True:
            space = _SPACE.match(self._text, self._at)
            if space:
                self._at = space.end()
            elif self._is_at("("):
                self._comment()
            else:
                return self._at > before

    def _comment(self) -> None:
        depth = 0
        while not self._ended():
            char = self._text[self._at]
            self._at += 2 if char == "\\" else 1
            depth += (char == "(") - (char == ")")
            if not depth:
                return
        raise _Odd

    def _value(self) -> str:
        quoted = self._quoted()
        found = quoted if quoted is not None else self._take(_VALUE)
        if found is None:
            raise _Odd
        return found

    def _loose_value(self) -> str:
        """A value, or a local part, quoted or not, with its domain; white space ends it."""
        pieces = []
        while True:
            piece = self._quoted()
            if piece is None:
                piece = self._take(_LOOSE)
            if piece is None:
                break
            pieces.append(piece)
        if not pieces:
            raise _Odd
        return "".join(pieces)

    def _quoted(self) -> str | None:
        if not self._is_at('"'):
            return None
        found = _QUOTED.match(self._text, self._at)
        if found is None:
            raise _Odd
        self._at = found.end()
        return _ESCAPE.sub(r"\1", found.group(1))

    def _keyword(self) -> str:
        found = self._take(_KEYWORD)
        if found is None:
            raise _Odd
        return found.lower()

    def _take(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self._text, self._at)
        if found is None:
            return None
        self._at = found.end()
        return found.group()

    def _expect(self, char: str) -> None:
        if not self._skip(char):
            raise _Odd

    def _skip(self, char: str) -> bool:
        if self._is_at(char):
            self._at += 1
            return True
        return False

    def _is_at(self, char: str) -> bool:
        return self._text.startswith(char, self._at)

    def _ended(self) -> bool:
        return self._at >= len(self._text)
