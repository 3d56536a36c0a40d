"""The guarded reader: a process that can open nothing and reads mails, some hundreds before a fresh one takes over."""

from __future__ import annotations

import encodings
import gc
import importlib
import logging
import os
import pkgutil
import resource
import sys
import time

from evenhand.mail import files, gate, reading
from evenhand.mail.identity import identities
from evenhand.relay.guard.frames import FAILED, HEAD, Search, Searched, answered, frame, job_of

__all__ = ["main"]

MEMORY_LIMIT = 512 * 1024 * 1024
CPU_SECONDS = 5
MAILS = 500
"""After so many a reader makes room for a fresh one."""

_RETIRED, _ORPHANED = 0, 3


def main() -> None:
    """
    Serve over standard input and output until nobody asks any more.

    The process itself reads no mail: it forks the one that does, which costs milliseconds where starting Python anew
    costs a third of a second, and forks another when that one has read its share. If the reader dies in another way,
    so does this process: whoever asked sees the end of the stream, knows which mail it was, and starts anew.
    """
    _preload()
    while True:
        child = os.fork()
        if child == 0:
            _seal()
            os._exit(_serve())
        _, status = os.waitpid(child, 0)
        if status != _RETIRED:
            os._exit(_ORPHANED)


def _preload() -> None:
    """Import all that is otherwise imported when a mail calls for it: a sealed process can open no file."""
    for module in pkgutil.iter_modules(encodings.__path__):
        if module.name not in {"mbcs", "oem"}:
            importlib.import_module(f"encodings.{module.name}")
    files.preload()
    # A first mail pulls in what the standard library imports lazily.
    reading.read(_FIRST, reverse_path="", is_report=False, written_here=False)
    gate.preload()
    gc.collect()
    gc.freeze()


def _seal() -> None:
    # No file and no socket can be opened from here on; the pipes are open already.
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    # Nothing is left to import; looking for it would open folders.
    sys.meta_path.clear()
    # What a library stumbles over it would write into the log, with words of the mail.
    logging.disable(logging.CRITICAL)


def _serve() -> int:
    for _ in range(MAILS):
        head = _read(HEAD.size)
        if head is None:
            return _ORPHANED
        mark, size = HEAD.unpack(head)
        asked = _read(size)
        if asked is None:
            return _ORPHANED
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + CPU_SECONDS, hard))
        answer = _answer(mark, asked)
        if not _write(answer):
            return _ORPHANED
        if answer.startswith(FAILED):
            return _RETIRED
    return _RETIRED


def _answer(mark: bytes, asked: bytes) -> bytes:
    try:
        job = job_of(mark, asked)
        if isinstance(job, Search):
            sought = identities(job.addresses, job.traces, allowed=job.allowed)
            return answered(Searched(gate.search(job.finished, sought) if sought else None))
        return answered(
            reading.read(job.raw, reverse_path=job.reverse_path, is_report=job.is_report, written_here=job.written_here)
        )
    except MemoryError:
        return frame(FAILED, b"it needed too much memory")
    except Exception as error:  # noqa: BLE001  a bug: which one is told, the mail itself is not quoted
        return frame(FAILED, f"its reader failed: {type(error).__name__} at {_place(error)}".encode("ascii", "replace"))


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else "?"  # noqa: PTH119


def _read(size: int) -> bytes | None:
    """Exactly so many bytes, lest a retiring reader take the beginning of the next mail with it."""
    pieces = []
    while size:
        piece = os.read(0, min(size, 1 << 20))
        if not piece:
            return None
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _write(content: bytes) -> bool:
    rest = memoryview(content)
    try:
        while rest:
            rest = rest[os.write(1, rest) :]
    except OSError:
        return False
    return True


_FIRST = (
    b"From: Ada <ada@home.example>\r\nTo: a@m.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
    b"Date: Tue, 3 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    b"--x\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\n\r\nHi\r\n\r\nOn Monday Ben wrote:\r\n> Hi\r\n"
    b"--x\r\nContent-Type: text/html\r\n\r\n<p>Hi</p><blockquote type=cite>Hi</blockquote>\r\n"
    b'--x\r\nContent-Type: image/png; name="a.png"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    b"iVBORw0KGgo=\r\n--x--\r\n"
)

if __name__ == "__main__":
    main()
