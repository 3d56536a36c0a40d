"""Mints Message-IDs and bounce addresses from random bytes given by the caller."""

import base64
import hashlib
import hmac
from functools import lru_cache

__all__ = ["bounce_address", "mint", "vouched"]


def mint(entropy: bytes, domain: str) -> str:
    """
    Make a Message-ID, without brackets, that names nothing but the relay's domain (RFC 5322 §3.6.4).

    >>> mint(bytes(16), "m.market.example")
    'aaaaaaaaaaaaaaaaaaaaaaaaaa@m.market.example'
    """
    return f"{_base32(entropy)}@{domain}"


def bounce_address(key: str, entropy: bytes, domain: str) -> str:
    """
    Make the reverse-path of one delivery: `b-`, at least 128 random bits, and 80 bits that vouch for them.

    The random bits are looked up where they are stored; the check lets a door turn away what was forged or mistyped
    without asking there. `key` is the installation's secret: whoever changes it can read no report about what was sent
    before.
    """
    return f"b-{_base32(entropy[:16] + _check(key, entropy[:16]))}@{domain}"


def vouched(key: str, local_part: str) -> bool:
    """
    Whether the local part of a bounce address was minted with this key; compared in constant time.

    >>> address = bounce_address("k", bytes(16), "m.market.example")
    >>> vouched("k", address.partition("@")[0]), vouched("another", address.partition("@")[0])
    (True, False)
    """
    prefix, dash, encoded = local_part.partition("-")
    if prefix != "b" or not dash or len(encoded) != _LENGTH:
        return False
    try:
        content = base64.b32decode(encoded.upper() + "=" * (-_LENGTH % 8))
    except ValueError:
        return False
    # Two spellings must not be one address: the last letter has a bit that nobody reads.
    return hmac.compare_digest(content[16:], _check(key, content[:16])) and _base32(content) == encoded


_LENGTH = 42
"""Letters of 26 bytes in base32."""


def _check(key: str, random: bytes) -> bytes:
    return hmac.digest(_bounce_key(key), random, hashlib.sha256)[:10]


@lru_cache(maxsize=8)
def _bounce_key(key: str) -> bytes:
    """A key of its own, so that no other use of the secret can be made to answer for this one."""
    return hmac.digest(key.encode(), b"bounce address", hashlib.sha256)


def _base32(entropy: bytes) -> str:
    return base64.b32encode(entropy).decode("ascii").rstrip("=").lower()
