"""Keys, zones and signatures for the tests of authentication, made anew for each run."""

import base64
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from types import SimpleNamespace

import dkim
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

MAIL = (
    b"From: Ada <ada@home.example>\r\n"
    b"To: q7@m.market.example\r\n"
    b"Subject: The lamp\r\n"
    b"Date: Sun, 01 Mar 2026 12:00:00 +0000\r\n"
    b"Message-ID: <a1@home.example>\r\n"
    b"\r\n"
    b"It  flickers. \r\n"
)


@dataclass
class Signer:
    """A key pair with its selector: signs mail, and knows the record that belongs in the DNS."""

    record: str
    private: bytes
    algorithm: bytes = b"rsa-sha256"
    selector: str = "s1"
    extra: list[tuple[bytes, bytes]] = field(default_factory=list)

    def sign(
        self,
        raw: bytes = MAIL,
        *,
        domain: str = "home.example",
        fields: tuple[bytes, ...] = (),
        tags: dict[bytes, bytes | None] | None = None,
        **more,
    ) -> bytes:
        """
        Put a DKIM-Signature in front of the mail.

        `fields` replaces the list of signed fields; `tags` replaces tags, or leaves those out that are None.
        """
        signer = _Signer(raw)
        signer.extra, signer.only, signer.tags = self.extra, fields, tags or {}
        options = {"canonicalize": (b"relaxed", b"relaxed"), "signature_algorithm": self.algorithm} | more
        return signer.sign(self.selector.encode(), domain.encode(), self.private, **options) + raw

    def zone(self, domain: str = "home.example") -> dict[tuple[str, str], tuple[str, ...]]:
        return {(f"{self.selector}._domainkey.{domain}", "TXT"): (self.record,)}


class _Signer(dkim.DKIM):
    """dkimpy's signer, but ready to write what no good signer would."""

    extra: list[tuple[bytes, bytes]]
    only: tuple[bytes, ...]
    tags: dict[bytes, bytes | None]

    def gen_header(self, fields, include_headers, *rest, **more):
        fields[4:4] = self.extra
        if self.only:
            include_headers = self.only
            fields[:] = [(name, b" : ".join(self.only) if name == b"h" else value) for name, value in fields]
        known = [name for name, _ in fields]
        kept = [(name, self.tags.get(name, value)) for name, value in fields]
        added = [(name, value) for name, value in self.tags.items() if name not in known]
        fields[:] = [(name, value) for name, value in [*kept[:4], *added, *kept[4:]] if value is not None]
        return super().gen_header(fields, include_headers, *rest, **more)


@lru_cache(maxsize=8)
def rsa_signer(bits: int = 2048, algorithm: bytes = b"rsa-sha256", selector: str = "s1") -> Signer:
    key = rsa.generate_private_key(65537, bits)
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return Signer(f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}", pem, algorithm, selector)


def weak_signer() -> Signer:
    """A key of 1023 bits, which libraries no longer make."""
    p, q, e = _prime(512), _prime(511), 65537
    n, d = p * q, pow(e, -1, (p - 1) * (q - 1))
    assert n.bit_length() == 1023
    numbers = [0, n, e, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p)]
    private = base64.b64encode(integers(*numbers))
    return Signer(key_record(n, e), b"-----BEGIN KEY-----\n" + private + b"\n-----END KEY-----\n")


def key_record(modulus: int, exponent: int) -> str:
    return f"v=DKIM1; k=rsa; p={base64.b64encode(integers(modulus, exponent)).decode()}"


def integers(*numbers: int) -> bytes:
    """A DER sequence of integers, as RFC 8017 writes RSA keys."""
    return _der(0x30, b"".join(_der(0x02, number.to_bytes(number.bit_length() // 8 + 1)) for number in numbers))


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    octets = size.to_bytes((size.bit_length() + 7) // 8 or 1)
    length = octets if size < 128 else bytes([0x80 | len(octets)]) + octets
    return bytes([tag]) + length + content


def _prime(bits: int) -> int:
    while True:
        candidate = secrets.randbits(bits) | (3 << (bits - 2)) | 1
        if candidate % 65537 != 1 and all(pow(base, candidate - 1, candidate) == 1 for base in (2, 3, 5, 7)):
            return candidate


def ed25519_signer(monkeypatch) -> Signer:
    """A signer of RFC 8463; stands in for the library dkimpy would sign with."""
    key = ed25519.Ed25519PrivateKey.generate()
    hand = SimpleNamespace(sign=lambda digest: SimpleNamespace(signature=key.sign(digest)))
    library = SimpleNamespace(
        signing=SimpleNamespace(SigningKey=lambda *_, **__: hand),
        encoding=SimpleNamespace(Base64Encoder=None),
        exceptions=SimpleNamespace(ValueError=ValueError),
    )
    monkeypatch.setattr(dkim, "nacl", library, raising=False)
    public = base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
    return Signer(f"v=DKIM1; k=ed25519; p={public}", b"", b"ed25519-sha256")
