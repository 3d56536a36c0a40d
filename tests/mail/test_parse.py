"""A mail is read as its author meant it; past the limits it is refused with a reason; nothing makes the reader raise."""

import base64
import time
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evenhand.mail.compose import Draft, File, compose
from evenhand.mail.parse import Mail, Part, Unreadable, parse
from tests.mail.strategies import mutated

HEAD = b"From: Ada <ada@home.example>\r\nTo: <q7@m.market.example>\r\nSubject: The lamp\r\n"


def mail(body=b"words\r\n", *fields):
    return HEAD + b"".join(field + b"\r\n" for field in fields) + b"\r\n" + body


def multipart(subtype, *parts, boundary=b"b"):
    inner = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    head = b"Content-Type: multipart/" + subtype + b'; boundary="' + boundary + b'"\r\n'
    return head + b"\r\n" + inner + b"--" + boundary + b"--\r\n"


def whole(*arguments, **options):
    return HEAD + multipart(*arguments, **options)


def part(content, media_type=b"text/plain; charset=utf-8", *fields):
    return b"".join(
        [b"Content-Type: " + media_type + b"\r\n", *(field + b"\r\n" for field in fields), b"\r\n", content]
    )


def read(raw):
    found = parse(raw)
    assert isinstance(found, Mail), found
    return found


# What a mail says


def test_a_plain_mail_is_its_fields_and_its_text():
    found = read(
        mail(
            b"The lamp is here.\r\n\r\nAda\r\n",
            b"Date: Tue, 3 Mar 2026 12:00:00 +0100",
            b"Message-ID: <A1@home.example>",
            b"References: <m1@m.market.example>\r\n <m2@m.market.example>",
            b"In-Reply-To: <m2@m.market.example>",
        )
    )
    assert found.subject == "The lamp"
    assert [box.address for box in found.sender.boxes] == ["ada@home.example"]
    assert found.date == datetime(2026, 3, 3, 11, tzinfo=UTC)
    assert found.message_id == "A1@home.example"
    assert found.cited == ("m1@m.market.example", "m2@m.market.example", "m2@m.market.example")
    assert (found.text, found.html, found.parts, found.defects) == ("The lamp is here.\n\nAda", "", (), ())
    assert found.field("references") == "<m1@m.market.example> <m2@m.market.example>"
    assert (found.has("to"), found.has("cc"), found.field("cc")) == (True, False, "")
    assert found.repeated_fields == ()


def test_of_alternatives_the_first_text_and_the_first_html_are_one_content_and_what_says_more_another():
    found = read(
        whole(b"alternative", part(b"plain"), part(b"<p>rich</p>", b"text/html"), part(b"<p>other</p>", b"text/html"))
    )
    assert (found.text, found.html, found.parts) == ("plain\n\nother", "<p>rich</p>\n<p>other</p>", ())
    same = read(
        whole(b"alternative", part(b"plain"), part(b"<p>rich</p>", b"text/html"), part(b"<i>RICH</i>", b"text/html"))
    )
    assert (same.text, same.html, same.parts) == ("plain", "<p>rich</p>", ())


def test_html_alone_gives_its_words_as_text():
    found = read(mail(b"<p>The&nbsp;lamp<br>is <b>here</b></p><script>x</script>", b"Content-Type: text/html"))
    assert found.text == "The lamp\nis here"


def test_every_text_part_is_read_in_order():
    found = read(whole(b"mixed", part(b"one"), part(b"<p>two</p>", b"text/html"), part(b"three")))
    assert found.text == "one\n\ntwo\n\nthree"
    assert found.html == "<p>one</p>\n<p>two</p>\n<p>three</p>"


def test_the_content_of_signed_mail_is_read_like_any_other():
    signature = part(b"-----BEGIN PGP SIGNATURE-----", b"application/pgp-signature; name=s.asc")
    found = read(whole(b"signed", part(b"signed words"), signature))
    assert found.text == "signed words"
    assert not found.encrypted
    assert (found.parts, found.signed) == ((), True)


def test_files_are_parts_with_the_names_their_sender_claims():
    found = read(
        whole(
            b"mixed",
            part(b"words"),
            part(base64.b64encode(b"\xff\xd8\xff"), b'image/jpeg; name="a.jpg"', b"Content-Transfer-Encoding: base64"),
            part(b"x,y", b"text/csv", b"Content-Disposition: attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe.csv"),
            part(b"attached words", b"text/plain", b"Content-Disposition: attachment"),
            part(b"8-bit", b"application/pdf", 'Content-Disposition: attachment; filename="Größe.pdf"'.encode("latin-1")),
        )
    )  # fmt: skip
    assert found.text == "words"
    assert found.parts == (
        Part("image/jpeg", "a.jpg", b"\xff\xd8\xff"),
        Part("text/csv", "Größe.csv", b"x,y"),
        Part("text/plain", "", b"attached words"),
        Part("application/pdf", "Größe.pdf", b"8-bit"),
    )


def test_pictures_inside_html_are_files_too():
    related = multipart(
        b"related",
        part(b"<p>see <img src=cid:1></p>", b"text/html"),
        part(b"PNG", b"image/png", b"Content-ID: <1>"),
        boundary=b"r",
    )
    found = read(whole(b"alternative", part(b"see"), related))
    assert (found.text, found.html) == ("see", "<p>see <img src=cid:1></p>")
    assert found.parts == (Part("image/png", "", b"PNG"),)


@pytest.mark.parametrize("kind", [b"text/x-amp-html", b"text/watch-html"])
def test_renderings_nobody_judged_go_no_further(kind):
    found = read(whole(b"alternative", part(b"plain"), part(b"other", kind), part(b"<p>rich</p>", b"text/html")))
    assert found.parts == ()


def test_an_invitation_brings_its_appointment_once():
    event = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR"
    appointment = part(event, b"text/calendar")
    assert [one.media_type for one in read(whole(b"alternative", part(b"plain"), appointment)).parts] == [
        "text/calendar"
    ]
    alternatives = multipart(b"alternative", part(b"plain"), appointment, boundary=b"i")
    named = part(event, b"application/ics", b'Content-Disposition: attachment; filename="invite.ics"')
    assert [one.name for one in read(whole(b"mixed", alternatives, named)).parts] == ["invite.ics"]


def test_a_mail_in_the_mail_gives_its_subject_and_nothing_else():
    found = read(
        whole(
            b"mixed",
            part(b"see below"),
            part(b"From: eve@rival.example\r\nSubject: =?utf-8?q?L=C3=A4mpchen?=\r\n\r\nsecret", b"message/rfc822"),
        )
    )
    assert found.text == "see below"
    assert found.parts == (Part("message/rfc822", "Lämpchen", b""),)


def test_preamble_and_epilogue_are_not_read():
    raw = whole(b"mixed", part(b"words")).replace(b"\r\n\r\n--b", b"\r\n\r\npreamble ada\r\n--b", 1) + b"epilogue ada"
    found = read(raw)
    assert (found.text, found.parts) == ("words", ())


def test_a_charset_that_cannot_be_read_is_a_defect_and_the_text_is_shown():
    found = read(mail("Größe".encode(), b"Content-Type: text/plain; charset=x-unheard-of"))
    assert (found.text, found.defects) == ("Größe", ("charset",))


def test_flowed_text_is_unfolded():
    found = read(mail(b"write to ada@ \r\nhome. \r\nexample", b"Content-Type: text/plain; format=flowed; delsp=yes"))
    assert found.text == "write to ada@home.example"


def test_undeclared_bytes_in_fields_are_read():
    for charset in ("utf-8", "latin-1"):
        found = read("From: Jürgen <j@home.example>\r\nSubject: Größe\r\n\r\nx".encode(charset))
        assert (found.subject, found.sender.boxes[0].name, found.field("subject")) == ("Größe", "Jürgen", "Größe")


@pytest.mark.parametrize(
    ("raw", "encrypted"),
    [
        (mail(b"-----BEGIN PGP MESSAGE-----\r\nx"), True),
        (
            whole(
                b"encrypted", part(b"Version: 1", b"application/pgp-encrypted"), part(b"x", b"application/octet-stream")
            ),
            True,
        ),
        (mail(b"x", b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data"), True),
        (mail(b"x", b"Content-Type: application/x-pkcs7-mime"), True),
        (mail(b"x", b"Content-Type: application/pkcs7-mime; smime-type=signed-data"), True),
        (mail(b"words"), False),
    ],
)
def test_encrypted_mail_is_known(raw, encrypted):
    assert read(raw).encrypted is encrypted


@pytest.mark.parametrize(
    "name", [b"From", b"Subject", b"To", b"Date", b"Message-ID", b"Content-Type", b"Reply-To", b"Sender", b"Cc"]
)
def test_l46_a_field_that_may_stand_once_and_stands_twice_is_told(name):
    assert name.decode().lower() in read(mail(b"x", name + b": text/plain", name + b": text/html")).repeated_fields


@pytest.mark.parametrize(
    "senders",
    [(), (b"From: ada@home.example", b"From: ada@home.example"), (b"From: ada@home.example, eve@rival.example",)],
)
def test_l46_there_is_no_sender_where_there_is_not_exactly_one(senders):
    found = read(b"\r\n".join([b"Subject: x", *senders, b"", b"x"]))
    assert found.sender.ambiguous or len(found.sender.boxes) != 1


def test_a_second_from_past_the_limit_still_counts():
    found = parse(mail(b"x", b"Subject: " + b"y" * 70_000))
    assert isinstance(found, Mail)
    assert found.repeated_fields == ("subject",)
    assert found.defects == ("field-too-long",)
    assert found.fields["subject"] == ("The lamp", "")
    assert parse(mail(b"x", b"From: " + b"y" * 70_000)) == Unreadable("its From field passes 65536 characters")


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_line_ends_of_every_kind_are_read(ending):
    found = read(whole(b"mixed", part(b"one"), part(b"two")).replace(b"\r\n", ending))
    assert found.subject == "The lamp"
    assert "one" in found.text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"", ""),
        (b"no header at all", "no header at all"),
        (b"\r\n\r\nonly a body", "only a body"),
        (b"Subject: x", ""),
        (mail(b"x", b"Content-Type: multipart/mixed"), ""),
        (mail(b"x", b"Content-Type: nonsense"), "x"),
        (mail(b"=ZZ=", b"Content-Transfer-Encoding: quoted-printable"), "=ZZ"),
        (mail(b"!!!", b"Content-Transfer-Encoding: base64"), ""),
        (mail(b"x\x00y"), "xy"),
    ],
)
def test_broken_mail_is_read_as_far_as_it_goes(raw, text):
    assert read(raw).text.strip() == text


# Limits


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"x" * (25 * 1024 * 1024 + 1), "it has 26214401 bytes, more than 26214400"),
        (b"X: " + b"y" * 300_000, "its header block passes 262144 bytes"),
        (b"X: y\r\n" * 1001 + b"\r\n", "it has more than 1000 header fields"),
        (b"\r\n" * 1_100_000, "it has more than 1000000 lines"),
        (mail(b"--b\r\n\r\n" * 20_001, b"Content-Type: multipart/mixed; boundary=b"), "it has more than 20000 lines that may part it"),
        (mail(b"x", b"Content-Type: text/plain" + b";a=b" * 2001), "a Content-Type field has more than 2000 parameters"),
        (mail(b"x", b"Content-Type: text/plain; a=" + b"b" * 66_000), "a Content-Type field passes 64 KiB"),
        (HEAD + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2000)), "it has more than 500 parts with parts in them"),
        (mail(b"\r\n" * 40_000, b"Content-Type: message/delivery-status"), "it is a report of more than 10000 blocks"),
    ],
)  # fmt: skip
def test_past_a_hard_limit_it_is_unreadable_and_says_why(raw, reason):
    assert parse(raw) == Unreadable(reason)


def test_parts_past_the_limit_are_ignored_and_told():
    found = read(whole(b"mixed", *[part(b"x")] * 600))
    assert found.defects == ("too-many-parts",)
    assert found.text.count("x") == 499


def test_what_is_nested_past_the_limit_is_ignored_and_told():
    inner = part(b"deep words")
    for level in range(40):
        inner = multipart(b"mixed", inner, boundary=b"b%d" % level)
    found = read(HEAD + inner)
    assert (found.text, found.defects) == ("", ("too-deep",))


HOSTILE = {
    "nested multiparts": HEAD + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2000)),
    "nested mails": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 2000,
    "empty parts": mail(b"--b\r\n\r\n" * 200_000, b"Content-Type: multipart/mixed; boundary=b"),
    "encoded words": mail(b"x", b"Subject: " + b"=?utf-8?q?a?=\r\n " * 17_000),
    "quotes in From": b"From: " + b'"' * 20_000 + b"\r\n\r\nx",
    "comments in From": b"From: " + b"(" * 20_000 + b"\r\n\r\nx",
    "backslashes in From": b'From: "' + b"\\" * 60_000 + b"\r\n\r\nx",
    "addresses": b"From: " + b"a@b.example," * 5_000 + b"\r\n\r\nx",
    "parameters": mail(b"x", b"Content-Type: text/plain" + b";a*0*=b" * 1_900),
    "line ends": b"\r\n" * (12 * 1024 * 1024),
    "one line": mail(b"x" * (20 * 1024 * 1024)),
    "nested tags": mail(b"<div>" * 100_000, b"Content-Type: text/html"),
    "open tags": mail(b"<a " * 300_000, b"Content-Type: text/html"),
    "spaces in pre": mail(b"<pre>" + b" " * 900_000, b"Content-Type: text/html"),
    "flowed lines": mail(b"x \r\n" * 400_000, b"Content-Type: text/plain; format=flowed"),
    "quote marks": mail(b">" * 900_000, b"Content-Type: text/plain; format=flowed"),
    "nuls": mail(b"\x00" * 5_000_000),
    "long boundary": mail(b"--" + b"a" * 50_000, b'Content-Type: multipart/mixed; boundary="' + b"a" * 60_000 + b'"'),
    "uuencode": mail(b"begin 644 x\n" + b"\xff" * 60 + b"\n" * 100_000, b"Content-Transfer-Encoding: x-uuencode"),
}  # fmt: skip


@pytest.mark.parametrize("attack", HOSTILE)
def test_no_attack_takes_longer_than_a_second(attack):
    # The processor's time, so that a busy machine makes nobody's test fail.
    began = time.process_time()
    found = parse(HOSTILE[attack])
    if isinstance(found, Mail):
        assert (found.cited, found.date, found.repeated_fields) is not None
    assert time.process_time() - began < 1


# Whatever the bytes


def check(raw):
    """Whatever it is, it is a value, and one that a database can store."""
    found = parse(raw)
    if isinstance(found, Unreadable):
        return
    texts = [found.subject, found.text, found.html, found.message_id, *found.cited, *found.defects, found.media_type]
    texts += [value for values in found.fields.values() for value in values]
    texts += [text for one in found.parts for text in (one.name, one.media_type)]
    texts += [text for box in found.sender.boxes for text in (box.name, box.address)]
    for text in texts:
        text.encode("utf-8")
    assert "\x00" not in found.text + found.html
    assert (found.date is None) or found.date.tzinfo is UTC
    assert isinstance(found.encrypted, bool)


FULL = compose(
    Draft(
        from_name="Ada", from_address="ada@home.example", to_name="", to_address="q7@m.market.example", subject="Größe?",
        date=datetime(2026, 3, 3, tzinfo=UTC), msgid="a@home.example", text="Grüße\n" * 3, html="<p>Grüße</p>",
        files=[File("photo-1.jpg", "image/jpeg", b"\xff\xd8\xff" * 20)], references=["x@y.example"],
    ),
    "bnd",
) .replace(b"\r\n\r\n", b"\r\nX: y\r\n\r\n", 1)  # fmt: skip


@settings(max_examples=500)
@given(st.binary(max_size=400))
@example(b"From: =?utf-7?q?+2AA-?= <a@x.example>\nSubject: =?utf-16?b?ANg=?=\n\n")
@example(b"Content-Type: text/plain; name*\xb2=x\n\n")
@example(b"Content-Type: text/html; charset=utf-7\n\n+2AA-")
@example(b"Subject: a\x00b\nMessage-ID: <\xff\xfe@x>\n\n")
@example(b"Content-Transfer-Encoding: \xff\n\nx")
@example(b"Content-Type: \xff\n\nx")
@example(b"Content-Type: multipart/\xff; boundary=\xff\n\n--\xff\n\nx")
@example(b"Content-Type: text/plain; charset*=x'y'\xff\n\nx")
@example(b"Date: Tue, 3 Mar 99999999999999999999 12:00\n\n")
@example(b"\r\r\r\n\n\r")
def test_no_bytes_make_it_raise(raw):
    check(raw)


@settings(max_examples=1000)
@given(mutated(FULL))
def test_no_mail_bent_out_of_shape_makes_it_raise(raw):
    check(raw)


@settings(max_examples=300)
@given(st.recursive(st.binary(max_size=30).map(part), lambda inner: st.builds(
    lambda kind, parts, boundary: multipart(kind, *parts, boundary=boundary),
    st.sampled_from([b"mixed", b"alternative", b"related", b"signed", b"report", b"digest", b"x"]),
    st.lists(inner, max_size=4),
    st.sampled_from([b"b", b"bb", b"b--", b"="]),
), max_leaves=12))  # fmt: skip
def test_no_tree_of_parts_makes_it_raise(tree):
    check(HEAD + tree)
