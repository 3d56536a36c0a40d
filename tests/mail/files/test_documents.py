"""PDF and office documents: their words and looks stay; authors, programs and outside sources go."""

import io
import re

import pikepdf
import pytest

from evenhand.mail.files import Clean, clean
from evenhand.mail.sniff import sniff
from tests.mail.files.makers import (
    ODF,
    OOXML,
    TELLTALE,
    docx_members,
    odt_members,
    packed,
    pdf,
    pdf_unpacked,
    unpacked,
    xlsx_members,
)

DOCX, XLSX, ODT = f"{OOXML}.wordprocessingml.document", f"{OOXML}.spreadsheetml.sheet", f"{ODF}.text"
MEMBERS = {DOCX: docx_members, XLSX: xlsx_members, ODT: odt_members}


def cleaned(content, media_type="application/pdf"):
    return clean(content, media_type, media_type, "")


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
        {"linearize": True},
        {"stream_decode_level": pikepdf.StreamDecodeLevel.generalized, "compress_streams": False},
    ],
    ids=["plain", "object streams", "linearised", "unpacked"],
)
def test_l31_a_pdf_keeps_its_pages_and_links_and_loses_all_it_tells_runs_and_carries(how):
    content = pdf(**how)
    assert pdf_unpacked(content).count(TELLTALE) > 10
    found = cleaned(content)
    assert isinstance(found, Clean)
    words = pdf_unpacked(found.content)
    assert words.count(TELLTALE) == 0
    for kept in (b"One lamp, 40 euro", b"https://shop.example/lamp", b"Please check the colour"):
        assert (kept, words.count(kept)) == (kept, 1)
    gone = (
        b"/JavaScript",
        b"/Launch",
        b"/OpenAction",
        b"/AA",
        b"/EmbeddedFile",
        b"/Info",
        b"/Metadata",
        b"/XFA",
        b"Exif",
    )
    assert [one for one in gone if one in words] == []
    assert found.notes[1:] == ("The PDF was signed; what is passed on is not.",)
    # Links are found by whoever searches the bytes as they are.
    assert b"https://shop.example/lamp" in found.content


def test_the_same_document_has_the_same_bytes_and_an_id_of_its_own():
    content = pdf()
    first, second = cleaned(content).content, cleaned(content).content
    assert first == second
    with pikepdf.open(io.BytesIO(first)) as document:
        assert len(set(map(bytes, document.trailer.ID))) == 1
        assert b"telltale" not in bytes(document.trailer.ID[0])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (lambda: pdf(encryption=pikepdf.Encryption(owner="x", user="")), "sealed"),
        (lambda: pdf(encryption=pikepdf.Encryption(owner="x", user="y")), "sealed"),
        (lambda: pdf()[:-200], "unchecked"),
        (lambda: pdf().replace(b"xref", b"xreg"), "unchecked"),
        (lambda: b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n", "unchecked"),
        (lambda: b"GIF89a, but not really\n" + pdf(), "unchecked"),
    ],
    ids=["open but encrypted", "with a password", "cut off", "without a table", "empty", "behind something else"],
)
def test_a_pdf_that_is_locked_or_has_to_be_guessed_at_waits_for_a_person(content, kind):
    found = cleaned(content())
    assert (type(found).__name__, found.kind) == ("Held", kind)


@pytest.mark.parametrize("media_type", MEMBERS)
def test_l31_a_document_keeps_its_words_and_loses_all_it_tells(media_type):
    content = packed(MEMBERS[media_type]())
    assert sniff(content, "", "") == media_type
    assert sum(member.count(TELLTALE) for member in unpacked(content).values()) > 4
    found = cleaned(content, media_type)
    assert isinstance(found, Clean)
    assert [name for name, member in unpacked(found.content).items() if TELLTALE in member] == []
    assert TELLTALE not in found.content
    assert sniff(found.content, "", "") == media_type
    # Cleaned again it stays as it is.
    assert cleaned(found.content, media_type).content == found.content


def test_a_letter_keeps_its_words_its_picture_and_its_link():
    members = unpacked(cleaned(packed(docx_members()), DOCX).content)
    assert sorted(members) == [
        "[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels", "word/_rels/settings.xml.rels",
        "word/document.xml", "word/media/image1.jpeg", "word/settings.xml",
    ]  # fmt: skip
    letter = members["word/document.xml"].decode()
    assert re.findall(r"<w:t>(.*?)</w:t>", letter) == ["One lamp, ", "40 euro", "our shop", "write to us"]
    assert re.findall(r'Target="(.*?)"', members["word/_rels/document.xml.rels"].decode()) == [
        "https://shop.example/lamp", "media/image1.jpeg", "settings.xml",
    ]  # fmt: skip
    assert re.findall(r'r:\w+="(\w+)"', letter) == ["r3", "r5"]
    assert re.findall(r'w:author="(.*?)"', letter) == ["Author"]
    # Prefixes that other attributes speak of stay declared.
    assert 'mc:Ignorable="w14"' in letter
    assert 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"' in letter


def test_a_table_keeps_its_numbers_where_a_formula_leads_outside():
    members = unpacked(cleaned(packed(xlsx_members()), XLSX).content)
    sheet = members["xl/worksheets/sheet1.xml"].decode()
    assert re.findall(r"<v>(\d+)</v>", sheet) == ["40", "40", "7"]
    assert re.findall(r"<f>(.*?)</f>", sheet) == ["SUM(A1)"]
    assert re.findall(r'<hyperlink ref="(\w+)"', sheet) == ["A1"]
    assert "externalReference" not in members["xl/workbook.xml"].decode()


def test_an_open_document_keeps_its_words_and_begins_with_its_type():
    content = cleaned(packed(odt_members()), ODT).content
    members = unpacked(content)
    assert list(members) == ["mimetype", "content.xml", "Pictures/1.jpg", "META-INF/manifest.xml"]
    assert content[30:38] == b"mimetype"
    assert re.findall(r'full-path="(.*?)"', members["META-INF/manifest.xml"].decode()) == [
        "/", "content.xml", "Pictures/1.jpg",
    ]  # fmt: skip
    words = re.sub(r"<.*?>", "", members["content.xml"].decode())
    assert words.strip() == "One lamp, 40 euro our shopus"
    assert re.findall(r'xlink:href="(.*?)"', members["content.xml"].decode()) == [
        "https://shop.example/",
        "Pictures/1.jpg",
    ]


@pytest.mark.parametrize(
    ("media_type", "name", "content"),
    [
        (DOCX, "word/vbaProject.bin", b"x"),
        (XLSX, "xl/macrosheets/sheet1.xml", b"<x/>"),
        (ODT, "Basic/Standard/script.xml", b"<x/>"),
    ],
)
def test_a_document_with_macros_stays_behind(media_type, name, content):
    found = cleaned(packed({**MEMBERS[media_type](), name: content}), media_type)
    assert (type(found).__name__, found.kind) == ("Left", "runs")


def bomb():
    return packed({**docx_members(), "word/document.xml": b"<x>" + b" " * (80 * 1024 * 1024) + b"</x>"})


def entities():
    declared = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    return packed({**docx_members(), "word/document.xml": declared})


def outside():
    declared = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>'
    return packed({**docx_members(), "word/document.xml": declared})


def encrypted():
    content = bytearray(packed(docx_members()))
    place = content.rfind(b"PK\x01\x02")
    content[place + 8] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        bomb,
        entities,
        outside,
        encrypted,
        lambda: packed({**docx_members(), "word/document.xml": b"<x"}),
        lambda: packed({**docx_members(), "word/document.xml": "<x/>".encode("utf-16")}),
        lambda: packed({**docx_members(), "../word/x.xml": b"<x/>"}),
        lambda: packed({**docx_members(), "WORD/document.xml": b"<x/>"}),
        lambda: packed({**docx_members(), **{f"word/theme/{n}.xml": b"<x/>" for n in range(2001)}}),
        lambda: packed(docx_members()).replace(b"One", b"Two")[:-30] + bytes(30),
    ],
    ids=["bomb", "entities", "outside", "encrypted", "cut", "utf-16", "climbs", "doubled", "many", "broken"],
)
def test_a_document_that_cannot_be_checked_waits_for_a_person(content):
    found = cleaned(content(), DOCX)
    assert (type(found).__name__, found.kind, found.fix) == ("Held", "unchecked", "Save it as a PDF and attach that.")
