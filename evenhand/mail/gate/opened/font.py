"""Gives the letters that the codes of a PDF font stand for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Font", "font_of"]

_CODESPACE = re.compile(rb"begincodespacerange(.*?)endcodespacerange", re.DOTALL)
_CHARS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f\s]*)>\s*<([0-9A-Fa-f\s]*)>\s*(?:<([0-9A-Fa-f\s]*)>|\[([^\]]*)\])")
_RANGE_LIMIT = 65_536
_UNI = re.compile(r"(?:uni|u)([0-9A-Fa-f]{4,6})\Z")
_BASES = {"/MacRomanEncoding": "mac_roman", "/MacExpertEncoding": "mac_roman"}
# Where TrueType programs come from a word processor, glyphs stand in the order of ASCII, from the space at 3 on.
_USUAL_GLYPH_OF_SPACE = 3

_NAMED = {
    "space": " ", "period": ".", "at": "@", "hyphen": "-", "minus": "-", "endash": "-", "underscore": "_", "plus": "+",
    "comma": ",", "colon": ":", "semicolon": ";", "slash": "/", "equal": "=", "percent": "%", "ampersand": "&",
    "numbersign": "#", "parenleft": "(", "parenright": ")", "bracketleft": "[", "bracketright": "]", "less": "<",
    "greater": ">", "question": "?", "exclam": "!", "quotesingle": "'", "quotedbl": '"', "backslash": "\\",
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "fi": "fi", "fl": "fl", "ff": "ff", "ffi": "ffi", "ffl": "ffl", "germandbls": "ß", "ae": "æ",
    "oe": "œ", "oslash": "ø", "dotlessi": "ı", "eth": "ð", "thorn": "þ", "lslash": "ł",
}  # fmt: skip
_ACCENTS = {
    "acute": "\u0301", "grave": "\u0300", "circumflex": "\u0302", "dieresis": "\u0308", "tilde": "\u0303",
    "ring": "\u030a", "cedilla": "\u0327", "caron": "\u030c", "macron": "\u0304", "breve": "\u0306",
    "ogonek": "\u0328", "dotaccent": "\u0307", "hungarumlaut": "\u030b",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Font:
    """How a string shown in one font is read: bytes of a code, and letters by code; the rest by the codec."""

    width: int
    letters: dict[int, str]
    codec: str

    def read(self, content: bytes) -> str:
        """The letters of a string; a code nobody gave a letter is taken for its own (ASCII, or the usual glyph)."""
        if self.width == 1 and not self.letters:
            return content.decode(self.codec, "replace")
        out: list[str] = []
        for place in range(0, len(content), self.width):
            code = int.from_bytes(content[place : place + self.width], "big")
            letter = self.letters.get(code)
            out.append(letter if letter is not None else self._own(code))
        return "".join(out)

    def _own(self, code: int) -> str:
        if self.width == 1:
            return bytes([code]).decode(self.codec, "replace")
        if self.letters:
            return chr(code) if code < 0xD800 else "\ufffd"
        return chr(code + 0x20 - _USUAL_GLYPH_OF_SPACE) if code < 0x80 else "\ufffd"


PLAIN = Font(1, {}, "cp1252")
"""For strings shown in a font that nobody names."""


def font_of(to_unicode: bytes, base: str, differences: Sequence[int | str], *, composite: bool) -> Font:
    """
    Read a font: its ToUnicode map (ISO 32000-1 §9.10.3) if it has one, else its encoding (§9.6.6).

    `differences` are codes, each followed by the glyph names from there on.
    """
    codec = _BASES.get(base, "cp1252")
    letters: dict[int, str] = {}
    code = 0
    for one in differences:
        if isinstance(one, int):
            code = one
            continue
        letter = _letter(one.removeprefix("/"))
        if letter:
            letters[code] = letter
        code += 1
    width = 2 if composite else 1
    if to_unicode:
        letters |= _mapped(to_unicode)
        if composite:
            width = _code_width(to_unicode)
    return Font(width, letters, codec)


def _code_width(cmap: bytes) -> int:
    space = _CODESPACE.search(cmap)
    first = _HEX.search(space.group(1)) if space else None
    return max(1, len(first.group(1)) // 2) if first else 2


def _mapped(cmap: bytes) -> dict[int, str]:
    letters: dict[int, str] = {}
    for block in _CHARS.findall(cmap):
        codes = _HEX.findall(block)
        for code, letter in zip(codes[::2], codes[1::2], strict=False):
            letters[_number(code)] = _utf16(letter)
    for block in _RANGES.findall(cmap):
        for low, high, start, listed in _RANGE.findall(block):
            first, last = _number(low), _number(high)
            if last - first > _RANGE_LIMIT:
                continue
            if listed:
                letters |= {first + n: _utf16(one) for n, one in enumerate(_HEX.findall(listed))}
            else:
                letter = _utf16(start)
                letters |= {
                    first + n: letter[:-1] + chr(min(ord(letter[-1]) + n, 0x10FFFF))
                    for n in range(last - first + 1 if letter else 0)
                }
    return letters


def _number(digits: bytes) -> int:
    return int(b"".join(digits.split()) or b"0", 16)


def _utf16(digits: bytes) -> str:
    plain = b"".join(digits.split())
    content = bytes.fromhex((plain + b"0" * (len(plain) % 2)).decode("ascii"))
    return content.decode("utf-16-be", "replace") if len(content) > 1 else content.decode("latin-1")


def _letter(name: str) -> str:
    """The letter of a glyph's name (Adobe Glyph List, the Latin part by its rule)."""
    name = name.partition(".")[0] if len(name) > 1 else name
    if len(name) == 1:
        return name
    if name in _NAMED:
        return _NAMED[name]
    found = _UNI.match(name)
    if found:
        number = int(found.group(1), 16)
        return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else ""
    accent = _ACCENTS.get(name[1:])
    return unicodedata.normalize("NFC", name[0] + accent) if accent else ""
