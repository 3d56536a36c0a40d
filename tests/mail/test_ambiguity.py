"""Mails that two programs read as two: each is doubted, and a person looks before anything of it goes on."""

import pytest

from evenhand.mail.parse import Mail, Unreadable, parse
from evenhand.mail.transfer import mechanism, undo

HEAD = b"From: Ada <ada@home.example>\r\nTo: x@m.market.example\r\nSubject: Lamp\r\nMIME-Version: 1.0\r\n"
PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\nShown to all.\r\n"
OTHER = b"Content-Type: text/html\r\n\r\n<p>Shown to some.</p>\r\n"


def parted(kind, *parts, by=b"one-boundary", encoding=b""):
    """A multipart with a Content-Type of its own making."""
    body = b"".join(b"--" + by + b"\r\n" + part for part in parts) + b"--" + by + b"--\r\n"
    return HEAD + b"Content-Type: " + kind + b"\r\n" + encoding + b"\r\n" + body


def within(part):
    """A part in a mail that is beyond doubt."""
    return parted(b"multipart/mixed; boundary=one-boundary", PLAIN, part)


def single(*fields, body=b"U2hvd24gdG8gYWxsLg==\r\n"):
    """A mail of one part."""
    return HEAD + b"".join(field + b"\r\n" for field in fields) + b"\r\n" + body


def nest(inner, outer=b"one-boundary"):
    """A multipart in a multipart."""
    kind = b"Content-Type: multipart/alternative; boundary=" + inner + b"\r\n\r\n"
    part = kind + b"--" + inner + b"\r\n" + PLAIN + b"--" + inner + b"--\r\n"
    return parted(b"multipart/mixed; boundary=" + outer, part, OTHER, by=outer)


TWO_WAYS = "a boundary that can be read in two ways"
NOT_PARTED = "parts that no delimiter parts"
NO_FIELD = "a line in a header that is no field"
BEHIND, AMONG = "base64 that goes on behind its end", "characters among base64 that do not belong there"
SHAPES = {
    "two boundaries": (parted(b"multipart/mixed; boundary=one-boundary; boundary=another", PLAIN), [TWO_WAYS]),
    "the other boundary first": (parted(b"multipart/mixed; boundary=x; boundary=one-boundary", PLAIN), [NOT_PARTED]),
    "a comment before the parameters": (
        parted(b"multipart/mixed (x); boundary=one-boundary", PLAIN),
        [TWO_WAYS],
    ),
    "a comment behind the boundary": (
        parted(b"multipart/mixed; boundary=one-boundary (x)", PLAIN),
        [NOT_PARTED],
    ),
    "a comment with a boundary in it": (
        parted(b"multipart/mixed; (; boundary=x;) boundary=one-boundary", PLAIN),
        [NOT_PARTED],
    ),
    "a boundary in pieces": (parted(b"multipart/mixed; boundary*0=one-; boundary*1=boundary", PLAIN), [TWO_WAYS]),
    "a boundary with a charset": (parted(b"multipart/mixed; boundary*=us-ascii''one-boundary", PLAIN), [TWO_WAYS]),
    "a boundary escaped": (parted(b'multipart/mixed; boundary="one\\-boundary"', PLAIN), [NOT_PARTED]),
    "a boundary never closed": (parted(b'multipart/mixed; boundary="one-boundary', PLAIN), [NOT_PARTED]),
    "a boundary with something glued on": (
        parted(b'multipart/mixed; boundary="one-boundary"x', PLAIN),
        [NOT_PARTED],
    ),
    "a boundary that ends in white space": (
        parted(b'multipart/mixed; boundary="one-boundary "', PLAIN, by=b"one-boundary "),
        [TWO_WAYS],
    ),
    "a boundary as an encoded word": (
        parted(b'multipart/mixed; boundary="=?us-ascii?q?x?="', PLAIN, by=b"=?us-ascii?q?x?="),
        [TWO_WAYS],
    ),
    "white space around its sign": (parted(b"multipart/mixed; boundary = one-boundary", PLAIN), [TWO_WAYS]),
    "a boundary that is empty": (parted(b'multipart/mixed; boundary=""', PLAIN), [NOT_PARTED]),
    "no boundary": (parted(b"multipart/mixed", PLAIN), [NOT_PARTED]),
    "no semicolon": (parted(b"multipart/mixed boundary=one-boundary", PLAIN), [NOT_PARTED]),
    "a boundary nobody uses": (parted(b"multipart/mixed; boundary=elsewhere", PLAIN), [NOT_PARTED]),
    "parts in base64": (
        parted(b"multipart/mixed; boundary=one-boundary", PLAIN, encoding=b"Content-Transfer-Encoding: base64\r\n"),
        ["parts within an encoding"],
    ),
    "a boundary that begins like the one around it": (
        nest(b"one-boundary-more"),
        ["a boundary that begins like the one around it"],
    ),
    "a boundary around it that begins like it": (
        nest(b"one-bound", b"one-boundary"),
        ["a boundary that begins like the one around it"],
    ),
    "delimiters behind bare CRs": (
        within(PLAIN).replace(b"Shown to all.\r\n--", b"Shown to all.\r--", 1),
        ["a delimiter behind a bare CR"],
    ),
    "two types in a part": (
        within(b"Content-Type: text/plain\r\n" + OTHER),
        ["two fields content-type that differ"],
    ),
    "two encodings": (
        single(b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: 7bit"),
        ["two fields content-transfer-encoding that differ"],
    ),
    "two dispositions": (
        within(b"Content-Disposition: inline\r\nContent-Disposition: attachment\r\n" + PLAIN),
        ["two fields content-disposition that differ"],
    ),
    "a NUL in a type": (
        within(b"Content-Type: text/plain\0; name=x\r\n\r\nx\r\n"),
        ["a field content-type with a NUL or a bare CR"],
    ),
    "an encoding with a comment": (
        single(b"Content-Transfer-Encoding: base64 (x)"),
        ["a transfer encoding with more than its name"],
    ),
    "an encoding between quotes": (
        single(b'Content-Transfer-Encoding: "base64"'),
        ["a transfer encoding with more than its name"],
    ),
    "an encoding with a parameter": (
        single(b"Content-Transfer-Encoding: base64; x=y"),
        ["a transfer encoding with more than its name"],
    ),
    "an encoding nobody knows": (
        single(b"Content-Transfer-Encoding: base65"),
        ["a transfer encoding that is not known"],
    ),
    "base64 behind its end": (
        single(b"Content-Transfer-Encoding: base64", body=b"U2hvd24=\r\nIHRvIGFsbC4=\r\n"),
        [BEHIND],
    ),
    "base64 among other things": (single(b"Content-Transfer-Encoding: base64", body=b"U2hvd24*gdG8\r\n"), [AMONG]),
    "a comment in a type": (single(b"Content-Type: text/(plain; x=)html"), ["a comment in a Content-Type"]),
    "two charsets": (single(b"Content-Type: text/plain; charset=utf-7; charset=utf-8"), ["two charsets for one part"]),
    "a line that is no field": (within(b"Content-Type: text/plain\r\nno field\r\nX: y\r\n\r\nx\r\n"), [NO_FIELD]),
    "a header that begins with a fold": (within(b" Content-Type: text/html\r\n" + PLAIN), [NO_FIELD]),
}


@pytest.mark.parametrize("name", SHAPES)
def test_what_could_be_read_as_something_else_is_doubted(name):
    raw, doubts = SHAPES[name]
    found = parse(raw)
    assert isinstance(found, Mail)
    assert list(found.doubts) == doubts


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + PLAIN,
        within(OTHER),
        nest(b"=_inner-boundary"),
        parted(b'multipart/mixed;\r\n boundary="one-boundary"; type="text/html"', PLAIN, OTHER),
        parted(b"Multipart/Mixed; charset=utf-8; Boundary=----=_Part_1.2", PLAIN, by=b"----=_Part_1.2"),
        parted(b'multipart/mixed; boundary="Boundary_(ID_1)"', PLAIN, by=b"Boundary_(ID_1)"),
        within(b"Content-Type: application/pdf; name=invoice_(2).pdf\r\n\r\nx\r\n"),
        within(b"Content-Type: text/csv; name=\"list (2).csv\"; name*=utf-8''list%20(2).csv\r\n\r\nx\r\n"),
        single(b"Content-Transfer-Encoding:  BASE64 "),
        single(b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: base64"),
        single(b"Content-Transfer-Encoding: 8-bit"),
        single(b"Content-Transfer-Encoding: base64", body=b"U2hvd24gdG8gYWxsL"),
    ],
)
def test_what_everybody_reads_alike_is_not(raw):
    found = parse(raw)
    assert isinstance(found, Mail)
    assert found.doubts == ()


def test_the_words_of_a_doubtful_mail_are_read_all_the_same():
    found = parse(SHAPES["base64 behind its end"][0])
    assert isinstance(found, Mail)
    assert found.text == "Shown to all."


@pytest.mark.parametrize(
    ("payload", "name", "content"),
    [
        (b"R3L8w59l\n", "base64", b"Gr\xfc\xc3\x9fe"),
        (b"QUJDRA", "base64", b"ABCD"),
        (b"QUJDR", "base64", b"ABC"),
        (b"", "base64", b""),
        (b"=====", "base64", b""),
        (b"caf=C3=A9 =\n=zz", "quoted-printable", b"caf\xc3\xa9 =zz"),
        (b"as it is", "binary", b"as it is"),
    ],
)
def test_of_a_damaged_encoding_as_much_is_read_as_there_is(payload, name, content):
    assert undo(payload, name)[0] == content


def test_an_encoding_is_known_by_its_name_whatever_surrounds_it():
    assert [mechanism(one)[0] for one in ("Base64\t", "(x) base64", "'base64'", "8 bit", "")] == [
        *("base64", "base64", "base64", "8bit", "")
    ]


def test_parts_nested_without_measure_are_refused_before_they_are_read():
    kinds = b"".join(
        b"Content-Type: multipart/mixed; boundary=n%d\r\n\r\n--n%d\r\n" % (number, number) for number in range(600)
    )
    assert parse(HEAD + kinds + b"x\r\n" * 1000) == Unreadable("it has more than 500 parts with parts in them")
