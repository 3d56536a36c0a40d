"""Which files are passed on: judged by what they are, whatever they are called."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from evenhand.mail.enclosure import enclose
from evenhand.mail.parse import Part
from evenhand.policy import Action, AttachmentFact, Facts, house_book, judge
from evenhand.policy.parameters import MEGABYTE, Parameters
from tests.mail.files.makers import calendar, docx_members, jpeg, odt_members, packed, pdf, png, xlsx_members

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PDF, PNG, JPEG = pdf(), png(), jpeg()
EXE = b"MZ" + bytes(58) + b"\x80\x00\x00\x00" + bytes(64) + b"PE\x00\x00" + bytes(60)
ZIP = b"PK\x03\x04\x14\x00\x00\x00\x00\x00" + bytes(16) + b"\x05\x00\x00\x00a.txt" + b"hello"


DOCX, XLSX, ODT = packed(docx_members()), packed(xlsx_members()), packed(odt_members())
DOCM = packed({**docx_members(), "word/vbaProject.bin": b"x"})
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(40)
OOXML = "application/vnd.openxmlformats-officedocument"


def verdict(*files, text="Hello"):
    enclosed = [
        enclose(ordinal, Part(declared, name, content)) for ordinal, (name, declared, content) in enumerate(files, 1)
    ]
    return judge(facts_of(enclosed, text), house_book())


def facts_of(enclosed, text="Hello"):
    facts = tuple(
        AttachmentFact(
            one.ordinal,
            one.name,
            one.declared,
            one.media_type,
            len(one.content),
            one.kind,
            one.held,
            one.reason,
            one.fix,
        )
        for one in enclosed
    )
    return Facts(text=text, now=NOW, author="buyer", attachments=facts)


def found(*files):
    return [(one.rule, one.action, one.attachment) for one in verdict(*files).findings]


@pytest.mark.parametrize(
    ("name", "declared", "content", "rule"),
    [
        ("setup.exe", "application/octet-stream", EXE, "attachment-executable"),
        ("photo.jpg", "image/jpeg", EXE, "attachment-executable"),
        ("invoice.pdf.exe", "application/pdf", PDF, "attachment-executable"),
        ("INVOICE.EXE ", "application/pdf", PDF, "attachment-executable"),
        ("invoice.pdf.lnk.", "application/pdf", PDF, "attachment-executable"),
        ("page.html", "text/html", b"<html><body><script>x()</script></body></html>", "attachment-executable"),
        ("lamp.svg", "image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "attachment-executable"),
        ("run.sh", "text/plain", b"#!/bin/sh\nrm -r ~\n", "attachment-executable"),
        ("macro.docm", "application/octet-stream", ZIP, "attachment-executable"),
        ("macro.docm", "application/vnd.ms-word.document.macroenabled.12", DOCM, "attachment-executable"),
        ("renamed.docx", f"{OOXML}.wordprocessingml.document", DOCM, "attachment-executable"),
        (
            "letter.eml",
            "message/rfc822",
            b"From: a@b.example\nTo: c@d.example\nSubject: x\n\nHello\n",
            "attachment-mail",
        ),
        (
            "letter.txt",
            "text/plain",
            b"From: a@b.example\nTo: c@d.example\nSubject: x\n\nHello\n",
            "attachment-mail",
        ),
        ("files.zip", "application/zip", ZIP, "attachment-archive"),
        ("picture.png", "image/png", ZIP, "attachment-archive"),
        ("notes.gz", "application/gzip", b"\x1f\x8b\x08\x00" + bytes(20), "attachment-archive"),
        ("ada.vcf", "text/vcard", b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada\r\nEND:VCARD\r\n", "attachment-sealed"),
        ("key.asc", "application/pgp-keys", b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n", "attachment-sealed"),
        ("smime.p7s", "application/pkcs7-signature", b"0\x80\x06\x09*\x86H\x86\xf7", "attachment-sealed"),
        ("song.mp3", "audio/mpeg", b"ID3\x03" + bytes(90), "attachment-type"),
        ("lamp.jpg", "image/jpeg", JPEG[:300], "attachment-unreadable"),
    ],
)
def test_finds(name, declared, content, rule):
    assert (rule, Action.FIX, 1) in found((name, declared, content))


@pytest.mark.parametrize(
    ("name", "declared", "content"),
    [
        ("invoice.pdf", "application/pdf", PDF),
        ("invoice.pdf", "application/octet-stream", PDF),
        ("lamp.png", "image/png", PNG),
        ("lamp.png", "image/x-png", PNG),
        ("lamp.jpg", "image/jpg", JPEG),
        ("lamp.jpg", "image/pjpeg", JPEG),
        ("lamp.jpg", "image/jpeg", PNG),
        ("notes.txt", "application/octet-stream", b""),
        ("bill.docx", f"{OOXML}.wordprocessingml.document", DOCX),
        ("bill.docx", "application/octet-stream", DOCX),
        ("bill.xlsx", f"{OOXML}.spreadsheetml.sheet", XLSX),
        ("bill.odt", "application/vnd.oasis.opendocument.text", ODT),
        ("notes.txt", "text/plain", b"The arm sinks.\n"),
        ("notes.txt", "application/octet-stream", "Größe\n".encode()),
        ("table.csv", "text/csv", b"a,b\n1,2\n"),
        ("table.csv", "application/vnd.ms-excel", b"a,b\n1,2\n"),
        ("visit.ics", "text/calendar", calendar()),
    ],
)
def test_leaves_alone(name, declared, content):
    assert found((name, declared, content)) == []


@pytest.mark.parametrize(
    ("name", "declared", "content"),
    [("lamp.jpg", "image/jpeg", PDF), ("invoice.pdf", "application/pdf", PNG), ("lamp.jpg", "", PDF)],
)
def test_what_is_not_what_it_says_waits_for_a_person(name, declared, content):
    assert found((name, declared, content)) == [("attachment-disguised", Action.HOLD, 1)]


@pytest.mark.parametrize(
    ("name", "content"), [("lamp.heic", HEIC), ("blob.xyz", bytes(range(256))), ("invoice.pdf", PDF[:-200])]
)
def test_l67_what_could_not_be_checked_waits_for_a_person(name, content):
    assert found((name, "application/octet-stream", content)) == [("attachment-unchecked", Action.HOLD, 1)]


def test_a_mail_within_the_mail_is_left_out():
    assert found(("Fwd", "message/rfc822", b"")) == [("attachment-mail", Action.FIX, 1)]


def test_a_book_may_list_fewer_kinds_and_never_more():
    strict = replace(house_book(), parameters=Parameters(frozenset({"application/pdf"})))
    enclosed = [enclose(1, Part("image/png", "a.png", PNG)), enclose(2, Part("application/zip", "a.zip", ZIP))]
    wide = replace(house_book(), parameters=Parameters(frozenset({"application/zip", "image/png"})))
    told = [[(one.rule, one.attachment) for one in judge(facts_of(enclosed), book).findings] for book in (strict, wide)]
    assert told == [[("attachment-archive", 2), ("attachment-type", 1)], [("attachment-archive", 2)]]


def test_html_counts_too():
    judged = judge(Facts(text="", html="x" * (10 * MEGABYTE + 1), now=NOW, author="buyer"), house_book())
    assert [one.rule for one in judged.findings] == ["attachment-size"]


def test_one_bad_file_says_nothing_against_the_others():
    judged = verdict(("a.pdf", "application/pdf", PDF), ("b.zip", "application/zip", ZIP), ("c.png", "image/png", PNG))
    assert judged.action is Action.FIX
    assert [one.attachment for one in judged.findings] == [2]


def test_one_file_is_told_of_once():
    assert len(found(("files.zip", "application/zip", ZIP))) == 1


@pytest.mark.parametrize(("over", "action"), [(0, Action.DELIVER), (1, Action.BLOCK)])
def test_ten_megabytes_in_all_are_the_most(over, action):
    half = AttachmentFact(1, "a.pdf", "application/pdf", "application/pdf", 5 * MEGABYTE)
    rest = AttachmentFact(2, "b.pdf", "application/pdf", "application/pdf", 5 * MEGABYTE - len("Hello") + over)
    judged = judge(Facts(text="Hello", now=NOW, author="seller", attachments=(half, rest)), house_book())
    assert judged.action is action


def test_each_finding_says_why_and_what_to_do_in_sentences():
    judged = verdict(("setup.exe", "", EXE), ("files.zip", "application/zip", ZIP), ("lamp.jpg", "image/jpeg", PDF))
    assert [one for one in judged.findings if not (one.reason.endswith(".") and one.fix.endswith("."))] == []
    assert {one.clause for one in judged.findings} == {"House rule on attachments"}


def test_the_size_counts_bytes_and_not_letters():
    file = AttachmentFact(1, "a.pdf", "application/pdf", "application/pdf", 10 * MEGABYTE - 15)
    judged = judge(Facts(text="ü" * 10, now=NOW, author="buyer", attachments=(file,)), house_book())
    assert [one.reason for one in judged.findings] == [
        "The message has 10,000,005 bytes in all; 10,000,000 are the most."
    ]


def test_a_pdf_by_its_older_names_is_a_pdf():
    assert found(("a.pdf", "application/x-pdf", PDF), ("b.pdf", "application/acrobat", PDF)) == []
