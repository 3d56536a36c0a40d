"""Keeps the parts running side by side, revives the database under them, and ends all of it in order."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from collections.abc import Callable, Sequence

from evenhand.cli.child import Child
from evenhand.cli.faults import Fault, first_line
from evenhand.database import EmbeddedDatabase

__all__ = ["Supervisor"]

_IN_ALL = 26.0
"""Seconds the parts may take to end; what is missing to thirty is the database's."""

_LISTENER = 8.0
"""Seconds of these for which the other parts work on while the listener ends."""

_LOOK = 1.0
"""Seconds between two looks at the database."""


class Supervisor:
    """Watches over the parts and the embedded database until a signal says that it is enough."""

    def __init__(
        self, children: Sequence[Child], database: EmbeddedDatabase | None, say: Callable[[str], None]
    ) -> None:
        self._children = children
        self._database = database
        self._say = say
        self._enough = asyncio.Event()
        self._hurry = asyncio.Event()
        self._fault: Fault | None = None

    async def run(self, announce: Callable[[dict[str, str]], None]) -> None:
        """
        Run until SIGTERM, Ctrl-C or a closed terminal; `announce` is told every address once all parts are ready.

        Raises Fault if a part does not come up at all. A second signal ends the parts at once; no mail is lost by
        that, since spool and outbox are in the database.
        """
        self._heed_signals()
        keepers = [asyncio.create_task(self._keep(child)) for child in self._children]
        others = [asyncio.create_task(self._announce(announce)), asyncio.create_task(self._keep_database())]
        await self._enough.wait()
        for task in others:
            task.cancel()
        await self._end()
        await asyncio.gather(*keepers)
        for result in await asyncio.gather(*others, return_exceptions=True):
            if isinstance(result, Exception):
                raise result
        if self._fault:
            raise self._fault

    def _heed_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            # Whoever started us with nohup wants us to outlive the terminal.
            if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                loop.add_signal_handler(number, self._stop)

    def _stop(self) -> None:
        if self._enough.is_set():
            self._hurry.set()
        self._enough.set()

    async def _keep(self, child: Child) -> None:
        try:
            await child.keep()
        except Fault as fault:
            self._fault = self._fault or fault
            self._enough.set()

    async def _announce(self, announce: Callable[[dict[str, str]], None]) -> None:
        await asyncio.gather(*(child.ready.wait() for child in self._children))
        announce({name: where for child in self._children for name, where in child.addresses.items()})

    async def _keep_database(self) -> None:
        while self._database is not None:
            await asyncio.sleep(_LOOK)
            try:
                if await asyncio.to_thread(self._database.revive):
                    self._say("The embedded database had ended; it is running again.")
            except (subprocess.SubprocessError, OSError, RuntimeError) as error:
                self._say(f"The embedded database has ended and does not start yet: {first_line(error)}")

    async def _end(self) -> None:
        """Close the way in first, let the others finish what they hold, and end at once what does not end."""
        listeners = [child for child in self._children if child.part == "listen"]
        others = [child for child in self._children if child.part != "listen"]
        deadline = asyncio.get_running_loop().time() + _IN_ALL
        await self._terminate(listeners, _LISTENER)
        await self._terminate(others, 0)
        await self._gone(self._children, deadline - asyncio.get_running_loop().time())
        for child in self._children:
            child.kill()

    async def _terminate(self, children: Sequence[Child], seconds: float) -> None:
        for child in children:
            child.terminate()
        await self._gone(children, seconds)

    async def _gone(self, children: Sequence[Child], seconds: float) -> None:
        """Wait until all of them are gone, but no longer than so many seconds, and not at all in a hurry."""

        async def all_gone() -> None:
            for child in children:
                await child.gone.wait()

        waiting = [asyncio.create_task(all_gone()), asyncio.create_task(self._wait_for_hurry())]
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    async def _wait_for_hurry(self) -> None:
        await self._hurry.wait()
