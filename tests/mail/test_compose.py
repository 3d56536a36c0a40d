"""A mail of ours is written from cleaned values: it says what it should, and nothing breaks out of its line."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evenhand.mail.compose import Draft, File, compose
from evenhand.mail.parse import Mail, parse

BOUNDARY = "6bvdqhyj2d5lm4mzxoqk3w5yxa"
FIELDS = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"]


def draft(**changed):
    values = {
        "from_name": "Ada", "from_address": "k3@m.market.example", "to_name": "Ben's Lamps", "to_address": "q7@m.market.example",
        "subject": "The lamp", "date": datetime(2026, 5, 3, 12, tzinfo=UTC), "msgid": "m1@m.market.example", "text": "words",
    }  # fmt: skip
    return Draft(**{**values, **changed})


def written(**changed):
    return compose(draft(**changed), BOUNDARY)


def read(raw):
    found = parse(raw)
    assert isinstance(found, Mail)
    return found


def names(raw):
    return [
        line.partition(b":")[0].decode()
        for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
        if line[:1] not in b" \t"
    ]


def test_a_mail_is_written_as_the_standard_wants_it():
    assert written(in_reply_to="m0@m.market.example", references=["a@m.market.example", "m0@m.market.example"]) == (
        b'From: "Ada" <k3@m.market.example>\r\n'
        b'To: "Ben\'s Lamps" <q7@m.market.example>\r\n'
        b"Subject: The lamp\r\n"
        b"Date: Sun, 03 May 2026 12:00:00 +0000\r\n"
        b"Message-ID: <m1@m.market.example>\r\n"
        b"In-Reply-To: <m0@m.market.example>\r\n"
        b"References: <a@m.market.example>\r\n <m0@m.market.example>\r\n"
        b"MIME-Version: 1.0\r\n"
        b'Content-Type: text/plain; charset="utf-8"\r\n'
        b"Content-Transfer-Encoding: quoted-printable\r\n"
        b"\r\n"
        b"words\r\n"
    )


def test_the_date_tells_no_time_zone():
    there = datetime(2026, 5, 3, 21, tzinfo=timezone(timedelta(hours=9)))
    assert b"\r\nDate: Sun, 03 May 2026 12:00:00 +0000\r\n" in written(date=there)


def test_text_html_and_files_are_found_again():
    picture = bytes(range(256)) * 3
    found = read(written(text="Größe\n\n漢字", html="<p>Größe</p>", files=[File("photo-1.jpg", "image/jpeg", picture)]))
    assert (found.text, found.html) == ("Größe\n\n漢字", "<p>Größe</p>\n")
    assert [(one.media_type, one.name, one.content) for one in found.parts] == [("image/jpeg", "photo-1.jpg", picture)]
    assert found.defects == ()


def test_a_bare_address_has_no_name():
    assert b"From: k3@m.market.example\r\n" in written(from_name="")


def test_an_empty_field_has_no_space_behind_it():
    assert b"\r\nSubject:\r\n" in written(subject="")


def test_structure_says_nothing_but_the_given_boundary():
    raw = written(html="<p>x</p>", files=[File("photo-1.jpg", "image/jpeg", b"x")])
    assert set(re.findall(rb'boundary="([^"]*)"', raw)) == {f"{BOUNDARY}a".encode(), f"{BOUNDARY}m".encode()}
    assert b"Content-ID" not in raw


@pytest.mark.parametrize(
    "changed",
    [
        {"from_address": "k3@m.market.example>\r\nBcc: eve@rival.example"},
        {"from_address": "k3@m.market.example\r\n"},
        {"from_address": "k3@m.market.example\n"},
        {"to_address": "a b@m.market.example"},
        {"to_address": "a@b@m.market.example"},
        {"to_address": ""},
        {"to_address": "jürgen@m.market.example"},
        {"msgid": "a>\r\nX: <b"},
        {"msgid": "a b"},
        {"msgid": ""},
        {"msgid": "a@b\n"},
        {"in_reply_to": "<a@b>"},
        {"in_reply_to": "a" * 251},
        {"references": ["a@b", "c\r\nd"]},
        {"files": [File('a".exe', "image/png", b"")]},
        {"files": [File("a\r\nX: y", "image/png", b"")]},
        {"files": [File("Größe.png", "image/png", b"")]},
        {"files": [File("a.png", "image/png\r\nX: y", b"")]},
        {"files": [File("a.png\n", "image/png", b"")]},
        {"fields": [("X: y\r\nBcc", "x")]},
        {"fields": [("", "x")]},
        {"fields": [("X y", "x")]},
        {"fields": [("X\n", "x")]},
    ],
)
def test_an_address_an_id_and_a_generated_name_break_out_of_nothing(changed):
    with pytest.raises(ValueError, match=r"."):
        written(**changed)


@pytest.mark.parametrize("boundary", ["", 'a"b', "a\r\nb", "a\n", "a" * 70, "ä", "a b", "a;b"])
def test_a_boundary_breaks_out_of_nothing(boundary):
    with pytest.raises(ValueError, match="boundary"):
        compose(draft(html="<p>x</p>"), boundary)


ATTACKS = [
    "x\r\nBcc: eve@rival.example", "x\nBcc: eve@rival.example", "x\rBcc: eve@rival.example", "x\x00y", "x\x0b\x0cy", "x\x85y",
    "x\u2028Bcc: eve@rival.example", "=?utf-8?q?x=0D=0ABcc:_eve@rival.example?=", "=?utf-8?b?DQpCY2M6IGV2ZQ==?=", "=?", "?=",
    '" <eve@rival.example>, "', "\\", '\\"', "<eve@rival.example>", "a,b;c:d", "(comment", "a" * 5000, "ü" * 3000, "😀" * 300,
    "\ud800", "\udc80abc", "\u202eevil", " leading", "trailing ", "\t", " ", "a  b", "x" * 64 + " " + "y" * 64, ".", "-- ",
]  # fmt: skip


@pytest.mark.parametrize("words", ATTACKS)
def test_l45_foreign_words_stay_in_their_field(words):
    raw = written(from_name=words, to_name=words, subject=words, fields=[("X-Words", words)])
    assert names(raw) == ["From", "To", "Subject", "Date", "Message-ID", "X-Words", *FIELDS[5:]]
    found = read(raw)
    assert [box.address for box in found.sender.boxes] == ["k3@m.market.example"]
    assert not found.sender.ambiguous
    # A reader of another make sees the same fields.
    assert [name for name, _ in message_from_bytes(raw, policy=policy.compat32).items()] == names(raw)


@pytest.mark.parametrize("words", ["=?utf-8?q?x=0Ay?=", "=?utf-8?b?eA==?=", "a =?utf-8?q?b?= c"])
def test_words_that_look_encoded_arrive_as_they_are(words):
    found = read(written(from_name=words, subject=words))
    assert found.subject == words
    assert found.sender.boxes[0].name == words


HARD_BODIES = [
    "", "\n", ".", "..\n.", ".\r\n.\r\nQUIT", "From the start\n>From", f"--{BOUNDARY}a--\nx", f"--{BOUNDARY}m", "=", "=3D", "x=\ny",
    "a" * 3000, "ü" * 3000, "a \nb\t\nc ", "trailing space ", "tab\t", "\x0c", "\x1b[31m", "\u2028", "\x85", "a\rb", "a\r\r\nb", "\ufeffx",
    "x\n\n\n", "\n\n\nx", "😀" * 100, "\ud800x", "end without newline",
]  # fmt: skip


def shown(text):
    """A text as it arrives: line ends are one kind, halves of surrogate pairs are marks, and it ends in a line end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
    return text if text.endswith("\n") else text + "\n"


def decoded(raw):
    part = message_from_bytes(raw, policy=policy.compat32)
    if part.is_multipart():
        part = part.get_payload(0)
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode("utf-8").replace("\r\n", "\n")


@pytest.mark.parametrize("text", HARD_BODIES)
def test_hard_texts_arrive_as_they_were(text):
    assert decoded(written(text=text)) == shown(text)


def check_wire(raw):
    assert raw.isascii()
    assert b"\x00" not in raw
    assert raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.endswith(b"\r\n")


words = st.text(
    st.one_of(st.characters(), st.sampled_from('\r\n\t\x00 "<>@,;:\\=?.-ü😀\ud800\u2028\x85')), max_size=150
)


@settings(max_examples=600)
@given(words, words, words, words, words)
@example(" ", " ", " ", " ", " ")
@example("=?utf-8?q?a?=", "=?utf-8?q?b?= =?utf-8?q?c?=", "=?", "=\n=", "")
@example("a" * 64, "b" * 60, "c" * 70, ".\n" * 30, "<p>")
def test_l64_whatever_the_words_the_mail_says_them_and_no_more(from_name, to_name, subject, text, html):
    raw = written(
        from_name=from_name, to_name=to_name, subject=subject, text=text, html=html, references=["a@b.example"] * 20
    )
    check_wire(raw)
    assert names(raw)[:7] == ["From", "To", "Subject", "Date", "Message-ID", "References", "MIME-Version"]
    assert decoded(raw) == shown(text)
    found = read(raw)
    assert [box.address for box in found.sender.boxes] == ["k3@m.market.example"]
    assert not found.sender.ambiguous
    assert found.repeated_fields == ()
    one_line = "".join(char if char >= " " and char != "\x7f" else " " for char in subject)
    assert found.subject.split() == one_line.encode("utf-8", "replace").decode().split()
    assert [one.media_type for one in found.parts] == []


@settings(max_examples=200)
@given(st.lists(st.binary(max_size=300), max_size=4), words)
def test_files_arrive_byte_by_byte(contents, text):
    files = [File(f"photo-{number}.jpg", "image/jpeg", content) for number, content in enumerate(contents, 1)]
    raw = written(text=text, html="<p>x</p>", files=files)
    check_wire(raw)
    assert [one.content for one in read(raw).parts] == contents


def test_a_mail_is_the_same_bytes_each_time():
    assert written(html="<p>x</p>") == written(html="<p>x</p>")
