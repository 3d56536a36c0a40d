"""A name server that takes every question and answers none, until it is told to."""

from __future__ import annotations

import socket
import threading
from typing import Self

import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

__all__ = ["HollowNameServer"]


class HollowNameServer:
    """Swallows questions on loopback; once `answers` is set, every name lets `sender` send for it (SPF)."""

    def __init__(self, sender: str) -> None:
        self.answers = threading.Event()
        self.asked = 0
        self._sender = sender
        self._ended = threading.Event()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._socket.close()

    @property
    def address(self) -> str:
        """Where it listens, as `host:port`."""
        host, port = self._socket.getsockname()
        return f"{host}:{port}"

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                packet, client = self._socket.recvfrom(4096)
                query = dns.message.from_wire(packet)
            except (TimeoutError, dns.exception.DNSException):
                continue
            self.asked += 1
            if self.answers.is_set():
                self._socket.sendto(self._answer(query).to_wire(), client)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        name, kind = query.question[0].name, query.question[0].rdtype
        response = dns.message.make_response(query)
        if kind == dns.rdatatype.TXT and not name.to_text().startswith("_"):
            response.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", f'"v=spf1 ip4:{self._sender} -all"'))
        else:
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response
