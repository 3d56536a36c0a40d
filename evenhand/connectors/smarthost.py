"""Hands copies to the operator's outgoing mail server over kept connections (RFC 5321)."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import ssl
import time
from collections import deque
from typing import Literal

import aiosmtplib

from evenhand.configuration import Configuration
from evenhand.crashpoints import reach
from evenhand.mail.address import split
from evenhand.relay.channel import Copy, Deferred, Failed, Phase, Sent, Trouble, Try

__all__ = ["Smarthost"]

CONNECT_SECONDS = 30.0
TRY_SECONDS = 240.0
"""The server may take its time, above all over the final dot, but a try must end within the lease of its copy."""

MAILS_PER_CONNECTION = 100
IDLE_SECONDS = 20.0
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")


class _Line:
    """One connection with its count of mails, and how far the one at hand has come."""

    def __init__(self, client: aiosmtplib.SMTP) -> None:
        self.client = client
        self.mails = 0
        self.phase: Phase = "mail"
        self.idle_since = 0.0

    @property
    def is_fresh(self) -> bool:
        """Whether it may carry another mail."""
        return (
            self.client.is_connected
            and self.mails < MAILS_PER_CONNECTION
            and time.monotonic() - self.idle_since < IDLE_SECONDS
        )


class _Answer(Exception):
    """The server said no; carries the phase, code and text."""

    def __init__(self, phase: Phase, code: int, text: str) -> None:
        super().__init__(text)
        self.phase: Phase = phase
        self.code = code
        self.text = text


class Smarthost:
    """
    The channel of a common installation.

    Connections are opened when needed, one for each copy that is on its way at the same moment, and kept for the next.
    The caller limits how many are. Commands are written one by one, so that the phase of a failure is known.
    """

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._idle: deque[_Line] = deque()

    async def deliver(self, copy: Copy) -> Try:
        """Try once. Faults of the way and class-4 answers put off, class-5 answers end."""
        if self._configuration.smarthost is None:
            return Deferred("connect", "4.4.1", "no smarthost is set")
        if not _is_plain(copy.address) or (copy.return_path and not _is_plain(copy.return_path)):
            return Failed("mail", "5.1.3", "the address cannot be written as a command")
        line: _Line | None = None
        try:
            line = await self._line()
            # One clock for the whole dialogue: one for each command costs as much as the command.
            async with asyncio.timeout(TRY_SECONDS):
                answer = await self._hand_over(line, copy)
        except _Answer as refusal:
            await self._give_back(line)
            return _judged(refusal)
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError, asyncio.IncompleteReadError) as error:
            if line is not None:
                line.client.close()
            return _fault(error, line.phase if line is not None else "connect")
        await self._give_back(line)
        return Sent(answer)

    async def close(self) -> None:
        """Say good-bye on every kept connection."""
        while self._idle:
            await _quit(self._idle.pop())

    async def _line(self) -> _Line:
        while self._idle:
            line = self._idle.pop()
            if line.is_fresh:
                return line
            await _quit(line)
        return _Line(await self._connect())

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
            client.close()
            raise
        return client

    async def _hand_over(self, line: _Line, copy: Copy) -> str:
        client = line.client
        size = [b"SIZE=%d" % len(copy.content)] if client.supports_extension("size") else []
        encoding = "ascii"
        options = size
        if not copy.address.isascii():
            if not client.supports_extension("smtputf8"):
                raise _Answer("mail", 550, "5.6.7 the next server takes no internationalised address (RFC 6531)")
            encoding, options = "utf-8", [*size, b"SMTPUTF8"]
        line.phase = "mail"
        await _say(client, "mail", b"MAIL", b"FROM:<%b>" % copy.return_path.encode("ascii"), *options)
        reach("smarthost.mail")
        line.phase = "rcpt"
        await _say(client, "rcpt", b"RCPT", b"TO:<%b>" % copy.address.encode(encoding))
        reach("smarthost.rcpt")
        line.mails += 1
        line.phase = "dot"
        try:
            answer = await client.data(copy.content, timeout=None)
        except aiosmtplib.SMTPDataError as error:
            raise _Answer("dot", error.code, error.message) from error
        reach("smarthost.answered")
        return answer.message

    async def _give_back(self, line: _Line | None) -> None:
        if line is None or not line.client.is_connected:
            return
        if line.mails >= MAILS_PER_CONNECTION:
            await _quit(line)
            return
        line.idle_since = time.monotonic()
        self._idle.append(line)


def _start_tls(mode: str) -> bool | None:
    """Whether to ask for STARTTLS; None asks if it is offered."""
    return {"off": False, "opportunistic": None, "required": True, "implicit": False}[mode]


async def _say(client: aiosmtplib.SMTP, phase: Phase, *command: bytes) -> None:
    answer = await client.execute_command(*command, timeout=None)
    if answer.code // 100 != 2:
        text = answer.message
        if answer.code != 421:
            await client.execute_command(b"RSET", timeout=None)
        raise _Answer(phase, answer.code, text)


async def _quit(line: _Line) -> None:
    with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
        await line.client.quit(timeout=5)
    line.client.close()


def _judged(refusal: _Answer) -> Deferred | Failed:
    text = refusal.text.replace("\n", " ")
    found = _ENHANCED.match(text)
    status = found.group(1) if found else ""
    if refusal.code // 100 == 5:
        return Failed(
            refusal.phase, status if status.startswith("5") else _PLAIN_STATUS.get(refusal.code, "5.0.0"), text
        )
    return Deferred(refusal.phase, status if status.startswith("4") else "4.0.0", text)


# What the codes of RFC 5321 §4.2.3 mean where a server adds no enhanced code.
_PLAIN_STATUS = {550: "5.1.1", 551: "5.1.6", 552: "5.2.2", 553: "5.1.3", 554: "5.7.1"}


def _fault(error: BaseException, phase: Phase) -> Deferred | Failed:
    if isinstance(error, aiosmtplib.SMTPResponseException) and error.code // 100 == 5:
        # A refusal of the connection or the login is about us, not about this mail: it is mended by the operator.
        return Deferred(phase, "4.7.0", f"{error.code} {error.message}"[:300])
    trouble = _trouble(error)
    status = "4.4.1" if phase == "connect" else "4.4.2"
    return Deferred(phase, status, f"{type(error).__name__}: {error}"[:300], trouble)


def _trouble(error: BaseException) -> Trouble:
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and len(causes) < 5:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    kinds: tuple[tuple[type[BaseException], Literal["dns", "timeout", "refused", "tls"]], ...] = (
        (socket.gaierror, "dns"),
        (ssl.SSLError, "tls"),
        (ConnectionRefusedError, "refused"),
        (TimeoutError, "timeout"),
    )
    for kind, word in kinds:
        if any(isinstance(one, kind) for one in causes):
            return word
    return "protocol"


def _is_plain(address: str) -> bool:
    """Whether the address is one this house stores: no control, space, bracket or quote in it."""
    return split(address) is not None
