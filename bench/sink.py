"""Takes every mail over SMTP as the next mail server would, counts, and hands what it got to whoever asks."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import uvloop

__all__ = ["main"]


@dataclass
class _Catch:
    """What has come in since the last reset."""

    first: float = 0.0
    last: float = 0.0
    mails: list[tuple[bytes, bytes, bytes]] = field(default_factory=list)
    connections: int = 0
    enough: int = 0
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, reverse_path: bytes, recipients: bytes, content: bytes) -> None:
        self.last = time.monotonic()
        self.first = self.first or self.last
        self.mails.append((reverse_path, recipients, content))
        if len(self.mails) == self.enough:
            self.reached.set()

    def reset(self) -> None:
        self.first = self.last = 0.0
        self.connections = 0
        self.mails.clear()

    def as_text(self) -> str:
        return json.dumps(
            {"count": len(self.mails), "first": self.first, "last": self.last, "connections": self.connections}
        )


class _Session(asyncio.Protocol):
    """One connection; says 250 to everything an honest client asks."""

    def __init__(self, catch: _Catch, capabilities: bytes) -> None:
        self._catch = catch
        self._capabilities = capabilities
        self._buffer = bytearray()
        self._in_data = False
        self._searched = 0
        self._reverse_path = b""
        self._recipients: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # A cast, since the transports of uvloop are no subclass.
        self._transport = cast(asyncio.Transport, transport)
        self._catch.connections += 1
        self._transport.write(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._content() if self._in_data else self._command():
            pass

    def _content(self) -> bool:
        end = self._buffer.find(b"\r\n.\r\n", max(0, self._searched - 4))
        if end < 0:
            self._searched = len(self._buffer)
            return False
        self._catch.add(self._reverse_path, b" ".join(self._recipients), bytes(self._buffer[: end + 2]))
        del self._buffer[: end + 5]
        self._in_data = False
        self._transport.write(b"250 2.0.0 taken\r\n")
        return True

    def _command(self) -> bool:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            return False
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        self._transport.write(self._answer(line[:4].upper(), line))
        return True

    def _answer(self, verb: bytes, line: bytes) -> bytes:
        match verb:
            case b"EHLO":
                return self._capabilities
            case b"MAIL":
                self._reverse_path, self._recipients = line[10:], []
                return b"250 2.1.0 fine\r\n"
            case b"RCPT":
                self._recipients.append(line[8:])
                return b"250 2.1.5 fine\r\n"
            case b"DATA":
                self._in_data, self._searched = True, 0
                return b"354 go on\r\n"
            case b"QUIT":
                # Closed a little later, after the farewell has left.
                asyncio.get_running_loop().call_soon(self._transport.close)
                return b"221 2.0.0 bye\r\n"
            case _:
                return b"250 2.0.0 fine\r\n"


async def _obey(catch: _Catch) -> None:
    """
    Follow the commands on standard input, one line each, until it ends.

    `reset` forgets; `wait COUNT SECONDS` answers when so many have come or the time is up; `keep FILE` writes all.
    Each is answered by one line of JSON.
    """
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := (await lines.readline()).decode().split():
        match line:
            case ["reset"]:
                catch.reset()
            case ["wait", count, seconds]:
                await _wait(catch, int(count), float(seconds))
            case ["keep", name]:
                mails = [[one.decode("latin-1") for one in mail] for mail in catch.mails]
                await asyncio.to_thread(Path(name).write_text, json.dumps(mails), "utf-8")
        print(catch.as_text(), flush=True)


async def _wait(catch: _Catch, count: int, seconds: float) -> None:
    catch.enough = count
    catch.reached.clear()
    if len(catch.mails) >= count:
        return
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(catch.reached.wait(), seconds)


async def _serve(port: int, capabilities: bytes) -> None:
    catch = _Catch()
    server = await asyncio.get_running_loop().create_server(lambda: _Session(catch, capabilities), "127.0.0.1", port)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await _obey(catch)
    server.close()


def main() -> None:
    """Listen on loopback until standard input ends; the first line printed names the port."""
    parser = argparse.ArgumentParser(prog="python -m bench.sink", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 for any free one")
    parser.add_argument("--no-pipelining", action="store_true", help="do not offer PIPELINING (RFC 2920)")
    asked = parser.parse_args()
    offered = [b"sink.example", *([] if asked.no_pipelining else [b"PIPELINING"]), b"SIZE 30000000", b"8BITMIME"]
    capabilities = b"".join(b"250-%b\r\n" % one for one in offered) + b"250 ENHANCEDSTATUSCODES\r\n"
    uvloop.install()
    asyncio.run(_serve(asked.port, capabilities))


if __name__ == "__main__":
    main()
