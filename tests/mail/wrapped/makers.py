"""Writes winmail.dat and opaque S/MIME signatures, as Outlook and others do."""

import base64
import datetime as dt

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID


def attribute(level, kind, value):
    return bytes([level]) + number(kind) + number(len(value)) + value + (sum(value) & 0xFFFF).to_bytes(2, "little")


def number(value, size=4):
    return value.to_bytes(size, "little")


def padded(value):
    return value + bytes(-len(value) % 4)


def properties(*found):
    """Each is type, number and value; text and bytes of any length, numbers of four bytes."""
    out = number(len(found))
    for kind, which, value in found:
        out += number(kind, 2) + number(which, 2)
        if which >= 0x8000:
            out += bytes(16) + number(0) + number(1)
        raw = value.encode("utf-16-le") + b"\0\0" if kind == 0x1F else value
        out += padded(raw) if kind == 0x03 else number(1) + number(len(raw)) + padded(raw)
    return out


def winmail(*files, text="", html=b"", rtf=b""):
    """Files are name, type and bytes; around them what Outlook tells of sender and server."""
    told = [
        (0x1F, 0x0C1A, "telltale sender"), (0x1F, 0x0C1F, "telltale@home.example"), (0x1F, 0x8001, "telltale named"),
        (0x03, 0x0E07, number(7)),
    ]  # fmt: skip
    words = [
        (kind, which, value)
        for kind, which, value in ((0x1F, 0x1000, text), (0x102, 0x1013, html), (0x102, 0x1009, rtf))
        if value
    ]
    out = (
        b"\x78\x9f\x3e\x22\x01\x00"
        + attribute(1, 0x00089006, number(0x10000))
        + attribute(1, 0x00069007, number(1252) + number(0))
    )
    out += attribute(1, 0x00069003, properties(*told, *words))
    for name, media_type, content in files:
        out += (
            attribute(2, 0x00069002, bytes(14))
            + attribute(2, 0x00018010, b"SHORT~1.DAT\0")
            + attribute(2, 0x0006800F, content)
        )
        more = [(0x1F, 0x3707, name), (0x1F, 0x370E, media_type), (0x1F, 0x3001, "telltale path")]
        out += attribute(2, 0x00069005, properties(*more))
    return out


def signed_opaque(entity):
    """An S/MIME signature around a MIME entity, with a certificate that names a mailbox."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, "telltale"),
            x509.NameAttribute(NameOID.EMAIL_ADDRESS, "ada@home.example"),
        ]
    )
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(start).not_valid_after(start + dt.timedelta(days=900)).sign(key, hashes.SHA256())
    )  # fmt: skip
    return (
        pkcs7.PKCS7SignatureBuilder().set_data(entity).add_signer(certificate, key, hashes.SHA256())
        .sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    )  # fmt: skip


def mail_of(media_type, content, *fields):
    head = [b"From: ada@home.example", b"Subject: Lamp", b"MIME-Version: 1.0", b"Content-Type: " + media_type, *fields]
    return b"\r\n".join(
        [*head, b"Content-Transfer-Encoding: base64", b"", base64.encodebytes(content).replace(b"\n", b"\r\n")]
    )
