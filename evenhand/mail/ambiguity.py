"""Finds where two mail programs would see different parts: what was judged must be what everybody reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from email.message import Message

from evenhand.mail import header
from evenhand.mail.transfer import IDENTITY, mechanism

__all__ = ["boundary_of", "doubts_of_ends", "doubts_of_part", "structure_fields"]

_STRUCTURE = ("content-type", "content-transfer-encoding", "content-disposition")
# Once, as a token or between quotes, with nothing before the next semicolon (RFC 2046 §5.1.1).
_BOUNDARY = re.compile(r";[ \t]*boundary=(?:\"([^\"\\]+)\"|([^\s;\"()<>@,\\]+))[ \t]*(?=;|$)", re.IGNORECASE)
_NAMED_BOUNDARY = re.compile(r"[;\s]boundary[*0-9]*[ \t]*=", re.IGNORECASE)
_CHARSET = re.compile(r"[;\s]charset[*0-9]*[ \t]*=[ \t]*\"?([^\s;\"]*)", re.IGNORECASE)
# Names of files hold what they like.
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|name[*0-9]*=[^;\s\"]+", re.IGNORECASE)
_BROKEN_HEADERS = frozenset({"MissingHeaderBodySeparatorDefect", "FirstHeaderLineIsContinuationDefect"})


def structure_fields(message: Message) -> dict[str, list[str]]:
    """Gather the fields that say what a part is, in lower case, unfolded, in their order."""
    found: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        lowered = name.lower()
        if lowered in _STRUCTURE:
            found.setdefault(lowered, []).append(header.unfold(str(value)))
    return found


def doubts_of_part(
    message: Message, media_type: str, fields: Mapping[str, Sequence[str]], boundaries: Sequence[str]
) -> Iterator[str]:
    """
    Say why programs would differ about one part, or nothing.

    `boundaries` are those of the parts around it. The shapes are those of draft-chen-email-mime-ambiguity-defense and
    of the papers behind it: a field or a parameter given twice, a comment where few expect one, a delimiter that is
    also another's, an encoded multipart.
    """
    if message.defects and any(type(one).__name__ in _BROKEN_HEADERS for one in message.defects):
        yield "a line in a header that is no field"
    yield from _of_fields(fields)
    kind = next(iter(fields.get("content-type", ())), "")
    encoding, certain = mechanism(next(iter(fields.get("content-transfer-encoding", ())), ""))
    if not certain:
        yield "a transfer encoding with more than its name"
    if media_type.startswith("multipart/"):
        yield from _of_multipart(message, kind, encoding, boundaries)
    elif media_type.startswith("text/") and kind:
        if "(" in kind and "(" in _QUOTED.sub("", kind):
            yield "a comment in a Content-Type"
        if kind.lower().count("charset") > 1 and len({one.lower() for one in _CHARSET.findall(kind)}) > 1:
            yield "two charsets for one part"


def doubts_of_ends(raw: bytes) -> Iterator[str]:
    """Doubt a delimiter behind a bare CR, which parts a mail for some programs; unless all of its lines end so."""
    at = raw.find(b"\r--")
    if at >= 0 and b"\n" in raw:
        yield "a delimiter behind a bare CR"


def boundary_of(kind: str) -> str:
    """The boundary of a Content-Type as everybody reads it, or an empty string if somebody might not."""
    found = _BOUNDARY.findall(kind)
    if len(found) != 1 or len(_NAMED_BOUNDARY.findall(kind)) != 1 or "(" in _QUOTED.sub("", kind):
        return ""
    boundary = found[0][0] or found[0][1]
    return "" if boundary != boundary.rstrip() or (boundary.startswith("=?") and boundary.endswith("?=")) else boundary


def _of_fields(fields: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for name in _STRUCTURE:
        values = fields.get(name, ())
        if not values:
            continue
        if len(values) > 1 and len(dict.fromkeys(values)) > 1:
            yield f"two fields {name} that differ"
        if any("\0" in value or "\r" in value for value in values):
            yield f"a field {name} with a NUL or a bare CR"


def _of_multipart(message: Message, kind: str, encoding: str, boundaries: Sequence[str]) -> Iterator[str]:
    if encoding not in IDENTITY:
        yield "parts within an encoding"
    content = message.get_payload()
    if not isinstance(content, list):
        if str(content).strip():
            yield "parts that no delimiter parts"
        return
    boundary = boundary_of(kind)
    if not boundary:
        yield "a boundary that can be read in two ways"
    elif any(one.startswith(boundary) or boundary.startswith(one) for one in boundaries if one):
        yield "a boundary that begins like the one around it"
