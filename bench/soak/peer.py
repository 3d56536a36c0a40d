"""The next mail server, in a thread: keeps what it took, refuses whom it is told to, and can strike at a sender."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from bench.soak.history import Arrived

__all__ = ["PEER_POINTS", "Peer", "Taken"]

PEER_POINTS = ("peer.half", "peer.dot", "peer.answered")
"""Where the far end can strike: half of the mail has come, the final dot has come, 250 was written."""

_NUMBER = re.compile(rb"This is letter (\d+), and no other\.")
_MSGID = re.compile(rb"^Message-ID: <([^>]*)>", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class Taken:
    """A mail that was answered 250: when its final dot had come, and the process that sent it (0: unknown)."""

    reverse_path: str
    recipient: str
    content: bytes
    at: float
    by: int


class Peer:
    """
    Listens on loopback, in a thread of its own. Usable as a context manager.

    `refused` are recipients that get 550. `owner` tells which process has a port of this machine. `strike` names a
    point and what to do there, once; until that has returned the sender gets no answer.
    """

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self.owner: Callable[[int], int] = lambda _port: 0
        self.refused: set[str] = set()
        self.port = 0
        self._strike: tuple[str, Callable[[], None]] | None = None
        self.open: set[asyncio.Transport] = set()
        self._ready = threading.Event()
        self._enough = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._enough.set)
        self._thread.join(10)

    def _serve(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._listen())

    async def _listen(self) -> None:
        server = await self._loop.create_server(lambda: _Session(self), "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._enough.wait()
        server.close()
        for one in list(self.open):
            one.abort()
        # Each hears that it is closed.
        await asyncio.sleep(0.05)

    def strike(self, point: str, act: Callable[[], None]) -> None:
        """Do this at the next mail that comes to the point."""
        self._strike = (point, act)

    @property
    def has_struck(self) -> bool:
        """Whether the last strike has come."""
        return self._strike is None

    def reach(self, point: str) -> None:
        """Do what was asked for at this point."""
        if self._strike is not None and self._strike[0] == point:
            _, act = self._strike
            act()
            self._strike = None

    def letters(self) -> list[Arrived]:
        """The numbered letters among what came, in the order in which they came."""
        found = []
        for one in list(self.taken):
            number, msgid = _NUMBER.search(one.content), _MSGID.search(one.content)
            if number and msgid:
                found.append(Arrived(int(number[1]), msgid[1].decode("ascii", "replace"), one.content, one.at, one.by))
        return found


class _Session(asyncio.Protocol):
    """One connection."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._buffer = bytearray()
        self._in_data = False
        self._path, self._recipient = "", ""
        self._by = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._peer.open.add(transport)
        self._by = self._peer.owner(transport.get_extra_info("peername")[1])
        transport.write(b"220 peer.example ESMTP\r\n")

    def connection_lost(self, _error: Exception | None) -> None:
        self._peer.open.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._content() if self._in_data else self._command():
            pass

    def _content(self) -> bool:
        end = self._buffer.find(b"\r\n.\r\n")
        if end < 0:
            if self._buffer:
                self._peer.reach("peer.half")
            return False
        content = bytes(self._buffer[: end + 2])
        self._peer.taken.append(Taken(self._path, self._recipient, content, time.monotonic(), self._by))
        del self._buffer[: end + 5]
        self._in_data = False
        self._peer.reach("peer.dot")
        self._transport.write(b"250 2.0.0 taken\r\n")
        self._peer.reach("peer.answered")
        return True

    def _command(self) -> bool:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            return False
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        self._transport.write(self._answer(line))
        return True

    def _answer(self, line: bytes) -> bytes:
        text = line.decode("utf-8", "replace")
        match text[:4].upper():
            case "EHLO":
                return b"250-peer.example\r\n250-SIZE 30000000\r\n250 ENHANCEDSTATUSCODES\r\n"
            case "MAIL":
                self._path = text.partition("<")[2].partition(">")[0]
            case "RCPT":
                self._recipient = text.partition("<")[2].partition(">")[0]
                if self._recipient in self._peer.refused:
                    return b"550 5.1.1 nobody here\r\n"
            case "DATA":
                self._in_data = True
                return b"354 go on\r\n"
            case "QUIT":
                asyncio.get_running_loop().call_soon(self._transport.close)
                return b"221 2.0.0 bye\r\n"
        return b"250 2.0.0 fine\r\n"
