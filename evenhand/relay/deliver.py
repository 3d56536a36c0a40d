"""Sends what the outbox holds: many copies at a time over one channel, the results written in groups."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from evenhand.crashpoints import reach
from evenhand.relay import outbox
from evenhand.relay.channel import Channel, Deferred, Failed, Try
from evenhand.relay.failures import tell_of_failures
from evenhand.relay.models import DeliveryState
from evenhand.relay.outbox import Outcome, Pending
from evenhand.relay.presence import Presence

__all__ = ["Dispatcher"]

_log = logging.getLogger(__name__)

AT_ONCE = 16
"""Copies of one worker that are on their way at the same moment, each on a connection of its own."""

POLL_SECONDS = 1.0
GATHER_SECONDS = 0.03
"""How long the first copy waits for others before they are claimed together."""

AWAY_SECONDS = 2.0

T = TypeVar("T")


class Dispatcher:
    """
    Claims due copies, hands each to the channel, and writes how the tries ended.

    While results are written the next tries go on; those that end meanwhile are written together.
    """

    def __init__(self, channel: Channel, presence: Presence | None = None) -> None:
        self._channel = channel
        self._presence = presence
        self._wake = asyncio.Event()
        self._stopping = False
        self._room = asyncio.Semaphore(AT_ONCE)
        self._underway: set[asyncio.Task[None]] = set()
        self._ended: list[Outcome] = []
        self._news = asyncio.Event()
        # The database is asked in one thread, so that one connection serves and the loop never waits.
        self._desk = ThreadPoolExecutor(1, thread_name_prefix="outbox")

    def wake(self) -> None:
        """Look at the outbox at once."""
        self._wake.set()

    def stop(self) -> None:
        """Claim nothing more; `run` returns when the tries underway have ended and are written."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Work until stopped."""
        writer = asyncio.create_task(self._write_all())
        try:
            while not self._stopping:
                self._wake.clear()
                claimed = await self._claim()
                for one in claimed:
                    task = asyncio.create_task(self._attempt(one))
                    self._underway.add(task)
                    task.add_done_callback(self._underway.discard)
                if not claimed:
                    await self._sleep()
                while len(self._underway) > AT_ONCE and not self._stopping:
                    # So many at a time that each claim is worth its query.
                    self._wake.clear()
                    await self._wake.wait()
            if self._underway:
                await asyncio.wait(self._underway)
        finally:
            self._stopping = True
            self._news.set()
            await writer
            await self._channel.close()
            await self._ask(_hang_up)
            self._desk.shutdown()

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return
        if not self._stopping:
            await asyncio.sleep(GATHER_SECONDS)

    async def _claim(self) -> list[Pending]:
        room = 2 * AT_ONCE - len(self._underway)
        worker = self._presence.number if self._presence else None
        if room <= 0 or (self._presence and worker is None):
            return []
        try:
            return await self._ask(lambda: outbox.claim(room, worker))
        except (OperationalError, InterfaceError) as error:
            await self._away(error)
            return []

    async def _attempt(self, pending: Pending) -> None:
        ended = await self._try(pending)
        reach("deliver.ended")
        self._ended.append(Outcome(pending, ended, pending.now()))
        self._news.set()

    async def _try(self, pending: Pending) -> Try:
        if pending.content is None:
            _log.error("the stored bytes of copy %s are damaged", pending.id)
            return Failed("connect", "5.3.0", "the stored copy is damaged")
        try:
            async with self._room:
                reach("deliver.trying")
                return await self._channel.deliver(pending.as_copy())
        except Exception as error:  # noqa: BLE001  a bug of a channel must not leave the copy without an end
            _log.exception("copy %s could not be tried", pending.id)
            return Deferred("data", "4.3.0", type(error).__name__)

    async def _write_all(self) -> None:
        while not (self._stopping and not self._underway and not self._ended):
            await self._news.wait()
            self._news.clear()
            while self._ended:
                group, self._ended = self._ended, []
                await self._write(group)
                # There is room again.
                self._wake.set()

    async def _write(self, group: list[Outcome]) -> None:
        while True:
            try:
                await self._ask(lambda: _record(group))
            except (OperationalError, InterfaceError) as error:
                # A result must not be lost while the process lives: a copy sent and not known to be is sent again.
                if self._stopping:
                    _log.error("%d results could not be written: %s", len(group), type(error).__name__)
                    return
                await self._away(error)
            except DatabaseError as error:
                # So that one result the database does not take stops only itself.
                if len(group) == 1:
                    await self._park(group[0], error)
                for one in group if len(group) > 1 else ():
                    await self._write([one])
                return
            else:
                return

    async def _park(self, outcome: Outcome, error: DatabaseError) -> None:
        """A copy whose result cannot be written would be sent again when its lease ends."""
        why = type(error).__name__
        _log.error("copy %s is parked, its result could not be written: %s", outcome.pending.id, why)
        try:
            await self._ask(lambda: outbox.park(outcome, why))
        except DatabaseError:
            _log.exception("copy %s could not be parked", outcome.pending.id)

    async def _away(self, error: Exception) -> None:
        _log.warning("the database does not answer (%s)", type(error).__name__)
        await self._ask(_hang_up)
        await asyncio.sleep(AWAY_SECONDS)

    async def _ask(self, question: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._desk, question)


def _hang_up() -> None:
    # Found when it is called: each thread has a connection of its own.
    connection.close()


def _record(group: list[Outcome]) -> None:
    outbox.record(group)
    failed = [one.pending.id for one in group if outbox.state_after(one) is DeliveryState.FAILED]
    if not failed:
        return
    reach("deliver.telling")
    try:
        tell_of_failures(failed)
    except DatabaseError:
        # The results are written, and must not be written twice; the author reads of it on the conversation's page.
        _log.exception("the authors of %d failed copies could not be told", len(failed))
