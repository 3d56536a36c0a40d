"""Random mails: trees of parts, fields and files, with an address in any place of them, in any form, any encoding."""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import zipfile
import zlib
from random import Random
from typing import NamedTuple

from bench.planted.forms import FORMS

__all__ = ["Writer", "plant", "report"]

_WORDS = (
    "Hello|the lamp|Größe|明かり|On Tuesday|- -|> so|100 %|a=b&c|Thank you|is it in brass?|<i>|=?utf-8?q?x?=".split("|")
)
_TYPES = (
    "text/plain", "text/plain", "text/plain", "text/html", "text/html", "text/csv", "text/calendar", "text/vcard",
    "application/octet-stream", "image/jpeg", "image/png", "application/pdf", "text/enriched", "message/rfc822",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)  # fmt: skip
_CHARSETS = ("utf-8", "utf-8", "utf-8", "iso-8859-1", "utf-16", "utf-16-le", "utf-32", "iso-2022-jp", "x-unknown")
_WRAPS = (
    "<p>{}</p>", "<b>{}</b>", '<a href="https://x.example/?m={}">x</a>', "<!--{}-->", "<img alt='{}'>",
    "<title>{}</title>",
    '<a href="mailto:{}">write to me</a>', '<img src="data:text/plain,{}">', '<div title="{}">x</div>', "<td>{}</td>",
)  # fmt: skip
_FIELDS = (
    "Cc Reply-To Sender References In-Reply-To X-Mailer Disposition-Notification-To List-Unsubscribe Autocrypt "
    "Organization"
).split()


class Writer(NamedTuple):
    """Who writes: the mailbox, the name of the machine it writes from, and the alias it writes to."""

    address: str
    machine: str
    to: str


def plant(chance: Random, writer: Writer) -> bytes:
    """Write a mail that tells its writer's address at least in From, and most likely elsewhere."""
    fields = [
        f"From: {_word(chance, _line(chance, writer))} <{writer.address}>",
        f"To: <{writer.to}>",
        f"Subject: {_word(chance, _line(chance, writer))}",
        f"Message-ID: <{chance.getrandbits(60):x}@{writer.machine}>",
        "Date: Tue, 03 Mar 2026 09:30:00 +0100",
        "MIME-Version: 1.0",
    ]
    fields += [f"{name}: <{writer.address}>" for name in _FIELDS if chance.random() < 0.1]
    return "\r\n".join([*fields, ""]).encode("utf-8", "replace") + _tree(chance, writer, 0)


def report(chance: Random, writer: Writer, raw: bytes) -> bytes:
    """Write what a server answers to a copy: a report that names the writer of the mail, and brings the mail along."""
    action, status = chance.choice((
        ("failed", "5.1.1"), ("delayed", "4.2.2"), ("delivered", "2.0.0"), ("failed", "4.4.7"),
    ))  # fmt: skip
    head = "\r\n".join((
        f"From: MAILER-DAEMON <postmaster@{writer.machine}>",
        f"To: <{writer.to}>",
        f"Subject: {_line(chance, writer)!r}",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=r",
        f"\r\n--r\r\n\r\nExpanded from {writer.address}: {_line(chance, writer)}",
        f"--r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; {writer.machine}",
        f"\r\nFinal-Recipient: rfc822; {writer.address}",
        f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 {_line(chance, writer)!r}",
        "--r\r\nContent-Type: message/rfc822\r\n\r\n",
    ))  # fmt: skip
    return head.encode("utf-8", "replace") + raw + b"\r\n--r--\r\n"


def _tree(chance: Random, writer: Writer, depth: int) -> bytes:
    if depth > 2 or chance.random() < 0.45:
        return _leaf(chance, writer)
    boundary = f"b{chance.getrandbits(40):x}" + chance.choice(["", "", "-" + writer.address.replace("@", "=")])
    parts = [_tree(chance, writer, depth + 1) for _ in range(chance.randint(1, 3))]
    subtype = chance.choice(["mixed", "alternative", "related", "signed"])
    line = f"\r\n--{boundary}\r\n".encode()
    around = [_line(chance, writer).encode("utf-8", "replace") for _ in range(2)]
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'.encode()
    return head + around[0] + line + line.join(parts) + f"\r\n--{boundary}--\r\n".encode() + around[1]


def _leaf(chance: Random, writer: Writer) -> bytes:
    media_type, charset = chance.choice(_TYPES), chance.choice(_CHARSETS)
    text = _phrase(chance, writer)
    if media_type == "text/html":
        text = chance.choice(_WRAPS).replace("{}", text) + "<p>Hello</p>"
    content = _content(chance, media_type, text, charset)
    way, body = _encoded(chance, content)
    fields = [f"Content-Type: {media_type}; charset={charset}", f"Content-Transfer-Encoding: {way}"]
    if not media_type.startswith(("text/plain", "text/html")) or chance.random() < 0.2:
        fields.append(f'Content-Disposition: attachment; filename="{_word(chance, _line(chance, writer))}"')
    if chance.random() < 0.3:
        fields += [f"Content-ID: <{writer.address}>", f"Content-Description: {_word(chance, _line(chance, writer))}"]
    return "\r\n".join([*fields, "", ""]).encode("utf-8", "replace") + body


def _content(chance: Random, media_type: str, text: str, charset: str) -> bytes:
    if media_type == "application/pdf":
        return _pdf(text)
    if media_type.endswith("wordprocessingml.document"):
        return _docx(chance, text)
    if media_type == "image/png":
        return _png(text)
    if media_type == "image/jpeg":
        said = text.encode("utf-8", "replace")[:60_000]
        return (
            b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"
            + bytes(9)
            + b"\xff\xfe"
            + (len(said) + 2).to_bytes(2, "big")
            + said
            + b"\xff\xd9"
        )
    if media_type == "application/octet-stream" and chance.random() < 0.3:
        return gzip.compress(text.encode("utf-8", "replace"))
    codec = "utf-8" if charset.startswith("x-") else charset
    return text.encode(codec, "replace")


def _pdf(text: str) -> bytes:
    shown = text.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    stream = zlib.compress(b"BT /F1 12 Tf 20 20 Td (" + shown + b") Tj ET")
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start)


def _docx(chance: Random, text: str) -> bytes:
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace("\x00", "")
    cut = chance.randint(0, len(safe)) if "&" not in safe else 0
    runs = f"<w:r><w:t>{safe[:cut]}</w:t></w:r><w:r><w:t>{safe[cut:]}</w:t></w:r>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml",
            f"<w:document><w:body><w:p>{runs}</w:p></w:body></w:document>".encode("utf-8", "replace"),
        )
    return out.getvalue()


def _png(text: str) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    pixels = chunk(b"IHDR", b"\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00")
    said = chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(text.encode("utf-8", "replace")))
    return b"\x89PNG\r\n\x1a\n" + pixels + said + chunk(b"IDAT", zlib.compress(bytes(4))) + chunk(b"IEND", b"")


def _encoded(chance: Random, content: bytes) -> tuple[str, bytes]:
    way = chance.choice(["base64", "base64", "quoted-printable", "8bit"])
    if way == "base64":
        return way, base64.encodebytes(content).replace(b"\n", b"\r\n")
    if way == "quoted-printable":
        return way, binascii.b2a_qp(content, istext=False).replace(b"=\n", b"=\r\n")
    return way, content


def _phrase(chance: Random, writer: Writer) -> str:
    pieces: list[str] = []
    for _ in range(chance.randint(1, 4)):
        kind = chance.random()
        pieces.append(FORMS[chance.choice(list(FORMS))](writer.address) if kind < 0.35 else chance.choice(_WORDS))
    return " ".join(pieces)


def _line(chance: Random, writer: Writer) -> str:
    return " ".join(_phrase(chance, writer).replace('"', "").split())


def _word(chance: Random, text: str) -> str:
    content = text.encode("utf-8", "replace")
    if chance.random() < 0.5:
        return f"=?utf-8?b?{base64.b64encode(content).decode()}?="
    return f"=?utf-8?q?{''.join(f'={byte:02X}' for byte in content)}?="
