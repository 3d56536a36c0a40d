"""What is to be checked: files of the kinds that hold messages, folders of them, and standard input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path
from typing import IO, Any

__all__ = ["Source", "Unreadable", "sources"]

_LARGEST = 32 * 1024 * 1024
_KINDS = frozenset({".eml", ".txt", ".html", ".htm", ".md", ".j2", ".tmpl", ".template"})


@dataclass(frozen=True, slots=True)
class Source:
    """A message from somewhere: its path, its fields, and the text of each part as it stands there."""

    path: str
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that could not be read, and what to do."""

    path: str
    why: str


def sources(path: str, standard_input: IO[bytes]) -> Iterator[Source | Unreadable]:
    """Give the messages of a path; of a folder all that it holds, in order of their names."""
    if path == "-":
        yield _read("-", standard_input.read(_LARGEST + 1), "")
        return
    place = Path(path)
    if place.is_dir():
        for one in sorted(place.rglob("*")):
            if one.is_file() and one.suffix.lower() in _KINDS:
                yield _file(one)
        return
    yield _file(place)


def _file(place: Path) -> Source | Unreadable:
    try:
        with place.open("rb") as opened:
            content = opened.read(_LARGEST + 1)
    except OSError as error:
        return Unreadable(str(place), f"{error.strerror or error}.")
    return _read(str(place), content, place.suffix.lower())


def _read(path: str, content: bytes, suffix: str) -> Source | Unreadable:
    if len(content) > _LARGEST:
        return Unreadable(path, f"It is larger than {_LARGEST:,} bytes; no message is.")
    if suffix == ".eml":
        return Source(path, _mail(content))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Unreadable(path, "It is not UTF-8; save it as UTF-8, or as .eml.")
    if not text.strip():
        return Unreadable(path, "It is empty.")
    if "\x00" in text:
        return Unreadable(path, "It is not text.")
    is_page = suffix in {".html", ".htm"} or (not suffix and text.lstrip().lower().startswith(("<!doctype", "<html")))
    return Source(path, {"html" if is_page else "text": text})


def _mail(content: bytes) -> dict[str, Any]:
    """Read a mail leniently: its subject, its first plain text and page, the names of its files."""
    mail = message_from_bytes(content)
    row: dict[str, Any] = {"subject": _header(mail)}
    files: list[dict[str, Any]] = []
    for part in mail.walk():
        if part.is_multipart():
            continue
        kind, name = part.get_content_type(), part.get_filename()
        if kind in {"text/plain", "text/html"} and not name and part.get_content_disposition() != "attachment":
            field = "text" if kind == "text/plain" else "html"
            row[field] = row.get(field, "") + _decoded(part)
        elif name or part.get_content_disposition() == "attachment":
            payload = part.get_payload(decode=True)
            files.append(
                {"name": name or "file", "type": kind, "size": len(payload) if isinstance(payload, bytes) else 0}
            )
    if files:
        row["attachments"] = files
    return row


def _header(mail: Message) -> str:
    try:
        return str(make_header(decode_header(str(mail.get("Subject", "")))))
    except (LookupError, UnicodeError, ValueError):
        return str(mail.get("Subject", ""))


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    try:
        return data.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return data.decode("utf-8", "replace")
