"""Undoes the transfer encoding of a part (RFC 2045 §6), and tells where two readers would undo it differently."""

from __future__ import annotations

import re
from binascii import Error as BinasciiError
from binascii import a2b_base64
from quopri import decodestring

__all__ = ["IDENTITY", "decode_base64", "mechanism", "undo"]

IDENTITY = frozenset({"", "7bit", "8bit", "binary"})
_MISSPELT = {"7-bit": "7bit", "8-bit": "8bit", "7bits": "7bit", "8bits": "8bit", "7 bit": "7bit", "8 bit": "8bit"}
_TOKEN = re.compile(r"[a-z0-9-]+")
# Digits, then what fills the last four up; whatever stands between is no base64.
_RUN = re.compile(rb"[A-Za-z0-9+/]+=*")


def mechanism(value: str) -> tuple[str, bool]:
    """
    Read a Content-Transfer-Encoding; returns its name in lower case, and whether every reader would take it so.

    >>> mechanism(" Base64 "), mechanism("base64 (really)"), mechanism("base65")
    (('base64', True), ('base64', False), ('base65', True))
    """
    name = value.strip().lower()
    name = _MISSPELT.get(name, name)
    if name in IDENTITY or _TOKEN.fullmatch(name):
        return name, True
    found = _TOKEN.search(name.partition(")")[2] if name.startswith("(") else name)
    return (found.group() if found else ""), False


def undo(payload: bytes, name: str) -> tuple[bytes, str]:
    """
    Decode a body by the name of its encoding; returns it with a doubt, or an empty string.

    What no reader knows the encoding of stays as it stands. `x-uuencode` and its kin are not read here.
    """
    if name in IDENTITY:
        return payload, ""
    if name == "base64":
        return decode_base64(payload)
    if name == "quoted-printable":
        return decodestring(payload), ""
    return payload, "a transfer encoding that is not known"


def decode_base64(payload: bytes) -> tuple[bytes, str]:
    """
    Decode base64 without losing what is behind a padding or a foreign character, where readers stop or go on.

    >>> decode_base64(b"Zm9v YmE"), decode_base64(b"Zg==Zg=="), decode_base64(b"Zm9v!YmFy")[0]
    ((b'fooba', ''), (b'ff', 'base64 that goes on behind its end'), b'foobar')
    """
    packed = b"".join(payload.split())
    runs = _RUN.findall(packed)
    if len(runs) > 1:
        if b"=" not in packed.rstrip(b"="):
            return _decoded(b"".join(runs)), "characters among base64 that do not belong there"
        return b"".join(_decoded(run) for run in _between_padding(runs)), "base64 that goes on behind its end"
    if len(runs) == 1 and len(runs[0]) == len(packed):
        return _decoded(packed), ""
    return (_decoded(runs[0]) if runs else b""), "characters among base64 that do not belong there" if packed else ""


def _between_padding(runs: list[bytes]) -> list[bytes]:
    """Join runs that only a foreign character parted."""
    joined: list[bytes] = [b""]
    for run in runs:
        joined[-1] += run
        if run.endswith(b"="):
            joined.append(b"")
    return joined


def _decoded(run: bytes) -> bytes:
    """Decode one run; a digit alone behind the last four holds no byte, and is what is left of a cut mail."""
    digits = run.rstrip(b"=")
    digits = digits[:-1] if len(digits) % 4 == 1 else digits
    try:
        return a2b_base64(digits + b"=" * (-len(digits) % 4))
    except BinasciiError:
        return b""
