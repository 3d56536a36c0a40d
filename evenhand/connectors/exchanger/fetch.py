"""Fetches a domain's MTA-STS policy over https, with small patience and no detours (RFC 8461 §3.3)."""

from __future__ import annotations

import asyncio
import http.client
import io
import ssl
from typing import cast

from evenhand.connectors.dns import Found, Resolver
from evenhand.connectors.exchanger.destination import ADDRESSES_LIMIT, Limits

__all__ = ["Fetcher"]

SECONDS = 20.0
SIZE_LIMIT = 64 * 1024
HEAD_LIMIT = 16 * 1024


class Fetcher:
    """Gets policy files; `authorities` is a file of certificates to trust instead of the system's."""

    def __init__(self, resolver: Resolver, limits: Limits, *, port: int = 443, authorities: str | None = None) -> None:
        self._resolver = resolver
        self._limits = limits
        self._port = port
        self._context = ssl.create_default_context(cafile=authorities)

    async def fetch(self, domain: str) -> bytes | None:
        """
        Get the policy file of a domain, or None.

        The certificate must be good for `mta-sts.<domain>`; a redirect counts as none, as does what is no plain text or
        longer than 64 KiB. Goes to public addresses only. Never raises.
        """
        host = f"mta-sts.{domain}"
        try:
            async with asyncio.timeout(SECONDS):
                for address in (await asyncio.to_thread(self._addresses, host))[:ADDRESSES_LIMIT]:
                    try:
                        return _body(await self._get(host, address))
                    except ConnectionError:
                        continue
        except (OSError, TimeoutError, ValueError, http.client.HTTPException, asyncio.IncompleteReadError):
            return None
        return None

    def fetch_now(self, domain: str) -> bytes | None:
        """Do the same for a program without an event loop."""
        return asyncio.run(self.fetch(domain))

    def _addresses(self, host: str) -> list[str]:
        answers = [self._resolver.ask(host, kind) for kind in ("AAAA", "A")]
        found = [record for one in answers if isinstance(one, Found) for record in one.records]
        return [address for address in found if self._limits.permit(address)]

    async def _get(self, host: str, address: str) -> bytes:
        reader, writer = await asyncio.open_connection(
            address, self._port, ssl=self._context, server_hostname=host, limit=HEAD_LIMIT
        )
        try:
            request = f"GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            writer.write(request.encode("ascii"))
            await writer.drain()
            content = bytearray()
            while len(content) <= SIZE_LIMIT + HEAD_LIMIT and (piece := await reader.read(HEAD_LIMIT)):
                content += piece
            return bytes(content)
        finally:
            writer.close()


def _body(response: bytes) -> bytes | None:
    """Read an HTTP response that is here whole."""

    class Here:
        def makefile(self, _mode: str) -> io.BytesIO:
            return io.BytesIO(response)

    answer = http.client.HTTPResponse(cast("http.client.socket.socket", Here()))  # type: ignore[name-defined]
    answer.begin()
    if answer.status != 200 or answer.headers.get_content_type() != "text/plain":
        return None
    content = answer.read(SIZE_LIMIT + 1)
    return content if len(content) <= SIZE_LIMIT else None
