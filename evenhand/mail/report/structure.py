"""Takes the bytes of a report apart: its header, its words, its machine-readable parts, the header it returns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import Message

from evenhand.mail import header, html
from evenhand.mail.boundary import with_known_boundary
from evenhand.mail.screen import screen
from evenhand.mail.text import decode

__all__ = ["Pieces", "fields_of", "take_apart", "without_indent"]

SIZE_LIMIT = 512 * 1024
"""Bytes of a report that are looked at. What it says stands in front; the returned mail behind may be long."""

WORDS_LIMIT = 64 * 1024
PARTS_LIMIT = 60
DEPTH_LIMIT = 8

# The parser of the standard library reads such parts as mails, which they are not. As text it leaves them whole.
_MACHINE_READABLE = re.compile(
    rb"^(content-type:\s*)message/(?=(?:global-)?(?:delivery-status|disposition-notification)|feedback-report)",
    re.IGNORECASE | re.MULTILINE,
)
# They say nothing, and each is a place at which every phrase would be tried.
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n){3,}")
_FIRST_FIELD = re.compile(r"^([ \t>|]{0,8})[A-Za-z][A-Za-z-]{1,40}:[ \t]", re.MULTILINE)
_OURS = "text/"
_RETURNED = {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"}


@dataclass
class Pieces:
    """
    The parts of a report that matter, as text with LF.

    `fields` are those of the outermost header by lower-case name; `returned` is the header of the mail it is about.
    """

    fields: dict[str, list[str]] = field(default_factory=dict)
    media_type: str = ""
    statuses: list[str] = field(default_factory=list)
    feedback: list[str] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    words: str = ""
    returned: dict[str, list[str]] = field(default_factory=dict)
    message: Message | None = None

    def field(self, name: str) -> str:
        """The first field of that name, decoded, or an empty string."""
        return header.decode_words(next(iter(self.fields.get(name, ())), ""))


def take_apart(raw: bytes) -> Pieces | None:
    """Take apart what of the bytes is looked at; None if no parser may read them. Never raises on any bytes."""
    raw = _MACHINE_READABLE.sub(rb"\1" + _OURS.encode(), _with_plain_ends(raw[:SIZE_LIMIT]))
    if screen(raw):
        return None
    try:
        message = message_from_bytes(with_known_boundary(raw), policy=policy.compat32)
        pieces = Pieces(_fields(message), message.get_content_type(), message=message)
        words: list[str] = []
        for part in _leaves(message, [0], 0):
            _sort(part, pieces, words)
        pieces.words = _EMPTY_LINES.sub("\n\n\n", "\n\n".join(words)[:WORDS_LIMIT])
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError):
        return None
    return pieces


def fields_of(block: str) -> dict[str, str]:
    r"""
    Read lines of `Name: value`, folded ones joined; of repeated names the first counts.

    >>> fields_of("Action: failed\nStatus: 5.1.1\n (unknown)")
    {'action': 'failed', 'status': '5.1.1 (unknown)'}
    """
    found: dict[str, str] = {}
    name = ""
    for line in block.split("\n"):
        if line[:1] in " \t" and name:
            found[name] = f"{found[name]} {line.strip()}".strip()[:2000]
            continue
        head, colon, value = line.partition(":")
        name = head.strip().lower() if colon and " " not in head.strip() else ""
        if name and name in found:
            name = ""
        elif name:
            found[name] = value.strip()[:2000]
    return found


def without_indent(copy: str) -> str:
    r"""
    Take off what a machine has set before each line of a returned mail.

    >>> without_indent("Original mail:\n  To: ben@shop.example\n  Subject: Lamp")
    'Original mail:\nTo: ben@shop.example\nSubject: Lamp'
    """
    first = _FIRST_FIELD.search(copy[:4000])
    if first is None or not first.group(1):
        return copy
    return "\n".join(line.removeprefix(first.group(1)) for line in copy.split("\n"))


def _with_plain_ends(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in raw else raw


def _fields(message: Message) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        found.setdefault(name.lower(), []).append(header.unfold(str(value)[: header.FIELD_LIMIT]))
    return found


def _leaves(message: Message, count: list[int], depth: int) -> Iterator[Message]:
    """The parts of a report, in order; what it returns is one of them and not entered."""
    count[0] += 1
    if count[0] > PARTS_LIMIT or depth > DEPTH_LIMIT:
        return
    children = message.get_payload()
    if message.get_content_type() in _RETURNED or not isinstance(children, list):
        yield message
        return
    for child in children:
        if isinstance(child, Message):
            yield from _leaves(child, count, depth + 1)


def _sort(part: Message, pieces: Pieces, words: list[str]) -> None:
    media_type = part.get_content_type()
    if media_type in _RETURNED:
        _note_returned(part, pieces)
        return
    machine = media_type.removeprefix(_OURS).removeprefix("global-")
    if machine == "delivery-status":
        pieces.statuses.append(_text(part))
    elif machine == "feedback-report":
        pieces.feedback.append(_text(part))
    elif machine == "disposition-notification":
        pieces.receipts.append(_text(part))
    elif media_type == "text/html":
        words.append(html.to_text(_text(part)[:WORDS_LIMIT]))
    elif part.get_content_maintype() == "text" or part.is_multipart() or media_type.startswith("multipart/"):
        words.append(_text(part))


def _note_returned(part: Message, pieces: Pieces) -> None:
    if pieces.returned:
        return
    children = part.get_payload()
    inner = children[0] if isinstance(children, list) and children else None
    if isinstance(inner, Message):
        pieces.returned = _fields(inner)
    else:
        pieces.returned = {name: [value] for name, value in fields_of(_text(part)).items()}


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    _, found = header.parameters(next((str(v) for k, v in part.raw_items() if k.lower() == "content-type"), ""))
    return decode(content, found.get("charset")).text
