"""Recognises our own mail when it comes back: a field with a hop count that nobody else can write."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence

__all__ = ["FIELD", "hops_behind", "mint_trace", "read_trace"]

FIELD = "X-Evenhand-Trace"

_FORM = re.compile(r"(\d{1,3})-([a-z2-7]{16})-([a-z2-7]{26})\Z")


def mint_trace(key: str, hops: int, entropy: bytes) -> str:
    """Write the field: hop count, ten random bytes, and a 128-bit MAC over both. Says nothing about the mail."""
    nonce = _base32(entropy[:10])
    return f"{hops}-{nonce}-{_mac(key, hops, nonce)}"


def read_trace(key: str, value: str) -> int | None:
    """
    Return the hop count of a field that this installation wrote, None for anything else.

    >>> read_trace("k", mint_trace("k", 1, bytes(10)))
    1
    >>> read_trace("k", mint_trace("another", 1, bytes(10)))
    """
    match = _FORM.match(value.strip())
    if match is None:
        return None
    hops, nonce, mac = int(match.group(1)), match.group(2), match.group(3)
    return hops if hmac.compare_digest(mac, _mac(key, hops, nonce)) else None


def hops_behind(values: Sequence[str]) -> int:
    """
    Tell how many installations a mail has passed, as their fields claim; nobody here can verify another's.

    Whoever forges it only stops a mail of their own: it is used for no more than to end a circle.

    >>> hops_behind([mint_trace("another", 3, bytes(10)), "99", "junk"])
    3
    """
    found = (_FORM.match(value.strip()) for value in values)
    return max((int(match.group(1)) for match in found if match), default=0)


def _mac(key: str, hops: int, nonce: str) -> str:
    return _base32(hmac.digest(key.encode(), f"trace {hops} {nonce}".encode("ascii"), hashlib.sha256)[:16])


def _base32(content: bytes) -> str:
    return base64.b32encode(content).decode("ascii").rstrip("=").lower()
