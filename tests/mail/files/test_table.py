"""The content table: what becomes of each kind of file, and that nothing makes it raise."""

import base64
import json
import random
import subprocess
import sys
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.mail.files import Clean, Held, Left, clean
from evenhand.mail.sniff import sniff
from tests.mail.files.makers import (
    ODF,
    OOXML,
    calendar,
    chunk,
    docx_members,
    gif,
    jpeg,
    odt_members,
    packed,
    pdf,
    png,
    webp,
    xlsx_members,
)


def ended(content, declared="application/octet-stream", name=""):
    found = clean(content, sniff(content, name, declared), declared, name)
    return type(found).__name__, getattr(found, "kind", "")


EXE = b"MZ" + bytes(58) + b"\x80\x00\x00\x00" + bytes(64) + b"PE\x00\x00" + bytes(60)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "WordDocument".encode("utf-16-le")
MSG = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "__properties_version1.0".encode("utf-16-le")
MAIL = b"From: a@b.example\nTo: c@d.example\nSubject: x\n\nHello\n"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(40)


@pytest.mark.parametrize(
    ("content", "declared", "name", "end"),
    [
        (b"The arm sinks.\n", "text/plain", "notes.txt", ("Clean", "")),
        (b"", "application/octet-stream", "notes.txt", ("Clean", "")),
        (b"", "text/plain", "", ("Clean", "")),
        (b"", "image/jpeg", "lamp.jpg", ("Left", "empty")),
        (b"a,b\n1,2\n", "application/vnd.ms-excel", "table.csv", ("Clean", "")),
        (png(), "image/jpeg", "lamp.jpg", ("Clean", "")),
        (jpeg(), "application/octet-stream", "lamp.JPG", ("Clean", "")),
        (jpeg(), "image/png", "lamp.pdf", ("Held", "disguised")),
        (pdf(), "image/jpeg", "lamp", ("Held", "disguised")),
        (pdf(), "application/octet-stream", "lamp.jpg", ("Held", "disguised")),
        (b"words", "image/jpeg", "lamp.jpg", ("Held", "disguised")),
        (packed(docx_members()), "application/octet-stream", "bill.docx", ("Clean", "")),
        (packed(docx_members()), "application/msword", "bill.doc", ("Clean", "")),
        (EXE, "image/jpeg", "lamp.jpg", ("Left", "runs")),
        (pdf(), "application/pdf", "invoice.pdf.\u200bＥＸＥ", ("Left", "runs")),
        (pdf(), "application/pdf", "invoice\u202efdp.exe", ("Left", "runs")),
        (pdf(), "application/pdf", "invoice.pdf．lnk .", ("Left", "runs")),
        (b"<svg onload='x()'/>", "image/svg+xml", "lamp.svg", ("Left", "runs")),
        (b"<!doctype html><p>Hi", "text/html", "page.html", ("Left", "runs")),
        (b"MIME-Version: 1.0\n", "message/rfc822", "page.mhtml", ("Left", "runs")),
        (b"[InternetShortcut]\nURL=https://x.example\n", "text/plain", "link.url", ("Left", "runs")),
        (b"[Desktop Entry]\nExec=x\n", "text/plain", "a.desktop", ("Left", "runs")),
        (b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(90), "text/plain", "a", ("Left", "runs")),
        (packed({"a.txt": b"x"}), "application/zip", "files.zip", ("Left", "packed")),
        (packed({"a.zip": packed({"b.zip": packed({"c": bytes(9999)})})}), "image/png", "x.png", ("Left", "packed")),
        (MAIL, "text/plain", "letter.txt", ("Left", "mail")),
        (MSG, "application/vnd.ms-outlook", "letter.msg", ("Left", "mail")),
        (b"", "message/rfc822", "Fwd", ("Left", "mail")),
        (b"", "message/partial", "", ("Held", "unchecked")),
        (b"", "message/external-body", "", ("Held", "unchecked")),
        (b"BEGIN:VCARD\r\nFN:Ada\r\nEND:VCARD\r\n", "text/plain", "ada.txt", ("Left", "identifies")),
        (b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n", "text/plain", "key.txt", ("Left", "identifies")),
        (b"-----BEGIN PGP SIGNATURE-----\n\nabc\n", "text/plain", "s.txt", ("Left", "identifies")),
        (b"-----BEGIN CERTIFICATE-----\nabc\n", "text/plain", "c.txt", ("Left", "identifies")),
        (b"-----BEGIN PGP MESSAGE-----\n\nabc\n", "text/plain", "m.txt", ("Held", "sealed")),
        (b"0\x80\x06\x09*\x86H\x86\xf7", "application/pkcs7-signature", "smime.p7s", ("Left", "identifies")),
        (b"x\x9f>\x22junk", "application/ms-tnef", "winmail.dat", ("Left", "damaged")),
        (OLE, "application/msword", "bill.doc", ("Held", "unchecked")),
        (HEIC, "image/heic", "lamp.heic", ("Held", "unchecked")),
        (b"ID3\x03" + bytes(90), "audio/mpeg", "song.mp3", ("Left", "unlisted")),
        (bytes(range(256)), "application/octet-stream", "blob.xyz", ("Held", "unknown")),
    ],
)
def test_every_kind_of_file_has_its_end(content, declared, name, end):
    assert ended(content, declared, name) == end


FILES = [
    (jpeg(), "image/jpeg"), (png(), "image/png"), (gif(), "image/gif"), (webp(), "image/webp"), (pdf(), "application/pdf"),
    (packed(docx_members()), f"{OOXML}.wordprocessingml.document"), (packed(xlsx_members()), f"{OOXML}.spreadsheetml.sheet"),
    (packed(odt_members()), f"{ODF}.text"), (calendar(), "text/calendar"),
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(FILES), st.randoms(use_true_random=False), st.integers(1, 8))
def test_no_damage_makes_it_raise(file, chance: random.Random, wounds):
    content, media_type = bytearray(file[0]), file[1]
    for _ in range(wounds):
        place = chance.randrange(len(content))
        match chance.randrange(4):
            case 0:
                content[place] = chance.randrange(256)
            case 1:
                del content[place : place + chance.randrange(1, 64)]
            case 2:
                content[place:place] = bytes(chance.choices(range(256), k=chance.randrange(1, 16)))
            case 3:
                content[place : place + 4] = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"))
        if not content:
            break
    found = clean(bytes(content), media_type, media_type, "")
    assert isinstance(found, (Clean, Left, Held))
    assert not isinstance(found, Clean) or found.media_type == media_type


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from([one for _, one in FILES]), st.text(max_size=20))
def test_no_bytes_make_it_raise(content, media_type, name):
    assert isinstance(clean(content, media_type, "", name), (Clean, Left, Held))


CHILD = """
import base64, json, resource, sys
from evenhand.mail.files import clean, preload
from evenhand.mail.sniff import sniff
given = [base64.b64decode(one) for one in json.load(sys.stdin)]
preload()
resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
resource.setrlimit(resource.RLIMIT_CPU, (5, 5))
touched, watching = [], True
def watch(event, arguments):
    if watching and event.partition(".")[0] in {"open", "import", "socket", "subprocess", "os", "shutil", "tempfile"}:
        touched.append((event, str(arguments[:1])))
sys.addaudithook(watch)
ends = []
for content in given:
    found = clean(content, sniff(content, "", ""), "", "")
    ends.append((type(found).__name__, getattr(found, "kind", "")))
watching = False
print(json.dumps([ends, touched]))
"""


def in_a_child(*contents):
    """What becomes of files in a process that may hold 512 MiB, work 5 seconds and open nothing; and what it touched."""
    given = json.dumps([base64.b64encode(one).decode() for one in contents])
    done = subprocess.run(
        [sys.executable, "-c", CHILD], input=given, capture_output=True, check=True, text=True, timeout=60
    )
    ends, touched = json.loads(done.stdout)
    return [tuple(one) for one in ends], touched


def object_stream_bomb():
    squeezer = zlib.compressobj(9)
    stream = b"".join(squeezer.compress(bytes(1 << 20)) for _ in range(1500)) + squeezer.flush()
    return (
        b"%PDF-1.5\n1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length " + str(len(stream)).encode()
        + b">>stream\n" + stream + b"\nendstream\nendobj\n"
    )  # fmt: skip


def bomb_with_table():
    body = object_stream_bomb()
    rows = b"\x01\x00\x00\x09\x00" + b"\x02\x00\x00\x01\x00"
    place = len(body)
    table = (
        b"3 0 obj\n<</Type/XRef/Size 4/W[1 3 1]/Index[1 2]/Root 2 0 R/Length " + str(len(rows)).encode()
        + b">>stream\n" + rows + b"\nendstream\nendobj\nstartxref\n" + str(place).encode() + b"\n%%EOF\n"
    )  # fmt: skip
    return body + table


def wide_png():
    head = (6000).to_bytes(4, "big") * 2 + b"\x08\x06\0\0\0"
    squeezer = zlib.compressobj(9)
    rows = b"".join(squeezer.compress(bytes(24_001)) for _ in range(6000)) + squeezer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_files_of_every_kind_are_cleaned_without_opening_or_importing_anything():
    turned = [jpeg(orientation=6), png(orientation=3), webp(orientation=8), webp(orientation=6, lossless=True)]
    bad = [pdf()[:-200], jpeg()[:400], "Grüße".encode("utf-16")]
    ends, touched = in_a_child(*[content for content, _ in FILES], *turned, *bad)
    assert touched == []
    assert ends == [("Clean", "")] * (len(FILES) + 4) + [("Held", "unchecked"), ("Left", "damaged"), ("Clean", "")]


def test_a_pdf_that_unpacks_to_gigabytes_waits_for_a_person():
    assert in_a_child(bomb_with_table()) == ([("Held", "unchecked")], [])


def test_a_picture_of_36_million_pixels_fits():
    assert in_a_child(wide_png()) == ([("Clean", "")], [])
