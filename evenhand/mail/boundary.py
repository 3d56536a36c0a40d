"""Gives the delimiters of a multipart mail a name known beforehand, so that its parser need not be made anew."""

from __future__ import annotations

import re

__all__ = ["KNOWN", "rename_boundary", "with_known_boundary"]

KNOWN = b"the-boundary-that-every-mail-is-given-before-it-is-read"

_HEAD_LIMIT = 64 * 1024
_BLANK = (b"\r\n\r\n", b"\n\n")
# Anything else ends the header for some readers, and what follows is text.
_FIELDS = re.compile(rb"(?:[!-9;-~]+:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n)*")
_PARAMETER = re.compile(
    rb"^content-type:[ \t]*multipart/[a-z0-9.+-]{1,40}[ \t]*(?=;)(?:[^\r\n]|\r?\n[ \t])*?"
    rb"[;\s]boundary=\"?(?!=\?)([A-Za-z0-9'()+_,./:=?-]{12,70})(?=[\";\r\n])",
    re.IGNORECASE | re.MULTILINE,
)


def with_known_boundary(raw: bytes) -> bytes:
    """Rename the outermost boundary, and forget what it was; see `rename_boundary`."""
    return rename_boundary(raw)[0]


def rename_boundary(raw: bytes) -> tuple[bytes, str]:
    """
    Rename the outermost boundary to `KNOWN`, in its parameter and its delimiter lines; what is unusual stays as it is.

    Returns the mail with the name that the boundary had, or with an empty string.

    The standard library compiles an expression for each boundary it meets, which takes as long as all the rest of
    reading a common mail; of a boundary it has met before it keeps the expression. Structure and contents stay the
    same: a line that begins with a boundary is a delimiter to every reader (RFC 2046 §5.1.1), and a mail that names its
    boundary anywhere else is left alone.
    """
    ends = [at for blank in _BLANK if (at := raw.find(blank, 0, _HEAD_LIMIT)) >= 0]
    if not ends or KNOWN in raw:
        return raw, ""
    end = min(ends)
    fields = _FIELDS.match(raw)
    found = _PARAMETER.search(raw, 0, end + 2)
    if found is None or fields is None or fields.end() < end or raw[:end].lower().count(b"content-type") != 1:
        return raw, ""
    boundary = found.group(1)
    delimiter = b"\n--" + boundary
    body = raw[end:]
    # A boundary within may begin like this one or be the same, and delimiters may follow the last: all left alone.
    plain = body.count(delimiter + b"\r\n") + body.count(delimiter + b"\n") + body.count(delimiter + b"--")
    last = body.find(delimiter + b"--")
    if not plain or plain + 1 != raw.count(boundary) or last not in {-1, body.rfind(delimiter)}:
        return raw, ""
    head = raw[: found.start(1)] + KNOWN + raw[found.end(1) : end]
    return head + body.replace(delimiter, b"\n--" + KNOWN), boundary.decode("ascii")
