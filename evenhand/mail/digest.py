"""Tells a sender's retry from a new message, whatever the hops between put in front."""

import hashlib
import re

__all__ = ["retry_digest"]

# Trace fields that each hop adds at the top (RFC 5321 §4.4), and what filters put beside them.
_TRACE = re.compile(
    rb"(?:(?:received|return-path|delivered-to|x-original-to|envelope-to|x-spam-[\w-]*|received-spf|"
    rb"authentication-results|x-virus-[\w-]*):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n)+",
    re.IGNORECASE,
)


def retry_digest(raw: bytes) -> bytes:
    """
    Hash a mail without the trace fields in front of it: 32 bytes of SHA-256.

    Two deliveries of one mail differ only in trace fields; two mails a person writes differ in Date and Message-ID.
    """
    match = _TRACE.match(raw)
    return hashlib.sha256(memoryview(raw)[match.end() :] if match else raw).digest()
