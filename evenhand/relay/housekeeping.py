"""Runs what is a job and no message (Procrastinate) beside a worker, and ends it whatever it is at."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any

import psycopg
from procrastinate import exceptions
from procrastinate.contrib.django import app as jobs
from procrastinate.worker import Worker

__all__ = ["Housekeeping", "end"]

_log = logging.getLogger(__name__)

AWAY_SECONDS = 2.0
JOB_SECONDS = 5.0
"""How long a job at hand may take when the worker is told to end."""

AGAIN_SECONDS = 0.5


class Housekeeping:
    """Runs jobs until stopped, beginning anew when the database was away."""

    def __init__(self) -> None:
        self._stopping = asyncio.Event()
        self._worker: Worker | None = None

    def stop(self) -> None:
        """End after the job at hand. Asked, not cancelled: a cancellation may be lost while it starts (see `end`)."""
        self._stopping.set()
        if self._worker is not None:
            self._worker.stop()  # type: ignore[no-untyped-call]  # Procrastinate has no type here

    async def run(self) -> None:
        """Run jobs until stopped."""
        while not self._stopping.is_set():
            try:
                await self._run()
            except (exceptions.ConnectorException, psycopg.Error, OSError) as error:
                _log.warning("jobs cannot be run now (%s)", type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(AWAY_SECONDS):
                    await self._stopping.wait()

    async def _run(self) -> None:
        app = jobs.with_connector(jobs.connector.get_worker_connector())  # type: ignore[attr-defined]  # Django's has
        async with app.open_async():
            app.perform_import_paths()  # type: ignore[no-untyped-call]  # nor here
            if self._stopping.is_set():
                return
            self._worker = Worker(app=app, concurrency=1, install_signal_handlers=False, delete_jobs="successful")
            try:
                await self._worker.run()  # type: ignore[no-untyped-call]  # nor here
            finally:
                self._worker = None


async def end(task: asyncio.Task[Any], *, patience: float = 0.0) -> None:
    """
    Wait for a task to end, and cancel it after so many seconds, again and again until it has ended.

    Once is not enough: before Python 3.12 `asyncio.wait_for`, by which connections are waited for, swallows a
    cancellation that comes together with what was waited for, and the task runs on for ever.
    """
    if patience:
        await asyncio.wait([task], timeout=patience)
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=AGAIN_SECONDS)
    if not task.cancelled() and (error := task.exception()):
        _log.warning("a task ended with %s", type(error).__name__)
