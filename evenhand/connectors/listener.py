"""Takes mail in over SMTP and LMTP: refuses what nobody here reads, and answers 250 only when a mail is durable."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import re
import signal
import ssl
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import uvloop
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from evenhand.configuration import Configuration, Endpoint, calm_collector
from evenhand.connectors.reception import Known, Reception
from evenhand.crashpoints import reach

__all__ = ["serve"]

_log = logging.getLogger(__name__)
# aiosmtpd warns of odd commands in the words of the client, who may write anything there, addresses too.
logging.getLogger("mail.log").setLevel(logging.ERROR)

COMMIT_SECONDS = 60.0
"""Longest wait for the database; the client waits ten minutes (RFC 5321 §4.5.3.2.6), and must still be listening."""

RECIPIENTS_LIMIT = 100
UNKNOWN_LIMIT = 20
LINE_LIMIT = 1024 * 1024
IDLE_SECONDS = 300.0
DATA_SECONDS = 600.0
DRAIN_SECONDS = 10.0

# One closed list of what we say (RFC 5321 §4.2, RFC 3463).
_TAKEN = "250 2.0.0 Taken"
_RECIPIENT_OK = "250 2.1.5 OK"
_UNKNOWN = "550 5.1.1 No such recipient"
_TOO_MANY_UNKNOWN = "421 4.7.0 Too many unknown recipients, closing"
_TOO_MANY = "452 4.5.3 Too many recipients"
_LATER = "451 4.3.0 Cannot take it now, try again later"
_FULL = "452 4.3.1 No room now, try again later"
_BAD_SENDER = "553 5.1.7 The address of the sender cannot be read"
_TOO_LARGE = "552 5.3.4 The message is too large"
_LONG_LINE = "500 5.6.0 A line is too long"


_PLAIN_PATH = re.compile(r"<([A-Za-z0-9.!#$&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255})>(.*)\Z", re.DOTALL)


class _Visit:
    """What a connection has asked for so far; kept on its session."""

    __slots__ = ("known", "unknown")

    def __init__(self) -> None:
        self.unknown = 0
        self.known: dict[str, Known] = {}


class Handler:
    """Answers the commands of all connections."""

    def __init__(self, configuration: Configuration, reception: Reception) -> None:
        self._configuration = configuration
        self._reception = reception
        self._busy = 0
        self.idle = asyncio.Event()
        self.idle.set()

    async def handle_exception(self, error: Exception) -> str:
        """Say nothing of what broke; the client keeps its mail and comes again."""
        _log.error("a command could not be answered", exc_info=error)
        return _LATER

    async def handle_MAIL(  # noqa: N802  aiosmtpd calls it so
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the reverse-path as it is said; it is evidence, and only DKIM or SPF make it more."""
        reach("listen.mail")
        if len(address) > 320 or not address.isprintable():
            return _BAD_SENDER
        _visit(session).known.clear()
        # The null reverse-path stays as it is written (`<>`): aiosmtpd takes an empty one for none at all.
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802  aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse unknown, retired, expired and blocked aliases alike: same words, same query."""
        visit = _visit(session)
        if len(envelope.rcpt_tos) >= RECIPIENTS_LIMIT:
            return _TOO_MANY
        try:
            reach("listen.rcpt")
            async with asyncio.timeout(COMMIT_SECONDS):
                known = await self._reception.find(address)
        except Exception as error:  # noqa: BLE001  whatever is broken, nothing is accepted and nothing is bounced
            _log.warning("recipients cannot be looked up: %s", type(error).__name__)
            return _LATER
        if known is None:
            visit.unknown += 1
            if visit.unknown <= UNKNOWN_LIMIT:
                return _UNKNOWN
            # The answer is written before the loop comes round to hanging up.
            asyncio.get_running_loop().call_soon(_hang_up, server)
            return _TOO_MANY_UNKNOWN
        reach("listen.known")
        visit.known[address] = known
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return _RECIPIENT_OK

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd calls it so
        """Make one row for each recipient durable, then answer."""
        known = _visit(session).known
        recipients = [known[address] for address in envelope.rcpt_tos]
        self._busy += 1
        self.idle.clear()
        try:
            return await self._take(server, session, envelope, recipients)
        finally:
            self._busy -= 1
            if not self._busy:
                self.idle.set()

    async def _take(self, server: SMTP, session: Session, envelope: Envelope, recipients: Sequence[Known]) -> str:
        peer = session.peer[0] if session.peer else None
        raw = envelope.original_content or b""
        # Two aliases of one conversation are two sides: the author's own is no second message, and is left to routing.
        arrivals = [
            known.arrival(
                raw=raw,
                received_at=datetime.now(UTC),
                reverse_path=_reverse_path(envelope),
                # Behind a server in front, the client is that server: it says nothing about the author (SPF).
                peer=None if isinstance(server, LMTP) else peer,
                helo=_plain(session.host_name or ""),
                trusted=self._is_trusted(peer),
            )
            for known in {known.key: known for known in recipients}.values()
        ]
        try:
            reach("listen.offered")
            async with asyncio.timeout(COMMIT_SECONDS):
                await asyncio.gather(*(self._reception.accept(one) for one in arrivals))
        except OSError as error:
            _log.error("mail cannot be stored: %s", error.strerror)
            return _FULL
        except Exception as error:  # noqa: BLE001  an unknown outcome is no acceptance: the client comes again, the row is found
            _log.warning("mail cannot be stored now: %s %s", type(error).__name__, getattr(error, "sqlstate", ""))
            return _LATER
        reach("listen.durable")
        return _TAKEN

    def _is_trusted(self, peer: str | None) -> bool:
        if peer is None:
            return False
        address = ipaddress.ip_address(peer.partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None) or address
        return any(mapped in network for network in self._configuration.trust_peers)


def _reverse_path(envelope: Envelope) -> str:
    """The reverse-path without its brackets; aiosmtpd leaves them on the null one alone."""
    return "" if envelope.mail_from in {None, "<>"} else str(envelope.mail_from)


def _visit(session: Session) -> _Visit:
    found: _Visit | None = getattr(session, "evenhand", None)
    if found is None:
        found = _Visit()
        session.evenhand = found  # type: ignore[attr-defined]
    return found


def _hang_up(server: SMTP) -> None:
    if server.transport is not None:
        server.transport.close()


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isprintable())[:255]


class _Reading:
    """aiosmtpd's dialogue with a quick reader of plain addresses, and DATA read in large steps, within bounds."""

    answers_each = False

    def _getaddr(self: Any, arg: str) -> tuple[str | None, str | None]:
        """Read what nearly every client writes; what is not as plain is left to the full grammar (RFC 5321 §4.1.2)."""
        plain = _PLAIN_PATH.match(arg)
        if plain:
            return plain.group(1), plain.group(2)
        found: tuple[str | None, str | None] = super()._getaddr(arg)  # type: ignore[misc]
        return found

    async def smtp_DATA(self: Any, arg: str) -> None:  # noqa: N802  aiosmtpd calls it so
        """
        Read to CR LF dot CR LF and nothing else, so that no other line end can smuggle a second mail in.

        Over LMTP each recipient has an answer of its own (RFC 2033 §4.2). aiosmtpd keeps the fragments of an endless
        line past any limit; here the connection is closed once twice the limit has come.
        """
        if await self.check_helo_needed():
            return
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Name a recipient first")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        reach("listen.data")
        self._reset_timeout(DATA_SECONDS)
        content = await _content(self._reader, self.data_size_limit)
        if content is None:
            await self.push(_TOO_LARGE)
            self.transport.close()
            return
        reach("listen.whole")
        answer = _excess(content, self.data_size_limit)
        if answer is None:
            self.envelope.content = self.envelope.original_content = content
            answer = await self.event_handler.handle_DATA(self, self.session, self.envelope)
        answers = len(self.envelope.rcpt_tos) if self.answers_each else 1
        self._set_post_data_state()
        await self.push("\r\n".join([answer] * answers))
        reach("listen.answered")


async def _content(reader: asyncio.StreamReader, limit: int) -> bytes | None:
    """The mail without its end and its dot-stuffing (RFC 5321 §4.5.2), or None past twice the limit."""
    # The line end of the DATA command counts: a mail may begin with its end. Put back, each line begins alike.
    reader._buffer[:0] = b"\r\n"  # type: ignore[attr-defined]  # noqa: SLF001  there is no public way to unread
    pieces: list[bytes] = []
    size = 0
    while True:
        try:
            pieces.append(await reader.readuntil(b"\r\n.\r\n"))
        except asyncio.LimitOverrunError as error:
            # What is left in the reader may be the beginning of the end.
            pieces.append(await reader.read(error.consumed))
            size += len(pieces[-1])
            reach("listen.half")
            if size > 2 * limit:
                return None
        else:
            return b"".join(pieces)[:-3].replace(b"\r\n.", b"\r\n")[2:]


def _excess(content: bytes, limit: int) -> str | None:
    if len(content) > limit:
        return _TOO_LARGE
    if len(content) > LINE_LIMIT and max(map(len, content.split(b"\n"))) > LINE_LIMIT:
        return _LONG_LINE
    return None


class _Server(_Reading, SMTP):
    line_length_limit = LINE_LIMIT


class _LocalServer(_Reading, LMTP):
    answers_each = True
    line_length_limit = LINE_LIMIT


def serve(configuration: Configuration, ready: Callable[[str], None]) -> None:
    """
    Listen until SIGTERM or SIGINT, then finish open mails for up to ten seconds and return.

    Raises OSError if an address cannot be bound, psycopg.OperationalError if the database does not answer.
    """
    calm_collector()
    uvloop.run(_serve(configuration, ready))


async def _serve(configuration: Configuration, ready: Callable[[str], None]) -> None:
    async with Reception(configuration.database_url, configuration.inline_limit, configuration.secret_key) as reception:
        handler = Handler(configuration, reception)
        doors = [("smtp", configuration.smtp, _Server), ("lmtp", configuration.lmtp, _LocalServer)]
        tls = _tls(configuration)
        servers = [
            (name, await _open(configuration, endpoint, kind, handler, tls))
            for name, endpoint, kind in doors
            if endpoint is not None
        ]
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        ready(" ".join(f"{name}={_address(server)}" for name, server in servers))
        await stop.wait()
        for _, server in servers:
            server.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await handler.idle.wait()


async def _open(
    configuration: Configuration,
    endpoint: Endpoint,
    kind: type[SMTP],
    handler: Handler,
    tls: ssl.SSLContext | None,
) -> asyncio.Server:
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        reach("listen.connected")
        return kind(
            handler,
            data_size_limit=configuration.size_limit,
            enable_SMTPUTF8=True,
            decode_data=False,
            hostname=configuration.domain,
            ident="Evenhand",
            tls_context=tls,
            timeout=IDLE_SECONDS,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
            loop=loop,
        )

    return await loop.create_server(
        protocol, endpoint.host, endpoint.port, reuse_port=configuration.listeners > 1, backlog=512
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
