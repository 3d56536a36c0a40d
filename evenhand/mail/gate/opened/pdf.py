"""Opens PDF: every object, string and stream of it, and the words its pages show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

from evenhand.mail.gate.opened.allowance import Allowance, Unsearchable
from evenhand.mail.gate.opened.font import Font, font_of
from evenhand.mail.gate.opened.shown import shown

__all__ = ["pdf"]

CONTENT_LIMIT = 8 * 1024 * 1024
"""Bytes of page contents in one stream; a page of text and drawings has a thousandth of that."""

_STREAM = re.compile(rb"\bstream\r?\n")
_STRING_DEPTH = 12
_PIXELS = frozenset({"/DCTDecode", "/DCT", "/JPXDecode", "/CCITTFaxDecode", "/CCF", "/JBIG2Decode"})
_DEFLATED = frozenset({"/FlateDecode", "/Fl"})
_SWELLS = {"/LZWDecode": 1500, "/LZW": 1500, "/RunLengthDecode": 64, "/RL": 64}
_SHOWS = re.compile(rb"T[jJ]|['\"]\s")


def pdf(content: bytes, allowance: Allowance) -> Iterator[tuple[str, bytes | str]]:
    """
    Give all that a PDF (ISO 32000) holds.

    Once by its own directory, with the words each page shows by the letters of its fonts; and once by looking for
    streams alone, since an older state of the document, or what no directory names, is still in the bytes.
    """
    yield from _loose_streams(content, allowance)
    try:
        with pikepdf.open(BytesIO(content)) as document:
            yield from _objects(document, allowance)
            yield from _pages(document, allowance)
    except pikepdf.PasswordError as fault:
        raise Unsearchable("an encrypted PDF") from fault
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError, RecursionError) as fault:
        raise Unsearchable("a PDF that cannot be opened") from fault


def _loose_streams(content: bytes, allowance: Allowance) -> Iterator[tuple[str, bytes | str]]:
    for match in _STREAM.finditer(content):
        start = match.end()
        if (
            start + 2 <= len(content)
            and content[start] & 0x0F == 8
            and not int.from_bytes(content[start : start + 2], "big") % 31
        ):
            allowance.count()
            yield "PDF stream", allowance.inflate(content[start:])


def _objects(document: pikepdf.Pdf, allowance: Allowance) -> Iterator[tuple[str, bytes | str]]:
    for one in (*document.objects, document.trailer):
        allowance.count()
        strings = "\n".join(_strings(one, 0))
        if strings:
            yield "PDF strings", strings
        if isinstance(one, pikepdf.Stream):
            yield from _stream(one, allowance)


def _strings(one: Any, depth: int) -> Iterator[str]:
    """Every string, name and key in an object, but for what other objects hold."""
    if depth > _STRING_DEPTH:
        raise Unsearchable("a PDF whose objects lie too deep in each other")
    if isinstance(one, pikepdf.String):
        yield str(one)
        yield bytes(one).decode("utf-8", "replace")
    elif isinstance(one, pikepdf.Name):
        yield str(one)
    elif isinstance(one, pikepdf.Array):
        for inner in one:
            if not getattr(inner, "is_indirect", False):
                yield from _strings(inner, depth + 1)
    elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        for name, inner in one.items():
            yield name
            if not getattr(inner, "is_indirect", False):
                yield from _strings(inner, depth + 1)


def _stream(one: pikepdf.Stream, allowance: Allowance) -> Iterator[tuple[str, bytes | str]]:
    data = _data(one, allowance)
    yield "PDF stream", data
    # Pages are read whole, by their own fonts; forms, glyphs and appearances bring theirs.
    if one.get("/Subtype") != pikepdf.Name.Image and _SHOWS.search(data):
        yield from _shown(data, one.get("/Resources"), allowance)


def _data(one: pikepdf.Stream, allowance: Allowance) -> bytes:
    """The bytes of a stream, every filter undone but those of pixels; measured before they are asked for."""
    filters = one.get("/Filter")
    names = [str(name) for name in filters] if isinstance(filters, pikepdf.Array) else [str(filters)] if filters else []
    raw = one.read_raw_bytes()
    if names and names[-1] in _PIXELS:
        if len(names) == 1:
            return raw
        if set(names[:-1]) <= _DEFLATED:
            for _ in names[:-1]:
                raw = allowance.inflate(raw)
            return raw
        raise Unsearchable("a PDF with a picture packed in an unusual way")
    swell = 1
    for name in names:
        swell *= _SWELLS.get(name, 1)
    if swell > 1:
        allowance.draw(len(raw) * swell)
    measured = raw
    for name in names:
        if name in _DEFLATED:
            measured = allowance.inflate(measured)
        else:
            break
    return one.read_bytes() if names else raw


def _pages(document: pikepdf.Pdf, allowance: Allowance) -> Iterator[tuple[str, bytes | str]]:
    for page in document.pages:
        allowance.count()
        contents = page.obj.get("/Contents")
        parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
        data = b"\n".join(_data(one, allowance) for one in parts if isinstance(one, pikepdf.Stream))
        yield from _shown(data, page.resources, allowance)


def _shown(data: bytes, resources: Any, allowance: Allowance) -> Iterator[tuple[str, bytes | str]]:
    if len(data) > CONTENT_LIMIT:
        raise Unsearchable("a PDF with a page of too much content")
    for text in shown(data, _fonts(resources, allowance)):
        yield "PDF words", text


def _fonts(resources: Any, allowance: Allowance) -> dict[bytes, Font]:
    named = resources.get("/Font") if isinstance(resources, pikepdf.Dictionary) else None
    if not isinstance(named, pikepdf.Dictionary):
        return {}
    fonts: dict[bytes, Font] = {}
    for name, font in named.items():
        allowance.count()
        if isinstance(font, pikepdf.Dictionary):
            to_unicode = font.get("/ToUnicode")
            cmap = _data(to_unicode, allowance) if isinstance(to_unicode, pikepdf.Stream) else b""
            encoding = font.get("/Encoding")
            differences: list[int | str] = []
            base = str(encoding) if isinstance(encoding, pikepdf.Name) else ""
            if isinstance(encoding, pikepdf.Dictionary):
                base = str(encoding.get("/BaseEncoding", ""))
                differences = [
                    str(one) if isinstance(one, pikepdf.Name) else int(one) for one in encoding.get("/Differences", [])
                ]
            composite = font.get("/Subtype") == pikepdf.Name.Type0
            fonts[name.encode("utf-8", "replace")] = font_of(cmap, base, differences, composite=composite)
    return fonts
