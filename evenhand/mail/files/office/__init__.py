"""Cleans office documents: the text and its looks stay; authors, comments, programs and outside sources go."""

from __future__ import annotations

import zipfile
from io import BytesIO

from evenhand.mail.files.office import odf, ooxml
from evenhand.mail.files.office.markup import read
from evenhand.mail.files.office.package import Refused, pack, unpack
from evenhand.mail.files.outcome import Clean, Held, Left
from evenhand.mail.files.pictures import TYPES, clean_picture
from evenhand.mail.sniff import sniff

__all__ = ["OFFICE", "clean_document", "preload"]

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
OFFICE = frozenset(
    {f"{_OOXML}{name}" for name in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")}
    | {f"{_ODF}{name}" for name in ("text", "spreadsheet", "presentation")}
)
"""The media types that can be cleaned."""

_NOTE = "Author, comments, company and other details of the document were taken out."
_FIX = "Save it as a PDF and attach that."
_MACROS = Left("runs", "The document holds programs (macros), which are not passed on.", _FIX)


def preload() -> None:
    """Import and run once everything that reading a document needs."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
    clean_document(out.getvalue(), f"{_OOXML}wordprocessingml.document")
    read(b"<a/>")


def clean_document(content: bytes, media_type: str) -> Clean | Held | Left:
    """
    Pack a document anew from the parts on a list, the XML in them without what tells of people and machines.

    `media_type` is one of `OFFICE`, as its content says. What is locked, damaged, or past the limits of
    `package.unpack` waits for a person; a document with macros stays behind.
    """
    take = odf.strip if media_type.startswith(_ODF) else ooxml.strip
    try:
        cleaned = pack(take(unpack(content), _picture))
    except ooxml.Macros:
        return _MACROS
    except Refused as error:
        return Held("unchecked", f"The document can’t be checked: {error}.", _FIX)
    return Clean(cleaned, media_type, (_NOTE,))


def _picture(content: bytes, name: str) -> bytes | None:
    media_type = sniff(content, name, "")
    cleaned = clean_picture(content, media_type) if media_type in TYPES else None
    return cleaned.content if isinstance(cleaned, Clean) else None
