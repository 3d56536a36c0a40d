"""Hands copies to the operator's outgoing mail server over kept connections (RFC 5321)."""

from __future__ import annotations

import asyncio
import time
from collections import deque

import aiosmtplib

from evenhand.configuration import Configuration
from evenhand.connectors.dialogue import (
    CONNECT_SECONDS,
    FAULTS,
    MAILS_PER_CONNECTION,
    TRY_SECONDS,
    Line,
    Refused,
    fault,
    hand_over,
    hang_up,
    is_plain,
    judged,
    quit_line,
)
from evenhand.crashpoints import reach
from evenhand.relay.channel import Copy, Deferred, Failed, Sent, Try

__all__ = ["Smarthost"]


class Smarthost:
    """
    The channel of a common installation.

    Connections are opened when needed, one for each copy that is on its way at the same moment, and kept for the next.
    The caller limits how many are.
    """

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._idle: deque[Line] = deque()

    async def deliver(self, copy: Copy) -> Try:
        """Try once. Faults of the way and class-4 answers put off, class-5 answers end."""
        if self._configuration.smarthost is None:
            return Deferred("connect", "4.4.1", "no smarthost is set")
        if not is_plain(copy.address) or (copy.return_path and not is_plain(copy.return_path)):
            return Failed("mail", "5.1.3", "the address cannot be written as a command")
        line: Line | None = None
        try:
            line = await self._line()
            # One clock for the whole dialogue: one for each command costs as much as the command.
            async with asyncio.timeout(TRY_SECONDS):
                answer = await hand_over(line, copy)
        except Refused as refusal:
            await self._give_back(line)
            return judged(refusal)
        except FAULTS as error:
            if line is not None:
                hang_up(line.client)
            return fault(error, line.phase if line is not None else "connect")
        await self._give_back(line)
        return Sent(answer)

    async def close(self) -> None:
        """Say good-bye on every kept connection."""
        while self._idle:
            await quit_line(self._idle.pop())

    async def _line(self) -> Line:
        while self._idle:
            line = self._idle.pop()
            if line.is_fresh:
                return line
            await quit_line(line)
        return Line(await self._connect())

    async def _connect(self) -> aiosmtplib.SMTP:
        known = self._configuration
        assert known.smarthost is not None
        reach("smarthost.connecting")
        client = aiosmtplib.SMTP(
            hostname=known.smarthost.host,
            port=known.smarthost.port,
            local_hostname=known.domain,
            timeout=CONNECT_SECONDS,
            use_tls=known.smarthost_tls == "implicit",
            start_tls=_start_tls(known.smarthost_tls),
            # Opportunistic TLS keeps listeners off the line and proves nothing about who answers (RFC 7435).
            validate_certs=known.smarthost_tls in {"required", "implicit"},
            username=known.smarthost_user or None,
            password=known.smarthost_password or None,
        )
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
            reach("smarthost.connected")
        except BaseException:
            hang_up(client)
            raise
        return client

    async def _give_back(self, line: Line | None) -> None:
        if line is None or not line.client.is_connected:
            return
        if line.mails >= MAILS_PER_CONNECTION:
            await quit_line(line)
            return
        line.idle_since = time.monotonic()
        self._idle.append(line)


def _start_tls(mode: str) -> bool | None:
    """Whether to ask for STARTTLS; None asks if it is offered."""
    return {"off": False, "opportunistic": None, "required": True, "implicit": False}[mode]
