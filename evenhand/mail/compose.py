"""Writes a new mail from cleaned values; nothing of a foreign mail's bytes passes through it."""

from __future__ import annotations

import re
from binascii import b2a_base64, b2a_qp
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

__all__ = ["Draft", "File", "compose"]

_SAFE_WORDS = re.compile(r"[\x20-\x7e]*\Z")
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+\Z")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+\Z")
_MSGID = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e]{1,250}\Z")
_FIELD_NAME = re.compile(r"[A-Za-z0-9-]{1,60}\Z")
# One letter is added for each kind of multipart; 70 are allowed (RFC 2046 §5.1.1).
_BOUNDARY = re.compile(r"[A-Za-z0-9'()+_,./:=?-]{1,69}\Z")
_LINE = 76
_ASCII = bytes(range(128))


@dataclass(frozen=True, slots=True)
class File:
    """A file to attach: generated name, media type by content, bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything a mail of ours is made of. Message ids stand without brackets; `date` is written in UTC."""

    from_name: str
    from_address: str
    to_name: str
    to_address: str
    subject: str
    date: datetime
    msgid: str
    text: str
    html: str = ""
    files: Sequence[File] = ()
    in_reply_to: str = ""
    references: Sequence[str] = ()
    fields: Sequence[tuple[str, str]] = ()


def compose(draft: Draft, boundary: str) -> bytes:
    """
    Render a mail: CRLF, lines of at most 76 characters, UTF-8 as quoted-printable or base64.

    `boundary` must be unguessable (RFC 2046 §5.1.1) and is given by the caller, since chance is not ours. Raises
    ValueError if an address, id or field could break out of its line: our own strings never do.
    """
    if not _BOUNDARY.match(boundary):
        raise ValueError("no boundary can be written so")
    head = [
        _address_field("From", draft.from_name, draft.from_address),
        _address_field("To", draft.to_name, draft.to_address),
        _text_field("Subject", draft.subject),
        f"Date: {format_datetime(draft.date.astimezone(UTC))}",
        f"Message-ID: {_bracketed(draft.msgid)}",
    ]
    if draft.in_reply_to:
        head.append(f"In-Reply-To: {_bracketed(draft.in_reply_to)}")
    if draft.references:
        head.append("References: " + "\r\n ".join(_bracketed(msgid) for msgid in draft.references))
    head += [_text_field(name, value) for name, value in draft.fields]
    head.append("MIME-Version: 1.0")
    fields, body = _body(draft, boundary)
    return "\r\n".join([*head, *fields, "", ""]).encode("ascii") + body


def _body(draft: Draft, boundary: str) -> tuple[list[str], bytes]:
    content = _text_part("plain", draft.text)
    if draft.html:
        content = _multipart("alternative", f"{boundary}a", [content, _text_part("html", draft.html)])
    if draft.files:
        content = _multipart("mixed", f"{boundary}m", [content, *(_file_part(file) for file in draft.files)])
    return content


def _text_part(subtype: str, text: str) -> tuple[list[str], bytes]:
    content = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
    if not content.endswith(b"\n"):
        content += b"\n"
    field = f'Content-Type: text/{subtype}; charset="utf-8"'
    # Quoted-printable triples what is not ASCII; base64 adds a third of everything.
    if not text.isascii() and len(content.translate(None, _ASCII)) * 6 > len(content):
        return [field, "Content-Transfer-Encoding: base64"], _base64(content.replace(b"\n", b"\r\n"))
    encoded = b2a_qp(content, istext=True).replace(b"\n", b"\r\n")
    return [field, "Content-Transfer-Encoding: quoted-printable"], encoded


def _file_part(file: File) -> tuple[list[str], bytes]:
    return [
        f"Content-Type: {_token(file.media_type)}",
        "Content-Transfer-Encoding: base64",
        f'Content-Disposition: attachment; filename="{_token(file.name)}"',
    ], _base64(file.content)


def _multipart(subtype: str, boundary: str, parts: Sequence[tuple[list[str], bytes]]) -> tuple[list[str], bytes]:
    out = bytearray()
    for fields, body in parts:
        out += f"--{boundary}\r\n".encode("ascii")
        out += "\r\n".join([*fields, "", ""]).encode("ascii")
        out += body
        out += b"\r\n"
    out += f"--{boundary}--\r\n".encode("ascii")
    return [f'Content-Type: multipart/{subtype}; boundary="{boundary}"'], bytes(out)


def _base64(content: bytes) -> bytes:
    encoded = b2a_base64(content, newline=False)
    return b"".join([encoded[i : i + _LINE] + b"\r\n" for i in range(0, len(encoded), _LINE)])


def _address_field(name: str, phrase: str, address: str) -> str:
    if not _ADDRESS.match(address):
        raise ValueError(f"{name} holds no plain address")
    if not phrase:
        return f"{name}: {address}"
    plain = _ATOM.match(phrase) and "=?" not in phrase
    shown = f'"{phrase}"' if plain else _words(phrase, len(name) + 2)
    line = f"{name}: {shown} <{address}>"
    return line if len(line) <= _LINE and "\r\n" not in shown else f"{name}: {shown}\r\n <{address}>"


def _text_field(name: str, value: str) -> str:
    if not _FIELD_NAME.match(name):
        raise ValueError("no header field can be named so")
    plain = _SAFE_WORDS.match(value) and "=?" not in value
    if plain and len(name) + 2 + len(value) <= _LINE:
        return f"{name}: {value}".rstrip()
    return f"{name}: {_words(value, len(name) + 2)}"


def _words(text: str, used: int) -> str:
    """Encode as RFC 2047 words of at most 75 characters, split between characters, one to a line."""
    text = "".join(char if char >= " " and char != "\x7f" else " " for char in text)
    words: list[str] = []
    chunk = b""
    room = (_LINE - used - 12) * 3 // 4 - 2
    for char in text:
        encoded = char.encode("utf-8", "replace")
        if len(chunk) + len(encoded) > room:
            words.append(_word(chunk))
            chunk, room = b"", 45
        chunk += encoded
    words.append(_word(chunk))
    return "\r\n ".join(words)


def _word(chunk: bytes) -> str:
    return f"=?utf-8?b?{b2a_base64(chunk, newline=False).decode('ascii')}?="


def _bracketed(msgid: str) -> str:
    if not _MSGID.match(msgid):
        raise ValueError("not a message id")
    return f"<{msgid}>"


def _token(text: str) -> str:
    if not _SAFE_WORDS.match(text) or '"' in text or "\\" in text:
        raise ValueError("a generated name or type holds what it may not")
    return text
