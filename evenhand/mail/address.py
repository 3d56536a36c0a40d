"""Reads and normalises mailbox addresses (RFC 5321, 5322, 6531)."""

import re
from functools import lru_cache

__all__ = ["domain_of", "is_address", "normalise", "split"]

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")
# Dot-atom of RFC 5322 §3.2.3, with the UTF-8 of RFC 6532; quoted local parts are not taken.
_LOCAL = re.compile(r"[^\s\x00-\x20\x7f\"(),:;<>@\[\\\]]{1,64}\Z")


@lru_cache(maxsize=8192)
def _ascii_domain(domain: str) -> str | None:
    domain = domain.rstrip(".").lower()
    if not domain or len(domain) > 253:
        return None
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    if all(_LABEL.match(label) for label in domain.split(".")):
        return domain
    return None


def split(address: str) -> tuple[str, str] | None:
    """
    Split an addr-spec into local part and domain, the domain folded and IDNA-encoded; None if it is no address.

    Quoted local parts, source routes, domain literals and comments are not taken: no participant has one, and each
    is an old way to make two programs read two addresses.

    >>> split("Ada@Home.Example")
    ('Ada', 'home.example')
    """
    local, at, domain = address.rpartition("@")
    if not at or not _LOCAL.match(local) or local.startswith(".") or local.endswith(".") or ".." in local:
        return None
    ascii_domain = _ascii_domain(domain)
    return (local, ascii_domain) if ascii_domain else None


def normalise(address: str) -> str | None:
    """
    Give the form in which addresses are stored and compared, or None if it is no address.

    Case is folded; nothing else is: `ada+x@` is a different address until its owner registers it (narrow to
    authorise, wide to protect).

    >>> normalise("Ada+Shop@Bücher.Example")
    'ada+shop@xn--bcher-kva.example'
    """
    parts = split(address.strip())
    if parts is None:
        return None
    local = parts[0].lower()
    # The sign for Kelvin folds to the letter k: another mailbox, which would pass for a plain one.
    return f"{local}@{parts[1]}" if local.isascii() == parts[0].isascii() else None


def is_address(text: str) -> bool:
    """Whether the text is one address and nothing else."""
    return split(text) is not None


def domain_of(address: str) -> str | None:
    """The normalised domain of an address, or None if it is no address."""
    parts = split(address)
    return parts[1] if parts else None
