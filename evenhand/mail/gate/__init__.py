"""The egress gate: reads the finished bytes of a mail anew, and searches every stream of them for what is protected."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from evenhand.mail.disguise import squeeze
from evenhand.mail.gate.planted import planted, unplanted
from evenhand.mail.gate.reader import Unsearchable, streams
from evenhand.mail.gate.seen import seen_as
from evenhand.mail.identity import Identities, Located, find_ascii, identities, locate

__all__ = ["SIZE_LIMIT", "Hit", "canary", "has_packed", "preload", "search"]

SIZE_LIMIT = 48 * 1024 * 1024
"""Bytes of a finished mail: 25 MiB of content in base64, with room for its header."""

_CANARY = "canary.bird@coal-mine.example"


@dataclass(frozen=True, slots=True)
class Hit:
    """
    Where something protected stands, and in which form; or what could not be read (`form` is `unreadable` then).

    The excerpt shows the first and the last letter of what was found, never the whole of it: it is shown and logged.
    """

    where: str
    form: str
    excerpt: str = ""


def search(finished: bytes, protected: Identities) -> Hit | None:
    """
    Search finished bytes for protected identities; None if there are none.

    The reader is its own and trusts nothing that went before: raw bytes; header fields of every part, raw and
    decoded; bodies by their transfer encoding and charset; base64, hexadecimal
    and uuencode inside text; letters that look like others, or run backwards; nested mail; files. Edits
    nothing. Raises nothing: what cannot be read through is a hit, since what was not searched must not leave.
    """
    if len(finished) > SIZE_LIMIT:
        return Hit(f"a mail of {len(finished)} bytes", "unreadable")
    try:
        found = find_ascii(finished, protected)
        for stream in streams(finished):
            located = locate(stream.text, protected)
            if located:
                form = stream.form if located.form == "as it stands" else f"{stream.form}, {located.form}"
                return Hit(stream.where, form, _excerpt(located.match))
            for form, seen in seen_as(stream.text):
                located = _locate_plain(seen, protected)
                if located:
                    return Hit(stream.where, f"{stream.form}, {form}", _excerpt(located.match))
    except Unsearchable as reason:
        return Hit(str(reason), "unreadable")
    except Exception as error:  # noqa: BLE001  a fault in here must hold the mail, whatever it is
        return Hit(type(error).__name__, "unreadable")
    return Hit("the bytes of the mail", "as it stands", _excerpt(found)) if found else None


def _locate_plain(text: str, protected: Identities) -> Located | None:
    """Do as `locate` where a host stands in letters that nothing else disguises: that costs a tenth, if none does."""
    flat = squeeze(text)
    return locate(text, protected) if any(skeleton in flat for skeleton in protected.skeletons) else None


def has_packed(finished: bytes) -> bool:
    """
    Whether finished bytes bring anything but words, so that searching them may mean opening documents and pictures.

    Tells where it is worth to search in a process of its own: words alone cost microseconds and no foreign library.
    Judges by the types the composer wrote.
    """
    fields = b"\n" + finished.lower()
    words = fields.count(b"\ncontent-type: text/") + fields.count(b"\ncontent-type: multipart/")
    return words != fields.count(b"\ncontent-type") or b"\nbegin " in fields or b"%pdf-" in fields


def preload() -> None:
    """Import all that is otherwise imported when a mail calls for it, for processes that can't later."""
    import_module("evenhand.mail.gate.opened.pdf")
    canary("relay.example")


def _excerpt(match: str) -> str:
    return f"{match[0]}…{match[-1]}" if len(match) > 3 else "…"


def canary(domain: str) -> bool:
    """
    Whether the gate finds a planted address in every place it should, and nothing where none is.

    A worker asks this before it sends its first mail: a search that finds nothing looks like a world without leaks.
    """
    protected = identities((_CANARY,), allowed=(domain,))
    if protected is None or search(unplanted(domain), protected) is not None:
        return False
    hits = [search(mail, protected) for mail in planted(_CANARY, domain)]
    return all(hit is not None and hit.form != "unreadable" for hit in hits)
