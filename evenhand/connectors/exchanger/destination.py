"""Finds out where mail for a domain goes: its MX records, or the domain itself (RFC 5321 §5.1, RFC 7505)."""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Sequence
from dataclasses import dataclass

from evenhand.connectors.dns import Found, Inquiry, Missing, Unanswered
from evenhand.mail.address import domain_of

__all__ = ["Host", "Limits", "NoWay", "Unknown", "Way", "look_up"]

HOSTS_LIMIT = 8
ADDRESSES_LIMIT = 4
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Host:
    """One mail exchanger; `secure` if DNSSEC vouches for its addresses, so that DANE may be asked about."""

    name: str
    addresses: tuple[str, ...]
    secure: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """The exchangers of a domain, in the order in which to try them; `secure` if DNSSEC vouches for their names."""

    domain: str
    hosts: tuple[Host, ...]
    secure: bool = False


@dataclass(frozen=True, slots=True)
class NoWay:
    """No mail can be delivered there; `status` is an enhanced code of class 5 (RFC 3463, RFC 7505)."""

    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The DNS could not be asked, or not about all that matters."""

    reason: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Where we do not go: to ourselves (`own`), and to private networks but those in `allowed`."""

    own: frozenset[str] = frozenset()
    allowed: tuple[Network, ...] = ()

    def permit(self, address: str) -> bool:
        """
        Whether anybody's DNS may send us to an address.

        Somebody's MX record must not make us talk to a service on this machine or behind its firewall.
        """
        try:
            known = ipaddress.ip_address(address)
        except ValueError:
            return False
        if any(known in network for network in self.allowed if network.version == known.version):
            return True
        return all(one.is_global and not one.is_multicast for one in (known, *_within(known)))


def _within(address: Address) -> list[Address]:
    """The IPv4 addresses to which an IPv6 one may lead: mapped, 6to4, Teredo, NAT64."""
    if not isinstance(address, ipaddress.IPv6Address):
        return []
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in inner if one is not None]


def look_up(domain: str, inquiry: Inquiry, limits: Limits) -> Way | NoWay | Unknown:
    """Ask for the exchangers of a domain and their addresses. Never raises; takes as long as the inquiry."""
    answer = inquiry.ask(domain, "MX")
    if isinstance(answer, Unanswered):
        return Unknown(answer.reason)
    if isinstance(answer, Missing):
        names, secure = [(0, domain)], answer.secure
    else:
        read = [_read(record) for record in answer.records]
        if any(name == "" for _, name in read):
            return NoWay("5.1.10", "the domain takes no mail (null MX)")
        names, secure = [(number, name) for number, name in read if domain_of(f"x@{name}") == name], answer.secure
        if not names:
            return NoWay("5.4.4", "no mail exchanger of the domain has a name that can be")
    return _way(domain, names, secure, inquiry, limits)


def _way(
    domain: str, names: Sequence[tuple[int, str]], secure: bool, inquiry: Inquiry, limits: Limits
) -> Way | NoWay | Unknown:
    hosts: list[Host] = []
    unknown = ""
    private = False
    for number, name in _ordered(names)[:HOSTS_LIMIT]:
        addresses, host_secure, trouble = _addresses(name, inquiry)
        if limits.own & set(addresses):
            # Ourselves, and all that are no nearer (RFC 5321 §5.1): mail sent there would come back.
            if not hosts:
                return NoWay("5.4.6", f"mail for the domain leads back to us, by {name} ({number})")
            break
        permitted = tuple(one for one in addresses if limits.permit(one))[:ADDRESSES_LIMIT]
        private |= len(permitted) < len(addresses) and not permitted
        unknown = unknown or trouble
        if permitted:
            hosts.append(Host(name, permitted, host_secure))
    if hosts:
        return Way(domain, tuple(hosts), secure)
    if unknown:
        return Unknown(unknown)
    if private:
        return NoWay("5.4.4", "its mail exchangers have private addresses only")
    return NoWay("5.1.2", "the domain has no mail exchanger and no address")


def _read(record: str) -> tuple[int, str]:
    number, _, name = record.partition(" ")
    return (int(number) if number.isdigit() else 65535), name.strip().rstrip(".").lower()


def _ordered(names: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Nearest first, in any order among equals, so that their load is shared (RFC 5321 §5.1)."""
    shuffled = random.sample(list(names), len(names))
    return sorted(shuffled, key=lambda one: one[0])


def _addresses(name: str, inquiry: Inquiry) -> tuple[list[str], bool, str]:
    """The addresses of a host, whether DNSSEC vouches for all of them, and why one kind could not be asked for."""
    addresses: list[str] = []
    secure, trouble = True, ""
    for kind in ("AAAA", "A"):
        answer = inquiry.ask(name, kind)
        if isinstance(answer, Unanswered):
            secure, trouble = False, answer.reason
        elif isinstance(answer, Found):
            secure &= answer.secure
            addresses += answer.records
    return addresses, secure and bool(addresses), trouble
