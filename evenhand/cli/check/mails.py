"""Mends mails: edits reach their place through the transfer encoding, and every other byte stays as it is."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as BinasciiError
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import Header
from email.message import Message
from typing import Any

from evenhand.policy.mend import Edit, applied

__all__ = ["Unmendable", "mended_mail", "place_in_mail"]

_SOFT = re.compile(rb"=[ \t]*\r?\n|=([0-9A-Fa-f]{2})|(.)", re.DOTALL)
_SUBJECT = re.compile(rb"(?im)^subject:[ \t]*((?:.*\r?\n[ \t])*.*?)(?=\r?$)")
_SIGNATURES = ("dkim-signature", "arc-seal", "content-md5")
_LONGEST = 76
"""Characters of a line in quoted-printable (RFC 2045 section 6.7)."""

_LARGEST = 4 * 1024 * 1024
"""Bytes of a part that is mended; the readers of mail read less."""

Signs = list[tuple[str, bytes]]
"""The characters of a text, each with the bytes by which it is written."""


class Unmendable(Exception):
    """Something can't be mended in its place; says why."""


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A part with words: where its body stands in the mail, how it is packed, its characters."""

    start: int
    end: int
    packed: str
    signs: Signs
    width: int
    line_end: bytes


def mended_mail(content: bytes, row: Mapping[str, Any], rounds: Sequence[Sequence[Edit]]) -> bytes:
    """
    Make the edits of a mail's subject, text and page in its bytes; `row` is what was read of it.

    Raises `Unmendable` where that can't be done, as in what is signed, or is not written in the mail as it is read.
    """
    message = message_from_bytes(content, policy=policy.compat32)
    if message.get_content_type() == "multipart/signed" or any(name in message for name in _SIGNATURES):
        raise Unmendable("It is signed, and a change would break the signature.")
    changes: list[tuple[int, int, bytes]] = []
    leaves: list[_Leaf] | None = None
    for part in ("subject", "text", "html"):
        edits = [[one for one in each if one.part == part] for each in rounds]
        if not any(edits):
            continue
        if part == "subject":
            changes.append(_subject(content, str(row["subject"]), edits))
            continue
        leaves = list(_leaves(content, message)) if leaves is None else leaves
        changes.append(_body(leaves, str(row[part]), edits))
    for start, end, words in sorted(changes, reverse=True):
        content = content[:start] + words + content[end:]
    return content


def place_in_mail(content: bytes, row: Mapping[str, Any], part: str, start: int, end: int) -> tuple[int, int] | None:
    """Give the bytes of a mail in which a place of a part is written: all of a subject, all of what is in base64."""
    if part == "subject":
        found = _SUBJECT.search(_head(content))
        return found.span(1) if found else None
    words = str(row.get(part, ""))
    for leaf in _leaves(content, message_from_bytes(content, policy=policy.compat32)) if words else ():
        at = _found(leaf, words, end)
        if at >= 0 and leaf.packed == "base64":
            return leaf.start, leaf.end
        if at >= 0:
            before, here = (sum(len(raw) for _, raw in leaf.signs[: at + stop]) for stop in (start, end))
            return leaf.start + before, leaf.start + here
    return None


def _head(content: bytes) -> bytes:
    return re.split(rb"\r?\n\r?\n", content, maxsplit=1)[0]


def _subject(content: bytes, subject: str, rounds: Sequence[Sequence[Edit]]) -> tuple[int, int, bytes]:
    headers = _head(content)
    found = _SUBJECT.search(headers)
    if found is None:
        raise Unmendable("Its subject can't be found.")
    made = subject
    for edits in rounds:
        made = applied(made, edits)
    if found[1].strip() == subject.encode("utf-8"):
        return *found.span(1), made.encode("utf-8")
    line_end = "\r\n" if b"\r\n" in headers else "\n"
    return *found.span(1), Header(made, "utf-8", header_name="Subject").encode(linesep=line_end).encode("ascii")


def _body(leaves: Sequence[_Leaf], words: str, rounds: Sequence[Sequence[Edit]]) -> tuple[int, int, bytes]:
    # What a later round points at stood farther behind before the rounds before it.
    last = cut = 0
    for edits in rounds:
        last = max([last, *(one.end + cut for one in edits)])
        cut += sum(one.end - one.start for one in edits)
    for leaf in leaves:
        at = _found(leaf, words, last)
        if at >= 0:
            return leaf.start, leaf.end, _packed(leaf, at, rounds)
    raise Unmendable("Its words are not written in the mail as they are read; mend the draft it was made from.")


def _found(leaf: _Leaf, words: str, last: int) -> int:
    """Where words stand in a part, or -1; behind the `last` that matters a quote may be cut off and tags be closed."""
    text = "".join(sign for sign, _ in leaf.signs)
    at = text.find(words)
    return 0 if at < 0 and text.startswith(words[:last]) else at


def _packed(leaf: _Leaf, at: int, rounds: Sequence[Sequence[Edit]]) -> bytes:
    signs = list(leaf.signs)
    for edits in rounds:
        for one in reversed(edits):
            signs[at + one.start : at + one.end] = [(sign, sign.encode("ascii")) for sign in one.replacement]
    made = b"".join(raw for _, raw in signs)
    if leaf.packed == "base64":
        packed = b64encode(made)
        return leaf.line_end.join(packed[start : start + leaf.width] for start in range(0, len(packed), leaf.width))
    return _wrapped(made, leaf) if leaf.packed == "quoted-printable" else made


def _wrapped(made: bytes, leaf: _Leaf) -> bytes:
    """Part lines anew that became too long, and write a blank at the end of one as what can't be lost."""
    lines = made.split(leaf.line_end)
    before = set(b"".join(raw for _, raw in leaf.signs).split(leaf.line_end))
    return leaf.line_end.join(one if one in before else _line(one, leaf.line_end) for one in lines)


def _line(line: bytes, line_end: bytes) -> bytes:
    if line[-1:] in {b" ", b"\t"}:
        line = line[:-1] + b"=%02X" % line[-1]
    pieces = []
    while len(line) > _LONGEST:
        cut = _LONGEST - 1
        cut -= next((back for back in (1, 2) if line[cut - back : cut - back + 1] == b"="), 0)
        pieces.append(line[:cut] + b"=")
        line = line[cut:]
    return line_end.join([*pieces, line])


def _leaves(content: bytes, message: Message) -> Iterator[_Leaf]:
    """The parts of words, in order, that can be found again in the bytes of the mail."""
    position = 0
    for part in message.walk():
        packed = str(part.get("content-transfer-encoding", "7bit")).strip().lower()
        # Of what is not encoded the standard library gives the bytes as they came.
        del part["content-transfer-encoding"]
        raw = part.get_payload(decode=True)
        start = content.find(raw, position) if isinstance(raw, bytes) and raw else -1
        if start < 0 or not isinstance(raw, bytes):
            continue
        position = start + len(raw)
        is_words = part.get_content_maintype() == "text" and not part.get_filename()
        if is_words and len(raw) < _LARGEST:
            yield from _leaf(raw, start, packed, part.get_content_charset())


def _leaf(raw: bytes, start: int, packed: str, charset: str | None) -> Iterator[_Leaf]:
    line_end = b"\r\n" if b"\r\n" in raw else b"\n"
    end, width = start + len(raw), 0
    match packed:
        case "7bit" | "8bit" | "binary":
            written = plain = [bytes((one,)) for one in raw]
        case "quoted-printable":
            written = list(_quoted(raw))
            plain = [_unquoted(one) for one in written]
        case "base64":
            body = raw.rstrip(b"\r\n")
            end, width = start + len(body), max(4, len(body.split(line_end, 1)[0]) // 4 * 4)
            try:
                written = plain = [bytes((one,)) for one in b64decode(raw)]
            except BinasciiError:
                return
        case _:
            return
    for signs in _signs(plain, written, charset):
        yield _Leaf(start, end, packed, signs, width, line_end)


def _quoted(raw: bytes) -> Iterator[bytes]:
    """Each byte as it is written in quoted-printable; a soft line break goes with the byte before it."""
    last = b""
    for hit in _SOFT.finditer(raw):
        is_break = hit[1] is None and hit[2] is None
        if not is_break and last:
            yield last
            last = b""
        last += hit[0]
    if last:
        yield last


def _unquoted(written: bytes) -> bytes:
    hits = [bytes.fromhex(hit[1].decode()) if hit[1] else hit[2] or b"" for hit in _SOFT.finditer(written)]
    return b"".join(hits)


def _signs(plain: Sequence[bytes], written: Sequence[bytes], charset: str | None) -> Iterator[Signs]:
    """Read bytes as characters; of a charset in which these do not stand alone nothing is given."""
    content = b"".join(plain)
    for name in dict.fromkeys(("utf-8", charset or "utf-8")):
        try:
            text = content.decode(name)
            sizes = [len(sign.encode(name)) for sign in text]
        except (UnicodeError, LookupError):
            continue
        if sum(sizes) == len(content) == len(plain):
            yield _with_line_ends(text, sizes, written)
            return


def _with_line_ends(text: str, sizes: Sequence[int], written: Sequence[bytes]) -> Signs:
    signs: Signs = []
    at = 0
    for sign, size in zip(text, sizes, strict=True):
        raw = b"".join(written[at : at + size])
        at += size
        if sign == "\n" and signs and signs[-1][0] == "\r":
            signs[-1] = ("\n", signs[-1][1] + raw)
        else:
            signs.append((sign, raw))
    return signs
