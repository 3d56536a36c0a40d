"""Looks at the bytes of a mail before any parser does, and refuses what would cost one too much."""

from __future__ import annotations

import re

from evenhand.mail import header

__all__ = ["screen"]

DEPTH_LIMIT = 30
SIZE_LIMIT = 25 * 1024 * 1024
HEADER_LIMIT = 256 * 1024
FIELDS_LIMIT = 1000
LINES_LIMIT = 1_000_000
SMALL = 50_000
DELIMITERS_LIMIT = 20_000
"""Lines that begin like a boundary: the parser reads every part before we can count them."""
MULTIPARTS_LIMIT = 500
"""Multiparts that many lines of a boundary may open; a mail has no more parts."""
NESTED_LINES_LIMIT = 5_000_000
"""Lines times multiparts: the parser looks in every line for the delimiter of every part that is open."""
BLOCKS_LIMIT = 10_000
"""Empty lines of a report, each of which ends what the parser takes for a mail of its own."""
PARAMETERS_LIMIT = 2000

_BLANK_LINES = (b"\n\n", b"\n\r\n", b"\r\r")
_REPORT = re.compile(rb"message/(?:global-)?delivery-status", re.IGNORECASE)
_MULTIPART = re.compile(rb"multipart/", re.IGNORECASE)
_STRUCTURE_FIELD = re.compile(
    rb"^content-(?:type|disposition):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE
)
_FIELD_START = re.compile(rb"^[!-9;-~]+:", re.MULTILINE)


def screen(raw: bytes) -> str:
    """Look at the bytes before any parser does; returns why not, or an empty string."""
    if len(raw) > SIZE_LIMIT:
        return f"it has {len(raw)} bytes, more than {SIZE_LIMIT}"
    lines = raw.count(b"\n") + raw.count(b"\r")
    # Nearly every mail is too small to pass any limit of numbers.
    if len(raw) > SMALL or lines > FIELDS_LIMIT:
        refusal = _screen_numbers(raw, lines)
        if refusal:
            return refusal
    return _screen_structure(raw)


def _screen_numbers(raw: bytes, lines: int) -> str:
    ends = [end for blank in _BLANK_LINES if (end := raw.find(blank, 0, HEADER_LIMIT + 4)) >= 0]
    if not ends and len(raw) > HEADER_LIMIT:
        return f"its header block passes {HEADER_LIMIT} bytes"
    if len(_FIELD_START.findall(raw, 0, min(ends, default=len(raw)))) > FIELDS_LIMIT:
        return f"it has more than {FIELDS_LIMIT} header fields"
    if lines > 2 * LINES_LIMIT:
        return f"it has more than {LINES_LIMIT} lines"
    if lines > BLOCKS_LIMIT and _REPORT.search(raw) and _blocks(raw) > BLOCKS_LIMIT:
        return f"it is a report of more than {BLOCKS_LIMIT} blocks"
    delimiters = raw.count(b"\n--") + raw.count(b"\r--")
    if delimiters > MULTIPARTS_LIMIT or delimiters * lines > NESTED_LINES_LIMIT:
        return _screen_multiparts(raw, delimiters, lines)
    return ""


def _blocks(raw: bytes) -> int:
    """Lines of nothing, each of which ends a block of a report: to the parser every block is a mail of its own."""
    return max(raw.count(b"\n\n"), raw.count(b"\r\n\r\n"), raw.count(b"\r\r"))


def _screen_multiparts(raw: bytes, delimiters: int, lines: int) -> str:
    # To be within a multipart takes a line that begins like a boundary: no more of them are open than there are lines.
    multiparts = len(_MULTIPART.findall(raw))
    if multiparts and delimiters > DELIMITERS_LIMIT:
        return f"it has more than {DELIMITERS_LIMIT} lines that may part it"
    if min(multiparts, delimiters) > MULTIPARTS_LIMIT:
        return f"it has more than {MULTIPARTS_LIMIT} parts with parts in them"
    # Thirty may stand in each other; those beside each other cost nothing, but cannot be told from them here.
    if multiparts > DEPTH_LIMIT and min(multiparts, delimiters) * lines > NESTED_LINES_LIMIT:
        return f"it has {multiparts} parts with parts in them and {lines} lines, too many together"
    return ""


def _screen_structure(raw: bytes) -> str:
    # A mail that is small and has few semicolons holds no field past the limits: nearly every mail.
    if len(raw) <= SMALL and raw.count(b";") <= PARAMETERS_LIMIT:
        return ""
    for match in _STRUCTURE_FIELD.finditer(raw):
        found = match.group()
        if len(found) > header.FIELD_LIMIT:
            return "a Content-Type field passes 64 KiB"
        if found.count(b";") > PARAMETERS_LIMIT:
            return f"a Content-Type field has more than {PARAMETERS_LIMIT} parameters"
    return ""
