"""The channel of an installation without a smarthost: one copy after another to its recipient's own mail exchangers."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import aiosmtplib

from evenhand.configuration import Configuration
from evenhand.connectors.dialogue import (
    CONNECT_SECONDS,
    FAULTS,
    MAILS_PER_CONNECTION,
    TRY_SECONDS,
    Line,
    Refused,
    fault,
    hand_over,
    hang_up,
    is_plain,
    judged,
    quit_line,
)
from evenhand.connectors.dns import INQUIRY_SECONDS, Inquiry, Resolver
from evenhand.connectors.exchanger import dane
from evenhand.connectors.exchanger.destination import Host, Limits, NoWay, Unknown, Way, look_up
from evenhand.connectors.exchanger.fetch import Fetcher
from evenhand.connectors.exchanger.mta_sts import Policies, Policy
from evenhand.connectors.exchanger.session import Demand, Unproven, open_line
from evenhand.mail.address import split
from evenhand.relay.channel import Copy, Deferred, Failed, Sent, Trouble, Try

__all__ = ["Exchanger"]

T = TypeVar("T")

PORT = 25
AT_ONCE = 4
"""Connections of one worker to one domain; large providers count them."""

ROOM_SECONDS = 20.0
"""How long a copy waits for one of them."""

WAY_SECONDS = 120.0
"""How long what was learnt of a domain is taken to hold, and how long one that could not be met is left alone."""

DOMAINS_LIMIT = 4096
ASKING_THREADS = 16
MEET_SECONDS = 120.0
"""For all exchangers of a domain together: looking up, connecting, TLS. The dialogue has what is left of a try."""


@dataclass(slots=True)
class _Domain:
    """What a worker knows of a domain: its exchangers, policy and kept connections; `away` if none could be met."""

    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    idle: deque[Line] = field(default_factory=deque)
    way: Way | NoWay | Unknown | None = None
    policy: Policy | None = None
    learnt: float = -WAY_SECONDS
    away: Deferred | None = None
    away_until: float = 0.0
    underway: int = 0


class Exchanger:
    """
    Delivers to MX hosts: nearest first, the next one only if one cannot be met or says “later” before any mail.

    TLS is started wherever it is offered. A domain that publishes TLSA records (DANE) or an enforced policy
    (MTA-STS) is held to them: rather than to a host that cannot prove itself, no mail goes out. Others can send us
    nowhere private: only to public addresses, and `private_exchangers`.
    """

    def __init__(
        self,
        configuration: Configuration,
        *,
        resolver: Resolver | None = None,
        port: int = PORT,
        https_port: int = 443,
        authorities: str | None = None,
    ) -> None:
        self._helo = configuration.domain
        self._port = port
        self._authorities = authorities
        self._resolver = resolver or Resolver(nameserver=configuration.nameserver)
        self._limits = Limits(frozenset(configuration.public_addresses), configuration.private_exchangers)
        fetcher = Fetcher(self._resolver, self._limits, port=https_port, authorities=authorities)
        self._policies = Policies(configuration.data / "mta-sts", fetcher.fetch)
        self._domains: dict[str, _Domain] = {}
        self._asking = ThreadPoolExecutor(ASKING_THREADS, thread_name_prefix="exchangers")

    async def deliver(self, copy: Copy) -> Try:
        """Try once; see `Channel`."""
        parts = split(copy.address)
        if parts is None or (copy.return_path and not is_plain(copy.return_path)):
            return Failed("mail", "5.1.3", "the address cannot be written as a command")
        deadline = asyncio.get_running_loop().time() + TRY_SECONDS
        domain = self._domain(parts[1])
        domain.underway += 1
        try:
            if not await _in_time(domain.room):
                return _away("4.4.5", f"no connection to {parts[1]} was free in time", "timeout")
            try:
                return await self._try(parts[1], domain, copy, deadline)
            finally:
                domain.room.release()
        finally:
            domain.underway -= 1

    async def close(self) -> None:
        """Say good-bye on every kept connection."""
        for domain in self._domains.values():
            while domain.idle:
                await quit_line(domain.idle.pop())
        self._asking.shutdown(wait=False, cancel_futures=True)

    async def _ask(self, question: Callable[..., T], *about: Any) -> T:
        """Ask the DNS in a thread, so that the loop never waits."""
        return await asyncio.get_running_loop().run_in_executor(self._asking, question, *about)

    def _domain(self, name: str) -> _Domain:
        known = self._domains.get(name)
        if known is None:
            if len(self._domains) >= DOMAINS_LIMIT:
                self._forget()
            known = self._domains[name] = _Domain()
        return known

    def _forget(self) -> None:
        """Drop what is known of domains nothing is underway to."""
        for name in [name for name, one in self._domains.items() if not one.idle and not one.underway]:
            del self._domains[name]

    async def _try(self, name: str, domain: _Domain, copy: Copy, deadline: float) -> Try:
        line = await self._kept(domain)
        if line is None:
            if domain.away is not None and time.monotonic() < domain.away_until:
                return domain.away
            met = await self._meet(name, domain)
            if not isinstance(met, Line):
                if isinstance(met, Deferred):
                    domain.away, domain.away_until = met, time.monotonic() + WAY_SECONDS / 2
                return met
            line = met
        domain.away = None
        try:
            async with asyncio.timeout_at(deadline):
                answer = await hand_over(line, copy)
        except Refused as refusal:
            await self._give_back(domain, line)
            return judged(refusal)
        except FAULTS as error:
            hang_up(line.client)
            return fault(error, line.phase)
        except BaseException:
            hang_up(line.client)
            raise
        await self._give_back(domain, line)
        return Sent(answer)

    async def _kept(self, domain: _Domain) -> Line | None:
        while domain.idle:
            line = domain.idle.pop()
            if line.is_fresh:
                return line
            await quit_line(line)
        return None

    async def _give_back(self, domain: _Domain, line: Line) -> None:
        if not line.client.is_connected:
            return
        if line.mails >= MAILS_PER_CONNECTION:
            await quit_line(line)
            return
        line.idle_since = time.monotonic()
        domain.idle.append(line)

    async def _meet(self, name: str, domain: _Domain) -> Line | Deferred | Failed:
        """Open a connection to the first exchanger that can be met and proves what it must."""
        try:
            async with asyncio.timeout(MEET_SECONDS):
                way = await self._way(name, domain)
                match way:
                    case NoWay():
                        return Failed("connect", way.status, way.reason)
                    case Unknown():
                        return Deferred("connect", "4.4.3", way.reason, "dns", elsewhere=True)
                    case Way():
                        return await self._first(way, domain.policy)
        except TimeoutError:
            return _away("4.4.1", f"the exchangers of {name} could not be met in time", "timeout")

    async def _way(self, name: str, domain: _Domain) -> Way | NoWay | Unknown:
        at = time.monotonic()
        if domain.way is None or isinstance(domain.way, Unknown) or at - domain.learnt > WAY_SECONDS:
            inquiry = self._resolver.inquiry(INQUIRY_SECONDS)
            domain.way = await self._ask(look_up, name, inquiry, self._limits)
            if isinstance(domain.way, Way):
                announced = await self._ask(inquiry.ask, f"_mta-sts.{name}", "TXT")
                domain.policy = await self._policies.of(name, announced)
            domain.learnt = at
        return domain.way

    async def _first(self, way: Way, policy: Policy | None) -> Line | Deferred | Failed:
        last: Deferred = _away("4.4.1", "no exchanger could be asked", None)
        inquiry = self._resolver.inquiry(INQUIRY_SECONDS)
        for host in way.hosts:
            demand = await self._demand(host, way, policy, inquiry)
            if isinstance(demand, Deferred):
                last = demand
                continue
            for address in host.addresses:
                met = await self._open(host, address, demand)
                if not isinstance(met, Deferred):
                    return met
                last = met
        return last

    async def _demand(self, host: Host, way: Way, policy: Policy | None, inquiry: Inquiry) -> Demand | Deferred:
        """What a host must prove. DANE goes before MTA-STS, where both are (RFC 8461 §2)."""
        records = await self._ask(dane.ask, host, way, self._port, inquiry)
        if isinstance(records, dane.Unsure):
            return _away("4.7.5", f"whether {host.name} has TLSA records is unknown: {records.reason}", "dns")
        if records:
            return Demand("dane", records, (host.name, way.domain))
        if policy is None or policy.mode != "enforce":
            return Demand()
        if not policy.covers(host.name):
            return _away("4.7.5", f"{host.name} is none of the exchangers the domain promises (MTA-STS)", "tls")
        return Demand("certified")

    async def _open(self, host: Host, address: str, demand: Demand) -> Line | Deferred | Failed:
        try:
            return await open_line(
                host.name, address, self._port, self._helo, demand,
                seconds=CONNECT_SECONDS, authorities=self._authorities,
            )  # fmt: skip
        except Unproven as error:
            return _away("4.7.5", str(error)[:300], "tls")
        except aiosmtplib.SMTPResponseException as error:
            ended = judged(Refused("connect", error.code, error.message))
            if isinstance(ended, Deferred):
                return _away(ended.status, ended.detail, None)
            # Nothing was said of the mailbox yet: without a status of its own the host as such takes no mail.
            return ended if ended.status in error.message else Failed("connect", "5.3.2", ended.detail)
        except FAULTS as error:
            broken = fault(error, "connect")
            return _away(broken.status, f"{host.name}: {broken.detail}"[:300], broken.trouble)


async def _in_time(room: asyncio.Semaphore) -> bool:
    try:
        async with asyncio.timeout(ROOM_SECONDS):
            return await room.acquire()
    except TimeoutError:
        return False


def _away(status: str, detail: str, trouble: Trouble | None) -> Deferred:
    return Deferred("connect", status, detail, trouble, elsewhere=True)
