"""Reads the finished bytes of a mail as streams of text, by rules of its own: every part, field, file and wrapping."""

from __future__ import annotations

import re
from binascii import a2b_qp
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from evenhand.mail.gate.opened import Allowance, Unsearchable, may_be_packed, opened
from evenhand.mail.gate.packed import decode_base64, unpacked
from evenhand.mail.gate.wording import texts
from evenhand.mail.text import decode

__all__ = ["Stream", "Unsearchable", "streams"]

DEPTH_LIMIT = 30
PARTS_LIMIT = 500

_STRUCTURE = re.compile(rb"^content-(type|transfer-encoding)[ \t]*:((?:[^\n]|\n[ \t])*)", re.IGNORECASE | re.MULTILINE)
_BOUNDARY = re.compile(rb"[;\s]boundary\s*=\s*(?:\"([^\"]*)\"|([^\s;]+))", re.IGNORECASE)
_CHARSET = re.compile(rb"[;\s]charset\*?\s*=\s*(?:[^\s;']*'[^\s;']*')?\"?([\w.:+-]+)", re.IGNORECASE)
_AFTER_DELIMITER = re.compile(rb"(?:--)?[ \t]*(?:\r?\n|\Z)")
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_FIELD = re.compile(r"([!-9;-~]+)[ \t]*:")
_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]*)?\?([bq])\?([^?]*)\?=", re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"\?=\s+=\?")
_PIECE = re.compile(r"(?<![\w.-])([\w.-]{1,80})\*(\d{1,3})?\*?[ \t]*=[ \t]*(?:\"([^\"]*)\"|([^;\s]*))")
_AS_THEY_ARE = frozenset({b"", b"7bit", b"8bit", b"binary", b"uuencode", b"x-uuencode", b"x-uue"})


@dataclass(frozen=True, slots=True)
class Stream:
    """A text of a mail, where it stands and what was decoded to get at it."""

    where: str
    form: str
    text: str


@dataclass(frozen=True, slots=True)
class _Entity:
    """A mail or a part of one. `place` is empty for the mail itself, `2.1` for the first part of the second part."""

    place: str
    head: bytes
    body: bytes

    @property
    def of_part(self) -> str:
        return f" of part {self.place}" if self.place else ""


def streams(finished: bytes) -> Iterator[Stream]:
    """
    Give every text that is in a mail, in any of the ways it can be in there.

    Raises Unsearchable past the limits, and where two readers might read two mails: repeated structure fields,
    unknown transfer encodings, a multipart without boundary.
    """
    seen: set[str] = set()
    allowance = Allowance()
    waiting = [(_entity("", finished), 0)]
    count = 0
    while waiting:
        entity, depth = waiting.pop()
        count += 1
        if depth > DEPTH_LIMIT or count > PARTS_LIMIT:
            raise Unsearchable(f"more than {PARTS_LIMIT} parts, or nested deeper than {DEPTH_LIMIT}")
        for stream in _of_entity(entity, waiting, depth, allowance):
            yield stream
            for form, text in unpacked(stream.text, seen, allowance):
                yield Stream(stream.where, f"{stream.form}, {form}", text)


def _entity(place: str, content: bytes) -> _Entity:
    if content.startswith((b"\r\n", b"\n")):
        return _Entity(place, b"", content)
    end, size = content.find(b"\n\r\n"), 3
    bare = content.find(b"\n\n", 0, end if end >= 0 else len(content))
    if bare >= 0:
        end, size = bare, 2
    return _Entity(place, content[:end], content[end + size :]) if end >= 0 else _Entity(place, content, b"")


def _of_entity(
    entity: _Entity, waiting: list[tuple[_Entity, int]], depth: int, allowance: Allowance
) -> Iterator[Stream]:
    media_type, encoding = _structure(entity)
    yield from _fields(entity)
    content, form = _decoded(entity, encoding)
    kind = media_type.partition(b";")[0].strip().lower()
    if kind.startswith(b"multipart/"):
        around, parts = _parts(entity, content, media_type)
        waiting += [(part, depth + 1) for part in reversed(parts)]
        for text in texts(around, None):
            yield Stream(f"the text around the parts{entity.of_part}", form, text)
    elif kind in {b"message/rfc822", b"message/global", b"message/news"}:
        waiting.append((_entity(f"{entity.place}.mail".lstrip("."), content.lstrip(b"\r\n")), depth + 1))
    else:
        charset = _CHARSET.search(media_type)
        for text in texts(content, charset.group(1).decode("ascii") if charset else None):
            yield Stream(f"the body{entity.of_part}", form, text)
    if may_be_packed(content):
        for inner, text in opened(content, allowance):
            yield Stream(f"the body{entity.of_part}", f"{form}, {inner}", text)


def _structure(entity: _Entity) -> tuple[bytes, bytes]:
    """The bodies of Content-Type and Content-Transfer-Encoding."""
    found: dict[bytes, bytes] = {}
    for name, value in _STRUCTURE.findall(entity.head):
        if found.setdefault(name.lower(), value) is not value:
            raise Unsearchable(f"the field content-{name.decode('ascii').lower()}{entity.of_part} stands twice")
    return b" " + found.get(b"type", b"").strip(), found.get(b"transfer-encoding", b"").strip().lower()


def _fields(entity: _Entity) -> Iterator[Stream]:
    """The header as it stands, then with its encoded words (RFC 2047) and split parameters (RFC 2231) decoded."""
    where = f"the header{entity.of_part}"
    for text in texts(entity.head, None):
        yield Stream(where, "plain", text)
        if "\n " not in text and "\n\t" not in text and "=?" not in text and "*" not in text:
            continue
        unfolded = _FOLD.sub("", text)
        yield Stream(where, "unfolded", unfolded)
        if "=?" in unfolded:
            yield Stream(where, "encoded word", _WORD.sub(_word, _BETWEEN_WORDS.sub("?==?", unfolded)))
        if "*" in unfolded:
            joined = _joined_parameters(unfolded)
            yield Stream(where, "split parameter", joined)
            # What is packed in there is found only once its letters are letters.
            if "%" in joined:
                yield Stream(where, "split parameter, percent-decoded", unquote(joined))


def _word(match: re.Match[str]) -> str:
    charset, encoding, words = match.groups()
    content = words.encode("utf-8", "replace")
    decoded = decode_base64(content) if encoding in "bB" else a2b_qp(content, header=True)
    return decode(decoded, charset).text


def _joined_parameters(head: str) -> str:
    """Put the pieces of each parameter together, in order; the charset in front is left standing."""
    pieces: dict[str, dict[int, str]] = {}
    for name, number, quoted, bare in _PIECE.findall(head):
        pieces.setdefault(name.lower(), {})[int(number or 0)] = quoted or bare
    return "\n\n".join("".join(text for _, text in sorted(parts.items())) for parts in pieces.values())


def _decoded(entity: _Entity, encoding: bytes) -> tuple[bytes, str]:
    if encoding in _AS_THEY_ARE:
        return entity.body, "plain"
    if encoding == b"quoted-printable":
        return a2b_qp(entity.body), "quoted-printable"
    if encoding == b"base64":
        return decode_base64(entity.body), "base64"
    raise Unsearchable(f"the transfer encoding{entity.of_part} is unknown")


def _parts(entity: _Entity, content: bytes, media_type: bytes) -> tuple[bytes, list[_Entity]]:
    """What stands before, between and after the parts, and the parts."""
    match = _BOUNDARY.search(media_type)
    boundary = (match.group(1) or match.group(2) or b"") if match else b""
    if not boundary:
        raise Unsearchable(f"the multipart{entity.of_part} names no boundary")
    delimiter = b"\n--" + boundary
    pieces: list[bytes] = []
    for piece in (b"\n" + content).split(delimiter):
        # A longer boundary may begin like this one.
        if pieces and not _AFTER_DELIMITER.match(piece):
            pieces[-1] += delimiter + piece
        else:
            pieces.append(piece)
    around = [pieces[0]]
    parts: list[_Entity] = []
    for piece in pieces[1:]:
        line, _, rest = piece.partition(b"\n")
        if line.startswith(b"--"):
            around.append(rest)
        else:
            place = f"{entity.place}.{len(parts) + 1}".lstrip(".")
            parts.append(_entity(place, rest))
    return b"\n\n".join(around), parts
