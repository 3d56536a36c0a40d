"""Sends the mails of a run over a number of kept connections, and notes when each was accepted."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

import uvloop

from bench.mails import Batch, Pair, Prepared, prepare

__all__ = ["Accepted", "Order", "Refused"]


@dataclass(frozen=True)
class Order:
    """What to send where, and over how many connections at once."""

    host: str
    port: int
    connections: int
    batch: Batch

    def as_text(self) -> str:
        """Write it on one line for the sending process."""
        return json.dumps(asdict(self), default=datetime.isoformat)

    @classmethod
    def from_text(cls, text: str) -> Order:
        """Read what `as_text` wrote."""
        known: dict[str, Any] = json.loads(text)
        batch = known.pop("batch")
        pairs = tuple(Pair(**one) for one in batch.pop("pairs"))
        started = datetime.fromisoformat(batch.pop("started"))
        return cls(**known, batch=Batch(**batch, pairs=pairs, started=started))


@dataclass(frozen=True)
class Accepted:
    """When the first connection was opened and the last 250 came (seconds of the monotonic clock), and the waits."""

    began: float
    ended: float
    count: int
    median_wait: float
    longest_wait: float


class Refused(Exception):
    """The server answered something other than a batch that runs smoothly expects."""


class _Client(asyncio.Protocol):
    """
    One connection that sends its share of mails one after another, each command after the answer to the last.

    No pipelining: the dialogue must be the same whatever a server offers.
    """

    def __init__(self, share: Iterator[Prepared], waits: list[float]) -> None:
        self._steps = self._dialogue(share, waits)
        self._buffer = bytearray()
        self._wanted = b""
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # A cast, since the transports of uvloop are no subclass.
        self._transport = cast(asyncio.Transport, transport)
        self._wanted = next(self._steps)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._buffer.endswith(b"\r\n"):
            return
        last = self._buffer.rstrip().rpartition(b"\n")[2]
        # A hyphen after the code says that more lines of the answer follow (RFC 5321 §4.2.1).
        if last[3:4] == b"-":
            return
        if not last.startswith(self._wanted):
            self._end(Refused(f"{self._wanted.decode()} was awaited, and came {bytes(self._buffer)!r}"))
            return
        self._buffer.clear()
        wanted = next(self._steps, None)
        if wanted is None:
            self._end(None)
        else:
            self._wanted = wanted

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(Refused(f"the connection was lost: {exc}"))

    def _end(self, problem: Refused | None) -> None:
        if self.finished.done():
            return
        if problem:
            self.finished.set_exception(problem)
        else:
            self.finished.set_result(None)
        self._transport.close()

    def _dialogue(self, share: Iterator[Prepared], waits: list[float]) -> Iterator[bytes]:
        """Say each line of the client and yield the code that must come back."""
        yield b"220"
        self._transport.write(b"EHLO sender.example\r\n")
        yield b"250"
        for mail in share:
            self._transport.write(b"MAIL FROM:<%b>\r\n" % mail.reverse_path)
            yield b"250"
            self._transport.write(b"RCPT TO:<%b>\r\n" % mail.recipient)
            yield b"250"
            self._transport.write(b"DATA\r\n")
            yield b"354"
            asked = time.monotonic()
            self._transport.write(mail.content)
            yield b"250"
            waits.append(time.monotonic() - asked)
        self._transport.write(b"QUIT\r\n")
        yield b"221"


async def _send(order: Order) -> Accepted:
    mails = list(prepare(order.batch))
    waits: list[float] = []
    loop = asyncio.get_running_loop()
    began = time.monotonic()
    clients = []
    for place in range(order.connections):
        share = iter(mails[place :: order.connections])
        _, client = await loop.create_connection(lambda s=share: _Client(s, waits), order.host, order.port)  # type: ignore[misc]
        clients.append(client)
    await asyncio.gather(*(client.finished for client in clients))
    ended = time.monotonic()
    waits.sort()
    return Accepted(began, ended, len(waits), waits[len(waits) // 2], waits[-1])


def main() -> int:
    """Read an order from standard input, send it, and print what was accepted."""
    order = Order.from_text(sys.stdin.readline())
    uvloop.install()
    try:
        accepted = asyncio.run(_send(order))
    except (Refused, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    print(json.dumps(asdict(accepted)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
