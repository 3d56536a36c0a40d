"""Unpacks what stands encoded inside a text: base64 at any offset, hexadecimal, uuencoded files."""

from __future__ import annotations

import re
from binascii import Error as BinasciiError
from binascii import a2b_base64, a2b_uu
from collections.abc import Callable, Iterator

from evenhand.mail.gate.opened import MARKS, Allowance, opened
from evenhand.mail.gate.wording import texts

__all__ = ["decode_base64", "unpacked"]

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_SHORTEST = 16
_SHORTEST_FILE = 60
_IS_LETTER = bytes(0x41 if byte in _LETTERS else 0x20 for byte in range(256))
_OTHERS = bytes(byte for byte in range(256) if byte not in _LETTERS)
_LONG_RUN = b"A" * _SHORTEST
# A run, and what goes on directly on the next line, as in a file that was pasted.
_RUN = re.compile(r"[A-Za-z0-9+/]{16,}(?:[ \t]*(?:\r?\n|\r)[ \t>|]*[A-Za-z0-9+/]+)*")
_HEXADECIMAL = re.compile(r"[0-9a-f]{16,}|[0-9A-F]{16,}")
# Digests are hexadecimal too, in most links; a word of six letters hardly ever comes out of one.
_WORD = re.compile(rb"(?:[\x21-\x7e]\x00*){6}")
_UUENCODED = re.compile(
    r"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]*)\r?\n(.*?)(?:^(?:end|====)|\Z)", re.MULTILINE | re.DOTALL
)
_DEEP = 3

_Opening = Callable[[bytes, Allowance, str], Iterator[tuple[str, str]]]


def decode_base64(content: bytes) -> bytes:
    """Decode base64 as leniently as any reader: strange letters left out, going on behind each padding."""
    out = bytearray()
    for piece in content.split(b"="):
        letters = piece.translate(None, _OTHERS)
        out += _decoded(letters) if letters else b""
    return bytes(out)


def _decoded(letters: bytes) -> bytes:
    over = len(letters) % 4
    if over == 1:
        letters, over = letters[:-1], 0
    try:
        return a2b_base64(letters + b"=" * (-over % 4))
    except BinasciiError:
        return b""


def unpacked(text: str, seen: set[str], allowance: Allowance, opening: _Opening = opened) -> Iterator[tuple[str, str]]:
    """
    Give (form, text) of all that is packed in a text, also of what is packed in that, three deep.

    `seen` holds the runs that were unpacked before, in any stream: boundaries and ids come again and again. `opening`
    is asked about pasted files.
    """
    waiting = [("", text)]
    for _ in range(_DEEP):
        found: list[tuple[str, str]] = []
        for form, one in waiting:
            found += [(f"{form}{inner}", more) for inner, more in _layer(one, seen, allowance, opening)]
        if not found:
            return
        yield from found
        waiting = [(f"{form}, ", one) for form, one in found]


def _layer(text: str, seen: set[str], allowance: Allowance, opening: _Opening) -> Iterator[tuple[str, str]]:
    runs = [run for run in _runs(text) if run not in seen]
    if runs:
        seen.update(runs)
        # One text of all: nearly all runs are ids, of which nothing comes out.
        contents = [content for run in runs for content in _at_each_offset(run)]
        yield from (("base64 inside", one) for one in _together(contents))
        contents = [content for run in runs for content in _of_hexadecimal(run)]
        if contents:
            yield from (("hexadecimal inside", one) for one in _together(contents))
        for run in runs:
            if len(run) > _SHORTEST_FILE:
                yield from _files(run, allowance, opening)
    if "begin" in text:
        for name, lines in _UUENCODED.findall(text):
            yield "uuencode", name
            content = _uudecoded(lines)
            yield from (("uuencode", one) for one in texts(content, None))
            yield from opening(content, allowance, "uuencode, ")


def _files(run: str, allowance: Allowance, opening: _Opening) -> Iterator[tuple[str, str]]:
    """What is in a file pasted as letters, wherever in the run its first letter stands."""
    for content in _at_each_offset(run):
        if content.startswith(MARKS):
            yield from opening(content, allowance, "base64 inside, ")


def _runs(text: str) -> Iterator[str]:
    # A run is where sixteen letters in a row are: that is found twenty times faster than by the expression.
    letters = text.encode("ascii", "replace").translate(_IS_LETTER)
    place = letters.find(_LONG_RUN)
    while place >= 0:
        match = _RUN.match(text, place)
        if match is None:
            return
        yield match.group()
        place = letters.find(_LONG_RUN, match.end())


def _at_each_offset(run: str) -> Iterator[bytes]:
    letters = run.encode("ascii").translate(None, _OTHERS)
    return (_decoded(letters[offset:]) for offset in range(4))


def _of_hexadecimal(run: str) -> Iterator[bytes]:
    """
    The bytes that runs of hexadecimal digits stand for, as links carry them, whichever digit is the first.

    Also those of links that sites put in the place of an address, against who gathers them: there the first byte is
    the key of the others.
    """
    for digits in _HEXADECIMAL.findall(run):
        for offset in (0, 1):
            content = bytes.fromhex(digits[offset : len(digits) - (len(digits) - offset) % 2])
            yield from filter(_WORD.search, (content, bytes(byte ^ content[0] for byte in content[1:])))


def _together(contents: list[bytes]) -> Iterator[str]:
    """What is text of these, bar by bar; what has zeros in it also as text of two bytes a letter."""
    yield b" | ".join(contents).decode("ascii", "replace").replace("\ufffd", "|")
    for content in contents:
        if not content.isascii() or b"\x00" in content:
            yield from _further(content)


def _further(content: bytes) -> Iterator[str]:
    if b"\x00" in content:
        yield from texts(content, None)
    else:
        try:
            yield content.decode("utf-8")
        except UnicodeDecodeError:
            return


def _uudecoded(lines: str) -> bytes:
    out = bytearray()
    for line in lines.splitlines():
        try:
            out += a2b_uu(line.encode("ascii", "replace"))
        except BinasciiError:
            # Some encoders leave out trailing spaces; what is there is decoded.
            count = ((ord(line[0]) - 32) & 63) if line else 0
            try:
                out += a2b_uu((line[: 1 + (count * 4 + 5) // 3]).encode("ascii", "replace"))
            except BinasciiError:
                out += decode_base64(line.encode("ascii", "replace"))
    return bytes(out)
