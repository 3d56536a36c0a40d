"""Knocks at mail servers and asks how they would treat us; sends no mail."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

import aiosmtplib

from evenhand.configuration import Endpoint
from evenhand.connectors.dialogue import hang_up

__all__ = ["Greeting", "Reply", "Sealed", "Trouble", "greet", "offer_recipient", "seal"]

SECONDS = 10.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a server says of itself in answer to EHLO; `size` is its limit in bytes, 0 if it tells none."""

    starttls: bool
    size: int


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer to one command: the code of RFC 5321 §4.2 and its first line, foreign text."""

    code: int
    text: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """The server could not be asked; `refused` if nobody listens there."""

    reason: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Sealed:
    """How TLS with a server went: its certificate (DER, empty if none was seen), and why it is not to be trusted."""

    certificate: bytes
    trusted: bool
    reason: str = ""


def greet(server: Endpoint, *, implicit_tls: bool = False) -> Greeting | Trouble:
    """Connect, say EHLO and read what is offered, within 10 seconds. Never raises; must not run in an event loop."""
    return _run(_greet(server, implicit_tls=implicit_tls))


def offer_recipient(server: Endpoint, *, sender: str, recipient: str) -> Reply | Trouble:
    """
    Ask whether a server would take mail for `recipient`, and leave before any mail is given.

    The answer is that to RCPT, or to an earlier command the server refused. Limits as for `greet`.
    """
    return _run(_offer(server, sender, recipient))


def seal(server: Endpoint, *, implicit_tls: bool = False) -> Sealed | Trouble | None:
    """Start TLS and look at the certificate; None if the server offers no TLS. Limits as for `greet`."""
    return _run(_seal(server, implicit_tls=implicit_tls))


async def _seal(server: Endpoint, *, implicit_tls: bool) -> Sealed | None:
    client = _client(server, implicit_tls=implicit_tls)
    try:
        await client.connect()
        if not implicit_tls:
            await client.ehlo()
            if not client.supports_extension("starttls"):
                return None
            await client.starttls()
        tls = client.get_transport_info("ssl_object")
        return Sealed(tls.getpeercert(binary_form=True) or b"", trusted=True)
    except (aiosmtplib.SMTPException, OSError) as error:
        causes = [error, error.__cause__, error.__context__]
        refusal = next((one for one in causes if isinstance(one, ssl.SSLCertVerificationError)), None)
        if refusal is None:
            raise
        return Sealed(b"", trusted=False, reason=refusal.verify_message or "it cannot be verified")
    finally:
        hang_up(client)


async def _greet(server: Endpoint, *, implicit_tls: bool) -> Greeting:
    client = _client(server, implicit_tls=implicit_tls)
    try:
        await client.connect()
        await client.ehlo()
        size = client.esmtp_extensions.get("size", "").strip()
        offered = client.supports_extension("starttls")
        return Greeting(offered, int(size) if size.isascii() and size.isdigit() and len(size) < 20 else 0)
    finally:
        hang_up(client)


async def _offer(server: Endpoint, sender: str, recipient: str) -> Reply:
    client = _client(server, implicit_tls=False)
    try:
        await client.connect()
        await client.ehlo()
        answer = await client.execute_command(b"MAIL", b"FROM:<" + sender.encode("ascii") + b">")
        if answer.code < 400:
            answer = await client.execute_command(b"RCPT", b"TO:<" + recipient.encode("ascii") + b">")
        return Reply(answer.code, answer.message.partition("\n")[0][:200])
    finally:
        hang_up(client)


def _client(server: Endpoint, *, implicit_tls: bool) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=_reachable(server.host), port=server.port, use_tls=implicit_tls, start_tls=False, timeout=SECONDS
    )


def _reachable(host: str) -> str:
    # A server bound to every address is reached at the machine's own.
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  compared with, not bound to


def _run(work: Awaitable[T]) -> T | Trouble:
    async def limited() -> T:
        return await asyncio.wait_for(work, SECONDS)

    try:
        return asyncio.run(limited())
    except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
        cause = error.__cause__ or error
        refused = isinstance(cause, ConnectionRefusedError)
        return Trouble("nobody listens there" if refused else f"{type(error).__name__}: {error}"[:200], refused)
