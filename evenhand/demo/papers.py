"""Makes the files people of the demonstration attach: pictures, one-page invoices, and kinds that are not passed on."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from evenhand.demo.pictures import draw

__all__ = ["Paper", "invoice", "make_paper"]


@dataclass(frozen=True)
class Paper:
    """A file with its media type by content."""

    name: str
    media_type: str
    content: bytes


def make_paper(name: str, lines: Sequence[str] = ()) -> Paper:
    """
    Make the file of that name: `.png` shows the scene it is named after, `.pdf` holds `lines`, any other is a zip.

    A zip stands for the kinds the house does not pass on: what is inside cannot be seen from outside.
    """
    stem, _, ending = name.rpartition(".")
    match ending:
        case "png":
            return Paper(name, "image/png", draw(stem))
        case "pdf":
            return Paper(name, "application/pdf", invoice(lines))
        case "xlsm":
            return Paper(name, "application/vnd.ms-excel.sheet.macroenabled.12", _zip("xl/vbaProject.bin"))
        case _:
            return Paper(name, "application/zip", _zip(f"{stem}.txt"))


def invoice(lines: Sequence[str]) -> bytes:
    """
    Write a page of text as PDF 1.4, in one of the fonts every reader has.

    Only the Latin-1 part of the text is shown, since those fonts hold no more.
    """
    shown = [_literal(line) for line in lines]
    text = "BT /F1 14 Tf 60 780 Td 22 TL " + " ".join(f"({line}) Tj T*" for line in shown) + " ET"
    stream = text.encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    return _numbered(objects)


def _numbered(objects: Sequence[bytes]) -> bytes:
    """Put the objects one after another, with the table of where each begins that a reader starts from."""
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _zip(member: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        # A fixed date, so that the same file has the same digest each time it is made.
        archive.writestr(zipfile.ZipInfo(member, (2026, 1, 1, 0, 0, 0)), "Nothing to see here.\n")
    return out.getvalue()
