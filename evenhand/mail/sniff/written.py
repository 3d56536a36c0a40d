"""Tells text from bytes, and kinds of text apart: pages, scripts, calendars, cards, keys, mail, tables, words."""

from __future__ import annotations

import codecs
import re

from evenhand.mail.sniff.endings import BY_ENDING, ending

__all__ = ["hidden_in", "kind", "read"]

# White space apart, no control has a place in text that is meant to be read.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_LOOK = 1024
_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|frameset|object|embed|meta|style|title|base|link|form)"
    rb"(?=[\s>/])",
    re.IGNORECASE,
)
_SVG = re.compile(rb"<(?:[a-z]+:)?svg(?=[\s>/])|<!doctype\s+svg", re.IGNORECASE)
# How a page may begin besides (WHATWG MIME Sniffing §7.1).
_OPENING = re.compile(r"\s*<(?:!--|(?:h1|div|font|table|a|b|br|p|img|center|span)[\s>/])", re.IGNORECASE)
_CODE = re.compile(rb"<\?php|<script[\s>]", re.IGNORECASE)
_STARTS = (
    ("BEGIN:VCALENDAR", "text/calendar"),
    ("BEGIN:VCARD", "text/vcard"),
    ("-----BEGIN PGP PUBLIC KEY", "application/pgp-keys"),
    ("-----BEGIN PGP PRIVATE KEY", "application/pgp-keys"),
    ("-----BEGIN PGP SIGNATURE", "application/pgp-signature"),
    ("-----BEGIN PGP", "application/pgp-encrypted"),
    ("-----BEGIN PKCS7", "application/pkcs7-mime"),
    ("-----BEGIN CERTIFICATE", "application/pkix-cert"),
    ("[InternetShortcut]", "application/x-mswinurl"),
    ("[Desktop Entry]", "application/x-desktop"),
    ("Windows Registry Editor", "application/x-ms-registry"),
    ("REGEDIT4", "application/x-ms-registry"),
    ("@echo off", "application/x-bat"),
    ("{\\rtf", "application/rtf"),
    ("%PDF-", "application/pdf"),
    ("%!PS", "application/postscript"),
    ("<?php", "application/x-php"),
)
_MAIL = re.compile(
    r"(?:(?:Received|Return-Path|Delivered-To|From|To|Subject|Date|Message-ID|MIME-Version|X-[\w-]+):"
    r"[^\n]*\n(?:[ \t][^\n]*\n)*){3,}|From \S+@\S+ .*\n\S+: ",
    re.IGNORECASE,
)
_CLAIMS = {
    **{media_type: media_type for media_type in BY_ENDING.values()},
    "application/xhtml+xml": "text/html",
    "application/javascript": "text/javascript",
    "application/x-javascript": "text/javascript",
    "text/xml": "application/xml",
    "text/x-vcard": "text/vcard",
}
_HARMLESS = (None, "text/csv", "text/markdown")
_LEGACY = frozenset({"txt", "text", "csv", "md", "log", "asc", "ics", "vcf", "htm", "html", "eml"})


def read(content: bytes, name: str, declared: str) -> str | None:
    """
    Read content as text, or None if it is none: controls in it, or no encoding that tells itself.

    UTF-8, or UTF-16 with its mark. Bytes of an older charset look like anything, so they are text only if they are
    claimed to be.
    """
    try:
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            text = content.decode("utf-16")
        else:
            text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if not declared.strip().lower().startswith("text/") and ending(name) not in _LEGACY:
            return None
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            return None
    return None if _CONTROLS.search(text) else text


def kind(text: str, name: str, declared: str) -> str:
    """The type of a text: by its words, and then by what it is claimed to be."""
    begins = text[: 8 * _LOOK].lstrip()
    look = begins[:_LOOK].encode("utf-8", "replace")
    if begins.startswith("#!"):
        return "application/x-sh"
    found = _page(look) or ("text/html" if _OPENING.match(begins) else None)
    found = found or next((kind for start, kind in _STARTS if begins[:30].lower().startswith(start.lower())), None)
    if found is None and begins.startswith("<?xml"):
        found = "application/xml"
    # A script is one by its name alone: any words may be one.
    claimed = BY_ENDING.get(ending(name)) or _CLAIMS.get(declared.partition(";")[0].strip().lower())
    if found is None and claimed in _HARMLESS and _MAIL.match(begins):
        return "message/rfc822"
    return found or claimed or "text/plain"


def hidden_in(content: bytes) -> str | None:
    """The type of a page or a server's script inside what is no text, or None."""
    look = content[:_LOOK]
    if content.startswith(b"%PDF-"):
        return None
    return _page(look) or ("text/html" if _CODE.search(content) else None)


def _page(look: bytes) -> str | None:
    """Whether a browser that guesses would make a page of it: a page first, since it may hold a drawing."""
    page, drawing = _MARKUP.search(look), _SVG.search(look)
    if drawing and (page is None or drawing.start() < page.start()):
        return "image/svg+xml"
    return "text/html" if page else None
