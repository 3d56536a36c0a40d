"""Nothing protected leaves: the gate finds it in every place of a finished mail, in every form."""

import base64
import binascii
import quopri
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evenhand.mail.compose import Draft, File, compose
from evenhand.mail.gate import SIZE_LIMIT, Hit, canary, search
from evenhand.mail.gate.planted import planted
from evenhand.mail.identity import identities
from tests.mail.strategies import ADA, FORMS, WRAPPED_BASE64, filler, mutated

DOMAIN = "m.market.example"
PROTECTED = identities((ADA,), allowed=(DOMAIN,))
HEAD = b"From: <k3@m.market.example>\r\nTo: <q7@m.market.example>\r\n"
ADDRESS = ADA.encode()


def draft(**changed):
    values = {
        "from_name": "Ada", "from_address": f"k3@{DOMAIN}", "to_name": "Ben's Lamps", "to_address": f"q7@{DOMAIN}",
        "subject": "The lamp – Größe?", "date": datetime(2026, 5, 3, tzinfo=UTC), "msgid": f"6bvdqhyj2d5lm4mzxoqk3w5yxa@{DOMAIN}",
        "text": "Grüße. The lamp is here; 5 % off & more = less.\n", "html": "<p>Grüße. <b>The</b> lamp &amp; the shade</p>",
    }  # fmt: skip
    return compose(Draft(**{**values, **changed}), "bnd-6bvdqhyj2d5lm4mzxoqk3w5yxa")


def mail(body, *fields):
    return HEAD + b"".join(field + b"\r\n" for field in fields) + b"\r\n" + body


def multipart(*parts, preamble=b"", epilogue=b""):
    inner = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    return mail(preamble + b"\r\n" + inner + b"--b--\r\n" + epilogue, b'Content-Type: multipart/mixed; boundary="b"')


def base64_part(content, media_type="application/octet-stream"):
    head = f"Content-Type: {media_type}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + base64.encodebytes(content)


# What is clean passes


@pytest.mark.parametrize(
    "finished",
    [
        draft(),
        draft(html="", text=""),
        draft(text="漢字かな" * 400),
        draft(files=[File("photo-1.jpg", "image/jpeg", bytes(range(256)) * 40)], in_reply_to=f"a@{DOMAIN}"),
        draft(references=[f"{n}@{DOMAIN}" for n in range(20)]),
        draft(text="We are at home.\nExample: the door. +49 170 1234567 https://shop.example/?a=b%20c&d=40"),
    ],
)
def test_a_clean_mail_passes(finished):
    assert search(finished, PROTECTED) is None


# The matrix: every place, every form

PLACES = {
    "subject": lambda text: mail(b"words", b"Subject: about " + text),
    "folded field": lambda text: mail(b"words", b"Subject: about\r\n " + text),
    "display name": lambda text: mail(b"words", b'Reply-To: "' + text + b'" <k3@m.market.example>'),
    "content-type parameter": lambda text: mail(b"words", b"Content-Type: text/plain; x-from=" + text),
    "content-id of a part": lambda text: multipart(b"Content-ID: <" + text + b">\r\n\r\nwords"),
    "file name": lambda text: multipart(b'Content-Disposition: attachment; filename="' + text + b'.pdf"\r\n\r\nx'),
    "text": mail,
    "second text": lambda text: multipart(b"\r\nwords", b"Content-Type: text/plain\r\n\r\nwords " + text),
    "html": lambda text: mail(b"<p>" + text + b"</p>", b"Content-Type: text/html; charset=utf-8"),
    "html attribute": lambda text: mail(b'<p title="' + text + b'">x</p>', b"Content-Type: text/html"),
    "html comment": lambda text: mail(b"<p>x<!-- " + text + b" --></p>", b"Content-Type: text/html"),
    "quoted-printable": lambda text: mail(quopri.encodestring(text), b"Content-Transfer-Encoding: quoted-printable"),
    "base64": lambda text: multipart(base64_part(b"see " + text, "text/plain; charset=utf-8")),
    "base64 html": lambda text: multipart(base64_part(b"<p>" + text, "text/html; charset=utf-8")),
    "preamble": lambda text: multipart(b"\r\nwords", preamble=text),
    "epilogue": lambda text: multipart(b"\r\nwords", epilogue=text),
    "calendar": lambda text: multipart(b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nORGANIZER:mailto:" + text),
    "vcard": lambda text: multipart(base64_part(b"BEGIN:VCARD\r\nEMAIL:" + text, "text/vcard")),
    "nested header": lambda text: multipart(b"Content-Type: message/rfc822\r\n\r\nFrom: " + text + b"\r\n\r\nwords"),
    "nested body": lambda text: multipart(b"Content-Type: message/rfc822\r\n\r\nFrom: x\r\n\r\n" + text),
    "nested in base64": lambda text: multipart(base64_part(b"From: " + text + b"\r\n\r\nwords", "message/rfc822")),
    "delivery report": lambda text: multipart(b"Content-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; " + text),
    "picture": lambda text: multipart(base64_part(b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00" + text + b"\x00\xff\xd9", "image/jpeg")),
    "document": lambda text: multipart(base64_part(b"%PDF-1.7\n/Author (" + text + b")\n\xe2\xe3\xcf\xd3", "application/pdf")),
}  # fmt: skip


@pytest.mark.parametrize("form", [*FORMS, *WRAPPED_BASE64])
@pytest.mark.parametrize("place", PLACES)
def test_each_form_is_found_in_each_place(place, form):
    written = {**FORMS, **WRAPPED_BASE64}[form](ADA).encode("utf-8")
    if place in {"picture", "document"} and (not written.isascii() or form == "control"):
        # Between the bytes of a picture neither controls nor letters beyond ASCII can be told from its dots.
        place = "text"
    if place == "folded field":
        # A field goes on at a space; a soft line break of quoted-printable means nothing there.
        written = written.replace(b"=\r\n", b"").replace(b"\n", b"\n ")
    hit = search(PLACES[place](written), PROTECTED)
    assert hit is not None
    assert hit.form != "unreadable"
    assert ADA not in repr(hit)
    assert "home.example" not in repr(hit)


# The 21 forms of one address that others let pass, by name

_QP = b"Content-Transfer-Encoding: quoted-printable"
_HTML = b"Content-Type: text/html; charset=utf-8"
_LATIN = b"Content-Type: text/plain; charset=iso-8859-1"
_SIGNATURE = b"\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--b--"
BY_OTHERS = {
    "plain": lambda a: mail(b"write to " + a),
    "other case": lambda a: mail(b"write to " + a.upper()),
    "entity": lambda a: mail(b"<p>" + a.replace(b"@", b"&#64;"), _HTML),
    "percent-encoded mailto": lambda a: mail(b'<a href="mailto:' + a.replace(b"@", b"%40") + b'">x</a>', _HTML),
    "word break, zero width": lambda a: mail(a.replace(b"m", b"m<wbr>").replace(b"l", "l\u200b".encode()), _HTML),
    "plus tag": lambda a: mail(a.replace(b"@", b"+lamps@")),
    "latin-1 quoted-printable": lambda a: mail(b"Gr=FC=DFe von " + a.replace(b"@", b"=40"), _LATIN, _QP),
    "soft line break": lambda a: mail(a.replace(b"am", b"=\r\nam"), _QP),
    "flowed": lambda a: mail(a.replace(b"@", b"@ \r\n"), b"Content-Type: text/plain; format=flowed; delsp=yes"),
    "utf-16 in base64": lambda a: multipart(base64_part(a.decode().encode("utf-16"), "text/plain; charset=utf-16")),
    "signed": lambda a: mail(b"--b\r\n\r\n" + a + _SIGNATURE, b"Content-Type: multipart/signed; boundary=b"),
    "calendar": PLACES["calendar"],
    "vcard": PLACES["vcard"],
    "nested header": PLACES["nested header"],
    "read receipt": lambda a: mail(b"x", b"Disposition-Notification-To: <" + a + b">"),
    "file name": PLACES["file name"],
    "second text": PLACES["second text"],
    "content id": PLACES["content-id of a part"],
    "boundary": lambda a: mail(
        b"--" + a + b"\r\n\r\nx\r\n--" + a + b"--", b'Content-Type: multipart/mixed; boundary="' + a + b'"'
    ),
    "subject": PLACES["subject"],
    "preamble": PLACES["preamble"],
}


@pytest.mark.parametrize("form", BY_OTHERS)
def test_the_forms_that_other_relays_let_pass_are_found(form):
    assert search(BY_OTHERS[form](b"bob@work.example"), PROTECTED) is None
    assert search(BY_OTHERS[form](ADDRESS), PROTECTED) is not None


def test_a_dot_variant_of_a_mailbox_is_found_where_dots_do_not_count():
    protected = identities(("ada.l@gmail.com",), allowed=(DOMAIN,))
    assert search(mail(b"write to a.dal@googlemail.com"), protected) is not None
    assert search(mail(b"write to a.dbl@googlemail.com"), protected) is None


# The leaks of the list, as far as finished bytes can show them


def test_message_ids_name_no_provider():
    protected = identities((ADA,), ("a1.77@mx7.provider.example",), allowed=(DOMAIN,))
    assert search(draft(), protected) is None
    for name in (b"Message-ID", b"In-Reply-To", b"References"):
        assert search(mail(b"x", name + b": <A1.77@mx7.provider.example>"), protected) is not None


@pytest.mark.parametrize(
    "line",
    [
        b"ORGANIZER:mailto:ADA@home.example",
        b"ATTENDEE;EMAIL=ada@home.example:x",
        b"ORGANIZER:mailto:ada@ho\r\n me.example",
    ],
)
def test_calendar_names_no_organizer(line):
    assert (
        search(multipart(b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\n" + line), PROTECTED)
        is not None
    )


def test_vcard_names_nobody():
    assert (
        search(
            multipart(base64_part(b"BEGIN:VCARD\r\nEMAIL;TYPE=work:ada@home.example\r\n", "text/x-vcard")), PROTECTED
        )
        is not None
    )


@pytest.mark.parametrize(
    "parameter",
    [
        b'filename="ada@home.example.jpg"',
        b"filename*=utf-8''ada%40home.example.jpg",
        b"filename*0=ada@ho; filename*1=me.example",
        b"filename*1*=%40home.example; filename*0*=utf-8''ada",
        b'filename*0="ada@ho";\r\n filename*1="me.example"',
        b"filename==?utf-8?b?YWRhQGhvbWUuZXhhbXBsZQ==?=",
        b'filename="=?utf-8?q?ada=40home=2Eexample?="',
        b'filename="=?utf-8?q?ada=40ho?= =?utf-8?q?me.example?="',
    ],
)  # fmt: skip
def test_file_names_name_nobody(parameter):
    for field in (b"Content-Disposition: attachment; ", b"Content-Type: application/pdf; "):
        assert search(multipart(field + parameter + b"\r\n\r\nx"), PROTECTED) is not None


def test_content_id_boundary_and_part_names_name_nobody():
    for field in (
        b"Content-ID: <1@home.example>",
        b"Content-Description: home.example",
        b'Content-Location: "http://home.example/"',
    ):
        assert search(multipart(field + b"\r\n\r\nx"), PROTECTED) is not None


def test_preamble_and_epilogue_are_read():
    assert (
        search(multipart(b"\r\nx", preamble=b"This is from ada@home.example"), PROTECTED).where
        == "the text around the parts"
    )
    assert (
        search(multipart(b"\r\nx", epilogue=b"sent by ada@home.example"), PROTECTED).where
        == "the text around the parts"
    )


def test_nested_mail_is_read_however_deep():
    inner = b"From: ada@home.example\r\n\r\nwords"
    for _ in range(8):
        inner = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(inner)
    assert ADDRESS not in inner
    assert search(mail(b"", b"X: y")[:-2] + inner, PROTECTED) is not None


def test_receipts_ask_for_and_name_nobody():
    for field in (b"Disposition-Notification-To", b"Return-Receipt-To", b"X-Confirm-Reading-To"):
        assert search(mail(b"x", field + b": ada@home.example"), PROTECTED) is not None
    assert (
        search(
            multipart(
                b"Content-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822;ada@home.example"
            ),
            PROTECTED,
        )
        is not None
    )


@pytest.mark.parametrize(
    "subject",
    [
        b"ada@home.example", b"=?utf-8?q?ada=40home=2Eexample?=", b"=?iso-8859-1?Q?gr=FC=DFe_ada@home.example?=",
        b"=?utf-8?b?YWRhQGhv?= =?utf-8?b?bWUuZXhhbXBsZQ==?=", b"=?utf-16?b?//5hAGQAYQBAAGgAbwBtAGUALgBlAHgAYQBtAHAAbABlAA==?=",
        b"=?utf-8*en?q?ada=40home.example?=", b"=?utf-7?q?ada+AEA-home.example?=", b"ada@home.\r\n example",
    ],
)  # fmt: skip
def test_the_subject_names_nobody(subject):
    assert search(mail(b"x", b"Subject: " + subject), PROTECTED).where == "the header"


@pytest.mark.parametrize(
    ("charset", "content"),
    [
        ("utf-16-le", ADA.encode("utf-16-le")), ("utf-16-be", ADA.encode("utf-16-be")), ("utf-16", ADA.encode("utf-16")),
        ("utf-32", ADA.encode("utf-32")), ("utf-7", b"ada+AEA-home.example"), ("cp037", ADA.encode("cp037")),
        ("nonsense", b"\xff\xfeada@home.example"), ("x", ADA.encode("utf-16-le")), ("iso-2022-jp", "東京 ada＠home.example".encode("iso-2022-jp")),
        ("shift_jis", "東京 ada＠home.example".encode("shift_jis")), ("utf-8", b"\xffada@home.example\xfe"), ("us-ascii", "ada＠home.example".encode()),
    ],
)  # fmt: skip
def test_a_charset_hides_nothing(charset, content):
    assert search(multipart(base64_part(content, f"text/plain; charset={charset}")), PROTECTED) is not None
    assert search(mail(content, f"Content-Type: text/plain; charset={charset}".encode()), PROTECTED) is not None


def test_an_owner_s_address_is_found_among_the_bytes_of_a_picture():
    noise = bytes(range(128, 256)) * 8
    for content in (
        noise + ADDRESS + noise,
        noise + ADA.encode("utf-16-le") + noise,
        noise + ADA.replace("@", "&#64;").encode() + noise,
    ):
        assert search(multipart(base64_part(content, "image/jpeg")), PROTECTED) is not None
    assert search(multipart(base64_part(noise * 2, "image/jpeg")), PROTECTED) is None


def test_letters_beyond_ascii_are_found_in_the_charset_they_are_written_in():
    protected = identities(("ada@bücher.example",), allowed=(DOMAIN,))
    for charset in ("utf-8", "iso-8859-1", "utf-16", "cp850"):
        content = "ada@BÜCHER.example".encode(charset)
        assert search(multipart(base64_part(content, f"text/plain; charset={charset}")), protected) is not None
        assert (
            search(multipart(base64_part(content.replace(b"B", b"K"), f"text/plain; charset={charset}")), protected)
            is None
        )
    assert search(mail(b"www.xn--bcher-kva.example"), protected) is not None


# Packed in a text


@pytest.mark.parametrize("offset", range(4))
def test_base64_in_a_text_is_read_at_each_offset(offset):
    run = base64.b64encode(b"?" * offset + ADDRESS + b"?id=7").decode()
    for text in (
        f"see https://shop.example/u?c={run}&x=1",
        f"xy{run}",
        f"{run[:30]}\n{run[30:]}",
        f"> {run[:30]}\n> {run[30:]}",
    ):
        assert search(mail(text.encode()), PROTECTED) is not None


def test_base64_is_read_in_base64_but_not_for_ever():
    packed = ADDRESS
    for depth in range(1, 4):
        packed = base64.b64encode(b"<<" + packed + b">>")
        assert search(mail(packed), PROTECTED) is not None, depth


def test_base64_goes_on_behind_padding():
    content = base64.b64encode(b"lamp") + b"\r\n" + base64.b64encode(ADDRESS)
    assert search(multipart(b"Content-Transfer-Encoding: base64\r\n\r\n" + content), PROTECTED) is not None


def test_base64_with_strange_letters_between_is_read():
    content = b"*".join(base64.b64encode(ADDRESS)[n : n + 1] for n in range(24))
    assert search(multipart(b"Content-Transfer-Encoding: base64\r\n\r\n" + content), PROTECTED) is not None


def test_uuencode_is_read_by_field_and_in_text():
    lines = binascii.b2a_uu(b"write to " + ADDRESS)
    packed = b"begin 644 lamp.txt\n" + lines + b"`\nend\n"
    assert ADDRESS not in packed
    for finished in (
        mail(b"words\n" + packed),
        mail(packed, b"Content-Transfer-Encoding: x-uuencode"),
        mail(packed.replace(b"\n", b"\r\n")),
    ):
        assert search(finished, PROTECTED).form == "plain, uuencode"
    assert search(mail(b"begin 644 ada@home.example\nend\n"), PROTECTED) is not None


# What cannot be read is not clean


@pytest.mark.parametrize(
    ("finished", "where"),
    [
        (mail(b"x", b"Content-Type: multipart/mixed"), "the multipart names no boundary"),
        (mail(b"x", b"Content-Type: text/plain", b"content-type: text/html"), "the field content-type stands twice"),
        (mail(b"x", b"Content-Transfer-Encoding: x-rot13"), "the transfer encoding is unknown"),
        (multipart(b"Content-Transfer-Encoding: gzip\r\n\r\nx"), "the transfer encoding of part 1 is unknown"),
        (multipart(*[b"\r\nx"] * 501), "more than 500 parts, or nested deeper than 30"),
        (mail(b"", b"X: y") + b"Content-Type: message/rfc822\r\n\r\n" * 40, None),
        (b"x" * (SIZE_LIMIT + 1), f"a mail of {SIZE_LIMIT + 1} bytes"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_through_is_a_hit(finished, where):
    if where is None:
        finished, where = b"Content-Type: message/rfc822\r\n\r\n" * 40, "more than 500 parts, or nested deeper than 30"
    assert search(finished, PROTECTED) == Hit(where, "unreadable")


def test_a_fault_in_the_gate_holds_the_mail(monkeypatch):
    def fault(*_):
        raise MemoryError

    monkeypatch.setattr("evenhand.mail.gate.locate", fault)
    assert search(draft(), PROTECTED) == Hit("MemoryError", "unreadable")


def test_a_boundary_that_begins_like_another_parts_nothing():
    inner = (
        b'Content-Type: multipart/alternative; boundary="bb"\r\n\r\n--bb\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    )
    finished = multipart(inner + base64.b64encode(ADDRESS) + b"\r\n--bb--")
    assert search(finished, PROTECTED).where == "the body of part 1.1"


def test_the_hit_says_where_and_in_which_form_and_never_the_whole():
    told = [
        search(one, PROTECTED)
        for one in (
            mail(b"x", b"Subject: ada@home.example"),
            multipart(b"\r\nx", base64_part(b"ada@home.example", "text/plain")),
            mail(b"ada&#64;home.ex&#97;mple"),
            multipart(b"Content-Type: message/rfc822\r\n\r\nTo: home.example\r\n\r\nx"),
        )
    ]
    assert told == [
        Hit("the header", "plain", "a…e"),
        Hit("the body of part 2", "base64", "a…e"),
        Hit("the body", "plain, escapes decoded", "a…e"),
        Hit("the header of part 1.mail", "plain", "h…e"),
    ]


def test_the_canary_is_found_on_every_road_and_a_blind_gate_is_noticed(monkeypatch):
    assert canary(DOMAIN) is True
    assert canary("home.example") is True
    mails = list(planted("canary.bird@coal-mine.example", DOMAIN))
    assert len(mails) == 11
    blind = identities(("somebody@else.example",))
    monkeypatch.setattr("evenhand.mail.gate.identities", lambda *_, **__: blind)
    assert canary(DOMAIN) is False


def test_a_gate_that_finds_what_is_not_there_is_noticed_too(monkeypatch):
    monkeypatch.setattr("evenhand.mail.gate.identities", lambda *_, **__: identities((), ("lamps",)))
    assert canary(DOMAIN) is False


# Whatever the mail


@settings(max_examples=400)
@given(st.binary(max_size=300))
@example(b"Content-Type: multipart/mixed; boundary==?")
@example(b"Subject: =?utf-8?b?=====?=")
@example(b"begin 644 x\n" + b"\xff" * 70 + b"\nend")
def test_no_bytes_make_it_raise(finished):
    assert isinstance(search(finished, PROTECTED), Hit | None)


@settings(max_examples=600)
@given(mutated(draft(files=[File("photo-1.jpg", "image/jpeg", b"\xff\xd8\xff" * 30)])), st.data())
def test_an_address_put_anywhere_as_it_is_is_found_in_a_mail_bent_out_of_shape(finished, data):
    place = data.draw(st.integers(0, len(finished)))
    hit = search(finished[:place] + b" " + ADDRESS + b" " + finished[place:], PROTECTED)
    assert hit is not None


@settings(max_examples=400)
@given(
    filler,
    st.sampled_from(sorted({**FORMS, **WRAPPED_BASE64})),
    filler,
    st.sampled_from(["text", "html", "subject", "name"]),
)
def test_what_was_composed_with_an_address_in_it_is_held(before, form, after, place):
    if place in {"subject", "name"} and any(char in "\r\n\x00\x01" for char in FORMS.get(form, str)(ADA)):
        # A header is one line: what was parted by line ends is parted by spaces there.
        place = "text"
    words = "".join(char for char in before if char not in "<&=%+\\") + " . "
    leaking = words + {**FORMS, **WRAPPED_BASE64}[form](ADA) + " " + after
    changed = {
        "text": {"text": leaking},
        "html": {"html": leaking},
        "subject": {"subject": leaking},
        "name": {"from_name": leaking},
    }[place]
    assert search(draft(**changed), PROTECTED) is not None


def test_a_large_mail_is_searched_in_time():
    photo = bytes(range(256)) * 40_000
    finished = draft(text="The lamp & the shade = 5 %.\n" * 9_000, files=[File("photo-1.jpg", "image/jpeg", photo)])
    assert search(finished, PROTECTED) is None
    assert search(finished.replace(b"shade", b"shade ada@home.example", 1), PROTECTED) is not None
