"""Gives what a reader sees in a text where its letters only look like others, or run backwards."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["seen_as"]

_OVERRIDE = "\u202e"
# An override ends with its mark, another override, or its paragraph (UAX #9 §2.2, §2.3).
_BACKWARDS = re.compile("\u202e([^\u202c\u202d\u202e\n\u2029]*)")

# Letters of other scripts that pass for Latin ones (UTS #39), and the ornamented ones that no normal form takes back.
_ALIKE = {
    "аαɑ": "a", "ԁ": "d", "еєҽε": "e", "ɡց": "g", "һհ": "h", "іιı": "i", "јȷ": "j", "кκ": "k", "ӏ": "l", "м": "m",
    "пո": "n", "оοօ": "o", "рρ": "p", "ԛ": "q", "г": "r", "ѕ": "s", "сϲ": "c", "тτ": "t", "υս": "u", "νѵ": "v",
    "ԝѡ": "w", "хχ": "x", "уγ": "y", "АΑ": "a", "ВΒ": "b", "СϹ": "c", "ЕΕ": "e", "НΗ": "h", "ІΙ": "i", "Ј": "j",
    "КΚ": "k", "МΜ": "m", "Ν": "n", "ОΟ": "o", "РΡ": "p", "Ѕ": "s", "ТΤ": "t", "ХΧ": "x", "УΥ": "y", "Ζ": "z",
}  # fmt: skip
_SMALL_CAPITALS = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡ ʏᴢ"
_ORNAMENTED = (0x1F150, 0x1F170, 0x1F1E6)
_LATIN = {
    **{ord(one): latin for alike, latin in _ALIKE.items() for one in alike},
    **{ord(one): chr(0x61 + place) for place, one in enumerate(_SMALL_CAPITALS) if one != " "},
    **{first + place: chr(0x61 + place) for first in _ORNAMENTED for place in range(26)},
    **{0xE0000 + code: chr(code) for code in range(0x20, 0x7F)},
}
# Where all of them lie: the accents of western Europe, and most of the world's scripts, cost no more than this look.
_FOREIGN = re.compile("[\u0131\u0237\u0251\u0261-\u0262\u026a\u0274\u0280-\u0299\u029c-\u029f\u0370-\u058f\u1d00-\u1d22"
                      "\ua730-\ua7af\U0001f150-\U0001f1ff\U000e0020-\U000e007e]")  # fmt: skip


def seen_as(text: str) -> Iterator[tuple[str, str]]:
    """
    Give (form, text) where a text looks other than it is written; nothing for most texts.

    >>> list(seen_as("\u202eelpmaxe.emoh@ada"))
    [('read backwards', 'ada@home.example')]
    >>> list(seen_as("аdа@home.example"))
    [('look-alikes', 'ada@home.example')]
    """
    if text.isascii():
        return
    if _OVERRIDE in text:
        yield "read backwards", " | ".join(run[::-1] for run in _BACKWARDS.findall(text))
    if _FOREIGN.search(text):
        yield "look-alikes", text.translate(_LATIN)
