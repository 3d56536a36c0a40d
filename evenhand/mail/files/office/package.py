"""Unpacks a document that is a zip archive within limits, and packs it anew without what archives tell."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

__all__ = ["UNPACKED_LIMIT", "Refused", "pack", "unpack"]

MEMBERS_LIMIT = 2000
UNPACKED_LIMIT = 64 * 1024 * 1024
RATIO_LIMIT = 200
"""Times a member of more than 1 MiB may be larger than its packed form."""

_STEP = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1 | 0x40


class Refused(Exception):
    """A document that cannot be checked; says why in words for its author."""


def unpack(content: bytes) -> dict[str, bytes]:
    """
    Give the members of a package by name, in their order; folders are left out.

    Raises Refused past the limits, and for what two readers could read differently: encrypted, doubled or climbing
    names, unusual packing, wrong sums.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            return _members(packed)
    except Refused:
        raise
    except Exception as error:
        raise Refused("it is damaged") from error


def _members(packed: zipfile.ZipFile) -> dict[str, bytes]:
    members: dict[str, bytes] = {}
    seen: set[str] = set()
    total = 0
    entries = packed.infolist()
    if len(entries) > MEMBERS_LIMIT:
        raise Refused("it has too many parts")
    for entry in entries:
        if entry.is_dir():
            continue
        _check(entry, seen)
        seen.add(entry.filename.lower())
        room = UNPACKED_LIMIT - total
        found = _read(packed, entry, room)
        total += len(found)
        if len(found) > room or (len(found) > _STEP and len(found) > RATIO_LIMIT * entry.compress_size):
            raise Refused("it unpacks to too much")
        members[entry.filename] = found
    return members


def _check(entry: zipfile.ZipInfo, seen: set[str]) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise Refused("it is locked")
    name = entry.filename
    climbs = ".." in name.split("/") or name.startswith("/") or "\\" in name or ":" in name
    if climbs or entry.compress_type not in _PACKINGS or name.lower() in seen:
        raise Refused("its parts are packed in an unusual way")


def _read(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    """Read one byte more than there is room for, at most: what the archive says of sizes is not believed."""
    with packed.open(entry) as member:
        found = bytearray()
        while len(found) <= room:
            piece = member.read(min(_STEP, room + 1 - len(found)))
            if not piece:
                break
            found += piece
    return bytes(found)


def pack(members: Mapping[str, bytes]) -> bytes:
    """Pack members in their order, all dated 1980; `mimetype` comes first and unpacked (OpenDocument part 2 §3.3)."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(members, key=lambda one: one != "mimetype"):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            entry.create_system = 0
            packed.writestr(entry, members[name])
    return out.getvalue()
