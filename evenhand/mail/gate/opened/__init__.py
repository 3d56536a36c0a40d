"""Opens what bytes are packed in: PDF, Office documents, archives, the descriptions inside pictures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from evenhand.mail.gate.opened.allowance import Allowance, Unsearchable
from evenhand.mail.gate.opened.archive import bunzipped, gunzipped, unxzed, zipped
from evenhand.mail.gate.opened.picture import gif, jpeg, png, riff
from evenhand.mail.gate.wording import texts

__all__ = ["MARKS", "Allowance", "Unsearchable", "may_be_packed", "opened"]

DEPTH_LIMIT = 4
"""A picture in a document in an archive in an archive; what lies deeper is not looked for but refused."""

_Opener = Callable[[bytes, Allowance], Iterator[tuple[str, bytes | str]]]


def _pdf(content: bytes, allowance: Allowance) -> Iterator[tuple[str, bytes | str]]:
    # The library behind it is large, and most mails bring no PDF.
    from evenhand.mail.gate.opened.pdf import pdf

    return pdf(content, allowance)


_OPENERS: tuple[tuple[bytes, _Opener], ...] = (
    (b"PK\x03\x04", zipped),
    (b"\x89PNG\r\n\x1a\n", png),
    (b"\xff\xd8\xff", jpeg),
    (b"GIF8", gif),
    (b"RIFF", riff),
    (b"\x1f\x8b\x08", gunzipped),
    (b"BZh", bunzipped),
    (b"\xfd7zXZ\x00", unxzed),
)
_SEALED = {
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "RAR",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"MSCF": "cabinet",
    b"LZIP": "lzip",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "older Office",
    b"\x78\x9f\x3e\x22": "TNEF",
}
MARKS = (*(mark for mark, _ in _OPENERS), *_SEALED)
"""What packed bytes begin with, if they begin with themselves."""

_PDF_MARK, _PDF_PLACE = b"%PDF-", 1024
_PDF_OBJECT = re.compile(rb"\d\s+obj\b")
_TAR_MARK, _TAR_PLACE = b"ustar", 257
_ZIP_END, _ZIP_END_SIZE, _ZIP_COMMENT_LIMIT = b"PK\x05\x06", 22, 0xFFFF


def opened(content: bytes, allowance: Allowance, form: str = "") -> Iterator[tuple[str, str]]:
    """
    Give (form, text) of everything packed in some bytes, and in what is packed in that.

    Goes by content alone, and by every kind the content could be, since a file may be two things at once. Pixels,
    sound, and glyphs without letters are not text and stay closed; so do kinds nobody here knows. Raises Unsearchable
    for what is packed and cannot be opened: past the limits, encrypted, damaged, or of a kind that stays closed to us.
    """
    waiting = [(form, content, 0)]
    while waiting:
        name, one, depth = waiting.pop()
        for kind, opener in _openers(one):
            if depth >= DEPTH_LIMIT:
                raise Unsearchable(f"it is packed more than {DEPTH_LIMIT} deep")
            for inner, found in opener(one, allowance):
                allowance.count()
                label = f"{name}{kind}{inner}"
                if isinstance(found, str):
                    yield label, found
                    continue
                for text in texts(found, None):
                    yield label, text
                waiting.append((f"{label}, ", found, depth + 1))


def may_be_packed(content: bytes) -> bool:
    """Whether any of the kinds could be meant: a look of a microsecond, since nearly all bytes are plain words."""
    return (
        content.startswith(MARKS)
        or _ZIP_END in content
        or content.find(_PDF_MARK, 0, _PDF_PLACE) >= 0
        or content.startswith(_TAR_MARK, _TAR_PLACE)
    )


def _openers(content: bytes) -> Iterator[tuple[str, _Opener]]:
    for mark, opener in _OPENERS:
        if content.startswith(mark):
            yield "", opener
            break
    for mark, name in _SEALED.items():
        if content.startswith(mark):
            raise Unsearchable(f"a packed file of a kind that cannot be opened ({name})")
    if content.startswith(_TAR_MARK, _TAR_PLACE):
        raise Unsearchable("a packed file of a kind that cannot be opened (tar)")
    if content.find(_PDF_MARK, 0, _PDF_PLACE) >= 0 and _PDF_OBJECT.search(content):
        yield "", _pdf
    if not content.startswith(b"PK\x03\x04") and _ends_as_zip(content):
        yield "", zipped


def _ends_as_zip(content: bytes) -> bool:
    """Whether unpackers, which read from the end, would see an archive here."""
    place = content.rfind(_ZIP_END, max(0, len(content) - _ZIP_END_SIZE - _ZIP_COMMENT_LIMIT))
    if place < 0 or place + _ZIP_END_SIZE > len(content):
        return False
    return place + _ZIP_END_SIZE + int.from_bytes(content[place + 20 : place + 22], "little") <= len(content)
