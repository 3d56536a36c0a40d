"""The guarded readers of this process: asked in batches, watched by the clock, replaced when they die."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import evenhand
from evenhand.mail.gate import Hit
from evenhand.mail.parse import Unreadable
from evenhand.mail.reading import Reading, Returned
from evenhand.relay.guard.frames import HEAD, Job, Search, Searched, answer_of, packed

__all__ = ["Job", "Overrun", "Readers", "Search", "readers", "searchers"]

WALL_SECONDS = 10.0
"""For one mail; the processor time is bounded by the reader itself."""

QUICK_SECONDS = 1.0
"""For one mail in a batch, where others wait behind it; a large one has a second more for each MiB."""

BATCH_SECONDS = 10.0
"""For a batch: what is not read by then is for the next one."""

START_SECONDS = 30.0

_PIPE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Overrun:
    """A mail that its reader could not read within the limits; `reason` is for the operator."""

    reason: str


Answer = Reading | Returned | Unreadable | Overrun
_Told = Answer | Searched


class Readers:
    """
    A few guarded readers, started when they are first needed; any thread may ask.

    A reader that has not answered in time is killed with all it started. `program` is the module that reads.
    """

    def __init__(self, limit: int = 2, program: str = "evenhand.relay.guard.child") -> None:
        self._program = program
        self._free = threading.Semaphore(limit)
        self._lock = threading.Lock()
        self._idle: list[_Reader] = []

    def read(self, job: Job) -> Answer:
        """Read one mail within the full limits."""
        with self._one() as reader:
            (answer,) = reader.ask([packed(job)], each=WALL_SECONDS, all_=2 * WALL_SECONDS)
        return _MISPLACED if answer is None or isinstance(answer, Searched) else answer

    def search(self, search: Search) -> Hit | Overrun | None:
        """Search finished bytes within the full limits; None if nothing protected stands in them."""
        with self._one() as reader:
            (answer,) = reader.ask([packed(search)], each=WALL_SECONDS, all_=2 * WALL_SECONDS)
        match answer:
            case Searched():
                return answer.hit
            case Overrun():
                return answer
            case _:
                return _MISPLACED

    def read_batch(self, jobs: Sequence[Job]) -> list[Answer | None]:
        """
        Read mails one after another, each within a second, so that none keeps the others waiting.

        What took longer is an Overrun here and may be read alone; what was not begun when the batch's time was over is
        None.
        """
        if not jobs:
            return []
        with self._one() as reader:
            answers = reader.ask([packed(job) for job in jobs], each=QUICK_SECONDS, all_=BATCH_SECONDS)
        return [_MISPLACED if isinstance(one, Searched) else one for one in answers]

    def start(self) -> None:
        """Have one ready. Raises RuntimeError if it does not answer."""
        with self._one() as reader:
            reader.start()

    def close(self) -> None:
        """End those that are idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for reader in idle:
            reader.end()

    @contextlib.contextmanager
    def _one(self) -> Iterator[_Reader]:
        with self._free:
            with self._lock:
                reader = self._idle.pop() if self._idle else _Reader(self._program)
            try:
                yield reader
            except BaseException:
                # Nobody knows what is still in its pipes.
                reader.end()
                raise
            with self._lock:
                self._idle.append(reader)


_MISPLACED = Overrun("its reader gave an answer to another question")


@cache
def readers() -> Readers:
    """The readers of this process."""
    made = Readers()
    atexit.register(made.close)
    return made


@cache
def searchers() -> Readers:
    """Those that search what leaves: never the same that read what came, which may have got the better of them."""
    made = Readers()
    atexit.register(made.close)
    return made


class _Reader:
    """One guarded process and its pipes."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._answers = bytearray()

    def start(self) -> None:
        if self._process is not None:
            return
        # Of the environment it gets nothing: no database address, no secret.
        self._process = subprocess.Popen(  # noqa: S603  a program of our own
            [sys.executable, "-P", "-s", "-m", self._program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PYTHONPATH": str(Path(evenhand.__file__).parent.parent), "PYTHONUTF8": "1"},
            start_new_session=True,
        )
        self._answers.clear()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            os.set_blocking(pipe.fileno(), False)
            if hasattr(fcntl, "F_SETPIPE_SZ"):
                with contextlib.suppress(OSError):
                    fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        (answer,) = self.ask([packed(Job(b"Subject: ready\n\n", "", is_report=False, written_here=True))],
                             each=START_SECONDS, all_=START_SECONDS)  # fmt: skip
        if not isinstance(answer, Reading):
            self.end()
            raise RuntimeError(f"mails cannot be read here: the guarded reader does not start ({answer})")  # noqa: TRY004  no caller's mistake

    def end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            pipe.close()

    def ask(self, frames: Sequence[bytes], *, each: float, all_: float) -> list[_Told | None]:
        """Put all questions into the pipe and take the answers as they come; the reader works them in turn."""
        answers: list[_Told | None] = []
        end = time.monotonic() + all_
        while len(answers) < len(frames):
            if time.monotonic() >= end:
                answers += [None] * (len(frames) - len(answers))
                break
            self.start()
            stopped = self._converse(frames, answers, each, end)
            if stopped is None:
                continue
            self.end()
            if stopped:
                answers.append(Overrun(stopped))
        return answers

    def _converse(self, frames: Sequence[bytes], answers: list[_Told | None], each: float, end: float) -> str | None:
        """
        Go on with what is not answered yet. None when all is; else why it stopped at the next one.

        An empty reason: the batch's time was over, and nothing is held against the mail at hand.
        """
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        to, back = self._process.stdin.fileno(), self._process.stdout.fileno()
        waiting = [memoryview(one) for one in reversed(frames[len(answers) :])]
        poll = select.poll()
        poll.register(to, select.POLLOUT)
        poll.register(back, select.POLLIN)
        limit = time.monotonic() + _patience(frames[len(answers)], each)
        while len(answers) < len(frames):
            now = time.monotonic()
            if now >= end:
                return ""
            if now >= limit:
                return f"it took longer than {each:g} s"
            for ready, what in poll.poll(1000 * (min(limit, end) - now) + 1):
                if ready == to and waiting:
                    if not self._put(to, waiting):
                        poll.unregister(to)
                elif ready == back or what & (select.POLLERR | select.POLLHUP):
                    taken = self._take(back, answers)
                    if isinstance(taken, str):
                        return taken
                    if taken and len(answers) < len(frames):
                        limit = time.monotonic() + _patience(frames[len(answers)], each)
        return None

    @staticmethod
    def _put(to: int, waiting: list[memoryview]) -> bool:
        """Write what the pipe takes; False when there is nothing left to write."""
        try:
            while waiting:
                written = os.write(to, waiting[-1])
                if written < len(waiting[-1]):
                    waiting[-1] = waiting[-1][written:]
                else:
                    waiting.pop()
        except BlockingIOError:
            return True
        except BrokenPipeError:
            waiting.clear()
        return bool(waiting)

    def _take(self, back: int, answers: list[_Told | None]) -> int | str:
        """Take in what came; returns how many answers that completed, or why no more can be believed."""
        try:
            piece = os.read(back, _PIPE_BYTES)
        except BlockingIOError:
            return 0
        if not piece:
            return "it killed its reader"
        self._answers += piece
        taken = 0
        while len(self._answers) >= HEAD.size:
            mark, size = HEAD.unpack_from(self._answers)
            if len(self._answers) < HEAD.size + size:
                break
            content = bytes(self._answers[HEAD.size : HEAD.size + size])
            del self._answers[: HEAD.size + size]
            try:
                answer = answer_of(mark, content)
            except ValueError:
                return "its reader gave an answer that cannot be understood"
            answers.append(answer if answer is not None else Overrun(content.decode("ascii", "replace")))
            taken += 1
        return taken


def _patience(frame: bytes, each: float) -> float:
    return min(each + len(frame) / (1024 * 1024), max(each, WALL_SECONDS))
