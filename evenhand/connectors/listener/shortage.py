"""Looks once a second whether there is room: on the disk, in the spool, and whether the database is quick enough."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

from evenhand.configuration import Configuration
from evenhand.connectors.listener import answers
from evenhand.connectors.reception import Reception

__all__ = ["Shortage"]

_log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
DEPTH_LOOKS = 5
"""The spool is counted at every fifth look: that costs the database more than a question after its health."""

PATIENCE = 5.0
"""Seconds in which disk and database must have answered."""

FILES_RESERVE = 1000
"""Files and folders that must still fit on the disk; a file system that does not count them reports none at all."""


class Shortage:
    """
    What is short at the moment. `answer` is what MAIL is answered with meanwhile, empty while nothing is short.

    A look that does not come to its end counts as a shortage.
    """

    def __init__(self, configuration: Configuration, reception: Reception) -> None:
        self._folders = [configuration.data, configuration.data / "blobs"]
        self._reserve = configuration.disk_reserve
        self._spool_limit = configuration.spool_limit
        self._reception = reception
        self._looks = 0
        self._disk, self._spool, self._database = "", "", ""

    @property
    def answer(self) -> str:
        """The answer to MAIL."""
        return self._database or self._disk or self._spool

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            before = self.answer
            await self.look()
            if self.answer != before:
                _log.warning("mail is put off: %s" if self.answer else "mail is taken again%s", self.answer)
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Look once at everything."""
        await asyncio.gather(self._look_at_disk(), self._look_at_database())
        self._looks += 1

    async def _look_at_disk(self) -> None:
        # In a thread, since a network's file system may not answer for minutes.
        looking = asyncio.create_task(asyncio.to_thread(_has_room, self._folders, self._reserve))
        done, _ = await asyncio.wait([looking], timeout=PATIENCE)
        if not done:
            self._disk = answers.FULL
            await looking
        self._disk = "" if looking.result() else answers.FULL

    async def _look_at_database(self) -> None:
        count_up_to = self._spool_limit + 1 if self._spool_limit and self._looks % DEPTH_LOOKS == 0 else 0
        try:
            waiting = await self._reception.waiting(count_up_to, PATIENCE)
        except Exception as error:  # noqa: BLE001  whatever it is, the database does not answer as it should
            _log.debug("the database does not answer: %s", type(error).__name__)
            self._database = answers.LATER
            return
        self._database = ""
        if count_up_to:
            self._spool = answers.LATER if waiting >= count_up_to else ""


def _has_room(folders: list[Path], reserve: int) -> bool:
    """Whether every folder that exists has so many bytes left, and places for files."""
    for folder in folders:
        try:
            disk = os.statvfs(folder)
        except FileNotFoundError:
            # The folder of large files is made with the first of them.
            continue
        except OSError:
            return False
        if disk.f_bavail * disk.f_frsize < reserve or (disk.f_files and disk.f_favail < FILES_RESERVE):
            return False
    return True
