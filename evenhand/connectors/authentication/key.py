"""Fetches and judges the public key of a DKIM signature (RFC 6376 §3.6, RFC 8301, RFC 8463)."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from dkim.util import InvalidTagValueList, parse_tag_value

from evenhand.connectors.dns import Inquiry, Missing, Unanswered

__all__ = ["Key", "KeyProblem", "fetch_key"]

# RFC 8301 §3.2 forbids less than 1024 bits and asks for no more than 4096; an exponent of any size would cost hours.
RSA_BITS = (1024, 4096)
EXPONENT_LIMIT = 2**33

Key = RSAPublicKey | Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class KeyProblem:
    """There is no key that may verify this signature; `reason` is for the operator."""

    reason: str


def fetch_key(
    selector: str, domain: str, signature: dict[bytes, bytes], inquiry: Inquiry
) -> Key | KeyProblem | Unanswered:
    """Ask for the key record of a signature and read it."""
    answer = inquiry.ask(f"{selector}._domainkey.{domain}", "TXT")
    if isinstance(answer, Unanswered):
        return answer
    if isinstance(answer, Missing):
        return KeyProblem("there is no key record")
    records = [tags for text in answer.records if (tags := _tags(text)) is not None]
    if len(records) != 1:
        return KeyProblem("there is no single key record")
    return _problem(records[0], domain, signature) or _read(records[0], signature)


def _tags(text: str) -> dict[bytes, bytes] | None:
    try:
        tags: dict[bytes, bytes] = parse_tag_value(text.encode("latin-1", "replace"))
    except (InvalidTagValueList, IndexError):
        return None
    return tags if b"p" in tags and tags.get(b"v", b"DKIM1") == b"DKIM1" else None


def _problem(record: dict[bytes, bytes], domain: str, signature: dict[bytes, bytes]) -> KeyProblem | None:
    if not record[b"p"]:
        return KeyProblem("the key is revoked")
    if b"h" in record and b"sha256" not in _list(record[b"h"]):
        return KeyProblem("the key is not for SHA-256")
    if b"s" in record and not {b"*", b"email"} & set(_list(record[b"s"])):
        return KeyProblem("the key is not for mail")
    if record.get(b"k", b"rsa") != signature[b"a"].partition(b"-")[0]:
        return KeyProblem("the key is of another kind than the signature")
    if b"y" in _list(record.get(b"t", b"")):
        return KeyProblem("the domain is only testing (t=y)")
    identity = signature.get(b"i", b"").rpartition(b"@")[2].lower().decode("ascii", "replace")
    if b"s" in _list(record.get(b"t", b"")) and identity not in {"", domain}:
        return KeyProblem("the key is not for subdomains (t=s)")
    return None


def _list(value: bytes) -> list[bytes]:
    return [item.strip().lower() for item in value.split(b":")]


def _read(record: dict[bytes, bytes], signature: dict[bytes, bytes]) -> Key | KeyProblem:
    try:
        content = b64decode(re.sub(rb"\s+", b"", record[b"p"]), validate=True)
        if signature[b"a"] == b"ed25519-sha256":
            return Ed25519PublicKey.from_public_bytes(content)
        key = load_der_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        return KeyProblem("the key cannot be read, or is too weak")
    if not isinstance(key, RSAPublicKey):
        return KeyProblem("the key is of another kind than the signature")
    if not RSA_BITS[0] <= key.key_size <= RSA_BITS[1] or key.public_numbers().e >= EXPONENT_LIMIT:
        return KeyProblem(f"the key has {key.key_size} bits, which is not accepted")
    return key
