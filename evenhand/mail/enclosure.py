"""A file of a mail: as it came, what it is by its content, and what of it may be passed on."""

from __future__ import annotations

from dataclasses import dataclass

from evenhand.mail.files import Clean, Held, clean
from evenhand.mail.parse import Part
from evenhand.mail.sniff import sniff

__all__ = ["Enclosure", "enclose"]


@dataclass(frozen=True, slots=True)
class Enclosure:
    """
    A file: `content` as it came, `cleaned` as it may be passed on.

    If it may not, `kind` says why in a word (see `mail.files.Kind`) and `reason` and `fix` in sentences; `held` if a
    person has to look before the message goes on. `notes` say what was taken out. Plain values, so that it can be
    carried between processes.
    """

    ordinal: int
    name: str
    declared: str
    media_type: str
    content: bytes
    cleaned: bytes = b""
    kind: str = ""
    held: bool = False
    reason: str = ""
    fix: str = ""
    notes: tuple[str, ...] = ()


def enclose(ordinal: int, part: Part) -> Enclosure:
    """Find out what a file is, and clean it. Raises nothing; costs what `mail.files.clean` does."""
    # Of a mail within a mail nothing is read; that it is one, its sender is believed.
    declared, name = part.media_type, part.name
    media_type = declared if declared.startswith("message/") else sniff(part.content, name, declared)
    outcome = clean(part.content, media_type, declared, name)
    if isinstance(outcome, Clean):
        return Enclosure(ordinal, name, declared, media_type, part.content, outcome.content, notes=outcome.notes)
    return Enclosure(
        ordinal, name, declared, media_type, part.content,
        kind=outcome.kind, held=isinstance(outcome, Held), reason=outcome.reason, fix=outcome.fix,
    )  # fmt: skip
