"""Reads what comes after DATA, within bounds, to CR LF dot CR LF and to nothing else."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from evenhand.connectors.listener import answers
from evenhand.connectors.listener.crowd import Load
from evenhand.crashpoints import reach

__all__ = ["LINE_LIMIT", "Refused", "has_long_line", "read_content"]

LINE_LIMIT = 1024 * 1024
_END = b"\r\n.\r\n"


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a mail is not taken; `for_good` ends the connection, since its end has not come in sight."""

    answer: str
    for_good: bool = False


async def read_content(reader: asyncio.StreamReader, limit: int, load: Load) -> bytes | Refused:
    """
    Read a mail, without its end and its dot-stuffing (RFC 5321 §4.5.2).

    No other line end can smuggle a second mail in. What is past the limit, or finds no room, is read on and thrown
    away, so that the client hears why; past twice the limit it is for good.
    """
    # The line end of the DATA command counts: a mail may begin with its end. Put back, each line begins alike.
    reader._buffer[:0] = b"\r\n"  # type: ignore[attr-defined]  # noqa: SLF001  there is no public way to unread
    kept: bytes | bytearray = b""
    size, refused = 0, ""
    while True:
        try:
            piece = await reader.readuntil(_END)
            ended = True
        except asyncio.LimitOverrunError as error:
            # What is left in the reader may be the beginning of the end.
            piece = await reader.read(error.consumed)
            ended = False
            reach("listen.half")
        size += len(piece)
        if not refused:
            refused = _why_not(size, limit, load)
            if refused:
                kept = b""
        if not refused:
            if not kept:
                kept = piece if ended else bytearray(piece)
            else:
                kept += piece
        if ended:
            return Refused(refused) if refused else _plain(kept, limit)
        if size > 2 * limit:
            return Refused(answers.TOO_LARGE, for_good=True)


def _why_not(size: int, limit: int, load: Load) -> str:
    # Stuffing and the end do not count; a mail that is too large only by them is weighed again at the end.
    if size > limit + limit // 8 + 1024:
        return answers.TOO_LARGE
    return "" if load.reach(size) else answers.NO_MEMORY


def _plain(kept: bytes | bytearray, limit: int) -> bytes | Refused:
    unstuffed = kept[:-3]
    # Without the look every large mail would be copied once more.
    if b"\r\n." in unstuffed:
        unstuffed = unstuffed.replace(b"\r\n.", b"\r\n")
    content = bytes(memoryview(unstuffed)[2:])
    if len(content) > limit:
        return Refused(answers.TOO_LARGE)
    return Refused(answers.LONG_LINE) if has_long_line(content) else content


def has_long_line(content: bytes, limit: int = LINE_LIMIT) -> bool:
    r"""
    Whether a line is longer than the limit, without its LF; looks at few bytes of a mail of short lines.

    >>> has_long_line(b"abc\r\nabcdef", 6), has_long_line(b"abc\r\nabcdef", 5)
    (False, True)
    """
    start = 0
    while len(content) - start > limit:
        end = content.rfind(b"\n", start, start + limit + 1)
        if end < 0:
            return True
        start = end + 1
    return False
