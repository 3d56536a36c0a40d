"""What is to be checked: files of the kinds that hold messages, folders of them, and standard input."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

__all__ = ["KINDS", "Source", "Unreadable", "read_message", "sources"]

_LARGEST = 32 * 1024 * 1024
KINDS = frozenset({".eml", ".txt", ".html", ".htm", ".md", ".j2", ".tmpl", ".template"})

_PAGE = re.compile(
    r"\s*<(?:!doctype|!--|html|head|body|style|p|div|span|table|font|center|h[1-6]|a|b|i|img|br|ul|ol)\b[^<]*>",
    re.IGNORECASE,
)
"""How a page begins that comes without a name."""


@dataclass(frozen=True, slots=True)
class Source:
    """A message from somewhere: its path, its fields with the text of each part as it stands there, and its bytes."""

    path: str
    row: Mapping[str, Any]
    content: bytes = b""

    @property
    def is_mail(self) -> bool:
        """Whether it is a mail, whose parts are not written as they are read."""
        return self.path.lower().endswith(".eml")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that could not be read, and what to do."""

    path: str
    why: str


def sources(path: str, standard_input: IO[bytes]) -> Iterator[Source | Unreadable]:
    """Give the messages of a path; of a folder all that it holds, in order of their names."""
    if path == "-":
        yield read_message("-", standard_input.read(_LARGEST + 1))
        return
    place = Path(path)
    if place.is_dir():
        yield from _folder(place)
    else:
        yield _file(place)


def _folder(place: Path) -> Iterator[Source | Unreadable]:
    """The messages of a folder and the folders in it; links to folders, which may lead around, are not followed."""
    closed: list[OSError] = []
    found: list[Path] = []
    for folder, _, names in os.walk(place, onerror=closed.append):
        found += [Path(folder, name) for name in names]
    for error in closed:
        yield Unreadable(str(error.filename), f"{error.strerror or error}.")
    for one in sorted(found):
        if one.suffix.lower() in KINDS and one.is_file():
            yield _file(one)


def _file(place: Path) -> Source | Unreadable:
    try:
        # A pipe without a writer would be waited for without end.
        if not stat.S_ISREG(place.stat().st_mode):
            return Unreadable(str(place), "It is no file; feed a pipe in as standard input, with - for its name.")
        with place.open("rb") as opened:
            content = opened.read(_LARGEST + 1)
    except OSError as error:
        return Unreadable(str(place), f"{error.strerror or error}.")
    except ValueError:
        return Unreadable(str(place), "There is no file of such a name.")
    return read_message(str(place), content)


def read_message(path: str, content: bytes) -> Source | Unreadable:
    """Read the bytes of a file as its name says; those of standard input (`-`) are text, or a page."""
    suffix = Path(path).suffix.lower()
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
    is_page = suffix in {".html", ".htm"} or (not suffix and _PAGE.match(text) is not None)
    return Source(path, {"html" if is_page else "text": text}, content)


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
    return Source(path, {"subject": mail.subject, "text": mail.text, "html": mail.html, "attachments": files}, content)
