"""Judges messages on several processors: each process has its own connection and readers, and dies with this one."""

from __future__ import annotations

import os
import signal
import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait as wait_for
from typing import TYPE_CHECKING

from evenhand.cli.surroundings import set_up_django
from evenhand.policy import Book

if TYPE_CHECKING:
    from evenhand.relay.rejudge import Rejudged

__all__ = ["work"]

_CHUNK = 64
"""Messages that are judged in one go; of so many the results are small."""

Resolve = Callable[[str], Book]


def work(ids: Iterator[uuid.UUID], name: str, resolve: Resolve, jobs: int) -> Iterator[Sequence[Rejudged | None]]:
    """
    Judge messages by the book of this name, and yield what comes of them, in their order.

    What is given out is bounded, so that no more than a few hundred ids and results are held at once. With one job it
    is all done in this process.
    """
    chunks = _chunks(ids)
    if jobs == 1:
        # Imported here because it needs Django to be set up; so below.
        from evenhand.relay.rejudge import rejudge

        book = resolve(name)
        for chunk in chunks:
            yield rejudge(chunk, book)
        return
    # Not forked: a connection to the database can be used by one process only.
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_begin, initargs=(resolve, name))
    try:
        # In their order, so that the same messages make the same report.
        underway = deque(pool.submit(_rejudge, chunk) for chunk in islice(chunks, 3 * jobs))
        while underway:
            yield underway.popleft().result()
            underway.extend(pool.submit(_rejudge, chunk) for chunk in islice(chunks, 1))
    except BaseException:
        # On Ctrl-C nobody waits for what would be thrown away.
        for process in list(pool._processes.values()):  # noqa: SLF001  there is a public way from Python 3.14 only
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


_books: list[Book] = []
"""The book of this process, once it has begun."""


def _begin(resolve: Resolve, name: str) -> None:
    # Ctrl-C goes to all processes of a terminal; the one who asked ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    set_up_django()
    _books.append(resolve(name))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


def _chunks(ids: Iterator[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    while chunk := list(islice(ids, _CHUNK)):
        yield chunk


def _rejudge(ids: Sequence[uuid.UUID]) -> list[Rejudged | None]:
    from evenhand.relay.rejudge import rejudge

    return rejudge(ids, _books[0])
