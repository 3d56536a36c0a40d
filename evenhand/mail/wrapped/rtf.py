"""Reads the words of RTF, as Outlook packs them into winmail.dat: unpacks it, and leaves all formatting."""

from __future__ import annotations

import re

__all__ = ["unpack_rtf", "words_of_rtf"]

UNPACKED_LIMIT = 4 * 1024 * 1024
# With these words every reader and writer begins (MS-OXRTFCP §2.1.3.1.2).
_BEGINNING = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW = 4096
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_SKIPPED = frozenset(
    b"fonttbl colortbl stylesheet info pict object header footer footnote annotation themedata datastore rsidtbl"
    b" listtable listoverridetable generator xmlnstbl latentstyles private".split()
)
_BREAKS = {b"par": "\n", b"line": "\n", b"row": "\n", b"sect": "\n", b"page": "\n", b"tab": "\t", b"cell": "\t"}
_SIGNS = {
    b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”",
    b"endash": "–", b"emdash": "—", b"bullet": "•",
}  # fmt: skip
_DEPTH_LIMIT = 200


def unpack_rtf(content: bytes) -> bytes | None:
    """Unpack the property PidTagRtfCompressed (MS-OXRTFCP), or None if it is damaged or larger than 4 MiB."""
    size, kind = int.from_bytes(content[4:8], "little"), content[8:12]
    if len(content) < 16 or size > UNPACKED_LIMIT:
        return None
    if kind == b"MELA":
        return content[16 : 16 + size]
    if kind != b"LZFu":
        return None
    window = bytearray(_BEGINNING.ljust(_WINDOW, b"\0"))
    write, place = len(_BEGINNING), 16
    out = bytearray()
    while place < len(content) and len(out) < UNPACKED_LIMIT:
        control = content[place]
        place += 1
        for bit in range(8):
            if place >= len(content):
                break
            if not control >> bit & 1:
                piece = content[place : place + 1]
                place += 1
            else:
                pointer = int.from_bytes(content[place : place + 2], "big")
                place += 2
                offset, length = pointer >> 4, (pointer & 15) + 2
                if offset == write:
                    return bytes(out[:size])
                piece = _copied(window, offset, length, write)
            for byte in piece:
                window[write] = byte
                write = (write + 1) % _WINDOW
            out += piece
    return bytes(out[:size])


def _copied(window: bytearray, offset: int, length: int, write: int) -> bytes:
    """A copy may run into what it is just writing: then what was there before comes again."""
    known = min((write - offset) % _WINDOW, length)
    pattern = bytes(window[(offset + step) % _WINDOW] for step in range(known))
    return (pattern * (length // known + 1))[:length]


def words_of_rtf(content: bytes) -> str:  # noqa: C901  one arm a token
    """Give the words of an RTF document, paragraphs as lines; of HTML wrapped in RTF the words as well."""
    out: list[str] = []
    # Whether the group is skipped, and how many characters stand for a Unicode one in it.
    stack: list[tuple[bool, int]] = []
    skipped, after, owed = False, 1, 0
    in_wrapper = False
    for word, number, byte, sign, brace, text in _TOKEN.findall(content):
        if brace == b"{":
            if len(stack) >= _DEPTH_LIMIT:
                break
            stack.append((skipped, after))
        elif brace == b"}":
            skipped, after = stack.pop() if stack else (False, 1)
        elif sign == b"*" or word in _SKIPPED:
            skipped = True
        elif word == b"htmlrtf":
            in_wrapper = number != b"0"
        elif word == b"uc":
            after = min(int(number or 1), 10)
        elif skipped or (in_wrapper and word != b"u"):
            continue
        elif word == b"u" and number:
            out.append(_letter(int(number)))
            owed = after
        elif byte or text:
            shown = (
                bytes.fromhex(byte.decode()).decode("cp1252", "replace") if byte else text.decode("cp1252", "replace")
            )
            out.append(shown[owed:])
            owed = max(0, owed - len(shown))
        else:
            out.append(_BREAKS.get(word, _SIGNS.get(word, "")) if word else _sign(sign))
    return "".join(out).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").strip()


def _letter(number: int) -> str:
    return chr(number % 0x10000)


def _sign(sign: bytes) -> str:
    return {b"~": "\u00a0", b"_": "-", b"-": "", b"\n": "\n", b"\r": "\n"}.get(sign, sign.decode("cp1252", "replace"))
