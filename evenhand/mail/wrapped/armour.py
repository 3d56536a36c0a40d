"""Takes the armour of OpenPGP out of a text: signatures and keys, which name their mailbox (RFC 9580 §6.2)."""

from __future__ import annotations

import re

__all__ = ["without_armour"]

_MARK = "-----BEGIN PGP "
_BLOCKS = ("SIGNATURE", "PUBLIC KEY BLOCK", "PRIVATE KEY BLOCK")
_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
# What stands between the line that opens a signed text and the text: the digest's name, and an empty line.
_HEAD = re.compile(r"[ \t]*(?:\n|<br\s*/?>\s*)(?:Hash: [\w, -]{1,80}[ \t]*(?:\n|<br\s*/?>\s*))*(?:\n|<br\s*/?>\s*)?")
_ESCAPED = re.compile(r"^- (?=-)", re.MULTILINE)


def without_armour(text: str) -> str:
    r"""
    Give a text, or HTML, without signatures and keys in armour; a signed text loses its frame and keeps its words.

    Encrypted text stays: whoever reads it must know that there is something nobody could read. Linear in time.

    >>> without_armour("Hello\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\nBye")
    'Hello\n\nBye'
    """
    if _MARK not in text:
        return text
    for block in _BLOCKS:
        text = _without(text, f"{_MARK}{block}-----", f"-----END PGP {block}-----")
    if _SIGNED not in text:
        return text
    before, *signed = text.split(_SIGNED)
    return before + "".join(_ESCAPED.sub("", _HEAD.sub("", part, count=1)) for part in signed)


def _without(text: str, begins: str, ends: str) -> str:
    kept: list[str] = []
    place = 0
    while (start := text.find(begins, place)) >= 0:
        kept.append(text[place:start])
        end = text.find(ends, start)
        if end < 0:
            # Cut off: what follows is armour too.
            return "".join(kept)
        place = end + len(ends)
    return "".join([*kept, text[place:]])
