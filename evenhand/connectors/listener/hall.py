"""What all connections of one listener share: who is there, how much is on its way, and the way to the spool."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from evenhand.configuration import Configuration
from evenhand.connectors.listener import answers
from evenhand.connectors.listener.crowd import Budget, Crowd, Place, Rate, place_of
from evenhand.connectors.listener.shortage import Shortage
from evenhand.connectors.reception import Known, Reception
from evenhand.crashpoints import reach

if TYPE_CHECKING:
    from evenhand.connectors.listener.line import Line

__all__ = ["COMMIT_SECONDS", "Hall"]

_log = logging.getLogger(__name__)

COMMIT_SECONDS = 60.0
"""Longest wait for the database; the client waits ten minutes (RFC 5321 §4.5.3.2.6), and must still be listening."""

UNKNOWN_SECONDS = 0.02
"""
After so long, or a multiple of it, an unknown recipient is refused: how long the looking took tells nothing.

An index that finds a retired alias takes microseconds more than one that finds nothing, and whoever asks ten thousand
times can tell. The moment is set when the question comes.
"""


class Hall:
    """The shared part of all connections."""

    def __init__(self, configuration: Configuration, reception: Reception, *, connections: int) -> None:
        shares = max(1, configuration.listeners)
        self.configuration = configuration
        self.crowd: Crowd[Line] = Crowd(connections, configuration.connections_per_client)
        self.budget = Budget(configuration.bytes_in_flight // shares)
        self.rate = Rate(configuration.mails_per_minute)
        self.shortage = Shortage(configuration, reception)
        self._reception = reception
        self._places: dict[str, Place] = {}

    def place_of(self, peer: str | None) -> Place:
        """Where a client is, and whether it is trusted; remembered, since the same ones come again."""
        key = peer or ""
        found = self._places.get(key)
        if found is None:
            if len(self._places) >= 10_000:
                self._places.clear()
            found = self._places[key] = place_of(peer, self.configuration.trust_peers)
        return found

    def objection(self, place: Place, size: int, *, counted: bool) -> str:
        """Why no mail of that size can be taken from there now; empty if it can."""
        if self.shortage.answer:
            return self.shortage.answer
        if not self.budget.has(size):
            return answers.NO_MEMORY
        if counted and not self.rate.allows(place.name, time.monotonic()):
            return answers.TOO_FAST
        return ""

    async def find(self, address: str) -> Known | str:
        """Look up a recipient, or give the answer that refuses it: the same, as late, for whatever reason."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            reach("listen.rcpt")
            async with asyncio.timeout(COMMIT_SECONDS):
                known = await self._reception.find(address)
        except Exception as error:  # noqa: BLE001  whatever is broken, nothing is accepted and nothing is bounced
            _log.warning("recipients cannot be looked up: %s", type(error).__name__)
            return answers.LATER
        if known is None:
            passed = loop.time() - began
            await asyncio.sleep(UNKNOWN_SECONDS - passed % UNKNOWN_SECONDS)
            return answers.UNKNOWN
        reach("listen.known")
        return known

    async def take(
        self, recipients: Iterable[Known], raw: bytes, *, reverse_path: str, peer: str | None, helo: str, trusted: bool
    ) -> str:
        """Make one row for each recipient durable; gives the answer."""
        # Two aliases of one conversation are two sides: the author's own is no second message, and is left to routing.
        arrivals = [
            known.arrival(
                raw=raw, received_at=datetime.now(UTC), reverse_path=reverse_path, peer=peer, helo=helo, trusted=trusted
            )
            for known in {known.key: known for known in recipients}.values()
        ]
        try:
            reach("listen.offered")
            async with asyncio.timeout(COMMIT_SECONDS):
                await asyncio.gather(*(self._reception.accept(one) for one in arrivals))
        except OSError as error:
            _log.error("mail cannot be stored: %s", error.strerror)
            return answers.FULL
        except Exception as error:  # noqa: BLE001  an unknown outcome is no acceptance: the client comes again, the row is found
            _log.warning("mail cannot be stored now: %s %s", type(error).__name__, getattr(error, "sqlstate", ""))
            return answers.LATER
        reach("listen.durable")
        return answers.TAKEN
