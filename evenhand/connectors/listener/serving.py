"""Opens the doors of a listener, and closes them in order when it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import resource
import signal
import ssl
from collections.abc import Callable
from functools import partial

import uvloop

from evenhand.collector import calm_collector
from evenhand.configuration import Configuration, Endpoint
from evenhand.connectors.listener.dialogue import Dialogue, LocalDialogue
from evenhand.connectors.listener.hall import Hall
from evenhand.connectors.reception import Reception

__all__ = ["serve"]

_log = logging.getLogger(__name__)
# aiosmtpd notes what clients say in their own words, addresses too.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)

DRAIN_SECONDS = 10.0
CUT_SECONDS = 2.0
FILES_RESERVE = 64
"""Open files that connections leave to the database, the large mails and the program itself."""


def serve(configuration: Configuration, ready: Callable[[str], None]) -> None:
    """
    Listen until SIGTERM or SIGINT, then finish open mails for up to ten seconds and return.

    Raises OSError if an address cannot be bound, psycopg.OperationalError if the database does not answer, and
    Misconfigured if it would not keep what it is given.
    """
    calm_collector()
    uvloop.run(_serve(configuration, ready))


async def _serve(configuration: Configuration, ready: Callable[[str], None]) -> None:
    async with Reception(configuration.database_url, configuration.inline_limit, configuration.secret_key) as reception:
        hall = Hall(configuration, reception, connections=_connections(configuration))
        await hall.shortage.look()
        watching = asyncio.create_task(hall.shortage.watch())
        doors = [("smtp", configuration.smtp, Dialogue), ("lmtp", configuration.lmtp, LocalDialogue)]
        tls = _tls(configuration)
        servers = [
            (name, await _open(configuration, endpoint, partial(kind, hall, tls)))
            for name, endpoint, kind in doors
            if endpoint is not None
        ]
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        ready(" ".join(f"{name}={_address(server)}" for name, server in servers))
        await stop.wait()
        watching.cancel()
        for _, server in servers:
            server.close()
        await _empty(hall)


async def _empty(hall: Hall) -> None:
    """Ask everybody to leave, wait for the mails under way, and cut off who still stays."""
    for line in hall.crowd:
        line.leave()
    if await _is_empty(hall, DRAIN_SECONDS):
        return
    for line in hall.crowd:
        line.cut()
    await _is_empty(hall, CUT_SECONDS)


async def _is_empty(hall: Hall, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await hall.crowd.empty.wait()
    return hall.crowd.empty.is_set()


def _connections(configuration: Configuration) -> int:
    """This process's share of the connections, as far as its open files go."""
    share = max(1, configuration.connections // max(1, configuration.listeners))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        soft = hard
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft - FILES_RESERVE >= share:
        return share
    _log.warning("only %d files may be open at once: fewer connections are taken than set", soft)
    return max(1, soft - FILES_RESERVE)


async def _open(
    configuration: Configuration, endpoint: Endpoint, line: Callable[[], asyncio.BaseProtocol]
) -> asyncio.Server:
    return await asyncio.get_running_loop().create_server(
        line, endpoint.host, endpoint.port, reuse_port=configuration.listeners > 1, backlog=512
    )


def _tls(configuration: Configuration) -> ssl.SSLContext | None:
    if not configuration.tls_certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(configuration.tls_certificate, configuration.tls_key)
    return context


def _address(server: asyncio.Server) -> Endpoint:
    host, port = server.sockets[0].getsockname()[:2]
    return Endpoint(host, port)
