"""Signs finished mails with DKIM (RFC 6376, 8301, 8463), so that nobody can change or reuse a word of theirs unseen."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

__all__ = ["SIGNATURE_LIFE", "SIGNED_FIELDS", "PrivateKey", "SigningKey", "key_record", "parted", "selector_of", "sign"]

PrivateKey = RSAPrivateKey | Ed25519PrivateKey

SIGNATURE_LIFE = timedelta(days=14)
"""Until when a signature counts (`x=`): we try for five days, the next server for as long again, and then some."""

SIGNED_FIELDS = (
    b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"reply-to", b"sender", b"in-reply-to", b"references",
    b"mime-version", b"content-type", b"content-transfer-encoding", b"content-disposition", b"auto-submitted",
    b"list-unsubscribe", b"list-unsubscribe-post",
)  # fmt: skip
"""
Each is signed as often as it is there, and once more: so one added later breaks the signature (RFC 6376 §8.15).

They are what a mail program shows, files or acts upon.
"""

_FIELD_END = re.compile(rb"\r\n(?![ \t])")
_SPACES = re.compile(rb"[ \t]+")
_FOLD = 72
_OURS = re.compile(
    rb"(?:DKIM-Signature: v=1; a=(?:rsa|ed25519)-sha256; c=relaxed/relaxed;\r\n d=[a-z0-9._-]{1,253};\r\n"
    rb" s=[a-z0-9]{1,63}; t=\d{1,12}; x=\d{1,12};\r\n h=[a-z:\r\n -]{1,900};\r\n bh=[A-Za-z0-9+/]{43}=;\r\n"
    rb" b=(?:[A-Za-z0-9+/=]{1,72}\r\n ?){1,12})*"
)
_PADDING = PKCS1v15()
_HASHED = Prehashed(SHA256())


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, and where its public half stands in the DNS: `<selector>._domainkey.<domain>`."""

    domain: str
    selector: str
    private: PrivateKey

    def __repr__(self) -> str:
        return f"SigningKey({self.domain!r}, {self.selector!r}, …)"


def sign(content: bytes, keys: Sequence[SigningKey], at: datetime) -> bytes:
    """
    Put one DKIM-Signature for each key in front of a mail; relaxed/relaxed, over the whole body (no `l=`).

    The same mail, keys and moment give the same bytes. Raises ValueError for a mail that would be signed in another
    form than it travels in: one without From, or with a bare CR or LF.
    """
    if not keys:
        return content
    if not content.count(b"\r\n") == content.count(b"\r") == content.count(b"\n"):
        raise ValueError("a bare CR or LF would be changed on the way, and break the signature")
    head, _, body = content.partition(b"\r\n\r\n")
    names, hashed = _signed(head)
    body_hash = base64.b64encode(hashlib.sha256(_relaxed_body(body)).digest()).decode("ascii")
    fields = [_field(key, names, hashed, body_hash, int(at.timestamp())) for key in keys]
    return b"".join([*fields, content])


def parted(signed: bytes) -> tuple[bytes, bytes]:
    """
    Part a mail of ours from the signatures in front of it; the two together are the mail again.

    They are known by their exact form, in which nothing can stand that is not a domain, a number or a digest.
    """
    found = _OURS.match(signed)
    end = found.end() if found else 0
    return signed[:end], signed[end:]


def selector_of(private: PrivateKey) -> str:
    """
    Name a key by itself, so that two machines that made one each never publish different keys under one name.

    A letter and fifty bits of the public key's SHA-256, in base32.
    """
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return "e" + base64.b32encode(hashlib.sha256(public).digest()).decode("ascii")[:10].lower()


def key_record(private: PrivateKey) -> str:
    """Write the TXT record of a key's public half (RFC 6376 §3.6.1, RFC 8463 §4)."""
    public = private.public_key()
    if isinstance(private, RSAPrivateKey):
        kind, content = "rsa", public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    else:
        kind, content = "ed25519", public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"v=DKIM1; k={kind}; p={base64.b64encode(content).decode('ascii')}"


def _signed(head: bytes) -> tuple[tuple[bytes, ...], bytes]:
    """Give the names for `h=`, and the signed fields in relaxed form, in that order (RFC 6376 §3.4.2, §5.4.2)."""
    found: dict[bytes, list[bytes]] = {}
    for field in _FIELD_END.split(head.removesuffix(b"\r\n")):
        name, colon, value = field.partition(b":")
        if colon:
            found.setdefault(name.rstrip(b" \t").lower(), []).append(value)
    if b"from" not in found:
        raise ValueError("a mail without From cannot be signed")
    names: list[bytes] = []
    hashed: list[bytes] = []
    for name in SIGNED_FIELDS:
        for value in reversed(found.get(name, ())):
            names.append(name)
            hashed.append(name + b":" + _relaxed(value) + b"\r\n")
        names.append(name)
    return tuple(names), b"".join(hashed)


def _relaxed(value: bytes) -> bytes:
    value = value.replace(b"\r\n", b"")
    if b"\t" in value or b"  " in value:
        value = _SPACES.sub(b" ", value)
    return value.strip(b" \t")


def _relaxed_body(body: bytes) -> bytes:
    r"""
    Bring a body into the relaxed form (RFC 6376 §3.4.4); one of ours mostly has it, which is seen in passing.

    >>> _relaxed_body(b"It \t flickers. \r\n\r\n\r\n")
    b'It flickers.\r\n'
    >>> _relaxed_body(b"\r\n\r\n")
    b''
    """
    if b"\t" in body or b"  " in body:
        body = _SPACES.sub(b" ", body)
    if b" \r\n" in body:
        body = body.replace(b" \r\n", b"\r\n")
    body = body.removesuffix(b" ")
    end = len(body)
    while body.endswith(b"\r\n", 0, end):
        end -= 2
    return body[:end] + b"\r\n" if end else b""


def _field(key: SigningKey, names: tuple[bytes, ...], hashed: bytes, body_hash: str, at: int) -> bytes:
    kind = "rsa" if isinstance(key.private, RSAPrivateKey) else "ed25519"
    field = (
        f"DKIM-Signature: v=1; a={kind}-sha256; c=relaxed/relaxed;\r\n d={key.domain};\r\n s={key.selector};"
        f" t={at}; x={at + int(SIGNATURE_LIFE.total_seconds())};\r\n {_listed(names)};\r\n bh={body_hash};\r\n b="
    ).encode("ascii")
    _, _, value = field.partition(b":")
    digest = hashlib.sha256(hashed + b"dkim-signature:" + _relaxed(value)).digest()
    if isinstance(key.private, RSAPrivateKey):
        made = key.private.sign(digest, _PADDING, _HASHED)
    else:
        made = key.private.sign(digest)
    encoded = base64.b64encode(made)
    lines = [encoded[start : start + _FOLD] for start in range(0, len(encoded), _FOLD)]
    return field + b"\r\n ".join(lines) + b"\r\n"


@lru_cache(maxsize=64)
def _listed(names: tuple[bytes, ...]) -> str:
    lines, line = [], "h="
    for number, name in enumerate(names):
        word = name.decode("ascii") + (":" if number + 1 < len(names) else "")
        if len(line) + len(word) > _FOLD:
            lines.append(line)
            line = ""
        line += word
    return "\r\n ".join([*lines, line])
