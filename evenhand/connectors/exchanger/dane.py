"""Holds a mail exchanger to the certificate its domain publishes under DNSSEC: DANE for SMTP (RFC 6698, 7671, 7672)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from evenhand.connectors.dns import Found, Inquiry, Unanswered
from evenhand.connectors.exchanger.destination import Host, Way

__all__ = ["Association", "Unsure", "ask", "holds"]

_DIGESTS = {1: hashlib.sha256, 2: hashlib.sha512}
_LENGTHS = {1: 32, 2: 64}
_TRUST_ANCHOR, _END_ENTITY = 2, 3


@dataclass(frozen=True, slots=True)
class Association:
    """One TLSA record (RFC 6698 §2.1): which certificate it speaks of, which part of it, and what that must be."""

    usage: int
    selector: int
    matching: int
    content: bytes

    @property
    def usable(self) -> bool:
        """Whether it can be obeyed; usages 0 and 1 have no meaning for SMTP (RFC 7672 §3.1.3)."""
        return (
            self.usage in {_TRUST_ANCHOR, _END_ENTITY}
            and self.selector in {0, 1}
            and self.matching in {0, 1, 2}
            and len(self.content) == _LENGTHS.get(self.matching, len(self.content))
            and bool(self.content)
        )

    def matches(self, certificate: x509.Certificate) -> bool:
        """Whether this is the certificate, or the key, it speaks of."""
        if self.selector == 0:
            part = certificate.public_bytes(Encoding.DER)
        else:
            part = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        digest = _DIGESTS.get(self.matching)
        return (digest(part).digest() if digest else part) == self.content


@dataclass(frozen=True, slots=True)
class Unsure:
    """Whether the host has TLSA records could not be learnt; to deliver there could be to obey an attacker."""

    reason: str


def ask(host: Host, way: Way, port: int, inquiry: Inquiry) -> tuple[Association, ...] | Unsure:
    """
    Give the TLSA records of a host; none if it has none, or if DNSSEC does not vouch for the whole way to them.

    For a host whose addresses are secure, a failure to ask is no “none” (RFC 7672 §2.1.1).
    """
    if not (way.secure and host.secure):
        return ()
    answer = inquiry.ask(f"_{port}._tcp.{host.name}", "TLSA")
    if isinstance(answer, Unanswered):
        return Unsure(answer.reason)
    if not isinstance(answer, Found) or not answer.secure:
        return ()
    # One that cannot be read still says that there is TLS.
    return tuple(_read(record) or Association(-1, -1, -1, b"") for record in answer.records)


def holds(records: Sequence[Association], chain: Sequence[bytes], names: Sequence[str], now: datetime) -> bool:
    """
    Whether a server's certificates (DER, its own first) are what its TLSA records say.

    Where no record is usable, any certificate will do: TLS is all that is asked (RFC 7672 §2.2).
    """
    usable = [one for one in records if one.usable]
    if not usable:
        return True
    try:
        certificates = [x509.load_der_x509_certificate(one) for one in chain]
        return bool(certificates) and any(_holds(one, certificates, names, now) for one in usable)
    except ValueError:
        return False


def _holds(record: Association, chain: Sequence[x509.Certificate], names: Sequence[str], now: datetime) -> bool:
    if record.usage == _END_ENTITY:
        # Neither names nor dates count: the record says it all (RFC 7671 §5.1).
        return record.matches(chain[0])
    anchors = [one for one in chain if record.matches(one)]
    return any(_leads_to(anchor, chain, name, now) for anchor in anchors for name in names)


def _leads_to(anchor: x509.Certificate, chain: Sequence[x509.Certificate], name: str, now: datetime) -> bool:
    verifier = PolicyBuilder().store(Store([anchor])).time(now).build_server_verifier(x509.DNSName(name))
    try:
        verifier.verify(chain[0], list(chain[1:]))
    except VerificationError:
        return False
    return True


def _read(record: str) -> Association | None:
    usage, selector, matching, *content = record.split()
    try:
        return Association(int(usage), int(selector), int(matching), bytes.fromhex("".join(content)))
    except ValueError:
        return None
