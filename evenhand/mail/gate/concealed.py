"""Takes out of a text what only decoding shows: addresses that stand in it packed."""

from __future__ import annotations

from evenhand.mail.gate.opened import Allowance, Unsearchable
from evenhand.mail.gate.packed import unpacked
from evenhand.mail.identity import Identities, find, scrub

__all__ = ["scrub_concealed"]


def scrub_concealed(text: str, protected: Identities, replacement: str) -> str:
    """
    Do as `scrub`, and take out the lines, or at last the text, in which something protected is packed.

    For what people read who are not the recipient of a copy: a copy that holds such a text is held and not mended.
    """
    text = scrub(text, protected, replacement).text
    if not _conceals(text, protected):
        return text
    text = "\n".join(replacement if _conceals(line, protected) else line for line in text.split("\n"))
    return replacement if _conceals(text, protected) else text


def _conceals(text: str, protected: Identities) -> bool:
    try:
        return any(find(one, protected) for _, one in unpacked(text, set(), Allowance()))
    except Unsearchable:
        return True
