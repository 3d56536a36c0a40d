"""Asks ClamAV's clamd whether bytes hold malware, by INSTREAM; whatever is not a clear answer leaves them unscanned."""

from __future__ import annotations

import re
import select
import socket
import struct
import time
from contextlib import closing
from pathlib import Path

from evenhand.configuration import Configuration, Endpoint
from evenhand.crashpoints import reach
from evenhand.relay.scan import Clean, Infected, Scanned, Unscanned

__all__ = ["Clamd", "by_settings"]

CONNECT_SECONDS = 5.0
_CHUNK = 256 * 1024
_ANSWER_LIMIT = 4096
_NAME_LIMIT = 80
_FOUND = re.compile(r"stream: (.+) FOUND", re.DOTALL)
# Told as a find if clamd's AlertExceedsMax is set: it did not look at the whole.
_PARTLY = "Heuristics.Limits.Exceeded"
_TOO_LARGE = "INSTREAM size limit exceeded. ERROR"


class Clamd:
    """
    A clamd at a host and port, or at the path of its socket.

    `limit` is how many bytes it is given at most. Past limits of its own clamd skips without a word, so it must be
    set below all of them (StreamMaxLength, MaxFileSize, MaxScanSize); nothing in its protocol tells them.
    """

    def __init__(self, address: Endpoint | Path, limit: int) -> None:
        self._address = address
        self._limit = limit

    def scan(self, content: bytes, *, seconds: float) -> Scanned:
        """Scan some bytes within so many seconds, connecting included (see clamd(8), INSTREAM). Never raises."""
        if len(content) > self._limit:
            return Unscanned(f"its {len(content)} bytes are more than scanner_limit ({self._limit})", again=False)
        ends = time.monotonic() + seconds
        try:
            with closing(self._connect(seconds)) as line:
                reach("scanner.connected")
                whole = _send(line, content, ends)
                reach("scanner.sent")
                return _judge(_answer(line, ends), whole=whole)
        except (OSError, ValueError) as error:
            return Unscanned(f"the scanner could not be asked ({_why(error)})")

    def greet(self, *, seconds: float = CONNECT_SECONDS) -> str:
        """Ask for a sign of life; empty if there was one, else what was amiss. Never raises."""
        ends = time.monotonic() + seconds
        try:
            with closing(self._connect(seconds)) as line:
                line.sendall(b"zPING\0")
                answer = _answer(line, ends)
        except (OSError, ValueError) as error:
            return _why(error)
        return "" if answer == "PONG" else "it does not answer as clamd does"

    def _connect(self, seconds: float) -> socket.socket:
        patience = min(seconds, CONNECT_SECONDS)
        if isinstance(self._address, Endpoint):
            return socket.create_connection((self._address.host, self._address.port), timeout=patience)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.settimeout(patience)
            line.connect(str(self._address))
        except OSError:
            line.close()
            raise
        return line


def by_settings(configuration: Configuration) -> Clamd:
    """Make the scanner of this installation. Raises ValueError if none is set."""
    if configuration.scanner is None:
        raise ValueError("no scanner is set")
    return Clamd(configuration.scanner, configuration.scanner_limit)


def _send(line: socket.socket, content: bytes, ends: float) -> bool:
    """
    Hand the bytes over in chunks, each behind its length; tells whether all of them went.

    A clamd that has had enough says so before it hangs up: so its answer is looked for before each chunk, and an error
    in sending is no reason not to read it.
    """
    try:
        early = select.poll()
        early.register(line, select.POLLIN)
        line.settimeout(_left(ends))
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _CHUNK):
            chunk = content[start : start + _CHUNK]
            if early.poll(0):
                return False
            line.settimeout(_left(ends))
            line.sendall(struct.pack("!L", len(chunk)) + chunk)
        line.sendall(struct.pack("!L", 0))
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True


def _answer(line: socket.socket, ends: float) -> str | None:
    """The one answer, without the NUL that ends it; None if it is none, more than one, or longer than any."""
    answer = b""
    while b"\0" not in answer and len(answer) <= _ANSWER_LIMIT:
        line.settimeout(_left(ends))
        piece = line.recv(_ANSWER_LIMIT)
        if not piece:
            return None
        answer += piece
    told, end, rest = answer.partition(b"\0")
    return told.decode("utf-8", "replace") if end and not rest else None


def _judge(answer: str | None, *, whole: bool) -> Scanned:
    if answer is None:
        return Unscanned("the scanner gave no whole answer")
    if answer == "stream: OK" and whole:
        return Clean()
    if answer == _TOO_LARGE:
        return Unscanned("the scanner takes less than scanner_limit: raise its StreamMaxLength", again=False)
    found = _FOUND.fullmatch(answer)
    if found is None:
        return Unscanned(f"the scanner answered “{_printable(answer)}”")
    name = _printable(found[1])
    if name.startswith(_PARTLY):
        return Unscanned(f"the scanner did not look at the whole of it ({name})", again=False)
    return Infected(name)


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _printable(text: str) -> str:
    return "".join(one if one.isascii() and one.isprintable() else "?" for one in text)[:_NAME_LIMIT]


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, TimeoutError):
        return "it took too long"
    # A host name that cannot be one is a ValueError.
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__
