"""Reads the words that the content of a PDF page shows, in the order and on the lines in which it shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from evenhand.mail.gate.opened.font import PLAIN, Font

__all__ = ["shown"]

_TOKEN = re.compile(
    rb"%[^\r\n]*"
    rb"|(?P<string>\()|<<|>>|(?P<hex><[0-9A-Fa-f\s]*>?)|(?P<open>\[)|(?P<close>\])"
    rb"|(?P<name>/[^\s()<>\[\]{}/%]*)|(?P<number>[-+.]?\d[\d.]*)|(?P<operator>[A-Za-z'\"][A-Za-z0-9*'\"]*)|[^\s]"
)
_IN_STRING = re.compile(rb"[()\\]")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|[\r\n])|(.))", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_INLINE_END = re.compile(rb"\sEI(?=\s|\Z)")
# In thousandths of the size of the letters: a wider gap is a space between words.
_GAP = -150


def shown(content: bytes, fonts: Mapping[bytes, Font]) -> Iterator[str]:
    """
    Give the words as shown, a line to a line; and once more with every space a line end.

    In the second no word can be told from its neighbours, which is how letters that stand far apart, or each by
    itself, are read all the same: where lines are joined, only what cannot be two words is looked for.
    """
    text = "".join(_pieces(content, fonts))
    if text.strip():
        yield text
        yield "\n".join(text.split())


def _pieces(content: bytes, fonts: Mapping[bytes, Font]) -> Iterator[str]:  # noqa: C901  one loop over tokens
    operands: list[bytes | float] = []
    font, line = PLAIN, (0.0, 0.0)
    place = 0
    while match := _TOKEN.search(content, place):
        place = match.end()
        kind = match.lastgroup
        if kind == "string":
            string, place = _string(content, place)
            operands.append(b"(" + string)
        elif kind == "hex":
            operands.append(b"(" + _hexadecimal(match.group()))
        elif kind == "name":
            operands.append(_NAME_ESCAPE.sub(lambda one: bytes([int(one.group(1), 16)]), match.group()))
        elif kind == "number":
            operands.append(_number(match.group()))
        elif kind == "operator":
            operator = match.group()
            if operator == b"ID":
                end = _INLINE_END.search(content, place)
                place = end.end() if end else len(content)
            elif operator == b"Tf":
                names = [one for one in operands if isinstance(one, bytes) and one.startswith(b"/")]
                font = fonts.get(names[-1], PLAIN) if names else PLAIN
            elif operator in {b"Tj", b"TJ", b"'", b'"'}:
                if operator not in {b"Tj", b"TJ"}:
                    yield "\n"
                yield from _words(operands, font)
            else:
                moved = _moved(operator, operands, line)
                if moved != line:
                    line = moved
                    yield "\n"
            operands = []


def _words(operands: list[bytes | float], font: Font) -> Iterator[str]:
    for one in operands:
        if isinstance(one, bytes):
            if one.startswith(b"("):
                yield font.read(one[1:])
        elif one < _GAP:
            yield " "


def _moved(operator: bytes, operands: list[bytes | float], line: tuple[float, float]) -> tuple[float, float]:
    """Where the line is after an operator: the height set for the page, and for the text on it."""
    numbers = [one for one in operands if isinstance(one, float)]
    if operator == b"cm" and len(numbers) >= 6:
        return (numbers[-1], line[1])
    if operator == b"Tm" and len(numbers) >= 6:
        return (line[0], numbers[-1])
    if operator in {b"Td", b"TD"} and numbers:
        return (line[0], line[1] + numbers[-1])
    return (line[0], line[1] + 1.0) if operator == b"T*" else line


def _string(content: bytes, place: int) -> tuple[bytes, int]:
    """A string in brackets, which may stand in each other; and where it ends."""
    start, depth = place, 1
    while match := _IN_STRING.search(content, place):
        place = match.end()
        sign = match.group()
        if sign == b"\\":
            place += 1
        else:
            depth += 1 if sign == b"(" else -1
            if not depth:
                return _ESCAPE.sub(_unescape, content[start : place - 1]), place
    return content[start:], len(content)


def _unescape(match: re.Match[bytes]) -> bytes:
    octal, line_end, other = match.groups()
    if octal:
        return bytes([int(octal, 8) & 0xFF])
    return b"" if line_end else _NAMED.get(other, other)


def _hexadecimal(token: bytes) -> bytes:
    digits = b"".join(token.strip(b"<>").split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _number(token: bytes) -> float:
    try:
        return float(token)
    except ValueError:
        return 0.0
