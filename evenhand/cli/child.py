"""One part in a process of its own: started, listened to, started again when it dies, ended when asked."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from evenhand.cli.faults import WRONG_USAGE, Fault
from evenhand.crashpoints import reach

__all__ = ["Child", "command_line"]

_SOONEST, _LATEST = 1.0, 30.0
"""Seconds until a part that died is started again: twice as long each time, up to the second number."""

_STEADY = 60.0
"""Seconds after which a part has proved itself, and its next death is treated as the first."""


class Child:
    """A part that is kept running. `ready` is set when it first answers, `addresses` say where."""

    def __init__(self, part: str, name: str, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
        self.part = part
        self.name = name
        self.ready = asyncio.Event()
        self.gone = asyncio.Event()
        self.addresses: dict[str, str] = {}
        self._environment = environment
        self._say = say
        self._leaving = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None

    async def keep(self) -> None:
        """Run the part until it is asked to end. Raises Fault if it ends before it ever was ready."""
        try:
            delay = _SOONEST
            while not self._leaving.is_set():
                began = time.monotonic()
                code = await self._run()
                if self._leaving.is_set():
                    return
                if not self.ready.is_set():
                    # It has said why itself; its standard error is ours.
                    raise Fault(f"The {self.name} did not start.", code=WRONG_USAGE if code == WRONG_USAGE else 1)
                if time.monotonic() - began > _STEADY:
                    delay = _SOONEST
                self._say(f"The {self.name} {_how_it_ended(code)}; it is started again in {delay:g} s.")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._leaving.wait(), delay)
                delay = min(2 * delay, _LATEST)
        finally:
            self.gone.set()

    async def _run(self) -> int:
        self._process = await asyncio.create_subprocess_exec(
            *command_line(self.part, "--tethered"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=self._environment,
            # Ctrl-C in a terminal goes to a whole group; the parts are to hear of it from us, in their order.
            start_new_session=True,
        )
        reach("up.started")
        if self._leaving.is_set():
            self._signal(signal.SIGTERM)
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self._hear(line.decode("utf-8", "replace").rstrip())
        return await self._process.wait()

    def _hear(self, line: str) -> None:
        word, *rest = line.split() or [""]
        if word == "ready":
            self.addresses = dict(one.split("=", 1) for one in rest if "=" in one)
            self.ready.set()
        elif line:
            self._say(line)

    def terminate(self) -> None:
        """Ask the part to end in order, and do not start it again."""
        self._leaving.set()
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the part at once."""
        self._leaving.set()
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)


def _how_it_ended(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


def command_line(*words: str) -> list[str]:
    """
    Write the command line of another process of this program.

    The folder one happens to stand in is searched for modules only if it was for this process.
    """
    here = {"", str(Path.cwd())}
    safely = [] if here & set(sys.path) else ["-P"]
    data = os.environ.get("EVENHAND_DATA")
    return [sys.executable, *safely, "-m", "evenhand", *words, *(["--data", data] if data else [])]
