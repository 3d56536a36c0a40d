"""One connection at the door: let in or not, listened to within bounds, and ended with a word."""

from __future__ import annotations

import asyncio
import logging
import ssl
from typing import Any

from aiosmtpd.smtp import SMTP, TLSSetupException

from evenhand.connectors.listener import answers
from evenhand.connectors.listener.hall import Hall
from evenhand.crashpoints import reach

__all__ = ["DATA_SECONDS", "Line"]

_log = logging.getLogger(__name__)

IDLE_SECONDS = 300.0
DATA_SECONDS = 600.0
MAIL_SECONDS = 1200.0
"""How long a connection may stay without a mail that is taken, however busy it is."""

COMMANDS_LIMIT = 500
ERRORS_LIMIT = 100
COMMAND_BYTES = 2048
READ_BYTES = 64 * 1024
"""How much is read ahead of a line end; a connection holds up to twice as much."""

LAST_WORD_SECONDS = 5.0


class Line(SMTP):
    """
    aiosmtpd's connection with bounds of ours: every one ends sometime, and in few bytes of memory.

    What is said on it is left to `converse`.
    """

    line_length_limit = READ_BYTES
    counts_places = True

    def __init__(self, hall: Hall, tls: ssl.SSLContext | None) -> None:
        super().__init__(
            hall,
            data_size_limit=hall.configuration.size_limit,
            enable_SMTPUTF8=True,
            decode_data=False,
            hostname=hall.configuration.domain,
            ident="Evenhand",
            tls_context=tls,
            timeout=IDLE_SECONDS,
            loop=asyncio.get_running_loop(),
        )
        self.hall = hall
        self.place = hall.place_of(None)
        self.peer: str | None = None
        self.is_taking = False
        self._is_counted = False
        self._is_leaving = False
        self._is_ended = False
        self._commands = self._errors = 0
        self._patience_ends = self.loop.time() + MAIL_SECONDS

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the client in, or tell it in the greeting to come again; also called once TLS is on."""
        if self._original_transport is not None:
            super().connection_made(transport)
            return
        reach("listen.connected")
        peer = transport.get_extra_info("peername")
        self.peer = peer[0] if peer else None
        self.place = self.hall.place_of(self.peer)
        self._is_counted = self.counts_places and not self.place.trusted
        if self.hall.crowd.enter(self, counted=self._is_counted):
            super().connection_made(transport)
            return
        self._is_ended = True
        transport.write(f"{answers.CROWDED}\r\n".encode())  # type: ignore[attr-defined]
        transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the connection."""
        self.hall.crowd.leave(self, counted=self._is_counted)
        # Whoever was not let in never got as far as to have anything to clear away.
        if self.session is not None and self.transport is not None:
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        """End with a client that says no more: whatever it still waits to hear, it comes again for."""
        if self.session is None:
            return False
        super().eof_received()
        return False

    def data_received(self, data: bytes) -> None:
        """Read on, unless the last word was said."""
        if not self._is_ended:
            super().data_received(data)

    def _timeout_cb(self) -> None:
        self.hang_up(answers.TOO_LONG_SILENT)

    def _reset_timeout(self, duration: float | None = None) -> None:
        left = max(0.0, self._patience_ends - self.loop.time())
        super()._reset_timeout(min(duration or IDLE_SECONDS, left) or 0.001)

    def mail_taken(self) -> None:
        """Begin to count anew: this client means well."""
        self._commands = self._errors = 0
        self._patience_ends = self.loop.time() + MAIL_SECONDS

    def leave(self) -> None:
        """End at the next good moment: at once, or after the mail that is being taken."""
        self._is_leaving = True
        if not self.is_taking:
            self.hang_up(answers.CLOSING)

    def hang_up(self, answer: str) -> None:
        """Say a last word and close; who does not read it is cut off a little later."""
        if self._is_ended or self.transport is None:
            return
        self._is_ended = True
        transport: Any = self.transport
        if self.is_sealing:
            # In the middle of the handshake there is nothing to say that could be understood.
            self._original_transport.abort()  # type: ignore[union-attr]
            return
        transport.write(f"{answer}\r\n".encode())
        transport.close()
        self.loop.call_later(LAST_WORD_SECONDS, transport.abort)

    def cut(self) -> None:
        """End at once, without a word."""
        self._is_ended = True
        for transport in (self.transport, self._original_transport):
            if transport is not None:
                transport.abort()  # type: ignore[attr-defined]

    @property
    def is_sealing(self) -> bool:
        """Whether the handshake of TLS goes on."""
        return self._original_transport is not None and self.session is not None and self.session.ssl is None

    async def push(self, status: str | bytes) -> None:
        """Write an answer, count it if it is an error, and wait while the client does not read."""
        if self._is_ended:
            return
        text = status if isinstance(status, bytes) else status.encode()
        self._errors += text.startswith(b"5")
        self._writer.write(text + b"\r\n")
        await self._writer.drain()

    async def _handle_client(self) -> None:
        try:
            await self.push(f"220 {self.hostname} ESMTP {self.__ident__}")
            while not self._is_ended:
                await self._hear()
                if self._errors >= ERRORS_LIMIT or self._commands >= COMMANDS_LIMIT:
                    self.hang_up(answers.TOO_MUCH_TALK)
                elif self._is_leaving:
                    self.hang_up(answers.CLOSING)
        except (OSError, asyncio.IncompleteReadError):
            # The client is gone.
            self.cut()
        except asyncio.CancelledError:
            self._writer.close()
            raise

    async def _hear(self) -> None:
        """Read one command and have it answered. A line ends with CR LF and nothing else (RFC 5321 §2.3.8)."""
        try:
            line = await self._reader.readuntil(b"\n")
        except asyncio.LimitOverrunError:
            self.hang_up(answers.ENDLESS_LINE)
            return
        self._commands += 1
        self._reset_timeout()
        if len(line) > COMMAND_BYTES:
            await self.push(answers.LONG_COMMAND)
        elif not line.endswith(b"\r\n") or b"\r" in line[:-2] or b"\0" in line:
            await self.push(answers.BARE_LINE)
        else:
            verb, _, argument = line[:-2].decode("utf-8", "surrogateescape").partition(" ")
            try:
                await self.converse(verb.upper(), argument.strip(" \t"))
            except OSError:
                raise
            except Exception as error:  # noqa: BLE001  a bug of ours costs this command, and never the client's mail
                _log.error("a command could not be answered", exc_info=error)
                await self.push(answers.LATER)

    async def seal(self) -> None:
        """Go on under TLS; what the client sent ahead in the clear is thrown away (RFC 3207 §6)."""
        try:
            await self.smtp_STARTTLS("")
        except TLSSetupException:
            sealed = False
        else:
            # A client that leaves in the middle ends the handshake without an error.
            sealed = self.session is not None and self.session.ssl is not None
        if not sealed:
            self.cut()
            # Nobody else tells us: to the transport it is the handshake that was lost.
            self.connection_lost(None)

    async def converse(self, verb: str, argument: str) -> None:
        """Answer a command."""
        raise NotImplementedError
