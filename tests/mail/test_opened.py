"""The gate opens what is packed: documents, archives, pictures; and what it cannot open is no clean file."""

import base64
import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from contextlib import suppress

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.mail.gate import Hit, has_packed, search
from evenhand.mail.gate.opened import Allowance, Unsearchable, opened
from evenhand.mail.identity import identities
from tests.leaks import documents as made
from tests.mail.strategies import ADA, mutated

PROTECTED = identities((ADA,), allowed=("m.market.example",))
BOB = "bob@work.example"


def attached(content, media_type="application/octet-stream"):
    head = f"From: <k3@m.market.example>\r\nContent-Type: {media_type}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + base64.encodebytes(content)


def found(content):
    hit = search(attached(content), PROTECTED)
    assert hit is None or hit.form != "unreadable"
    return hit is not None


def refused(content):
    hit = search(attached(content), PROTECTED)
    return hit is not None and hit.form == "unreadable"


# PDF, word by word


def page(content, font=None, **saving):
    def build(document, one):
        one.Contents = document.make_stream(content)
        one.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font(document) if font else made.simple_font()))

    return made.pdf_with(build, **{**made.PACKED, **saving})


def text(operators):
    return b"BT /F1 12 Tf 20 200 Td " + operators + b" ET"


def hexadecimal(words, width=1, shift=0):
    return b"<" + "".join(f"{ord(char) + shift:0{width * 2}X}" for char in words).encode() + b">"


def kerned(words):
    return b"[" + b" ".join(b"(" + char.encode() + b") -20" for char in words) + b"] TJ"


def far_apart(words):
    return b"[" + b" ".join(b"(" + char.encode() + b") -400" for char in words) + b"] TJ"


def one_by_one(words):
    return b" ".join(b"1 0 0 1 %d 200 Tm (%s) Tj" % (20 + 7 * at, char.encode()) for at, char in enumerate(words))


def down_the_page(words):
    return b" ".join(b"0 -14 Td (" + char.encode() + b") Tj" for char in words)


@pytest.mark.parametrize(
    "shown",
    [
        lambda words: b"(" + words.encode() + b") Tj",
        lambda words: b"(" + words.encode() + b") '",
        lambda words: b"1 2 (" + words.encode() + b') "',
        lambda words: hexadecimal(words) + b" Tj",
        lambda words: b"(" + "".join(f"\\{ord(char):03o}" for char in words).encode() + b") Tj",
        lambda words: b"(" + words[:5].encode() + b"\\\n" + words[5:].encode() + b") Tj",
        lambda words: b"(x \\( (y)" + words.encode() + b") Tj",
        kerned, far_apart, one_by_one, down_the_page,
        lambda words: b"(" + words[:6].encode() + b") Tj 1 0 0 RG (" + words[6:].encode() + b") Tj",
        lambda words: b"(" + words[:6].encode() + b") Tj ET BI /W 1 /H 1 ID \x00(( EI BT (" + words[6:].encode() + b") Tj",
    ],
)  # fmt: skip
def test_words_of_a_page_are_read_however_they_are_set(shown):
    assert found(page(text(shown(ADA))))
    assert not found(page(text(shown(BOB))))


def test_words_of_different_lines_are_different_words():
    assert not found(page(text(b"(We are at home.) Tj 0 -14 Td (Example follows.) Tj")))
    assert not found(page(text(b"[(We are at home.) -300 (Example)] TJ")))
    # The domain alone, in one line.
    assert found(page(text(b"(see home.exa) Tj (mple) Tj")))


def to_unicode(pairs, width):
    lines = "\n".join(f"<{code:0{width * 2}X}> <{ord(letter):04X}>" for code, letter in pairs)
    space = f"1 begincodespacerange <{'00' * width}> <{'FF' * width}> endcodespacerange"
    return f"{space}\n{len(pairs)} beginbfchar\n{lines}\nendbfchar".encode()


def subset(document):
    """A font whose codes are none of ASCII, with a map to letters."""
    codes = [(1 + at, letter) for at, letter in enumerate(sorted(set(ADA + BOB)))]
    return made.simple_font(ToUnicode=document.make_stream(to_unicode(codes, 1)))


def in_subset(words):
    letters = sorted(set(ADA + BOB))
    return b"<" + "".join(f"{1 + letters.index(char):02X}" for char in words).encode() + b"> Tj"


def composite(mapped):
    def font(document):
        more = {"ToUnicode": document.make_stream(mapped)} if mapped else {}
        return pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type0, Encoding=pikepdf.Name("/Identity-H"), **more
        )

    return font


def named_glyphs(_):
    names = {"@": "at", ".": "period"}
    letters = sorted(set(ADA + BOB))
    differences = [1, *(pikepdf.Name("/" + names.get(char, char)) for char in letters)]
    return made.simple_font(Encoding=pikepdf.Dictionary(Differences=pikepdf.Array(differences)))


RANGE = b"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0001> <0060> <0021> endbfrange"


@pytest.mark.parametrize(
    ("font", "shown"),
    [
        (subset, in_subset),
        (named_glyphs, in_subset),
        (composite(to_unicode([(ord(char) + 300, char) for char in set(ADA + BOB)], 2)), lambda w: hexadecimal(w, 2, 300) + b" Tj"),
        (composite(RANGE), lambda words: hexadecimal(words, 2, -0x20) + b" Tj"),
        # Without a map: glyphs in their usual order.
        (composite(b""), lambda words: hexadecimal(words, 2, -29) + b" Tj"),
    ],
    ids=["map of one byte", "glyph names", "map of two bytes", "map of a range", "no map"],
)  # fmt: skip
def test_a_font_tells_which_letters_its_codes_are(font, shown):
    assert ADA.encode() not in shown(ADA)
    assert found(page(text(shown(ADA)), font))
    assert not found(page(text(shown(BOB)), font))


def with_form(words):
    def build(document, one):
        form = document.make_stream(
            text(kerned(words)), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 9, 9]
        )
        form.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=made.simple_font()))
        one.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
        one.Contents = document.make_stream(b"/X Do")

    return made.pdf_with(build, **made.PACKED)


def with_embedded(content):
    def build(document, _):
        document.attachments["notes"] = pikepdf.AttachedFileSpec(document, content, filename="notes.bin")

    return made.pdf_with(build, **made.PACKED)


def with_picture(content):
    def build(document, one):
        image = document.make_stream(
            content, Subtype=pikepdf.Name.Image, Filter=pikepdf.Name.DCTDecode, Width=8, Height=8, BitsPerComponent=8,
            ColorSpace=pikepdf.Name.DeviceRGB,
        )  # fmt: skip
        one.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=image))
        one.Contents = document.make_stream(b"/X Do")

    return made.pdf_with(build, **made.PACKED)


def with_filters(words):
    def build(document, one):
        packed = base64.a85encode(zlib.compress(text(b"(" + words.encode() + b") Tj"))) + b"~>"
        filters = pikepdf.Array([pikepdf.Name.ASCII85Decode, pikepdf.Name.FlateDecode])
        one.Contents = pikepdf.Stream(document, packed)
        one.Contents.Filter = filters

    return made.pdf_with(build, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=False)


@pytest.mark.parametrize(
    "build",
    [
        with_form,
        lambda words: with_embedded(made.docx(words)),
        lambda words: with_embedded(gzip.compress(words.encode())),
        lambda words: with_picture(made.jpeg_exif(words)),
        with_filters,
        made.pdf_author, made.pdf_link, made.pdf_xmp, made.pdf_text,
        lambda words: made.pdf_author(words.replace("@", "\u200b@")),
    ],
)  # fmt: skip
def test_every_object_of_a_pdf_is_read(build):
    assert found(build(ADA))
    assert not found(build(BOB))


def test_what_was_deleted_from_a_pdf_and_still_stands_in_it_is_read():
    old = made.pdf_text(ADA)
    stream = zlib.compress(b"(" + ADA.encode() + b") Tj")
    loose = b"\n9 0 obj\n<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream\nendobj\n" % (len(stream), stream)
    new = made.pdf_text(BOB)
    end = new.rfind(b"startxref")
    assert ADA.encode() not in old + loose
    assert found(new[:end] + loose + new[end:])


def test_a_pdf_that_cannot_be_opened_is_refused():
    sealed = made.pdf_with(lambda *_: None, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    assert refused(sealed)
    assert refused(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
    # With no password to open it, it opens.
    assert found(made.pdf_with(lambda document, _: document.docinfo.__setitem__("/Author", ADA),
                               encryption=pikepdf.Encryption(user="", owner="secret")))  # fmt: skip


def test_a_text_that_only_speaks_of_pdf_is_a_text():
    assert search(attached(b"Files that begin with %PDF-1.7 are fine.\n", "text/plain"), PROTECTED) is None


# Office documents and archives


@pytest.mark.parametrize(
    "build",
    [
        made.docx,
        lambda words: made.docx(runs=list(words)),
        lambda words: made.docx(author=words),
        lambda words: made.docx(words.replace("@", "&#64;")),
        made.odt,
        lambda words: made.zipped({words + ".txt": b"x"}),
        lambda words: made.zipped({"a.zip": made.zipped({"b.txt": words.encode()})}),
        lambda words: made.zipped({"xl/sharedStrings.xml": f"<sst><si><r><t>{words[:4]}</t></r><r><t>{words[4:]}</t></r></si></sst>".encode()}),
        lambda words: made.zipped({"a.xml": b"\xff\xfe" + f"<a><b>{words[:4]}</b>{words[4:]}</a>".encode("utf-16-le")}),
        lambda words: made.zipped({"media/photo.png": made.png_text(words, packed=True)}),
        lambda words: made.zipped({"a.txt": words.encode()}, zipfile.ZIP_BZIP2),
        lambda words: made.zipped({"a.txt": words.encode()}, zipfile.ZIP_LZMA),
        lambda words: b"MZ" + bytes(200) + made.zipped({"a.txt": words.encode()}),
        lambda words: made.picture("JPEG") + made.zipped({"a.txt": words.encode()}),
        lambda words: gzip.compress(b"x") + gzip.compress(words.encode()),
        lambda words: gzip.compress(words.encode("utf-16")),
        lambda words: bz2.compress(words.encode()),
        lambda words: lzma.compress(b"padding " * 90 + words.encode()[::-1] + words.encode()),
    ],
)  # fmt: skip
def test_every_member_of_an_archive_is_read(build):
    assert found(build(ADA))
    assert not found(build(BOB))


def test_two_paragraphs_are_not_one_word():
    parts = "<w:p><w:t>We are at home.</w:t></w:p><w:p><w:t>Example</w:t></w:p>"
    assert not found(made.zipped({"word/document.xml": f"<w:document>{parts}</w:document>".encode()}))


def test_a_member_no_directory_names_is_read():
    hidden, shown = made.zipped({"a.txt": ADA.encode() * 3}), made.zipped({"b.txt": b"lamp"})
    first = hidden[: hidden.find(b"PK\x01\x02")]
    with zipfile.ZipFile(io.BytesIO(first + shown)) as archive:
        assert archive.namelist() == ["b.txt"]
    assert found(first + shown)


def bomb():
    return made.zipped({f"{n}.txt": bytes(9_000_000) for n in range(9)})


@pytest.mark.parametrize(
    "content",
    [
        bomb(),
        gzip.compress(bytes(80_000_000)),
        gzip.compress(gzip.compress(gzip.compress(gzip.compress(gzip.compress(b"x"))))),
        made.zipped({"a": b"x"}).replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"),
        made.zipped({"a": b"lamp" * 9})[:-30],
        b"7z\xbc\xaf\x27\x1c" + bytes(60), b"Rar!\x1a\x07\x01\x00" + bytes(60), b"\x28\xb5\x2f\xfd" + bytes(60),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), b"MSCF" + bytes(60), bytes(257) + b"ustar" + bytes(300),
        made.png_chunk(b"zTXt", b"a\x00\x00" + zlib.compress(bytes(70_000_000))).join([made.picture()[:33], made.picture()[33:]]),
    ],
    ids=["many members", "one stream", "too deep", "encrypted", "cut off", "7z", "rar", "zstd", "ole", "cab", "tar", "picture"],
)  # fmt: skip
def test_what_cannot_be_opened_within_the_limits_is_refused(content):
    assert refused(content)


def test_never_more_than_a_step_is_unpacked_beyond_the_limit():
    allowance = Allowance(size=1_000_000)
    with pytest.raises(Unsearchable):
        list(opened(gzip.compress(bytes(500_000_000)), allowance))


# Pictures


@pytest.mark.parametrize(
    "build",
    [
        made.png_text,
        lambda words: made.png_text(words, packed=True),
        lambda words: made.png_text(words, international=True),
        lambda words: made.png_text(words, international=True, packed=True),
        lambda words: made.png_text(words.replace("@", "＠"), international=True),
        made.jpeg_exif, made.jpeg_xmp, made.jpeg_comment, made.gif_comment,
        lambda words: made.picture("WEBP", xmp=made.xmp(words)),
        lambda words: made.picture("PNG", icc_profile=b"desc" + words.encode()),
    ],
)  # fmt: skip
def test_what_a_picture_says_beside_its_pixels_is_read(build):
    assert found(build(ADA))
    assert not found(build(BOB))


def test_pixels_are_no_words():
    assert search(attached(made.picture() + made.picture("JPEG")[2:], "image/png"), PROTECTED) is None


# Packed inside a text


@pytest.mark.parametrize("offset", range(4))
def test_a_file_pasted_as_letters_is_opened(offset):
    packed = base64.b64encode(made.docx(ADA)).decode()
    mail = f"From: <k3@m.market.example>\r\n\r\n<img src='data:image/png;base64,{'+' * offset}{packed}'>".encode()
    assert search(mail, PROTECTED).form != "unreadable"
    uu = "begin 644 a\n" + "\n".join(__import__("binascii").b2a_uu(made.docx(ADA)[at : at + 45]).decode().rstrip("\n") for at in range(0, len(made.docx(ADA)), 45)) + "\nend\n"  # fmt: skip
    assert search(f"From: <k3@m.market.example>\r\n\r\n{uu}".encode(), PROTECTED).form.startswith(
        "plain, uuencode, zip"
    )


# Whether it is worth to look


def test_a_mail_of_words_has_nothing_packed_and_one_with_a_file_has():
    head = b"From: <k3@m.market.example>\r\n"
    words = (
        head
        + b"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--"
    )
    assert not has_packed(words)
    assert not has_packed(head + b"\r\nwords")
    assert has_packed(attached(made.docx()))
    assert has_packed(words.replace(b"text/plain", b"image/png"))
    assert has_packed(b"Content-Type: application/pdf\r\n\r\n")


# Whatever the bytes


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        [made.pdf_text(ADA), made.docx(ADA), made.png_text(ADA, packed=True), gzip.compress(b"x" * 99)]
    ).flatmap(mutated)
)
def test_damaged_files_raise_nothing(content):
    assert isinstance(search(attached(content), PROTECTED), Hit | None)
    with suppress(Unsearchable):
        list(opened(content, Allowance()))
