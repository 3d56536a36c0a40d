"""Looks up recipients and stores mails for many connections at once: what waits together shares one query or commit."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import psycopg

from evenhand.configuration import DEFAULT_DOMAIN, Misconfigured
from evenhand.crashpoints import reach
from evenhand.database import DURABILITY, not_durable
from evenhand.mail.msgid import vouched
from evenhand.relay.intake import SPOOL, Arrival, spool_columns

__all__ = ["Gathering", "Known", "Reception"]

Asked = TypeVar("Asked")
Told = TypeVar("Told")

GROUP_LIMIT = 128
GROUP_BYTES = 32 * 1024 * 1024
PATIENCE = 60.0
"""Seconds after which a database that does not answer is given up, and asked anew over another connection."""

_FIND = """
SELECT alias.local_part, alias.domain, alias.id, alias.conversation_id, NULL::uuid
FROM evenhand_alias alias JOIN evenhand_conversation conversation ON conversation.id = alias.conversation_id
WHERE alias.local_part = ANY(%b) AND alias.retired_at IS NULL AND alias.blocked_at IS NULL
  AND (alias.not_after IS NULL OR alias.not_after > now()) AND conversation.closed_at IS NULL
UNION ALL
SELECT copy.return_path, '', NULL, copy.conversation_id, copy.id
FROM evenhand_delivery copy
WHERE copy.return_path = ANY(%b) AND copy.return_path <> ''
  AND (copy.ended_at IS NULL OR copy.ended_at > now() - interval '30 days')
"""


@dataclass(frozen=True, slots=True)
class Known:
    """A recipient that somebody reads: an alias, or the reverse-path of one copy."""

    alias_id: uuid.UUID | None
    conversation_id: uuid.UUID | None
    bounce_of_id: uuid.UUID | None

    @property
    def key(self) -> tuple[uuid.UUID | None, uuid.UUID | None]:
        """What makes two recipients one."""
        return self.alias_id, self.bounce_of_id

    def arrival(self, *, raw: bytes, received_at: datetime, **envelope: Any) -> Arrival:
        """The mail as it came for this recipient."""
        return Arrival(
            alias_id=self.alias_id,
            conversation_id=self.conversation_id,
            bounce_of_id=self.bounce_of_id,
            raw=raw,
            received_at=received_at,
            **envelope,
        )


class Gathering(Generic[Asked, Told]):
    """
    Answers questions in groups: while one group is answered, the next gathers.

    A lone question is asked at once; under load a group grows by itself until it holds all that wait, up to a limit.
    No timer is involved.
    """

    def __init__(
        self, answer: Callable[[Sequence[Asked]], Awaitable[Sequence[Told]]], weigh: Callable[[Asked], int]
    ) -> None:
        self._answer = answer
        self._weigh = weigh
        self._waiting: list[tuple[Asked, asyncio.Future[Told]]] = []
        self._runner: asyncio.Task[None] | None = None

    async def ask(self, question: Asked) -> Told:
        """Wait for the answer of the group; raises what the group's answering raised."""
        future: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        if self._runner is None:
            self._runner = asyncio.create_task(self._run())
        try:
            return await future
        except asyncio.CancelledError:
            # While nobody answers, the mails of those who gave up must not fill the memory.
            self._waiting = [one for one in self._waiting if one[1] is not future]
            raise

    async def _run(self) -> None:
        # Everybody who is ready to ask asks first.
        await asyncio.sleep(0)
        while self._waiting:
            group = self._next_group()
            try:
                answers = await self._answer([question for question, _ in group])
            except BaseException as error:
                for _, future in group:
                    if not future.done():
                        future.set_exception(error if isinstance(error, Exception) else ConnectionError("stopped"))
                if not isinstance(error, Exception):
                    self._runner = None
                    raise
            else:
                for (_, future), told in zip(group, answers, strict=True):
                    if not future.done():
                        future.set_result(told)
        self._runner = None

    def _next_group(self) -> list[tuple[Asked, asyncio.Future[Told]]]:
        count, weight = 0, 0
        for question, _ in self._waiting[:GROUP_LIMIT]:
            weight += self._weigh(question)
            if count and weight > GROUP_BYTES:
                break
            count += 1
        group, self._waiting = self._waiting[:count], self._waiting[count:]
        return group


class Reception:
    """The database as the listener needs it. Use as an async context manager."""

    def __init__(self, database_url: str, inline_limit: int, key: str) -> None:
        self._inline_limit = inline_limit
        self._key = key
        # One for each kind of question, since a group is asked at a time; a pool would cost more than the question.
        self._looking_up, self._storing, self._watching = (_Line(database_url) for _ in range(3))
        self._lookups: Gathering[str, Known | None] = Gathering(self._find, lambda _: 0)
        self._mails: Gathering[Arrival, None] = Gathering(self._store, lambda one: len(one.raw))

    async def __aenter__(self) -> Self:
        await self._looking_up.open()
        await self._storing.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for line in (self._looking_up, self._storing, self._watching):
            # Whoever still waits for an answer hears at once that there will be none.
            line.cut()
        await asyncio.sleep(0)
        for line in (self._looking_up, self._storing, self._watching):
            await line.close()

    async def find(self, address: str) -> Known | None:
        """
        Look up who is meant by a forward-path; None for whoever may not be written to, whatever the reason.

        Compared as it was issued, folded to lower case: no sub-address, quotes, routes or `%` (RFC 5321 §2.3.11).
        Raises psycopg.Error if the database cannot be asked.
        """
        return await self._lookups.ask(address.lower())

    async def accept(self, arrival: Arrival) -> None:
        """
        Return when the mail is durable. The same mail a second time is durable already.

        Raises psycopg.Error or OSError if it is not; then it may be, or not, and the sender must come again.
        """
        await self._mails.ask(arrival)

    async def waiting(self, limit: int, seconds: float) -> int:
        """
        Count the mails in the spool that wait for a worker, up to a limit; with none, only see that somebody answers.

        Raises psycopg.Error if the database cannot be asked, or has not answered after so many seconds.
        """
        ((count,),) = await self._watching.ask(_WAITING if limit else _ANSWERING, [limit] if limit else [], seconds)
        return int(count)

    async def _find(self, addresses: Sequence[str]) -> Sequence[Known | None]:
        # Whatever cannot be ours is looked for all the same, so that its answer takes as long as any other.
        wanted = [address if self._could_be_ours(address) else _NOBODY for address in dict.fromkeys(addresses)]
        rows = await self._looking_up.ask(_FIND, [[one.rpartition("@")[0] for one in wanted], wanted])
        known: dict[str, Known] = {}
        for local_part, domain, *ids in rows:
            if not domain:
                known[local_part] = Known(*ids)
                continue
            # An alias issued before the operator had named a domain is known under both.
            known.setdefault(f"{local_part}@{DEFAULT_DOMAIN}", Known(*ids))
            known[f"{local_part}@{domain}"] = Known(*ids)
        return [known.get(address) for address in addresses]

    def _could_be_ours(self, address: str) -> bool:
        """Whether PostgreSQL can be told it, and a reverse-path has the check that only we can write."""
        local = address.rpartition("@")[0]
        if not (address.isprintable() and len(address) <= 320):
            return False
        return not local.startswith("b-") or (address.isascii() and vouched(self._key, local))

    async def _store(self, arrivals: Sequence[Arrival]) -> Sequence[None]:
        if any(len(one.raw) > self._inline_limit for one in arrivals):
            columns = await asyncio.to_thread(spool_columns, arrivals, self._inline_limit)
        else:
            columns = spool_columns(arrivals, self._inline_limit)
        reach("listen.grouped")
        await self._storing.ask(_SPOOL, columns)
        reach("listen.committed")
        return [None] * len(arrivals)


class _Line:
    """A connection to the database that is opened again when it was lost, and given up when it does not answer."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def open(self) -> psycopg.AsyncConnection[Any]:
        """
        Connect, unless it is.

        Raises psycopg.OperationalError if the database does not answer, and Misconfigured if it does not keep what it
        commits: each time anew, since it may be another one after a failover.
        """
        if self._connection is None or self._connection.closed:
            connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True, connect_timeout=10)
            settings: dict[str, str] = dict(await (await connection.execute(DURABILITY)).fetchall())
            if not_durable(settings):
                await connection.close()
                raise Misconfigured(
                    [f"The database would lose accepted mail: {', '.join(not_durable(settings))} is off."]
                )
            self._connection = connection
        return self._connection

    async def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            await self._connection.close()

    def cut(self) -> None:
        """
        Have whoever waits for an answer fail at once.

        Cancelling would not do: psycopg then asks the server to cancel, and waits for it to have done so.
        """
        if self._connection is None or self._connection.closed:
            return
        with (
            contextlib.suppress(OSError, psycopg.Error),
            socket.socket(fileno=os.dup(self._connection.fileno())) as line,
        ):
            line.shutdown(socket.SHUT_RDWR)

    async def ask(self, statement: str, parameters: Sequence[Any], seconds: float = PATIENCE) -> list[Any]:
        """
        Run a statement that may be run twice: a connection that died while it was idle gets a second chance.

        Raises psycopg.OperationalError if that fails too, or there is no answer after so many seconds.
        """
        began = time.monotonic()
        try:
            return await self._ask(statement, parameters, seconds)
        except psycopg.OperationalError:
            await self.close()
            if time.monotonic() - began >= seconds:
                raise
            return await self._ask(statement, parameters, seconds)

    async def _ask(self, statement: str, parameters: Sequence[Any], seconds: float) -> list[Any]:
        connection = await self.open()
        patience = asyncio.get_running_loop().call_later(seconds, self.cut)
        try:
            cursor = await connection.execute(statement, parameters, prepare=True)
            return await cursor.fetchall()
        finally:
            patience.cancel()


_SPOOL = SPOOL.format("%b")
_ANSWERING = "SELECT 0"
_WAITING = """
SELECT count(*) FROM (SELECT 1 FROM evenhand_inbound WHERE state IN ('queued', 'working') LIMIT %s) waiting
"""

_NOBODY = "nobody@nowhere.invalid"
