"""What is to be checked: files of the kinds that hold messages, folders of them, and standard input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
        return _mail(path, content)
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


def _mail(path: str, content: bytes) -> Source | Unreadable:
    """Read a mail as the service reads one: its author's new words, and the names of its files."""
    # The readers of mail take a while to load, and few are asked about one.
    from evenhand.mail.parse import Unreadable as Illegible
    from evenhand.mail.reading import Reading, read

    reading = read(content, reverse_path="", is_report=False, written_here=False)
    if isinstance(reading, Illegible):
        return Unreadable(path, f"It can't be read: {reading.reason}.")
    assert isinstance(reading, Reading)
    mail = reading.content
    files = [{"name": one.name, "type": one.media_type, "size": len(one.content)} for one in mail.files]
    return Source(path, {"subject": mail.subject, "text": mail.text, "html": mail.html, "attachments": files})
