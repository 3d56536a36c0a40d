"""Opens a connection to a mail exchanger, with as much TLS as its domain's promises demand."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal

import aiosmtplib

from evenhand.connectors.dialogue import Line, hang_up
from evenhand.connectors.exchanger.dane import Association, holds

__all__ = ["Demand", "Unproven", "open_line"]


@dataclass(frozen=True, slots=True)
class Demand:
    """
    What a connection must be before it may carry mail.

    `opportunistic` (RFC 7435): TLS if it can be had, whoever answers. `certified`: TLS with a certificate good for the
    host's name (MTA-STS). `dane`: TLS with what the `records` say (RFC 7672), for one of `names`.
    """

    kind: Literal["opportunistic", "certified", "dane"] = "opportunistic"
    records: tuple[Association, ...] = ()
    names: tuple[str, ...] = ()


class Unproven(Exception):
    """The server offers no TLS, or not the one it must: no mail may be given to it."""


async def open_line(
    host: str, address: str, port: int, helo: str, demand: Demand, *, seconds: float, authorities: str | None = None
) -> Line:
    """
    Connect, say EHLO, and start TLS as demanded; `seconds` for each step.

    Raises Unproven, and what aiosmtplib raises where the server cannot be met or says no.
    """
    client = await _connected(address, port, helo, seconds)
    try:
        lacking = await _start_tls(client, host, demand, seconds, authorities)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        hang_up(client)
        if demand.kind != "opportunistic":
            raise Unproven(f"TLS with {host} failed: {type(error).__name__}: {error}") from error
        # A server whose TLS is broken is spoken to in the clear, as one that offers none would be.
        return Line(await _connected(address, port, helo, seconds))
    except BaseException:
        hang_up(client)
        raise
    if lacking:
        hang_up(client)
        raise Unproven(lacking)
    return Line(client)


async def _connected(address: str, port: int, helo: str, seconds: float) -> aiosmtplib.SMTP:
    client = aiosmtplib.SMTP(hostname=address, port=port, local_hostname=helo, timeout=seconds, start_tls=False)
    try:
        await client.connect()
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        # RFC 5321 §3.2: a server without extensions.
        try:
            await client.helo()
        except BaseException:
            hang_up(client)
            raise
    except BaseException:
        hang_up(client)
        raise
    return client


async def _start_tls(
    client: aiosmtplib.SMTP, host: str, demand: Demand, seconds: float, authorities: str | None
) -> str:
    """Start TLS if it can be had; says what is lacking of what is demanded, or nothing."""
    if not client.supports_extension("starttls"):
        return "" if demand.kind == "opportunistic" else f"{host} does not offer STARTTLS, which its domain promises"
    context = _context(demand.kind == "certified", authorities)
    await client.starttls(tls_context=context, server_hostname=host, timeout=seconds)
    if demand.kind == "dane" and not holds(demand.records, _chain(client), demand.names, datetime.now(UTC)):
        return f"the certificate of {host} is not the one its domain publishes (TLSA)"
    await client.ehlo()
    return ""


@lru_cache(maxsize=8)
def _context(certified: bool, authorities: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=authorities)
    if not certified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _chain(client: aiosmtplib.SMTP) -> Sequence[bytes]:
    """The certificates the server showed, its own first, as DER."""
    tls = client.get_transport_info("ssl_object")
    if hasattr(tls, "get_unverified_chain"):
        return list(tls.get_unverified_chain())
    # Before Python 3.13 only the object underneath tells the whole chain.
    inner = getattr(tls, "_sslobj", None)
    found = inner.get_unverified_chain() if inner is not None else None
    return [ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in found or ()]
