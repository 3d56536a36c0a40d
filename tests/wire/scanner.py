"""Reads bytes in every way a curious recipient might, with nothing of the search that the product does itself."""

import base64
import binascii
import html
import quopri
import re
import unicodedata
import urllib.parse
from email import message_from_bytes, policy
from email.header import decode_header, make_header

_RUN = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")


def readings(raw):
    """All texts that can be made of some bytes: as they stand, decoded, part by part, without what hides."""
    layers = [raw, quopri.decodestring(raw), *_parts(raw), *_base64(raw)]
    for layer in layers:
        text = layer.decode("utf-8", "replace")
        yield from _plain(text)
        yield from _plain(html.unescape(re.sub(r"<[^>]*>", "", text)))
        yield from _plain(html.unescape(text))
    if b"\0" in raw:
        yield from _plain(raw.decode("utf-16", "replace"))


def finds(raw, secrets):
    """Which of the secrets can be read in some bytes."""
    texts = list(readings(raw))
    return [secret for secret in secrets if any(secret.lower() in text for text in texts)]


def _plain(text):
    text = unicodedata.normalize("NFKC", text)
    text = "".join(char for char in text if unicodedata.category(char) not in {"Cf", "Cc"} or char in "\n\t").lower()
    yield text
    yield urllib.parse.unquote(text)
    yield re.sub(r"\s+", "", text)


def _parts(raw):
    mail = message_from_bytes(raw, policy=policy.compat32)
    for part in mail.walk():
        for value in part.values():
            yield _words(value).encode()
        if not part.is_multipart():
            content = part.get_payload(decode=True) or b""
            yield content
            charset = part.get_content_charset() or "utf-8"
            try:
                yield content.decode(charset, "replace").encode()
            except LookupError:
                continue


def _words(value):
    try:
        return str(make_header(decode_header(str(value))))
    except (UnicodeError, LookupError, binascii.Error, ValueError):
        return str(value)


def _base64(raw):
    for run in _RUN.findall(raw.replace(b"\r\n", b"").replace(b"\n", b"")):
        for start in range(4):
            piece = run[start:].rstrip(b"=")
            try:
                yield base64.b64decode(piece + b"=" * (-len(piece) % 4))
            except binascii.Error:
                continue
