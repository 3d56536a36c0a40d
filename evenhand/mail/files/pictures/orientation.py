"""Reads which way up a picture is meant to be shown, out of its EXIF block, and nothing else."""

from __future__ import annotations

__all__ = ["UPRIGHT", "orientation"]

UPRIGHT = 1
_TAG, _SHORT = 0x0112, 3
_ENTRIES_LIMIT = 200


def orientation(exif: bytes) -> int:
    """
    Give the value of the tag Orientation (TIFF 6.0, EXIF 2.32 §4.6.5): 1 to 8, and 1 where there is none to read.

    `exif` begins with the byte order of the TIFF header; what JPEG and WebP put in front is skipped.
    """
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "little", b"MM\0*": "big"}.get(tiff[:4])
    if order is None:
        return UPRIGHT

    def number(start: int, size: int) -> int:
        return int.from_bytes(tiff[start : start + size], "little" if order == "little" else "big")

    directory = number(4, 4)
    for entry in range(min(number(directory, 2), _ENTRIES_LIMIT)):
        start = directory + 2 + 12 * entry
        if number(start, 2) == _TAG and number(start + 2, 2) == _SHORT:
            found = number(start + 8, 2)
            return found if UPRIGHT <= found <= 8 else UPRIGHT
    return UPRIGHT
