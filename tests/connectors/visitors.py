"""A door in this process, with a spool that only remembers, and visitors who speak to it over loopback."""

import asyncio
import contextlib
import inspect
import re
import uuid
from functools import partial
from pathlib import Path

from evenhand.configuration import Configuration
from evenhand.connectors.listener.dialogue import Dialogue, LocalDialogue
from evenhand.connectors.listener.hall import Hall
from evenhand.connectors.reception import Known

ALIAS = "aliasaliasaliasaliasaliasa@m.market.example"


class Spool:
    """Stands for the database: knows one alias, keeps what it is given, and can be told to be ill."""

    def __init__(self):
        self.taken = []
        self.waits = 0
        self.illness = None
        self.hold = asyncio.Event()
        self.hold.set()

    async def find(self, address):
        await asyncio.sleep(0)
        return Known(uuid.UUID(int=1), uuid.UUID(int=2), None) if address == ALIAS else None

    async def accept(self, arrival):
        await self.hold.wait()
        self.taken.append(arrival.raw)

    async def waiting(self, limit, _seconds):
        if self.illness:
            raise self.illness
        return min(self.waits, limit)


class Visit:
    """One connection to the door."""

    def __init__(self, reader, writer):
        self._reader, self.writer = reader, writer

    async def hear(self):
        """One whole answer, empty if the door has closed the connection."""
        lines = []
        while True:
            try:
                lines.append((await asyncio.wait_for(self._reader.readline(), 10)).decode())
            except ConnectionError:
                lines.append("")
            if not re.match(r"\d{3}-", lines[-1]):
                return "".join(lines)

    async def say(self, command):
        self.writer.write(command if isinstance(command, bytes) else command.encode() + b"\r\n")
        return await self.hear()

    async def all_said(self, *commands):
        return [await self.say(one) for one in commands]

    async def begin(self, size=None):
        """Come as far as the answer to DATA."""
        declared = "" if size is None else f" SIZE={size}"
        answers = await self.all_said(
            "EHLO mail.home.example", f"MAIL FROM:<ada@home.example>{declared}", f"RCPT TO:<{ALIAS}>"
        )
        assert [one[:3] for one in answers] == ["250"] * 3, answers
        return await self.say("DATA")

    async def is_closed(self):
        with contextlib.suppress(ConnectionError):
            return await asyncio.wait_for(self._reader.read(), 10) == b""
        return True


class Door:
    """A listening door; `hall` is what its connections share, `spool` what they gave away."""

    def __init__(self, kind=Dialogue, tls=None, folder=None, connections=200, **settings):
        self.spool = Spool()
        settings = {"disk_reserve": 0, "domain": "m.market.example", **settings}
        self.hall = Hall(Configuration(data=folder or Path("/"), **settings), self.spool, connections=connections)
        self._line = partial(kind, self.hall, tls)
        self._visits = []

    async def __aenter__(self):
        self._server = await asyncio.get_running_loop().create_server(self._line, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for one in self._visits:
            one.writer.transport.abort()
        for one in self.hall.crowd:
            one.cut()
        await asyncio.wait_for(self.hall.crowd.empty.wait(), 10)

    async def visit(self, client="127.0.0.1", *, greeted=True):
        port = self._server.sockets[0].getsockname()[1]
        made = Visit(*await asyncio.open_connection("127.0.0.1", port, local_addr=(client, 0)))
        self._visits.append(made)
        if greeted:
            assert (await made.hear()).startswith("220 ")
        return made


def local_door(**settings):
    """A door that speaks LMTP."""
    return Door(LocalDialogue, **settings)


def story(told):
    """Let a test be told with `await`."""

    def run(*args, **kwargs):
        async def within_time():
            async with asyncio.timeout(30):
                await told(*args, **kwargs)

        asyncio.run(within_time())

    run.__name__, run.__doc__ = told.__name__, told.__doc__
    run.__signature__ = inspect.signature(told)
    return run


async def until(true):
    """Let the loop run until something is so."""
    while not true():  # noqa: ASYNC110  what is waited for knows nothing of us
        await asyncio.sleep(0.001)
