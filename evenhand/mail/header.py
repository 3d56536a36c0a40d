"""Reads header fields tolerantly and in linear time: encoded words, mailboxes, parameters, message ids."""

from __future__ import annotations

import re
from binascii import Error as BinasciiError
from binascii import a2b_base64, a2b_qp
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from evenhand.mail.address import normalise
from evenhand.mail.text import decode

__all__ = ["Mailbox", "Mailboxes", "decode_words", "message_ids", "parameters", "read_date", "read_mailboxes", "unfold"]

FIELD_LIMIT = 64 * 1024
ADDRESS_LIMIT = 500
PARAMETER_LIMIT = 128

_ENCODED_WORD = re.compile(r"=\?([A-Za-z0-9_\-:.+]{1,60})(?:\*[A-Za-z\-]{1,20})?\?([bBqQ])\?([^?\r\n]{0,4000})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)[ \t\r\n]+(?==\?[A-Za-z0-9_\-:.+*]{1,80}\?[bBqQ]\?)")
_MSGID = re.compile(r"<([^<>\s\x00-\x1f\x7f]{1,240})>")
_APART = " \t,<>()"
_AFTER_COMMENT = " \t,<()"
_FOLD = re.compile(r"\r?\n[ \t]?")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A display name and an address in its stored form; the address is empty if it could not be read."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """What an address field holds; `ambiguous` if two programs might read it differently."""

    boxes: tuple[Mailbox, ...]
    ambiguous: bool = False


def unfold(value: str) -> str:
    """Undo the folding of a field body (RFC 5322 §2.2.3) and repair undeclared 8-bit bytes."""
    if "\n" in value:
        value = _FOLD.sub(" ", value)
    if not value.isascii():
        raw = value.encode("utf-8", "surrogateescape")
        value = decode(raw, None).text
    return value.strip()


def decode_words(value: str) -> str:
    """
    Decode the encoded words of a field body (RFC 2047), leaving what is malformed as it stands.

    >>> decode_words("=?utf-8?q?Gr=C3=BC?= =?utf-8?b?w59l?=")
    'Grüße'
    """
    value = unfold(value)
    if "=?" not in value:
        return value
    return _ENCODED_WORD.sub(_decode_word, _BETWEEN_WORDS.sub(r"\1", value[:FIELD_LIMIT]))


def _decode_word(match: re.Match[str]) -> str:
    charset, encoding, body = match.groups()
    try:
        if encoding in "bB":
            content = a2b_base64(body + "=" * (-len(body) % 4))
        else:
            content = a2b_qp(body.encode("ascii", "replace"), header=True)
    except (BinasciiError, ValueError):
        return match.group()
    return decode(content, charset).text


def read_mailboxes(value: str) -> Mailboxes:
    """
    Read an address field (RFC 5322 §3.4) in one pass.

    Groups, several angle brackets in one item, one that is not closed or has words behind it, comments and quotes
    within an address, and items that are no address make it ambiguous: such a field may be shown, but never believed.

    >>> read_mailboxes('"L, Ada" <Ada@Home.Example>').boxes
    (Mailbox(name='L, Ada', address='ada@home.example'),)
    """
    items, ambiguous = _items(unfold(value)[:FIELD_LIMIT])
    boxes = []
    for phrase, angles, quoted in items[:ADDRESS_LIMIT]:
        spec = angles[0] if angles else phrase.strip()
        address = normalise(spec) or ""
        name = (quoted or phrase).strip() if angles else ""
        ambiguous = ambiguous or len(angles) > 1 or not address
        if angles and "@" in phrase and not quoted:
            # Not allowed without quotes (RFC 5322 §3.2.5), but many write their own address there once more.
            ambiguous = ambiguous or normalise(phrase) != address
        boxes.append(Mailbox(decode_words(name), address))
    return Mailboxes(tuple(boxes), ambiguous or len(items) > ADDRESS_LIMIT)


def _items(value: str) -> tuple[list[tuple[str, list[str], str]], bool]:
    """Split at top-level commas into (phrase, angle contents, quoted text); tells of groups and of what is odd."""
    items: list[tuple[str, list[str], str]] = []
    phrase: list[str] = []
    quoted: list[str] = []
    angles: list[str] = []
    group = odd = False
    position, length = 0, len(value)

    def close() -> None:
        nonlocal odd
        odd = odd or (bool(quoted) and not angles)
        if angles or "".join(phrase).strip():
            items.append(("".join(phrase), list(angles), "".join(quoted)))
        phrase.clear()
        quoted.clear()
        angles.clear()

    while position < length:
        char = value[position]
        if char == '"':
            text, position = _quoted(value, position + 1)
            quoted.append(text)
            phrase.append(text)
            odd = odd or bool(angles) or position > length
            continue
        if char == "(":
            glued = position > 0 and value[position - 1] not in _APART
            position, closed = _comment(value, position + 1)
            # `a(b)c@d` is one address to some and another to others. Open to the end, it swallows what others read.
            odd = odd or glued or not closed or value[position : position + 1] not in _AFTER_COMMENT
            continue
        if char == "<":
            end = value.find(">", position)
            odd = odd or end < 0
            angles.append(value[position + 1 : end if end >= 0 else length].strip())
            position = (end if end >= 0 else length) + 1
            continue
        if char == ",":
            close()
        elif char in ":;":
            group = True
        else:
            phrase.append(char)
            odd = odd or (bool(angles) and not char.isspace())
        position += 1
    close()
    return items, group or odd


def _quoted(value: str, position: int) -> tuple[str, int]:
    out: list[str] = []
    while position < len(value) and value[position] != '"':
        if value[position] == "\\" and position + 1 < len(value):
            position += 1
        out.append(value[position])
        position += 1
    return "".join(out), position + 1


def _comment(value: str, position: int) -> tuple[int, bool]:
    depth = 1
    while position < len(value) and depth:
        char = value[position]
        if char == "\\":
            position += 1
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
        position += 1
    return position, not depth


def message_ids(value: str, limit: int = 50) -> tuple[str, ...]:
    """
    Read the message ids of a field (RFC 5322 §3.6.4), each without brackets, at most `limit`, the last ones kept.

    >>> message_ids("<a@x.example> junk <b@y.example>")
    ('a@x.example', 'b@y.example')
    """
    return tuple(_MSGID.findall(value[-FIELD_LIMIT:]))[-limit:]


def read_date(value: str) -> datetime | None:
    """Read a Date field as an instant in UTC, or None."""
    try:
        read = parsedate_to_datetime(unfold(value)[:100])
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """
    Split `type/subtype; name=value; …` (RFC 2045 §5.1) with continuations and charsets of RFC 2231.

    Reads at most 128 parameters; of repeated names the first counts.

    >>> parameters("text/plain; charset=utf-8; name*0=a; name*1=b")
    ('text/plain', {'charset': 'utf-8', 'name': 'ab'})
    """
    value = unfold(value)[:FIELD_LIMIT]
    head, _, rest = value.partition(";")
    found: dict[str, str] = {}
    pieces: dict[str, dict[int, str]] = {}
    for name, text in _pairs(rest):
        base, star, number = name.partition("*")
        if not star:
            found.setdefault(base, decode_words(text))
        else:
            digits = number.rstrip("*")
            order = int(digits) if digits.isdecimal() and len(digits) < 4 else 0
            marked = "\x00" + text if name.endswith("*") else text
            pieces.setdefault(base, {}).setdefault(order, marked)
    for base, parts in pieces.items():
        found.setdefault(base, _extended(parts))
    return head.strip().lower(), found


def _pairs(rest: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    position, length = 0, len(rest)
    while position < length and len(pairs) < PARAMETER_LIMIT:
        equals = rest.find("=", position)
        semicolon = rest.find(";", position)
        if equals < 0:
            break
        if 0 <= semicolon < equals:
            position = semicolon + 1
            continue
        name = rest[position:equals].strip().lower()
        position = equals + 1
        while position < length and rest[position] in " \t":
            position += 1
        if position < length and rest[position] == '"':
            text, position = _quoted(rest, position + 1)
            end = rest.find(";", position)
        else:
            end = rest.find(";", position)
            text = rest[position : end if end >= 0 else length].strip()
        position = (end if end >= 0 else length) + 1
        if name:
            pairs.append((name, text))
    return pairs


def _extended(parts: dict[int, str]) -> str:
    charset: str | None = None
    out: list[str] = []
    buffer = b""
    for index, (_, piece) in enumerate(sorted(parts.items())):
        encoded = piece.startswith("\x00")
        text = piece.removeprefix("\x00")
        if encoded and index == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        if encoded:
            buffer += unquote_to_bytes(text)
        else:
            out.append(decode(buffer, charset).text + text)
            buffer = b""
    return "".join(out) + decode(buffer, charset).text
