"""Verifies the DKIM signatures of a mail (RFC 6376, 8301, 8463): dkimpy hashes, the rest is ours to be strict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import dkim
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from dkim.util import InvalidTagValueList, parse_tag_value

from evenhand.connectors.authentication.alignment import Alignment
from evenhand.connectors.authentication.evidence import Evidence
from evenhand.connectors.authentication.key import Key, KeyProblem, fetch_key
from evenhand.connectors.dns import Inquiry, Unanswered
from evenhand.mail.address import domain_of

__all__ = ["check_signatures"]

TRIES_LIMIT = 5
FIELDS_LIMIT = 100
CLOCK_SECONDS = 10 * 3600
"""How far ahead of ours the clock of a signer may be; many take their own time zone for UTC."""

# Past these an honest signature never comes, and dkimpy's expressions take time that grows with the square.
FIELD_BYTES_LIMIT = 8 * 1024
_LONG_SPACE = re.compile(rb"\s{100}")
_SPACE = re.compile(rb"[\t ]+")


@dataclass(frozen=True, slots=True)
class Signature:
    """One DKIM-Signature field: its place among them, and its tags."""

    index: int
    domain: str
    selector: str
    tags: dict[bytes, bytes]


def check_signatures(
    message: dkim.DKIM, inquiry: Inquiry, alignment: Alignment, received_at: datetime
) -> Iterator[Evidence]:
    """
    Try up to five signatures that could be aligned, those of the very domain in From first; yield what each says.

    Signatures of other domains are counted but not tried: whatever they prove, it is not the author. So nobody can
    make us wait for their name servers, or hide the one good signature behind a thousand.
    """
    signatures, notes = _signatures(message)
    near = [one for one in signatures if alignment.conceivable(one.domain)]
    near.sort(key=lambda one: one.domain != alignment.from_domain)
    strangers = sorted({one.domain for one in signatures} - {one.domain for one in near})
    if strangers:
        notes.append(f"dkim: signed by {', '.join(strangers[:3])}, not aligned")
    if notes:
        yield Evidence("fail", note="; ".join(notes))
    for signature in near[:TRIES_LIMIT]:
        yield _check(signature, message, inquiry, alignment, received_at)


def _signatures(message: dkim.DKIM) -> tuple[list[Signature], list[str]]:
    fields = [body for name, body in message.headers if name.lower() == b"dkim-signature"]
    signatures, notes = [], []
    for index, body in enumerate(fields[:FIELDS_LIMIT]):
        read = _read(index, body)
        if isinstance(read, Signature):
            signatures.append(read)
        elif read not in notes:
            notes.append(read)
    return signatures, notes


def _read(index: int, body: bytes) -> Signature | str:
    if len(body) > FIELD_BYTES_LIMIT or _LONG_SPACE.search(body):
        return "dkim: a signature field is too long"
    try:
        tags = parse_tag_value(body)
    except InvalidTagValueList:
        return "dkim: a signature field cannot be read"
    domain = domain_of("x@" + tags.get(b"d", b"").decode("ascii", "replace"))
    selector = domain_of("x@" + tags.get(b"s", b"").decode("ascii", "replace"))
    if domain is None or selector is None:
        return "dkim: a signature names no domain or no selector"
    return Signature(index, domain, selector, tags)


def _check(
    signature: Signature, message: dkim.DKIM, inquiry: Inquiry, alignment: Alignment, received_at: datetime
) -> Evidence:
    name = f"dkim: d={signature.domain} s={signature.selector}"
    problem = _refusal(signature, received_at)
    if problem:
        return Evidence("fail", signature.domain, f"{name}: {problem}")
    aligned = alignment.holds(signature.domain, "adkim")
    if isinstance(aligned, Unanswered):
        return Evidence("temporary", signature.domain, f"{name}: {aligned.reason}")
    if not aligned:
        return Evidence("fail", signature.domain, f"{name}: not aligned")
    key = fetch_key(signature.selector, signature.domain, signature.tags, inquiry)
    if isinstance(key, Unanswered):
        return Evidence("temporary", signature.domain, f"{name}: {key.reason}")
    if isinstance(key, KeyProblem):
        return Evidence("fail", signature.domain, f"{name}: {key.reason}")
    problem = _verify(signature, message, key)
    return Evidence("fail" if problem else "pass", signature.domain, f"{name}: {problem or 'pass'}")


def _refusal(signature: Signature, received_at: datetime) -> str:
    """Say why a signature does not count before its key is asked for, or nothing."""
    tags = signature.tags
    if tags.get(b"a") not in {b"rsa-sha256", b"ed25519-sha256"}:
        return "its algorithm is not accepted (RFC 8301)"
    if b"l" in tags:
        return "it covers only a part of the body (l=)"
    if b"from" not in [name.strip().lower() for name in tags.get(b"h", b"").split(b":")]:
        return "it does not cover From"
    since = tags.get(b"t", b"0")[:20]
    if not since.isdigit() or int(since) > received_at.timestamp() + CLOCK_SECONDS:
        return "it is from the future (t=)"
    if b"x" in tags:
        until = tags[b"x"][:20]
        if not until.isdigit() or int(until) < received_at.timestamp():
            return "it has expired (x=)"
    return ""


def _verify(signature: Signature, message: dkim.DKIM, key: Key) -> str:
    """Compare hashes and signature; returns what is wrong, or nothing."""
    judge = _Verifier(message, key, relaxed=signature.tags.get(b"c", b"").endswith(b"/relaxed"))
    try:
        good = judge.verify(signature.index)
    except dkim.ValidationError as error:
        return "the body was changed" if "body hash" in str(error) else "a tag is not valid"
    except Exception as error:  # noqa: BLE001  foreign bytes meet a foreign parser here, which raises what it likes
        return f"it cannot be read ({type(error).__name__})"
    return "" if good and not judge.refuted else "the header was changed, or the key is another"


class _Verifier(dkim.DKIM):  # type: ignore[misc]
    """
    dkimpy's verification of one signature with a key already fetched and judged by us.

    Its own way takes a failure of the DNS for a bad signature, takes keys of any size and exponent, does not look at
    `h=`, `t=s` and the number of records, and needs one more library for Ed25519.
    """

    def __init__(self, message: dkim.DKIM, key: Key, *, relaxed: bool) -> None:
        super().__init__()
        self.headers = message.headers
        self.body = _relaxed(message.body) if relaxed else message.body
        self.refuted = False
        self.pk: object = None
        self._key = key

    def verify_sig(
        self,
        sig: dict[bytes, bytes],
        include_headers: list[bytes],
        sig_header: tuple[bytes, bytes],
        dnsfunc: object,  # noqa: ARG002  the key is here already
    ) -> bool:
        """Hash as dkimpy does and check with our key."""
        if isinstance(self._key, Ed25519PublicKey):
            self.pk = _Ed25519(self._key, self)
            self.keysize, self.ktag = 256, b"ed25519"
        else:
            numbers = self._key.public_numbers()
            self.pk = {"modulus": numbers.n, "publicExponent": numbers.e}
            self.keysize, self.ktag = self._key.key_size, b"rsa"
        return bool(self.verify_sig_process(sig, include_headers, sig_header, None))


class _Ed25519:
    """A key with the one method dkimpy calls; a bad signature is noted, because dkimpy knows no other exception."""

    def __init__(self, key: Ed25519PublicKey, verifier: _Verifier) -> None:
        self._key = key
        self._verifier = verifier

    def verify(self, digest: bytes, signature: bytes) -> None:
        """Check the signature over the SHA-256 digest (RFC 8463 §3)."""
        try:
            self._key.verify(signature, digest)
        except InvalidSignature:
            self._verifier.refuted = True


def _relaxed(body: bytes) -> bytes:
    """
    Do the costly half of the relaxed body form (RFC 6376 §3.4.4) in linear time; dkimpy's then has nothing to do.

    >>> _relaxed(b"a  b ")
    b'a b'
    """
    return b"\r\n".join(_SPACE.sub(b" ", line.rstrip(b"\t ")) for line in body.split(b"\r\n"))
