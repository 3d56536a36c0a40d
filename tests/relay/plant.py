"""Mail trees with an address planted anywhere in them, in any form; and a scanner that shares nothing with ours."""

import base64
import binascii
import email
import html
import quopri
import re
import unicodedata
from email import policy
from urllib.parse import unquote

from hypothesis import strategies as st

from tests.mail.strategies import FORMS
from tests.relay.post import ADA

SECRET = "home.example"
_UNSEEN = re.compile("[\u200b\u00ad\u034f\ufe0f\u2060\u202e\u2066\u2069\x00\x01]")
_TAGS = re.compile(r"<!--.*?-->|<(?:[^>\"]|\"[^\"]*\")*>", re.DOTALL)
_RUNS = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")


def tells(content):
    """Whether any reading of the bytes shows ada's domain."""
    return any(SECRET in reading for stream in _streams(content) for reading in _readings(stream))


def _streams(content):
    """The bytes as they are, each field decoded, each body decoded, and every run of base64 at its four alignments."""
    found = [content]
    for part in email.message_from_bytes(content, policy=policy.compat32).walk():
        for name, value in part.items():
            shown = "".join(
                piece.decode(charset or "latin-1", "replace") if isinstance(piece, bytes) else piece
                for piece, charset in email.header.decode_header(str(value))
            )
            found.append(f"{name}: {shown}".encode("utf-8", "replace"))
        found.append(str(part.get_filename("")).encode("utf-8", "replace"))
        body = part.get_payload(decode=True)
        if body:
            charset = part.get_content_charset("utf-8")
            found += [body, _in_charset(body, charset), _in_charset(body, "utf-16"), quopri.decodestring(body)]
    for stream in list(found):
        for run in _RUNS.findall(stream)[:50]:
            found += [base64.b64decode(run[skip:][: (len(run) - skip) // 4 * 4]) for skip in range(4)]
    return found


def _in_charset(body, charset):
    try:
        return body.decode(charset, "replace").encode()
    except LookupError:
        return b""


def _readings(stream):
    """Every way a text could be read by a person or a program: escapes undone, tags and what is unseen left out."""
    text = stream.decode("utf-8", "replace")
    for _ in range(3):
        plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).translate({0x3002: ".", 0xFF61: "."}).lower()
        yield plain
        yield re.sub(r"=?\s*\r?\n[> ]*", "", plain)
        yield _UNSEEN.sub("", _TAGS.sub("", plain))
        said = re.sub(r"\W(?:dot|punkt|punto)\W|点", ".", plain)
        yield re.sub(r"[\s()\[\]•-]+", "", said)
        text = unquote(html.unescape(text))
        text = re.sub(r"\\(?:u\{?0*|x)([0-9a-fA-F]{2})\}?|%u00([0-9a-fA-F]{2})", _char, text)
        text = quopri.decodestring(text.encode("utf-8", "replace")).decode("utf-8", "replace") if "=" in text else text
        text = re.sub(r"\+([A-Za-z0-9+/]+)-", _utf7, text)


def _char(match):
    return chr(int(match[1] or match[2], 16))


def _utf7(match):
    try:
        return match[0].encode("ascii").decode("utf-7")
    except UnicodeError:
        return match[0]


SEEN = {name: form for name, form in FORMS.items() if tells(b"\r\n" + form(ADA).encode("utf-8", "replace"))}
"""The forms the scanner sees through; the search of the house must see through all of them."""

hidden = st.sampled_from(sorted(SEEN)).map(lambda name: SEEN[name](ADA))
plain = st.sampled_from([ADA, ADA.upper(), "ada+shop@home.example", "mail.home.example", "ada=home.example"])
words = st.sampled_from(["Hello", "the lamp", "Größe", "明かり", "On Tuesday", "- -", "=?utf-8?q?x?=", "> so", "100 %"])
phrase = st.lists(st.one_of(words, plain, hidden), min_size=1, max_size=4).map(" ".join)
# A field's value is one line.
line = phrase.map(lambda text: " ".join(text.replace("\x00", "").replace("\x01", "").split()))
# UTF-7 is among the forms already; twice in itself nobody reads it, since no copy names a charset for its files.
charsets = st.sampled_from(["utf-8", "utf-16", "utf-16-le", "iso-2022-jp", "x-unknown"])
tags = st.sampled_from(
    ["<p>%s</p>", "<b>%s</b>", '<a href="https://x.example/?m=%s">x</a>', "<!--%s-->", "<img alt='%s'>", "<title>%s</title>%s"]
)  # fmt: skip
types = st.sampled_from(
    ["text/plain", "text/csv", "text/calendar", "text/html", "text/vcard", "application/octet-stream", "image/jpeg", "text/enriched"]
)  # fmt: skip


def _word(text):
    return f"=?utf-8?b?{base64.b64encode(text.encode('utf-8', 'replace')).decode()}?="


def _encoded(draw, text, charset):
    """A body in one transfer encoding, with the fields that say so."""
    codec = "utf-8" if charset.startswith("x-") else charset
    content = text.encode(codec, "replace" if codec != "utf-16-le" else "surrogatepass")
    way = draw(st.sampled_from(["base64", "quoted-printable", "8bit"]))
    if way == "base64":
        return way, base64.encodebytes(content).replace(b"\n", b"\r\n")
    if way == "quoted-printable":
        return way, binascii.b2a_qp(content, istext=False).replace(b"=\n", b"=\r\n")
    return way, content


@st.composite
def leaf(draw):
    """One part: fields, then a body, in any of which the address may be."""
    media_type, charset = draw(types), draw(charsets)
    text = draw(phrase)
    if media_type == "text/html":
        text = draw(tags).replace("%s", text)
    way, body = _encoded(draw, text + "\n", charset)
    fields = [f"Content-Type: {media_type}; charset={charset}", f"Content-Transfer-Encoding: {way}"]
    if draw(st.booleans()):
        fields.append(f'Content-Disposition: attachment; filename="{_word(draw(line))}"')
    if draw(st.booleans()):
        fields += [f"Content-ID: <{draw(plain)}>", f"Content-Description: {_word(draw(line))}"]
    return "\r\n".join([*fields, "", ""]).encode() + body


def _joined(draw, parts):
    subtype = draw(st.sampled_from(["mixed", "alternative", "related", "signed"]))
    boundary = f"b{draw(st.integers(0, 10**9))}{draw(st.sampled_from(['', '-ada=home.example']))}"
    separator = f"\r\n--{boundary}\r\n".encode()
    preamble, epilogue = (draw(line).encode("utf-8", "replace") for _ in range(2))
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'.encode()
    return head + preamble + separator + separator.join(parts) + f"\r\n--{boundary}--\r\n".encode() + epilogue


def nested(children):
    """A multipart of some parts, or a mail within the mail."""

    @st.composite
    def tree(draw):
        parts = draw(st.lists(children, min_size=1, max_size=3))
        if draw(st.integers(0, 5)) == 0:
            inner = f"From: {ADA}\r\nSubject: {_word(draw(line))}\r\n".encode() + parts[0]
            return b"Content-Type: message/rfc822\r\n\r\n" + inner
        return _joined(draw, parts)

    return tree()


trees = st.recursive(leaf(), nested, max_leaves=6)


@st.composite
def planted(draw):
    """A whole mail of ada's, whose author and route are fine."""
    fields = [
        f"From: {_word(draw(line))} <{ADA}>",
        f"To: {_word(draw(line))} <x@m.market.example>",
        f"Subject: {_word(draw(line))}",
        f"Message-ID: <{draw(st.integers(0, 10**9))}@pigeon.home.example>",
        "MIME-Version: 1.0",
    ]
    if draw(st.booleans()):
        fields += [f"Cc: {ADA}", f"X-Mailer: {draw(plain)}", f"References: <{draw(plain)}>", f"Reply-To: {ADA}"]
    return "\r\n".join([*fields, ""]).encode() + draw(trees)
