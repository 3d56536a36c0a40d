"""Looks up recipients and stores mails for many connections at once: what waits together shares one query or commit."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import psycopg

from evenhand.configuration import DEFAULT_DOMAIN
from evenhand.crashpoints import reach
from evenhand.mail.msgid import vouched
from evenhand.relay.intake import SPOOL, Arrival, spool_columns

__all__ = ["Gathering", "Known", "Reception"]

Asked = TypeVar("Asked")
Told = TypeVar("Told")

GROUP_LIMIT = 128
GROUP_BYTES = 32 * 1024 * 1024

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
        return await future

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
        self._looking_up, self._storing = _Line(database_url), _Line(database_url)
        self._lookups: Gathering[str, Known | None] = Gathering(self._find, lambda _: 0)
        self._mails: Gathering[Arrival, None] = Gathering(self._store, lambda one: len(one.raw))

    async def __aenter__(self) -> Self:
        await self._looking_up.open()
        await self._storing.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._looking_up.close()
        await self._storing.close()

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

    async def _find(self, addresses: Sequence[str]) -> Sequence[Known | None]:
        wanted = [address for address in dict.fromkeys(addresses) if self._could_be_ours(address)]
        if not wanted:
            return [None] * len(addresses)
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
        """
        Whether it has the shape of what we issue, and a reverse-path the check that only we can write.

        A filter that spares queries, not a proof.
        """
        local, at, domain = address.rpartition("@")
        if not (at and domain and address.isascii() and len(address) <= 320):
            return False
        return vouched(self._key, local) if local.startswith("b-") else local.isalnum()

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
    """A connection to the database that is opened again when it was lost."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def open(self) -> psycopg.AsyncConnection[Any]:
        """Connect, unless it is. Raises psycopg.OperationalError if the database does not answer."""
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True, connect_timeout=10)
        return self._connection

    async def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            await self._connection.close()

    async def ask(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        """Run a statement that may be run twice: a connection that died while it was idle gets a second chance."""
        try:
            return await self._ask(statement, parameters)
        except psycopg.OperationalError:
            await self.close()
            return await self._ask(statement, parameters)

    async def _ask(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        cursor = await (await self.open()).execute(statement, parameters, prepare=True)
        return await cursor.fetchall()


_SPOOL = SPOOL.format("%b")
