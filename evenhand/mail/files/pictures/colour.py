"""Takes the names out of colour profiles (ICC.1), and leaves the numbers by which colours are shown."""

from __future__ import annotations

__all__ = ["nameless"]

LIMIT = 1024 * 1024
_HEADER = 128
_TAGS_LIMIT = 100
# What a colour engine computes with. Names of devices, serial numbers and calibration of a screen are other tags.
_NUMBERS = frozenset(
    "rXYZ gXYZ bXYZ rTRC gTRC bTRC kTRC wtpt bkpt chad A2B0 A2B1 A2B2 B2A0 B2A1 B2A2 gamt lumi".split()
)
_SPACES = frozenset({b"RGB ", b"GRAY", b"CMYK", b"Lab ", b"XYZ "})


def nameless(profile: bytes) -> bytes | None:
    """
    Write a profile anew with its numbers only, its own name replaced by the word `colours`.

    From the header (ICC.1:2022 §7.2) go the maker, the model, the creator, the date and the digest. None if it is no
    profile, or larger than 1 MiB: a picture without one is shown as sRGB.
    """
    if not _HEADER + 4 <= len(profile) <= LIMIT or profile[36:40] != b"acsp" or profile[16:20] not in _SPACES:
        return None
    count = int.from_bytes(profile[128:132], "big")
    if count > _TAGS_LIMIT or len(profile) < 132 + 12 * count:
        return None
    tags: dict[bytes, bytes] = {}
    for number in range(count):
        entry = profile[132 + 12 * number : 144 + 12 * number]
        start, size = int.from_bytes(entry[4:8], "big"), int.from_bytes(entry[8:12], "big")
        if start + size > len(profile):
            return None
        if entry[:4].decode("latin-1") in _NUMBERS:
            tags[entry[:4]] = profile[start : start + size]
    words = _words_of_version_4() if profile[8] >= 4 else (_named_of_version_2(), b"text\0\0\0\0-\0")
    tags[b"desc"], tags[b"cprt"] = words if isinstance(words, tuple) else (words, words)
    return _written(profile, tags)


def _words_of_version_4() -> bytes:
    text = "colours".encode("utf-16-be")
    return b"mluc\0\0\0\0" + (1).to_bytes(4, "big") + (12).to_bytes(4, "big") + b"enUS" + _numbers(len(text), 28) + text


def _named_of_version_2() -> bytes:
    text = b"colours\0"
    return b"desc\0\0\0\0" + _numbers(len(text)) + text + bytes(8) + bytes(3) + bytes(67)


def _numbers(*values: int) -> bytes:
    return b"".join(value.to_bytes(4, "big") for value in values)


def _written(profile: bytes, tags: dict[bytes, bytes]) -> bytes:
    index, body = b"", b""
    start = _HEADER + 4 + 12 * len(tags)
    places: dict[bytes, int] = {}
    for name, content in tags.items():
        # Curves that are the same for all three colours are written once, as makers of profiles do.
        if content not in places:
            places[content] = start + len(body)
            body += content + bytes(-len(content) % 4)
        index += name + _numbers(places[content], len(content))
    kept_class_and_spaces = profile[8:24]
    header = bytes(4) + bytes(4) + kept_class_and_spaces + bytes(12) + b"acsp" + bytes(24) + profile[64:80] + bytes(48)
    whole = header + _numbers(len(tags)) + index + body
    return _numbers(len(whole)) + whole[4:]
