"""Knows archives, and the documents that are archives inside: OOXML, OpenDocument, the older Office formats."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["KNOWN", "kind"]

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END_SIZE, _CENTRAL_SIZE, _COMMENT_LIMIT = 22, 46, 0xFFFF
_MEMBERS_LIMIT = 10_000

_OFFICE = (
    ("word/", "wordprocessingml.document", "application/vnd.ms-word.document.macroenabled.12"),
    ("xl/", "spreadsheetml.sheet", "application/vnd.ms-excel.sheet.macroenabled.12"),
    ("ppt/", "presentationml.presentation", "application/vnd.ms-powerpoint.presentation.macroenabled.12"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Names of streams in a compound file, which stand in UTF-16 in its directory.
_OLE_STREAMS = (
    ("__properties_version1.0", "application/vnd.ms-outlook"),
    ("EncryptedPackage", "application/x-ole-storage"),
    ("_VBA_PROJECT", "application/x-ole-storage"),
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
)
_ARCHIVES = (
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"MSCF", "application/vnd.ms-cab-compressed"),
    (257, b"ustar", "application/x-tar"),
    (0x8001, b"CD001", "application/x-iso9660-image"),
)
KNOWN = frozenset(
    {"application/zip", "application/x-ole-storage", "application/epub+zip", "application/java-archive"}
    | {f"application/vnd.openxmlformats-officedocument.{name}" for _, name, _ in _OFFICE}
    | {macros for _, _, macros in _OFFICE}
    | {media_type for _, media_type in _OLE_STREAMS}
    | {media_type for _, _, media_type in _ARCHIVES}
    | {f"application/vnd.oasis.opendocument.{name}" for name in ("text", "spreadsheet", "presentation", "graphics")}
)


def kind(content: bytes) -> str | None:
    """The type of an archive or a document in one, or None."""
    end = _end_of_zip(content)
    if content.startswith(_LOCAL):
        return _zipped(content, end)
    if end is not None:
        # An archive behind something else: unpackers read from the end, viewers from the start.
        return "application/zip"
    if content.startswith(_OLE):
        return next(
            (media_type for name, media_type in _OLE_STREAMS if name.encode("utf-16-le") in content),
            "application/x-ole-storage",
        )
    for place, mark, media_type in _ARCHIVES:
        if content.startswith(mark, place):
            return media_type
    return None


def _end_of_zip(content: bytes) -> int | None:
    """Where the end record of a zip archive stands, or None."""
    floor = max(0, len(content) - _END_SIZE - _COMMENT_LIMIT)
    place = content.rfind(_END, floor)
    while place >= 0:
        if place + _END_SIZE + int.from_bytes(content[place + 20 : place + 22], "little") <= len(content):
            return place
        place = content.rfind(_END, floor, place)
    return None


def _zipped(content: bytes, end: int | None) -> str:
    names = frozenset(_members(content, end)) if end is not None else frozenset()
    # What runs is more than what can be read, whatever else the archive calls itself.
    if "AndroidManifest.xml" in names:
        return "application/vnd.android.package-archive"
    if "META-INF/MANIFEST.MF" in names:
        return "application/java-archive"
    if "[Content_Types].xml" in names:
        for folder, name, macros in _OFFICE:
            if any(member.startswith(folder) for member in names):
                unsafe = any(member.lower().endswith(("vbaproject.bin", "vbadata.xml")) for member in names)
                return macros if unsafe else f"application/vnd.openxmlformats-officedocument.{name}"
    declared = _declared_inside(content)
    return declared if declared in KNOWN and "mimetype" in names else "application/zip"


def _members(content: bytes, end: int) -> Iterator[str]:
    """The names in the central directory of a zip archive (APPNOTE §4.3.12)."""
    size = int.from_bytes(content[end + 12 : end + 16], "little")
    place = max(0, end - size)
    for _ in range(_MEMBERS_LIMIT):
        if not content.startswith(_CENTRAL, place):
            return
        lengths = [int.from_bytes(content[at : at + 2], "little") for at in range(place + 28, place + 34, 2)]
        start = place + _CENTRAL_SIZE
        yield content[start : start + lengths[0]].decode("utf-8", "replace")
        place = start + sum(lengths)


def _declared_inside(content: bytes) -> str:
    """What the first member, `mimetype`, says, stored without compression (OpenDocument part 2 §3.3)."""
    if content[30:38] != b"mimetype":
        return ""
    start = 38 + int.from_bytes(content[28:30], "little")
    length = int.from_bytes(content[18:22], "little")
    return content[start : start + min(length, 100)].decode("ascii", "replace")
