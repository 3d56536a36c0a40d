"""One SMTP dialogue as a client leads it (RFC 5321): kept connections, one copy after another, and how each ended."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import ssl
import time
from typing import Literal, cast

import aiosmtplib

from evenhand.crashpoints import reach
from evenhand.mail.address import split
from evenhand.relay.channel import Copy, Deferred, Failed, Phase, Trouble

__all__ = [
    "CONNECT_SECONDS", "FAULTS", "IDLE_SECONDS", "MAILS_PER_CONNECTION", "TRY_SECONDS", "Line", "Refused", "fault",
    "hand_over", "hang_up", "is_plain", "judged", "quit_line",
]  # fmt: skip

CONNECT_SECONDS = 30.0
TRY_SECONDS = 240.0
"""The server may take its time, above all over the final dot, but a try must end within the lease of its copy."""

MAILS_PER_CONNECTION = 100
IDLE_SECONDS = 20.0
FAULTS = (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError, asyncio.IncompleteReadError)
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")


class Line:
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


class Refused(Exception):
    """The server said no; carries the phase, code and text."""

    def __init__(self, phase: Phase, code: int, text: str) -> None:
        super().__init__(text)
        self.phase: Phase = phase
        self.code = code
        self.text = text


async def hand_over(line: Line, copy: Copy) -> str:
    """
    Speak MAIL, RCPT and DATA for one copy; returns the server's last words.

    Commands are written one by one, so that the phase of a failure is known (`line.phase`). Raises Refused for a
    refusal, and what aiosmtplib and asyncio raise when the connection fails.
    """
    client = line.client
    size = [b"SIZE=%d" % len(copy.content)] if client.supports_extension("size") else []
    encoding = "ascii"
    options = size
    if not copy.address.isascii():
        if not client.supports_extension("smtputf8"):
            raise Refused("mail", 550, "5.6.7 the next server takes no internationalised address (RFC 6531)")
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
        raise Refused("dot", error.code, error.message) from error
    reach("smarthost.answered")
    return answer.message


async def _say(client: aiosmtplib.SMTP, phase: Phase, *command: bytes) -> None:
    answer = await client.execute_command(*command, timeout=None)
    if answer.code // 100 != 2:
        text = answer.message
        if answer.code != 421:
            await client.execute_command(b"RSET", timeout=None)
        raise Refused(phase, answer.code, text)


async def quit_line(line: Line) -> None:
    """Say good-bye and hang up, whatever the server makes of it."""
    with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
        await line.client.quit(timeout=5)
    hang_up(line.client)


def hang_up(client: aiosmtplib.SMTP) -> None:
    """End a connection at once. Closing TLS alone would wait 30 seconds for the other side's good-bye."""
    transport = cast(asyncio.WriteTransport | None, client.transport)
    client.close()
    if transport is not None:
        transport.abort()


def judged(refusal: Refused) -> Deferred | Failed:
    """Turn a refusal into the end of a try: class 4 puts off, class 5 ends."""
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


def fault(error: BaseException, phase: Phase) -> Deferred:
    """Turn a failure of the way into the end of a try; `FAULTS` are the exceptions it may come as."""
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


def is_plain(address: str) -> bool:
    """Whether the address is one this house stores: no control, space, bracket or quote in it."""
    return split(address) is not None
