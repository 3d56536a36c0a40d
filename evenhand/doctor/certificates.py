"""Examines certificates: ours for the mail port, and the one the smarthost shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from evenhand.configuration import Configuration
from evenhand.connectors.probes import Sealed, Trouble, seal
from evenhand.doctor.check import Check, fail, ok, warn

__all__ = ["names_of", "of_smarthost", "ours"]

SOON = timedelta(days=14)


def ours(configuration: Configuration, hosts: Iterable[str]) -> Iterator[Check]:
    """Look whether our certificate names the hosts that MX records name, and brings its issuer's along."""
    if not configuration.tls_certificate:
        return
    try:
        chain = x509.load_pem_x509_certificates(Path(configuration.tls_certificate).read_bytes())
    except (OSError, ValueError):
        # The machine's part tells of it.
        return
    names = names_of(chain[0])
    missing = [host for host in hosts if not _covers(names, host)]
    if missing:
        yield warn(
            "certificate names",
            f"It is for {', '.join(names) or 'no host'}, but the MX record names {missing[0]}.",
            "Have it issued for that name too: senders with MTA-STS refuse to deliver otherwise.",
        )
    else:
        yield ok("certificate names", "It names every host of the MX records.")
    if len(chain) == 1 and chain[0].issuer != chain[0].subject:
        yield warn(
            "certificate chain",
            "The file holds our certificate only; most senders need those of its issuers too.",
            "Use the file with the full chain (fullchain.pem).",
        )


def names_of(certificate: x509.Certificate) -> list[str]:
    """The DNS names a certificate is for."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, ValueError):
        return []
    return [name.lower() for name in found.value.get_values_for_type(x509.DNSName)]


def _covers(names: Iterable[str], host: str) -> bool:
    host = host.lower().rstrip(".")
    return any(one == host or (one.startswith("*.") and host.partition(".")[2] == one[2:]) for one in names)


def of_smarthost(configuration: Configuration, now: datetime) -> Iterator[Check]:
    """Start TLS with the smarthost as a copy would, and look at what it shows."""
    server, mode = configuration.smarthost, configuration.smarthost_tls
    if server is None or mode == "off":
        return
    name = "smarthost certificate"
    found = seal(server, implicit_tls=mode == "implicit")
    if found is None or isinstance(found, Trouble):
        # That TLS is not offered, or nobody answers, has been told already.
        return
    yield _judged(name, found, mode, now)


def _judged(name: str, found: Sealed, mode: str, now: datetime) -> Check:
    must = mode in {"required", "implicit"}
    if not found.trusted:
        told = f"It does not hold: {found.reason}."
        if must:
            return fail(name, told, "Renew it there, or name the smarthost as its certificate does; no mail goes out.")
        return warn(name, f"{told} Mail goes all the same.", "Mend it, then set EVENHAND_SMARTHOST_TLS=required.")
    ends = x509.load_der_x509_certificate(found.certificate).not_valid_after_utc
    if ends - now < SOON:
        return warn(name, f"It ends on {ends:%Y-%m-%d}.", "See that it is renewed there.")
    return ok(name, f"It holds, until {ends:%Y-%m-%d}.")
