"""Takes out of what people are shown what only decoding shows: addresses that stand in it packed, or in look-alikes."""

from __future__ import annotations

from collections.abc import Iterator

from evenhand.mail.gate.opened import Allowance, Unsearchable, may_be_packed
from evenhand.mail.gate.packed import unpacked
from evenhand.mail.gate.seen import seen_as
from evenhand.mail.html import from_text, to_text, unlinked
from evenhand.mail.identity import REMOVED, Identities, find, scrub

__all__ = ["scrub_concealed", "scrub_concealed_html"]


def scrub_concealed(text: str, protected: Identities) -> str:
    """
    Do as `scrub`, and take out the lines, or at last the text, in which something protected is packed.

    For what people read who are not the recipient of a copy: a copy that holds such a text is held and not mended. A
    file pasted as letters is not opened here, where nothing guards its reader, but taken out. Costs ten microseconds
    more than `scrub` for a kilobyte of words.
    """
    text = scrub(text, protected).text
    if not _conceals(text, protected):
        return text
    text = "\n".join(REMOVED if _conceals(line, protected) else line for line in text.split("\n"))
    return REMOVED if _conceals(text, protected) else text


def scrub_concealed_html(html: str, protected: Identities) -> str:
    """Do the same to sanitised HTML, and take off what links are left of it; where something is packed, leave words."""
    scrubbed = scrub(html, protected)
    html = unlinked(scrubbed.text, REMOVED) if scrubbed.removed else scrubbed.text
    words = to_text(html)
    if not _conceals(html, protected) and not _conceals(words, protected):
        return html
    return from_text(scrub_concealed(words, protected))


def _conceals(text: str, protected: Identities) -> bool:
    if any(find(one, protected) for _, one in seen_as(text)):
        return True
    try:
        return any(find(one, protected) for _, one in unpacked(text, set(), Allowance(), _unopened))
    except Unsearchable:
        return True


def _unopened(content: bytes, _allowance: Allowance, form: str = "") -> Iterator[tuple[str, str]]:
    if may_be_packed(content):
        raise Unsearchable(f"{form}a file")
    yield from ()
