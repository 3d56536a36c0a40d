"""A worker process: one thread works the spool, the loop sends what is in the outbox and runs the jobs."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import psycopg
import uvloop
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils.module_loading import import_string

from evenhand.collector import calm_collector
from evenhand.crashpoints import reach
from evenhand.mail.gate import canary
from evenhand.relay.channel import Channel
from evenhand.relay.deliver import Dispatcher
from evenhand.relay.guard import readers
from evenhand.relay.housekeeping import JOB_SECONDS, Housekeeping, end
from evenhand.relay.presence import Presence
from evenhand.relay.statements import keep_plans
from evenhand.relay.work import BATCH, work_spool

__all__ = ["serve"]

_log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
AWAY_SECONDS = 2.0
ASIDE_THREADS = 8
"""They wait for the DNS nearly all the time."""

GATHER_SECONDS = 0.05
"""How long the first mail of a batch waits for others: a batch of ten costs little more than a batch of one."""

NEWS_SECONDS = 0.005
UNKNOWN_SECONDS = 0.05


class _Spool(threading.Thread):
    """Works the spool until stopped, asleep while there is nothing to do."""

    def __init__(self, presence: Presence, on_work: Callable[[], object], on_end: Callable[[], object]) -> None:
        super().__init__(name="spool")
        self._presence = presence
        self._news = threading.Event()
        self._stopping = False
        self._on_work = on_work
        self._on_end = on_end

    def wake(self) -> None:
        """Look at the spool at once."""
        self._news.set()

    def stop(self) -> None:
        """End after the batch at hand."""
        self._stopping = True
        self._news.set()

    def run(self) -> None:
        """Work until stopped."""
        with ThreadPoolExecutor(ASIDE_THREADS, thread_name_prefix="aside") as aside:
            while not self._stopping:
                self._news.clear()
                worker = self._presence.number
                if worker is None:
                    # Whoever does not know us to live would take what we claim.
                    self._news.wait(UNKNOWN_SECONDS)
                    continue
                try:
                    claimed = work_spool(aside, worker=worker)
                except (OperationalError, InterfaceError) as error:
                    _log.warning("the database does not answer (%s)", type(error).__name__)
                    connection.close()
                    self._news.wait(AWAY_SECONDS)
                    continue
                except Exception:  # noqa: BLE001
                    # A bug must not end the worker: the rows come up again when their lease ends, and are parked then.
                    _log.exception("a batch could not be worked")
                    self._news.wait(AWAY_SECONDS)
                    continue
                if claimed:
                    self._on_work()
                if claimed < BATCH and self._news.wait(POLL_SECONDS) and not self._stopping:
                    time.sleep(GATHER_SECONDS)
        connection.close()
        self._on_end()


def serve(ready: Callable[[str], None]) -> None:
    """
    Work until SIGTERM or SIGINT: the batch and the tries at hand are ended, nothing new is begun.

    Any number of these may run, on any number of machines over one database. Raises RuntimeError if the search for
    protected addresses does not find a planted one: then nothing may be sent. Or if mails cannot be read here.
    """
    if not canary(settings.EVENHAND.domain):
        raise RuntimeError("the search of outgoing mail does not find what it must; no mail is sent")
    keep_plans()
    readers().start()
    calm_collector()
    uvloop.run(_serve(ready))


async def _serve(ready: Callable[[str], None]) -> None:
    loop = asyncio.get_running_loop()
    channel: Channel = import_string(settings.CHANNEL)(settings.EVENHAND)
    presence = Presence(settings.DATABASE_CONNINFO, os.environ.get("PGAPPNAME", "evenhand work"))
    dispatcher = Dispatcher(channel, presence)
    spool_ended = asyncio.Event()
    spool = _Spool(
        presence,
        on_work=lambda: loop.call_soon_threadsafe(dispatcher.wake),
        on_end=lambda: loop.call_soon_threadsafe(spool_ended.set),
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    presence.start()
    spool.start()
    sending = asyncio.create_task(dispatcher.run())
    listening = asyncio.create_task(_listen({"evenhand_inbound": spool.wake, "evenhand_outbox": dispatcher.wake}))
    housekeeping = Housekeeping()
    working = asyncio.create_task(housekeeping.run())
    reach("worker.ready")
    ready("working")
    await stop.wait()
    reach("worker.leaving")
    spool.stop()
    dispatcher.stop()
    housekeeping.stop()
    await asyncio.gather(end(listening), end(working, patience=JOB_SECONDS))
    await spool_ended.wait()
    await sending
    await asyncio.to_thread(presence.leave)


async def _listen(wakes: Mapping[str, Callable[[], None]]) -> None:
    """Wake the loops when a row comes in (NOTIFY); while the connection is away they look by themselves."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(settings.DATABASE_CONNINFO, autocommit=True) as listening:
                for name in wakes:
                    await listening.execute(f"LISTEN {name}")
                for wake in wakes.values():
                    wake()
                await _hear(listening.pgconn, wakes)
        except psycopg.Error as error:
            _log.warning("the database's notifications are away (%s)", type(error).__name__)
        await asyncio.sleep(AWAY_SECONDS)


async def _hear(line: psycopg.pq.abc.PGconn, wakes: Mapping[str, Callable[[], None]]) -> None:
    """
    Hear of news until the connection is lost, which raises OperationalError.

    Asks the socket itself: under load there are hundreds a second, and psycopg's own way of waiting would cost a tenth
    of the worker's time.
    """
    loop = asyncio.get_running_loop()
    news = asyncio.Event()
    while True:
        loop.add_reader(line.socket, news.set)
        try:
            await news.wait()
        finally:
            loop.remove_reader(line.socket)
        news.clear()
        line.consume_input()
        heard = set()
        while note := line.notifies():
            heard.add(note.relname.decode("ascii"))
        for name in heard:
            wakes[name]()
        # Those that come at once are heard at once.
        await asyncio.sleep(NEWS_SECONDS)
