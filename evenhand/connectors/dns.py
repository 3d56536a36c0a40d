"""Asks the DNS within time limits, and tells “no such record” from “could not ask”."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.name
import dns.rdata
import dns.resolver

from evenhand.configuration import Endpoint

__all__ = ["Answer", "Found", "Inquiry", "Missing", "Resolver", "Unanswered", "Zone", "reverse_name"]

QUERY_SECONDS = 5.0
INQUIRY_SECONDS = 20.0

Zone = Mapping[tuple[str, str], Sequence[str] | None]
"""A zone held in memory: (name, type) → records as text, or None for “could not ask”; what is absent does not exist."""


@dataclass(frozen=True, slots=True)
class Found:
    """
    The records of a name, as text.

    An address, a host name without the last dot, `10 mx.example` for MX; a TXT record's strings are joined and read
    as Latin-1, so that each byte is one character. `secure` if a validating name server on this machine says that
    DNSSEC vouches for them; from any other it is not believed, since the way to it is not protected.
    """

    records: tuple[str, ...]
    secure: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """The DNS answered: there is no such record. `exists` tells whether the name has records of other types."""

    exists: bool
    secure: bool = False


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The DNS could not be asked, now: time ran out, a server failed. Says nothing about the record."""

    reason: str


Answer = Found | Missing | Unanswered


class Resolver:
    """
    Where to ask: the system's name servers, one given name server, or a zone in memory.

    One resolver serves many threads; each piece of work opens its own `Inquiry`, which holds the limits. A zone in
    memory counts as `signed` (DNSSEC) or not.
    """

    def __init__(self, zone: Zone | None = None, *, nameserver: Endpoint | None = None, signed: bool = False) -> None:
        self._zone = zone
        self._signed = signed
        self._nameserver = nameserver
        self._resolver: dns.resolver.Resolver | None = None

    def inquiry(self, seconds: float = INQUIRY_SECONDS) -> Inquiry:
        """Open a series of questions that must be over within `seconds`."""
        return Inquiry(self, seconds)

    def ask(self, name: str, kind: str, seconds: float = QUERY_SECONDS) -> Answer:
        """
        Ask one question (`kind` is a record type such as `TXT`), within `seconds`.

        Never raises: a name that cannot stand in the DNS is missing, every failure to ask is an `Unanswered`.
        """
        if self._zone is not None:
            return _look_up(self._zone, name, kind, signed=self._signed)
        try:
            system = self._system()
            answer = system.resolve(name, kind, lifetime=seconds, search=False)
            secure = bool(answer.response.flags & dns.flags.AD) and _are_here(system.nameservers)
            return Found(tuple(_text(record, kind) for record in answer), secure)
        except dns.resolver.NXDOMAIN:
            return Missing(exists=False)
        except dns.resolver.NoAnswer:
            return Missing(exists=True)
        except (dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel, dns.name.IDNAException, UnicodeError):
            return Missing(exists=False)
        except dns.name.BadEscape:
            return Missing(exists=False)
        except (dns.exception.DNSException, OSError, ValueError) as error:
            return Unanswered(f"{kind} of {name}: {type(error).__name__}")

    def _system(self) -> dns.resolver.Resolver:
        # Made at the first question, because a machine without name servers must still be able to start.
        if self._resolver is None:
            made = dns.resolver.Resolver(configure=self._nameserver is None)
            if self._nameserver is not None:
                made.nameservers = [self._nameserver.host]
                made.port = self._nameserver.port
            # Asks to be told whether DNSSEC vouches for the answer (RFC 6840 §5.7).
            made.flags = dns.flags.RD | dns.flags.AD
            self._resolver = made
        return self._resolver


class Inquiry:
    """
    Questions that belong together: 5 seconds for each, 20 for all, and none asked twice.

    The limits are those of SPF (RFC 7208 §4.6.4); they keep a slow or hostile name server from holding a worker.
    """

    def __init__(self, resolver: Resolver, seconds: float) -> None:
        self._resolver = resolver
        self._deadline = time.monotonic() + seconds
        self._known: dict[tuple[str, str], Answer] = {}

    def ask(self, name: str, kind: str) -> Answer:
        """Ask one question, or give the answer it had before. Never raises."""
        key = (name.rstrip(".").lower(), kind)
        if key not in self._known:
            left = self._deadline - time.monotonic()
            if left <= 0:
                return Unanswered(f"{kind} of {name}: the time for all questions is over")
            self._known[key] = self._resolver.ask(key[0], kind, min(left, QUERY_SECONDS))
        return self._known[key]


def reverse_name(address: str) -> str:
    """
    The name under which an address has its PTR record (RFC 1035 §3.5, RFC 3596 §2.5).

    >>> reverse_name("192.0.2.25")
    '25.2.0.192.in-addr.arpa'
    """
    return ipaddress.ip_address(address).reverse_pointer


def _are_here(nameservers: Sequence[object]) -> bool:
    """Whether all name servers run on this machine, so that nobody can change their answers on the way."""
    try:
        return all(ipaddress.ip_address(str(one)).is_loopback for one in nameservers)
    except ValueError:
        return False


def _look_up(zone: Zone, name: str, kind: str, *, signed: bool) -> Answer:
    name = name.rstrip(".").lower()
    if (name, kind) not in zone:
        return Missing(any(owner == name for owner, _ in zone), signed)
    records = zone[name, kind]
    return Unanswered(f"{kind} of {name}: LifetimeTimeout") if records is None else Found(tuple(records), signed)


def _text(record: dns.rdata.Rdata, kind: str) -> str:
    if kind == "TXT":
        return b"".join(getattr(record, "strings", ())).decode("latin-1")
    text = record.to_text()
    return text.rstrip(".") if kind in {"MX", "PTR", "CNAME", "NS"} else text
