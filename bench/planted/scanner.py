"""Reads bytes in every way a curious recipient might. Shares nothing with what the product searches by."""

from __future__ import annotations

import base64
import binascii
import email
import gzip
import html
import io
import quopri
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from email import policy
from email.header import decode_header
from urllib.parse import unquote

__all__ = ["leaks"]

_UNSEEN = re.compile("[\u200b-\u200f\u00ad\u034f\ufe0f\u2060\u202a-\u202e\u2066-\u2069\x00-\x08]")
_TAGS = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_RUNS = re.compile(rb"[A-Za-z0-9+/]{20,}={0,2}")
_BACKSLASH = re.compile(r"\\(?:u\{?0*|x)([0-9a-fA-F]{2})\}?")
_UTF7 = re.compile(r"\+([A-Za-z0-9+/]{4,})-")
_STREAM = re.compile(rb"stream\r?\n")
_SHOWN = re.compile(rb"\(((?:[^()\\]|\\.)*)\)", re.DOTALL)


def leaks(content: bytes, secrets: tuple[str, ...]) -> list[str]:
    """Which of the secrets some reading of the bytes shows. A secret is a domain, a mailbox, or a name of a machine."""
    shown: set[str] = set()
    for stream in _streams(content):
        for text in _readings(stream):
            shown |= {secret for secret in secrets if secret in text}
    return sorted(shown)


def _streams(content: bytes) -> Iterator[bytes]:
    streams = [content, *_parts(content)]
    for stream in streams:
        yield stream
        for run in _RUNS.findall(stream)[:60]:
            for skip in range(4):
                piece = run[skip:].rstrip(b"=")
                try:
                    decoded = base64.b64decode(piece[: len(piece) // 4 * 4])
                except binascii.Error:
                    continue
                if decoded.isascii():
                    yield decoded


def _parts(content: bytes) -> Iterator[bytes]:
    for part in email.message_from_bytes(content, policy=policy.compat32).walk():
        for name, value in part.items():
            yield f"{name}: {_decoded(str(value))}".encode("utf-8", "replace")
        body = part.get_payload(decode=True)
        if isinstance(body, bytes) and body:
            yield body
            for codec in {part.get_content_charset("utf-8"), "utf-16", "utf-32"}:
                try:
                    yield body.decode(codec, "replace").encode("utf-8", "replace")
                except LookupError:
                    continue
            yield from _unpacked(body)


def _decoded(value: str) -> str:
    try:
        return "".join(
            piece.decode(charset or "latin-1", "replace") if isinstance(piece, bytes) else piece
            for piece, charset in decode_header(value)
        )
    except (LookupError, ValueError, binascii.Error):
        return value


def _unpacked(body: bytes) -> Iterator[bytes]:
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    elif body.startswith(b"\x1f\x8b"):
        yield gzip.decompress(body)
    elif body.startswith(b"%PDF"):
        for match in _STREAM.finditer(body):
            try:
                shown = zlib.decompressobj().decompress(body[match.end() :])
            except zlib.error:
                continue
            yield shown
            yield b"".join(_SHOWN.findall(shown)).replace(b"\\(", b"(").replace(b"\\)", b")").replace(b"\\\\", b"\\")
    elif body.startswith(b"\x89PNG") and b"zTXt" in body:
        said = body.split(b"zTXt", 1)[1].split(b"\x00\x00", 1)[1]
        yield zlib.decompressobj().decompress(said)


def _readings(stream: bytes) -> Iterator[str]:
    text = stream.decode("utf-8", "replace")
    known: set[str] = set()
    for _ in range(3):
        plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).replace("。", ".").lower()
        if plain in known:
            return
        known.add(plain)
        yield plain
        yield re.sub(r"=?[ \t]*\r?\n[> \t]*", "", plain)
        if "<" in plain:
            yield _UNSEEN.sub("", _TAGS.sub("", plain))
        yield re.sub(r"[\s()\[\]]+", "", re.sub(r"\W(?:at)\W", "@", re.sub(r"\W(?:dot)\W", ".", plain)))
        text = _UTF7.sub(_from_utf7, _BACKSLASH.sub(lambda one: chr(int(one[1], 16)), unquote(html.unescape(text))))
        text = quopri.decodestring(text.encode("utf-8", "replace")).decode("utf-8", "replace") if "=" in text else text


def _from_utf7(match: re.Match[str]) -> str:
    try:
        return match[0].encode("ascii").decode("utf-7")
    except UnicodeError:
        return match[0]
