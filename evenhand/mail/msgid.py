"""Mints Message-IDs and bounce addresses from random bytes given by the caller."""

import base64

__all__ = ["bounce_address", "mint"]


def mint(entropy: bytes, domain: str) -> str:
    """
    Make a Message-ID, without brackets, that names nothing but the relay's domain (RFC 5322 §3.6.4).

    >>> mint(bytes(16), "m.market.example")
    'aaaaaaaaaaaaaaaaaaaaaaaaaa@m.market.example'
    """
    return f"{_base32(entropy)}@{domain}"


def bounce_address(entropy: bytes, domain: str) -> str:
    """Make the reverse-path of one delivery: `b-` and at least 128 random bits."""
    return f"b-{_base32(entropy)}@{domain}"


def _base32(entropy: bytes) -> str:
    return base64.b32encode(entropy).decode("ascii").rstrip("=").lower()
