"""Mails with an address planted in them, one for each road by which an address could leave."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

__all__ = ["planted", "unplanted"]


def planted(address: str, domain: str) -> Iterator[bytes]:
    """Give mails, each with the address in one place and form."""
    plain = address.encode("ascii")
    packed = b64encode(plain)
    yield _mail(domain, b"Subject: about " + plain)
    yield _mail(domain, b"Subject: =?utf-8?b?" + packed + b"?=")
    yield _mail(domain, b"Content-Type: text/plain; name*0*=utf-8''" + plain[:7] + b"; name*1*=" + plain[7:])
    yield _mail(domain, body=plain)
    yield _mail(domain, body=b"a ticket: eHh4" + packed + b" and no more")
    yield _mail(domain, b"Content-Transfer-Encoding: base64", b64encode(b"write to " + plain))
    yield _mail(
        domain, b"Content-Transfer-Encoding: quoted-printable", plain.replace(b"n", b"=6E").replace(b".", b".=\r\n")
    )
    yield _mail(domain, b"Content-Type: text/html", b"<p>" + plain.replace(b"@", b"<wbr>&#64;") + b"</p>")
    wide = b64encode(address.encode("utf-16-le"))
    yield _mail(domain, b"Content-Type: text/plain; charset=utf-16le\r\nContent-Transfer-Encoding: base64", wide)
    file = (
        b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + b64encode(b"\x00\xff\xd8" + plain + b"\x00")
        + b"\r\n--b--\r\n"
    )
    yield _mail(domain, b"Content-Type: multipart/mixed; boundary=b", file)
    yield _mail(domain, b"Content-Type: message/rfc822", _mail(domain, b"To: " + plain))


def unplanted(domain: str) -> bytes:
    """Give a mail with no address but the relay's own in it."""
    return _mail(domain, b"Subject: about lamps", b"The lamp is here.")


def _mail(domain: str, fields: bytes = b"Subject: a lamp", body: bytes = b"words") -> bytes:
    return b"From: <a@" + domain.encode("ascii") + b">\r\n" + fields + b"\r\n\r\n" + body + b"\r\n"
