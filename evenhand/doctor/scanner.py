"""Examines the virus scanner: it must find what it is meant to find, also in the largest mail it is ever given."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from evenhand.configuration import Configuration
from evenhand.connectors.scanner import Clamd
from evenhand.doctor.check import Check, fail, ok, skip, warn
from evenhand.relay.scan import Infected, Unscanned

__all__ = ["SAMPLE", "examine"]

SECONDS = 30.0

# The harmless file by which scanners are tested, in pieces, lest a scanner finds it in our code.
SAMPLE = b"".join((b"X5O!P%@AP[4", b"\\PZX54(P^)7CC)7}$EICAR", b"-STANDARD-ANTIVIRUS-TEST", b"-FILE!$H+H*"))
_HEADER = (
    b"From: Doctor <doctor@evenhand.example>\r\nTo: scanner@evenhand.example\r\nSubject: A test\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n"
)
_LINE = b"A" * 76 + b"\r\n"


def examine(configuration: Configuration) -> Iterator[Check]:
    """Ask the scanner for a sign of life, then about the test file, alone and in a mail as large as `scanner_limit`."""
    if configuration.scanner is None:
        yield skip("scanner", "None is set; files are cleaned, and not scanned for viruses.")
        return
    yield _scanner(configuration, Clamd(configuration.scanner, configuration.scanner_limit))


def _scanner(configuration: Configuration, clamd: Clamd) -> Check:
    amiss = clamd.greet()
    if amiss:
        return fail(
            "scanner",
            f"It does not answer: {amiss}. Meanwhile mail waits, and after a day it is held.",
            "Start clamd, or correct EVENHAND_SCANNER.",
        )
    alone = clamd.scan(SAMPLE, seconds=SECONDS)
    if not isinstance(alone, Infected):
        why = alone.reason if isinstance(alone, Unscanned) else "it says that it is clean"
        return fail("scanner", f"It does not find the test file: {why}.", "Look at the log of clamd and of freshclam.")
    largest = clamd.scan(_mail_of(configuration.scanner_limit), seconds=SECONDS)
    if not isinstance(largest, Infected):
        why = largest.reason if isinstance(largest, Unscanned) else "it says that it is clean"
        return fail(
            "scanner",
            f"It does not find the test file in a mail of scanner_limit ({configuration.scanner_limit} bytes): {why}.",
            "Raise StreamMaxLength, MaxFileSize and MaxScanSize of clamd, or lower EVENHAND_SCANNER_LIMIT.",
        )
    if configuration.scanner_limit < configuration.size_limit:
        return warn(
            "scanner",
            f"It answers, but mails of more than scanner_limit ({configuration.scanner_limit}) are held unscanned.",
            f"Raise EVENHAND_SCANNER_LIMIT to {configuration.size_limit}, and clamd's limits with it.",
        )
    return ok("scanner", f"It answers and finds the test file ({alone.name}), also in the largest mail.")


def _mail_of(size: int) -> bytes:
    """A mail with the test file and, behind it, so much of nothing that it has that many bytes."""
    head = _HEADER + b'--cut\r\nContent-Type: application/octet-stream; name="a.com"\r\n'
    head += b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(SAMPLE) + b"\r\n"
    head += b"--cut\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    end = b"\r\n--cut--\r\n"
    room = max(0, size - len(head) - len(end))
    return head + (_LINE * (room // len(_LINE) + 1))[:room] + end
