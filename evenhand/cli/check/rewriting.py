"""Writes mended messages back into their files, whole or not at all, with all that surrounds the words kept."""

from __future__ import annotations

import codecs
import difflib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from evenhand.cli.check.mails import Unmendable, mended_mail
from evenhand.cli.check.sources import Source, Unreadable, read_message
from evenhand.policy import Facts
from evenhand.policy.mend import Mended

__all__ = ["differences", "put_back", "rewritten"]


def rewritten(source: Source, facts: Facts, mended: Mended) -> bytes:
    """
    Give the bytes of a message as mended; a byte order mark, line ends and transfer encodings stay.

    Raises `Unmendable` for a mail in which it can't be done.
    """
    if not source.is_mail:
        mark = codecs.BOM_UTF8 if source.content.startswith(codecs.BOM_UTF8) else b""
        words = mended.facts.html if facts.html else mended.facts.text
        return mark + words.encode("utf-8")
    made = mended_mail(source.content, source.row, mended.rounds)
    again = read_message(source.path, made)
    if isinstance(again, Unreadable) or not _says(again, source, mended):
        raise Unmendable("In this mail it can't be mended safely; mend the draft it was made from.")
    return made


def _says(again: Source, source: Source, mended: Mended) -> bool:
    """Whether a mail as written is read as what it was mended to, with the same files."""
    touched = {one.part for each in mended.rounds for one in each}
    for part in ("subject", "html", "text"):
        read, wanted = str(again.row[part]), getattr(mended.facts, part)
        # The text of a page may be drawn from it, with the line breaks that it has now.
        is_drawn = part == "text" and "text" not in touched and "html" in touched
        if (read.split() if is_drawn else read.strip()) != (wanted.split() if is_drawn else wanted.strip()):
            return False
    return bool(again.row["attachments"] == source.row["attachments"])


def put_back(path: str, old: bytes, new: bytes) -> None:
    """
    Replace the content of a file at once, keeping its owner and permissions.

    Raises `Unmendable` for a link, a file that may not be written, or one that changed meanwhile; `OSError` for what
    the system says.
    """
    place = Path(path)
    if place.is_symlink():
        raise Unmendable(f"It is a link; name the file it leads to: {place.resolve()}.")
    if not place.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(place, os.W_OK):
        raise Unmendable("It is read-only.")
    if place.stat().st_nlink > 1:
        raise Unmendable("It has a second name (a hard link), which would keep what was written before.")
    handle, name = tempfile.mkstemp(prefix=f".{place.name[:40]}.", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        _dress(name, place.stat())
        if place.read_bytes() != old:
            raise Unmendable("It was changed while it was checked.")
        Path(name).replace(place)
    finally:
        Path(name).unlink(missing_ok=True)


def _dress(name: str, like: os.stat_result) -> None:
    """Give a file the owner and permissions of another; a foreign owner only the superuser can give."""
    made = Path(name).stat()
    if (made.st_uid, made.st_gid) != (like.st_uid, like.st_gid):
        os.chown(name, like.st_uid, like.st_gid)
    Path(name).chmod(stat.S_IMODE(like.st_mode))


def differences(path: str, old: bytes, new: bytes) -> Iterator[str]:
    """Give the lines of a unified diff; what could steer a terminal is shown as a replacement character."""
    name = "message" if path == "-" else path
    before, after = (each.decode("utf-8", "replace").splitlines(keepends=True) for each in (old, new))
    for line in difflib.unified_diff(_ended(before), _ended(after), f"a/{name}", f"b/{name}"):
        yield "".join(one if one == "\t" or one.isprintable() or one in _BLANKS else "�" for one in line.rstrip("\r\n"))


_BLANKS = "\u00a0\u2009\u202f\u3000"
"""Blanks that stand in honest texts and steer nothing."""


def _ended(lines: list[str]) -> list[str]:
    return [line.rstrip("\r\n") + "\n" for line in lines]
