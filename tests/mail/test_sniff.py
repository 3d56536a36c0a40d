"""The media type of a file is what its bytes are; of two things at once, the more dangerous."""

import gzip
import io
import struct
import tarfile
import zipfile
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evenhand.mail.sniff import sniff

UNKNOWN = "application/octet-stream"


def png():
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\1\2\3")) + chunk(b"IEND", b"")
    )


def bmp():
    body = struct.pack("<IiiHHIIiiII", 40, 1, 1, 1, 24, 0, 4, 0, 0, 0, 0) + b"\1\2\3\0"
    return b"BM" + struct.pack("<IHHI", 14 + len(body), 0, 0, 54) + body


def media(major, *compatible):
    body = major + b"\0\0\0\0" + b"".join(compatible)
    return struct.pack(">I", len(body) + 8) + b"ftyp" + body + b"\0\0\0\x08mdat"


def zipped(**members):
    return packed({name.replace("__", "/"): content for name, content in members.items()})


def packed(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def ooxml(*names):
    return packed({"[Content_Types].xml": "<Types/>", **dict.fromkeys(names, "<x/>")})


def odf(kind):
    return packed({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": "<x/>"})


def ole(*streams):
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + b"".join(name.encode("utf-16-le") for name in streams)


def tarred():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo("lamp.txt")
        member.size = 4
        archive.addfile(member, io.BytesIO(b"lamp"))
    return out.getvalue()


JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xdb" + bytes(range(1, 65)) + b"\xff\xd9"
)
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + bytes(50)

BY_CONTENT = [
    (JPEG, "image/jpeg"),
    (png(), "image/png"),
    (GIF, "image/gif"),
    (bmp(), "image/bmp"),
    (b"RIFF\x24\x00\x00\x00WEBPVP8 \x18\x00\x00\x00", "image/webp"),
    (b"II*\x00\x08\x00\x00\x00\x00\x00", "image/tiff"),
    (media(b"heic", b"mif1", b"heic"), "image/heic"),
    (media(b"mif1", b"mif1", b"heic"), "image/heic"),
    (media(b"avif", b"avif", b"mif1"), "image/avif"),
    (media(b"isom", b"isom", b"mp42"), "video/mp4"),
    (media(b"qt  "), "video/quicktime"),
    (media(b"M4A ", b"M4A "), "audio/mp4"),
    (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm\x00", "video/webm"),
    (b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00", "audio/wav"),
    (b"ID3\x04\x00\x00\x00\x00\x00\x00\xff\xfb\x90\x00", "audio/mpeg"),
    (PDF, "application/pdf"),
    (b"junk in front of it\x00\n" + PDF, "application/pdf"),
    (b"{\\rtf1\\ansi lamp}", "application/rtf"),
    (ooxml("word/document.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (ooxml("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (ooxml("ppt/presentation.xml"), "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (ooxml("word/document.xml", "word/vbaProject.bin"), "application/vnd.ms-word.document.macroenabled.12"),
    (ooxml("xl/workbook.xml", "xl/vbaProject.bin"), "application/vnd.ms-excel.sheet.macroenabled.12"),
    (odf("text"), "application/vnd.oasis.opendocument.text"),
    (odf("spreadsheet"), "application/vnd.oasis.opendocument.spreadsheet"),
    (zipped(lamp="brass"), "application/zip"),
    (packed({}), "application/zip"),
    (packed({"META-INF/MANIFEST.MF": "x", "Main.class": "y"}), "application/java-archive"),
    (packed({"AndroidManifest.xml": "x", "META-INF/MANIFEST.MF": "x"}), "application/vnd.android.package-archive"),
    (ole("Root Entry", "WordDocument"), "application/msword"),
    (ole("Root Entry", "Workbook"), "application/vnd.ms-excel"),
    (ole("Root Entry", "WordDocument", "_VBA_PROJECT"), "application/x-ole-storage"),
    (ole("Root Entry", "EncryptedPackage"), "application/x-ole-storage"),
    (ole("Root Entry", "__properties_version1.0"), "application/vnd.ms-outlook"),
    (gzip.compress(b"lamp"), "application/gzip"),
    (tarred(), "application/x-tar"),
    (b"Rar!\x1a\x07\x01\x00\x33\x92", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c\x00\x04", "application/x-7z-compressed"),
    (EXE, "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF\x02\x01\x01\x00", "application/x-elf"),
    (b"L\x00\x00\x00\x01\x14\x02\x00\x00\x00", "application/x-ms-shortcut"),
    (b"#!/bin/sh\nrm -r lamp\n", "application/x-sh"),
    (b"<?php phpinfo(); ?>", "application/x-php"),
    (b"@ECHO OFF\r\ndel lamp\r\n", "application/x-bat"),
    (b"  <!DOCTYPE html><title>lamp</title>", "text/html"),
    (b"<p>a lamp</p>", "text/html"),
    (b"words, and then\n<script>alert(1)</script>", "text/html"),
    ("<html>lamp</html>".encode("utf-16"), "text/html"),
    (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
    (b'<?xml version="1.0"?><lamp/>', "application/xml"),
    (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar"),
    (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "text/vcard"),
    (b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n", "application/pgp-keys"),
    (b"-----BEGIN PGP MESSAGE-----\n", "application/pgp-encrypted"),
    (b"[InternetShortcut]\r\nURL=https://shop.example/\r\n", "application/x-mswinurl"),
    (b"x\x9f>\x22\x00\x00\x01\x00", "application/ms-tnef"),
    (b"From: a@home.example\nTo: b@shop.example\nSubject: x\n\nwords\n", "message/rfc822"),
    (b"The lamp is here.\n", "text/plain"),
    ("Die Lampe ist schön.\n".encode(), "text/plain"),
    ("Die Lampe ist schön.\n".encode("utf-16"), "text/plain"),
    (b"MZ is an old mark, and a word may begin with it.", "text/plain"),
    (b"a \x00 b", UNKNOWN),
    (b"a \x1b[31m b", UNKNOWN),
    (b"\x01\x02\x03\x04\x05\x06", UNKNOWN),
]


@pytest.mark.parametrize(("content", "media_type"), BY_CONTENT)
def test_a_file_is_what_its_bytes_are_whatever_it_calls_itself(content, media_type):
    names = ["", "lamp.jpg", "lamp.pdf"]
    assert [sniff(content, name, "image/jpeg") for name in names] == [media_type] * 3


@pytest.mark.parametrize(
    ("name", "declared", "media_type"),
    [
        ("a.txt", "text/plain", "text/plain"),
        ("a.csv", "text/plain", "text/csv"),
        ("a", "text/csv; charset=utf-8", "text/csv"),
        ("a.md", "", "text/markdown"),
        ("a.js", "text/plain", "text/javascript"),
        ("a.VBS. ", "text/plain", "text/vbscript"),
        ("a.txt.ps1", "text/plain", "application/x-powershell"),
        ("a.hta", "", "text/html"),
        ("a.txt", "text/html", "text/html"),
        ("a.svg", "image/png", "image/svg+xml"),
        ("a.ics", "", "text/calendar"),
        ("a.jpg", "image/jpeg", "text/plain"),
        ("a.exe", "application/zip", "text/plain"),
    ],
)
def test_of_plain_words_the_claim_says_which_kind_and_never_makes_a_picture(name, declared, media_type):
    assert sniff(b"lamp,brass\n1,2\n", name, declared) == media_type


def test_words_in_an_older_charset_are_text_only_where_they_are_claimed_to_be():
    old = "Die Lampe ist schön.".encode("latin-1")
    assert sniff(old, "a.txt", "") == "text/plain"
    assert sniff(old, "a", "TEXT/plain; charset=iso-8859-1") == "text/plain"
    assert sniff(old, "a.bin", "application/octet-stream") == UNKNOWN


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (GIF + zipped(run="x"), "application/zip"),
        (JPEG + zipped(run="x") + b"tail\x00", "application/zip"),
        (GIF[:30] + b"<script>alert(1)</script>" + GIF[30:], "text/html"),
        (JPEG + b"\xff" * 5000 + b"<?php system('x'); ?>", "text/html"),
        (GIF[:20] + b"<svg onload=x()>\x00", "image/svg+xml"),
        (JPEG[:40] + PDF, "application/pdf"),
        (PDF + zipped(run="x"), "application/zip"),
        (EXE + PDF, "application/vnd.microsoft.portable-executable"),
        (b"#!/bin/sh\n\x00" + zipped(run="x"), "application/x-sh"),
        (b"GIF89a/*<!-- */=1;alert(1)//-->", "text/plain"),
    ],
)
def test_of_two_things_at_once_the_more_dangerous_counts(content, media_type):
    assert sniff(content, "lamp.gif", "image/gif") == media_type


def test_the_library_knows_what_is_rarer_but_never_vouches_for_what_we_test_ourselves():
    assert sniff(b"SQLite format 3\x00" + bytes(100), "a.bin", "") == "application/x-sqlite3"
    assert sniff(b"BM\x01\x02\x03\x04\x00\x00" + bytes(100), "a.bmp", "image/bmp") == UNKNOWN


def test_an_archive_whose_directory_lies_is_an_archive():
    content = bytearray(ooxml("word/document.xml"))
    content[-10:-6] = b"\xff\xff\xff\xff"
    assert sniff(bytes(content), "a.docx", "") == "application/zip"


@given(st.binary(max_size=400), st.text(max_size=20), st.text(max_size=20))
@example(b"PK\x05\x06", "", "")
@example(b"PK\x03\x04" + b"PK\x05\x06" * 9, "", "")
@example(b"\x00\x00\xff\xffftyp", "", "")
def test_no_bytes_and_no_claim_make_it_raise(content, name, declared):
    found = sniff(content, name, declared)
    assert found == found.lower()
    assert found.count("/") == 1


@given(st.sampled_from([content for content, _ in BY_CONTENT]), st.integers(0, 80), st.binary(max_size=6))
def test_a_damaged_file_makes_it_raise_no_more(content, place, patch):
    assert sniff(content[:place] + patch + content[place + len(patch) :], "a.jpg", "image/jpeg").count("/") == 1
