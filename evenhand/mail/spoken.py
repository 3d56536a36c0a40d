"""The forms of an address that are written for a person to read: spoken out, letters set apart, parted by bullets."""

from __future__ import annotations

import re

__all__ = ["UNSHREDDED", "WORDLESS", "shredded", "spoken_form", "spoken_host", "words_of"]

_AT = (
    "at ät arroba arobase chiocciola klammeraffe affe apenstaartje apestaartje małpa malpa собака zavináč zavinac "
    "kukac snabel-a snabela alfakrull krøllalfa papaki bei chez et"
)
_DOT = (
    "dot punkt punto point ponto kropka точка punt nokta prik piste tečka tecka pont bodka períod period dott "
    "teletype-dot"
)
_DASH = "dash hyphen minus underscore unterstrich bindestrich tiret guion guión trattino hífen myślnik underline"
_AT_WITHOUT_SPACES, _DOT_WITHOUT_SPACES = "艾特|アット|小老鼠", "点|點|ドット"
# Between two words of an address: spaces, brackets, stars, quotes, a few of them.
_GAP = r"[\W_]{1,6}"


def _any_word(words: str) -> str:
    return "|".join(re.escape(word) for word in words.split())


_SAID_AT = rf"(?:{_GAP}(?:{_any_word(_AT)}){_GAP}|[\W_]{{0,6}}(?:@|{_AT_WITHOUT_SPACES})[\W_]{{0,6}})"
# A full stop and then a space end a sentence, and part no names.
_SAID_DOT = (
    rf"(?:{_GAP}(?:{_any_word(_DOT)}){_GAP}|[\W_]{{0,6}}(?:{_DOT_WITHOUT_SPACES})[\W_]{{0,6}}"
    r"|\.|\s{1,3}\.\s{1,3}|\s{0,3}[\[({<\"']{1,2}\s{0,3}\.\s{0,3}[\])}>\"']{1,2}\s{0,3})"
)
_DOT_IN_WORDS = (
    rf"(?:{_GAP}(?:{_any_word(_DOT)}){_GAP}|[\W_]{{0,6}}(?:{_DOT_WITHOUT_SPACES})[\W_]{{0,6}}"
    r"|\s{0,3}[\[({]{1,2}\s{0,3}\.\s{0,3}[\])}]{1,2}\s{0,3})"
)
_SAID_OTHER = rf"(?:[\W_]{{0,3}}|{_GAP}(?:{_any_word(f'{_DOT} {_DASH}')}){_GAP}|{_DOT_WITHOUT_SPACES})"

_WORD_BREAKS = re.compile(r"[\W_]+")
UNSHREDDED = re.compile(r"[^\w@]+|_+")
"""What an address is parted by when its letters are set apart; the sign itself stays."""

WORDLESS = bytes(byte for byte in range(0x80) if not (chr(byte).isalnum() or byte == 0x40))
"""The same, as the bytes of ASCII."""


def spoken_form(local: str, domain: str) -> str:
    """
    The expression for a mailbox as it is spoken out, in the folded form of a text.

    All of it must be there, from the first word to the last: “at home” alone is where people are.

    >>> bool(re.search(spoken_form("ada", "home.example"), "write to ada (at) home [dot] example"))
    True
    >>> bool(re.search(spoken_form("ada", "home.example"), "this is ada at home. example: a lamp"))
    False
    """
    mailbox = _SAID_OTHER.join(re.escape(word) for word in words_of(local)) or re.escape(local)
    labels = (_SAID_OTHER.join(re.escape(word) for word in words_of(label)) for label in domain.split("."))
    return rf"{mailbox}(?:\+[\w.-]{{0,64}})?{_SAID_AT}{_SAID_DOT.join(labels)}(?![^\W_])"


def spoken_host(domain: str) -> str:
    """The expression for a domain alone, every dot of it spoken or in brackets; a plain one is no disguise."""
    return rf"(?<![^\W_]){_DOT_IN_WORDS.join(map(re.escape, domain.split('.')))}(?![^\W_])"


def words_of(name: str) -> list[str]:
    """The words a name is made of."""
    return [word for word in _WORD_BREAKS.split(name) if word]


def shredded(local: str, domain: str) -> str:
    """A mailbox with nothing but its letters, its digits and the sign."""
    return f"{''.join(words_of(local))}@{''.join(words_of(domain))}"
