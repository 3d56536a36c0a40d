"""What programs wrap around words and files: unwrapped where possible, and what names the author stays behind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.mail.parse import Mail, parse
from evenhand.mail.wrapped.armour import without_armour
from evenhand.mail.wrapped.rtf import unpack_rtf, words_of_rtf
from evenhand.mail.wrapped.signed import signed_content
from evenhand.mail.wrapped.tnef import unpack
from tests.mail.wrapped.makers import attribute, mail_of, number, properties, signed_opaque, winmail

PDF = b"%PDF-1.7 and so on"
ENTITY = b'Content-Type: text/plain; charset="utf-8"\r\n\r\nThe arm sinks.\r\n'


def read(raw):
    found = parse(raw)
    assert isinstance(found, Mail)
    return found


def files(found):
    return [(one.media_type, one.name, one.content) for one in found.parts]


def test_l31_winmail_dat_gives_words_and_files_and_nothing_of_sender_or_server():
    packed = winmail(
        ("Rechnung Ä.pdf", "application/pdf", PDF), ("b.jpg", "image/jpeg", b"\xff\xd8"), text="The arm sinks.\r\nAda"
    )
    assert "telltale".encode("utf-16-le") in packed
    found = read(mail_of(b"application/ms-tnef; name=winmail.dat", packed))
    assert found.text == "The arm sinks.\nAda"
    assert files(found) == [("application/pdf", "Rechnung Ä.pdf", PDF), ("image/jpeg", "b.jpg", b"\xff\xd8")]
    assert "telltale" not in repr(found)


def test_winmail_dat_is_known_by_its_bytes_and_its_words_are_not_said_twice():
    packed = winmail(("a.pdf", "application/pdf", PDF), text="The arm sinks.")
    inner = mail_of(b"application/octet-stream; name=x.bin", packed).partition(b"MIME-Version: 1.0\r\n")[2]
    raw = b"\r\n".join([
        b"From: ada@home.example", b"MIME-Version: 1.0", b"Content-Type: multipart/mixed; boundary=b", b"",
        b"--b", b"", b"The arm sinks.", b"--b", inner, b"--b--", b"",
    ])  # fmt: skip
    found = read(raw)
    assert (found.text, files(found)) == ("The arm sinks.", [("application/pdf", "a.pdf", PDF)])


def test_html_and_rtf_of_winmail_dat_are_read_as_words():
    html = read(mail_of(b"application/ms-tnef", winmail(html=b"<p>The <b>arm</b> sinks.</p>")))
    assert (html.text, html.html) == ("The arm sinks.", "<p>The <b>arm</b> sinks.</p>")
    words = rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\*\generator telltale;}The arm sinks\'21\par Gr\u252?\u223 ?e}"
    stored = number(len(words) + 12) + number(len(words)) + b"MELA" + bytes(4) + words
    assert read(mail_of(b"application/ms-tnef", winmail(rtf=stored))).text == "The arm sinks!\nGrüße"


def test_rtf_is_unpacked_as_its_makers_describe():
    # The examples of MS-OXRTFCP §4.1 and §4.2.
    simple = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af8000020 6f74f6".replace(" ", "")
    )
    assert unpack_rtf(simple) is not None
    crossing = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert unpack_rtf(crossing) == rb"{\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


def test_a_mail_inside_winmail_dat_is_named_and_not_carried():
    inside = attribute(2, 0x00069002, bytes(14)) + attribute(
        2, 0x00069005, properties((0x03, 0x3705, number(5)), (0x0D, 0x3701, b"telltale mail"), (0x1F, 0x3707, "Fwd"))
    )
    assert unpack(winmail() + inside).files == (("message/rfc822", "Fwd", b""),)


@pytest.mark.parametrize("cut", [10, 45, 200, -1, -30])
def test_half_a_package_is_none(cut):
    packed = winmail(("a.pdf", "application/pdf", PDF), text="The arm sinks.")
    assert unpack(packed[:cut]) is None
    found = read(mail_of(b"application/ms-tnef; name=winmail.dat", packed[:cut]))
    assert [(one.media_type, one.name) for one in found.parts] == [("application/ms-tnef", "winmail.dat")]


@given(st.binary(max_size=200), st.integers(0, 600))
def test_no_bytes_make_the_readers_raise(noise, place):
    packed = bytearray(winmail(("a.pdf", "application/pdf", PDF), text="The arm sinks."))
    packed[place : place + len(noise)] = noise
    unpack(bytes(packed))
    unpack(b"\x78\x9f\x3e\x22\x01\x00" + attribute(1, 0x00069003, noise) + attribute(2, 0x00069005, noise))
    unpack_rtf(number(20) + number(300) + b"LZFu" + bytes(4) + noise)
    words_of_rtf(noise)
    signed_content(noise)


def test_l31_the_words_under_an_opaque_signature_are_read_and_its_certificate_stays_behind():
    sealed = signed_opaque(ENTITY)
    assert b"ada@home.example" in sealed
    raw = mail_of(b"application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", sealed)
    found = read(raw)
    assert (found.text, found.signed, found.encrypted, found.parts) == ("The arm sinks.", True, False, ())


def test_signatures_made_of_pieces_are_read_too():
    pieces = b"\x24\x80" + b"".join(b"\x04" + bytes([len(one)]) + one for one in (ENTITY[:30], ENTITY[30:])) + b"\0\0"
    data = b"\x30\x80\x06\x09" + bytes.fromhex("2a864886f70d010701") + b"\xa0\x80" + pieces + b"\0\0\0\0"
    signed = b"\x30\x80\x02\x01\x01\x31\x00" + data + b"\0\0"
    whole = b"\x30\x80\x06\x09" + bytes.fromhex("2a864886f70d010702") + b"\xa0\x80" + signed + b"\0\0\0\0"
    assert signed_content(whole) == ENTITY


@pytest.mark.parametrize(
    "content", [b"x", signed_opaque(ENTITY)[:60], b"\x30\x80\x06\x09" + bytes.fromhex("2a864886f70d010703")]
)
def test_what_cannot_be_unwrapped_counts_as_encrypted(content):
    assert read(mail_of(b"application/pkcs7-mime; smime-type=signed-data", content)).encrypted


def test_l05_a_detached_signature_is_no_file():
    raw = b"\r\n".join([
        b"From: ada@home.example", b"MIME-Version: 1.0",
        b"Content-Type: multipart/signed; protocol=application/pgp-signature; boundary=b", b"", b"--b",
        ENTITY, b"--b", b"Content-Type: application/pgp-signature; name=signature.asc", b"",
        b"-----BEGIN PGP SIGNATURE-----", b"", b"telltale", b"-----END PGP SIGNATURE-----", b"--b--", b"",
    ])  # fmt: skip
    found = read(raw)
    assert (found.text, found.parts, found.signed) == ("The arm sinks.", (), True)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "Hello\n-----BEGIN PGP SIGNATURE-----\nVersion: x\n\ntelltale\n-----END PGP SIGNATURE-----\nBye",
            "Hello\n\nBye",
        ),
        ("Hello\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n\ntelltale\n-----END PGP PUBLIC KEY BLOCK-----", "Hello\n"),
        ("Hello\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n\ntelltale", "Hello\n"),
        (
            (
                "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nThe arm\n- --\n-----BEGIN PGP SIGNATURE-----\n\n"
                "telltale\n-----END PGP SIGNATURE-----\n"
            ),
            "The arm\n--\n\n",
        ),
        ("<pre>-----BEGIN PGP SIGNATURE-----<br>telltale<br>-----END PGP SIGNATURE-----</pre>", "<pre></pre>"),
        ("I say -----BEGIN PGP MESSAGE-----", "I say -----BEGIN PGP MESSAGE-----"),
    ],
)
def test_l05_armour_inside_a_text_is_taken_out(text, left):
    assert without_armour(text) == left


def test_an_endless_row_of_openings_is_read_once():
    assert without_armour("-----BEGIN PGP SIGNATURE-----" * 100_000) == ""
