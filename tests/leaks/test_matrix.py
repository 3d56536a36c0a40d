"""Every place of a mail with every way to write an address in it: the gate finds each of them in its finished bytes."""

import base64
import gzip

import pytest

from evenhand.mail.gate import search
from evenhand.mail.identity import identities
from tests.leaks import documents as made
from tests.mail.strategies import ADA, FORMS, WRAPPED_BASE64

PROTECTED = identities((ADA,), allowed=("m.market.example",))
HEAD = b"From: <k3@m.market.example>\r\nTo: <q7@m.market.example>\r\n"
WRITTEN = {**FORMS, **WRAPPED_BASE64}


def mail(fields, body=b"words"):
    return HEAD + b"".join(field + b"\r\n" for field in fields) + b"\r\n" + body


def file(content, media_type="application/octet-stream"):
    part = f"Content-Type: {media_type}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode() + base64.encodebytes(
        content
    )
    return mail(
        [b"Content-Type: multipart/mixed; boundary=b"], b"--b\r\n\r\nwords\r\n--b\r\n" + part + b"\r\n--b--\r\n"
    )


def field(before, after=""):
    """In a field, a line end is a fold, and a soft line break is nothing."""

    def place(text):
        line = text.replace("=\r\n", "").replace("\r\n", "\n").replace("\n", "\r\n ")
        return mail([before.encode() + line.encode("utf-8", "replace") + after.encode()])

    return place


def readable(text):
    """What can stand in a document of XML at all."""
    return text.replace("\x00", "").replace("\x01", "")


# What else the list of places names (texts, parts, reports, nested mails) is in `tests/mail/test_gate.py`.
PLACES = {
    "link target": lambda text: mail([b"Content-Type: text/html"], b'<a href="https://x.example/?m=' + text.encode() + b'">x</a>'),
    "data url": lambda text: mail([b"Content-Type: text/html"], b'<img src="data:text/plain,' + text.encode() + b'">'),
    "receipt": lambda text: mail([b"Content-Type: message/disposition-notification"], b"Final-Recipient: rfc822; " + text.encode()),
    "content description": field("Content-Description: "),
    "file name, quoted": field('Content-Disposition: attachment; filename="', '.png"'),
    "boundary": field('Content-Type: text/plain; boundary="', '"'),
    "exif": lambda text: file(made.jpeg_exif(text.replace("\x00", "")), "image/jpeg"),
    "xmp": lambda text: file(made.jpeg_xmp(readable(text)), "image/jpeg"),
    "comment of a picture": lambda text: file(made.jpeg_comment(text), "image/jpeg"),
    "packed text of a picture": lambda text: file(made.png_text(text.replace("\x00", ""), packed=True, international=True), "image/png"),
    "comment of a gif": lambda text: file(made.gif_comment(text), "image/gif"),
    "pdf author": lambda text: file(made.pdf_author(readable(text)), "application/pdf"),
    "pdf link": lambda text: file(made.pdf_link(readable(text)), "application/pdf"),
    "pdf xmp": lambda text: file(made.pdf_xmp(readable(text)), "application/pdf"),
    "docx properties": lambda text: file(made.docx(author=readable(text))),
    "docx text": lambda text: file(made.docx(readable(text))),
    "docx runs": lambda text: file(made.docx(runs=list(readable(text)))),
    "odt text": lambda text: file(made.odt(readable(text))),
    "gzip": lambda text: file(gzip.compress(text.encode())),
    "utf-16": lambda text: file(text.encode("utf-16"), "text/plain; charset=utf-16"),
    "utf-32": lambda text: file(text.encode("utf-32"), "text/plain; charset=utf-32"),
    "utf-7": lambda text: file(text.encode("utf-7"), "text/plain; charset=utf-7"),
    "utf-7, undeclared": lambda text: file(text.encode("utf-7"), "text/plain"),
    "encoded word": lambda text: mail([b"Subject: =?utf-8?b?" + base64.b64encode(text.encode()) + b"?="]),
    "split parameter": lambda text: mail([
        b"Content-Type: text/plain; name*0*=utf-8''" + "".join(f"%{byte:02X}" for byte in text.encode()[:9]).encode()
        + b"; name*1*=" + "".join(f"%{byte:02X}" for byte in text.encode()[9:]).encode()
    ]),
}  # fmt: skip


@pytest.mark.parametrize("form", WRITTEN)
@pytest.mark.parametrize("place", PLACES)
def test_each_form_is_found_in_each_place(place, form):
    hit = search(PLACES[place](WRITTEN[form](ADA)), PROTECTED)
    assert hit is not None
    assert hit.form != "unreadable"
    assert search(PLACES[place](WRITTEN[form]("bob@work.example")), PROTECTED) is None
