"""The processes of an installation under test: each is kept running, and every death is noted."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import replace
from multiprocessing import forkserver, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

__all__ = ["Forked", "Part", "Typist", "nursery"]

_AGAIN_SECONDS = 0.3
"""Between two starts of a part that dies at once, as all do while the database is away."""

_FORKS = get_context("forkserver")


@contextlib.contextmanager
def nursery(surroundings: Mapping[str, str]) -> Iterator[None]:
    """
    Keep a process that has imported all the parts need, in these surroundings, and from which they are forked.

    A kill costs a good second so, start and end included, and nearly two with parts started anew. What is forked dies
    like anything else: its sockets close, its locks end, and nobody else knows what it had in mind. One at a time.
    """
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(surroundings)
    try:
        _FORKS.set_forkserver_preload(["bench.soak.imported"])
        forkserver.ensure_running()
    finally:
        os.environ.clear()
        os.environ.update(before)
    try:
        yield
    finally:
        forkserver._forkserver._stop()  # type: ignore[attr-defined]  # noqa: SLF001  there is no public way


class Part(ABC):
    """A part that is kept running. `deaths` are the processes of it that were killed, and when."""

    def __init__(self, name: str, log: Path) -> None:
        self.name, self.pid = name, 0
        self.deaths: dict[int, float] = {}
        self.ready = threading.Event()
        self._log = log
        self._ended = threading.Event()
        self._ended.set()
        self._began = 0.0

    def keep(self) -> None:
        """Start it if it does not run."""
        if self._ended.is_set() and time.monotonic() - self._began >= _AGAIN_SECONDS:
            self._began = time.monotonic()
            self.ready.clear()
            self._ended.clear()
            try:
                self._start()
            except BaseException:
                self._ended.set()
                raise

    def kill(self, number: signal.Signals = signal.SIGKILL) -> bool:
        """Send it a signal; tells whether it lived."""
        if self._ended.is_set():
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)
        return True

    def end(self) -> None:
        """Kill it, and leave nothing open."""
        self.kill()
        self._ended.wait(30)

    @abstractmethod
    def _start(self) -> None: ...

    def _note_end(self, code: int | None) -> None:
        if code == -signal.SIGKILL:
            self.deaths[self.pid] = time.monotonic()
        self._ended.set()


class Forked(Part):
    """The listener or a worker, forked from the nursery; of a worker may be said where its `scanner` is."""

    def __init__(self, name: str, log: Path, scanner: Path | None = None) -> None:
        super().__init__(name, log)
        self._scanner = scanner

    def _start(self) -> None:
        heard, said = _FORKS.Pipe(duplex=False)
        process = _FORKS.Process(target=_run, args=(self.name.split()[0], str(self._log), said, self._scanner))
        process.start()
        said.close()
        assert process.pid is not None
        self.pid = process.pid
        threading.Thread(target=self._watch, args=(process, heard), daemon=True).start()

    def _watch(self, process: BaseProcess, heard: Connection) -> None:
        with open(os.dup(heard.fileno()), encoding="utf-8") as lines:  # noqa: PTH123  a descriptor has no path
            heard.close()
            for line in lines:
                if line.startswith("ready"):
                    self.ready.set()
        process.join()
        self._note_end(process.exitcode)


def _run(name: str, log: str, said: Connection, scanner: Path | None) -> None:
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(said.fileno(), 1)
    os.dup2(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT), 2)
    said.close()
    random.seed()
    from django.conf import settings

    from evenhand.cli import main

    # The settings were read before the fork, for all of them.
    settings.EVENHAND = replace(settings.EVENHAND, scanner=scanner)

    sys.argv = ["evenhand", name]
    main()


class Typist(Part):
    """A process that is told over a pipe what to type; see `bench.soak.typist`."""

    def __init__(self, name: str, log: Path, surroundings: Mapping[str, str]) -> None:
        super().__init__(name, log)
        self._surroundings = dict(surroundings)
        self._process: subprocess.Popen[str] | None = None

    def tell(self, words: str) -> bool:
        """Say what to do; tells whether it was done."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return False
        with contextlib.suppress(OSError, ValueError):
            process.stdin.write(f"{words}\n")
            process.stdin.flush()
            # It says once that it is ready.
            for line in process.stdout:
                if line.strip() == "done":
                    return True
        return False

    def end(self) -> None:
        """Kill it, and leave nothing open."""
        super().end()
        self._forget()

    def _start(self) -> None:
        self._forget()
        with self._log.open("ab") as log:
            process = self._process = subprocess.Popen(
                [sys.executable, "-m", "bench.soak.typist"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                text=True, env=self._surroundings, start_new_session=True,
            )  # fmt: skip
        self.pid = process.pid
        threading.Thread(target=lambda: self._note_end(process.wait()), daemon=True).start()
        self.ready.set()

    def _forget(self) -> None:
        """Close what led to a process that is gone."""
        for pipe in (self._process.stdin, self._process.stdout) if self._process is not None else ():
            if pipe is not None:
                with contextlib.suppress(OSError, ValueError):
                    pipe.close()
