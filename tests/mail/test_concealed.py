"""What is packed in a text is not shown: addresses in base64 and uuencode, and files that nobody opened."""

import base64
import binascii
import zipfile
from io import BytesIO

import pytest

from evenhand.mail.gate.concealed import scrub_concealed, scrub_concealed_html
from evenhand.mail.identity import REMOVED, identities

ADA = "ada@home.example"
PROTECTED = identities((ADA,), allowed=("market.example",))


def in_base64(text):
    return base64.b64encode(text.encode()).decode()


def in_a_file(text):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", text)
    return base64.b64encode(out.getvalue()).decode()


def uuencoded(text):
    return f"begin 644 a.txt\n{binascii.b2a_uu(text.encode()).decode()}`\nend"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"Write to {ADA}.", f"Write to {REMOVED}."),
        (f"Hello\n{in_base64('xy' + ADA + ' it is')}\nsoon", f"Hello\n{REMOVED}\nsoon"),
        (f"Hello\n> {in_base64('write to ' + ADA)}\nsoon", f"Hello\n{REMOVED}\nsoon"),
        (f"Hello\n{in_base64(in_base64('write to ' + ADA))}\nsoon", f"Hello\n{REMOVED}\nsoon"),
        (f"Hello\n{in_a_file('anything')}\nsoon", f"Hello\n{REMOVED}\nsoon"),
        (f"Hello\n{uuencoded('write to ' + ADA)}\n", REMOVED),
        ("Hello\nada@hоmе.example\nsoon", f"Hello\n{REMOVED}\nsoon"),
        ("Hello\n\u202eelpmaxe.emoh@ada\nsoon", f"Hello\n{REMOVED}\nsoon"),
        (f"Order {in_base64('nothing of anybody, really')}", f"Order {in_base64('nothing of anybody, really')}"),
        ("Hello\n\n soon ", "Hello\n\n soon "),
    ],
    ids=["plain", "base64", "quoted", "twice", "file", "uuencode", "look-alikes", "backwards", "other base64", "words"],
)
def test_what_decoding_shows_is_not_shown(text, shown):
    assert scrub_concealed(text, PROTECTED) == shown


PACKED = in_base64("write to " + ADA + " it is")


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>Is it <b>brass</b>?</p>", "<p>Is it <b>brass</b>?</p>"),
        (f'<a href="https://x.example/?m={ADA}" rel="nofollow">so</a>', '<a rel="nofollow">so</a>'),
        (f'<p>so</p><a href="https://x.example/?{PACKED}">it</a>', f"<p>so</p><p>{REMOVED}</p>"),
        (f"<p>so</p><p>{PACKED[:18]}<b>{PACKED[18:]}</b></p>", f"<p>so</p><p>{REMOVED}</p>"),
        (f"<p>1 &lt; 2</p><p>{PACKED}</p>", f"<p>1 &lt; 2</p><p>{REMOVED}</p>"),
    ],
    ids=["words", "link", "packed in a link", "parted by a tag", "entities"],
)
def test_of_formatting_the_words_are_left(html, shown):
    assert scrub_concealed_html(html, PROTECTED) == shown
