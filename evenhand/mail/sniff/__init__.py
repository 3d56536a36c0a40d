"""Tells the media type of a file by its content; what its sender claims can only make it more dangerous."""

from __future__ import annotations

import puremagic

from evenhand.mail.sniff import container, signature, written
from evenhand.mail.sniff.signature import UNKNOWN

__all__ = ["UNKNOWN", "sniff"]

# Shorter signatures of the library fit too much by chance.
_LONG_ENOUGH = 4


def sniff(content: bytes, name: str, declared: str) -> str:
    """
    Give the media type, lower case and without parameters, `application/octet-stream` where nothing is sure.

    What can run is looked for first, then what a browser would run, archives, documents, pictures, and text last: of
    a file that is two things at once (a polyglot) the more dangerous counts. `name` and `declared` are the sender's
    claims: they choose between kinds of text that look alike, never make a picture of what is none. `text/plain`
    holds no controls in the encoding it was read by; an empty file is a text. Raises
    nothing; linear in the size of the content.

    >>> sniff(b"%PDF-1.7 ...", "invoice.jpg", "image/jpeg")
    'application/pdf'
    >>> sniff(b"<svg onload='x()'>", "lamp.png", "image/png")
    'image/svg+xml'
    """
    text = written.read(content, name, declared)
    if text is not None:
        return written.kind(text, name, declared)
    return (
        signature.runs(content)
        or written.hidden_in(content)
        or container.kind(content)
        or signature.shows(content)
        or _by_library(content)
    )


def _by_library(content: bytes) -> str:
    """Ask the library for what is rarer; what we know ourselves, it may not call so by a laxer test."""
    try:
        found = puremagic.magic_string(content)
    except (LookupError, ValueError):
        return UNKNOWN
    for match in found:
        media_type = match.mime_type.partition(";")[0].strip().lower()
        if len(match.byte_match) < _LONG_ENOUGH or media_type.count("/") != 1:
            continue
        if not media_type.startswith("text/") and media_type not in signature.KNOWN | container.KNOWN:
            return str(media_type)
    return UNKNOWN
