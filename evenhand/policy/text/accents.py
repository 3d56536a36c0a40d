"""Takes the accents off Latin letters, since people leave them out."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["plain_letters"]

_ACCENTED = re.compile("[À-ɏḀ-ỿ]")


def _base(letter: str) -> str:
    return _SPECIAL.get(letter) or unicodedata.normalize("NFD", letter)[0]


_SPECIAL = {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i"}
_BASES: dict[str, str] = {}


def plain_letters(text: str, *, keep: bool = False) -> str:
    """
    Take the accents off Latin letters, one letter for one, since people leave them out; `keep` takes none.

    >>> plain_letters("évaluation très utile, ısı")
    'evaluation tres utile, isi'
    """
    if keep or text.isascii():
        return text
    return _ACCENTED.sub(_plain, text)


def _plain(found: re.Match[str]) -> str:
    letter = found[0]
    if letter not in _BASES:
        _BASES[letter] = _base(letter)
    return _BASES[letter]
