"""Knows files by the bytes they begin with: programs, pictures, sound and film, documents, archives."""

from __future__ import annotations

import re

__all__ = ["KNOWN", "UNKNOWN", "runs", "shows"]

UNKNOWN = "application/octet-stream"

_PROGRAMS = (
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-elf"),
    (b"\xfe\xed\xfa\xce", "application/x-mach-binary"),
    (b"\xfe\xed\xfa\xcf", "application/x-mach-binary"),
    (b"\xce\xfa\xed\xfe", "application/x-mach-binary"),
    (b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    # Java classes and universal Mach-O programs begin alike; both run.
    (b"\xca\xfe\xba\xbe", "application/java-vm"),
    (b"\x00asm", "application/wasm"),
    (b"dex\n", "application/vnd.android.dex"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut"),
    (b"ITSF", "application/vnd.ms-htmlhelp"),
    (b"FWS", "application/x-shockwave-flash"),
    (b"CWS", "application/x-shockwave-flash"),
    (b"ZWS", "application/x-shockwave-flash"),
    (b"#!", "application/x-sh"),
)
_STARTS = (
    (b"x\x9f>\x22", "application/ms-tnef"),
    (b"{\\rtf", "application/rtf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x00\x00\x01\x00", "image/vnd.microsoft.icon"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"%!PS", "application/postscript"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
# The brands of ISO base media files (ISO/IEC 14496-12 §4.3).
_STILL = (
    ({b"avif", b"avis"}, "image/avif"),
    ({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}, "image/heic"),
)
_BRANDS = (
    ({b"mif1", b"msf1", b"heif"}, "image/heif"),
    ({b"qt  "}, "video/quicktime"),
    ({b"M4A ", b"M4B "}, "audio/mp4"),
)
_EBML = b"\x1a\x45\xdf\xa3"
# Viewers of PDF look for its mark in the first kilobyte, so anything may stand in front.
_PDF = re.compile(rb"%PDF-")
_MPEG_AUDIO = re.compile(rb"\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff][\x10-\xef]")

KNOWN = frozenset(
    {media_type for _, media_type in _PROGRAMS + _STARTS}
    | {media_type for _, media_type in _STILL + _BRANDS}
    | set(_RIFF.values())
    | {"application/pdf", "image/bmp", "image/jpg", "image/svg+xml", "video/mp4", "video/webm"}
    | {"video/x-matroska", "application/octet-stream", "application/xml", "application/javascript"}
)


def runs(content: bytes) -> str | None:
    """The type of a program, or None."""
    return next((media_type for start, media_type in _PROGRAMS if content.startswith(start)), None)


def shows(content: bytes) -> str | None:
    """The type of a document, picture, sound or film, or None."""
    if _PDF.search(content, 0, 1024):
        return "application/pdf"
    for start, media_type in _STARTS:
        if content.startswith(start):
            return media_type
    return _riff(content) or _iso_media(content) or _matroska(content) or _loose(content)


def _riff(content: bytes) -> str | None:
    return _RIFF.get(content[8:12]) if content.startswith(b"RIFF") else None


def _iso_media(content: bytes) -> str | None:
    if content[4:8] != b"ftyp":
        return None
    size = min(int.from_bytes(content[:4], "big"), 256)
    major = content[8:12]
    named = {major} | {content[at : at + 4] for at in range(16, size, 4)}
    # A still picture names itself among the compatible brands, whatever its major one; the others by the major only.
    for brands, media_type in _STILL:
        if brands & named:
            return media_type
    return next((media_type for brands, media_type in _BRANDS if major in brands), "video/mp4")


def _matroska(content: bytes) -> str | None:
    if not content.startswith(_EBML):
        return None
    return "video/webm" if b"webm" in content[:64] else "video/x-matroska"


def _loose(content: bytes) -> str | None:
    """Kinds whose mark is two bytes, and which must hold in one more place."""
    if content.startswith(b"BM") and len(content) > 26 and int.from_bytes(content[2:6], "little") == len(content):
        return "image/bmp"
    return "audio/mpeg" if _MPEG_AUDIO.match(content) else None
