"""Has mails scanned for malware before they are worked, and tells the rules what came of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import cache
from hashlib import sha256

from django.conf import settings
from django.utils.module_loading import import_string

from evenhand.configuration import Configuration
from evenhand.conversations.models import Origin
from evenhand.crashpoints import reach
from evenhand.mail.classify import Kind
from evenhand.mail.parse import Unreadable
from evenhand.mail.reading import Reading, Returned
from evenhand.policy import ScanFact
from evenhand.relay.scan import Clean, Infected, Scan, Scanned, Scanner, Unscanned
from evenhand.relay.spool import Spooled

__all__ = [
    "PATIENCE", "PAUSE", "PERSON_SECONDS", "SECONDS", "Scanning", "facts_of_scan", "is_due", "pieces_of", "scanning",
    "why_unscanned",
]  # fmt: skip

SECONDS = 40.0
"""For one mail with all its files, less than the lease of its row."""

PERSON_SECONDS = 5.0
"""The same while a person waits at a page; what takes longer is left to the workers."""

PAUSE = 60.0
PATIENCE = timedelta(days=1)
"""How long the scanner may be away before a person decides."""

REST_SECONDS = 5.0
"""How long a scanner that did not answer is not asked again: the threads that wait for it are the DNS's too."""


class Scanning:
    """
    Asks the scanner of this process; any thread may.

    `clock` gives seconds that never go back.
    """

    def __init__(self, scanner: Scanner, clock: Callable[[], float] = time.monotonic) -> None:
        self._scanner = scanner
        self._clock = clock
        self._lock = threading.Lock()
        self._rests_until = float("-inf")

    def scan(self, pieces: Iterable[bytes], seconds: float = SECONDS) -> Scan:
        """
        Scan some bytes piece by piece, within so many seconds for all.

        It ends at the first piece in which something is found, and at the first that could not be scanned now: either
        decides what becomes of the mail.
        """
        found: dict[str, Scanned] = {}
        ends = self._clock() + seconds
        for piece in pieces:
            digest = sha256(piece).hexdigest()
            if digest in found:
                continue
            found[digest] = one = self._ask(piece, ends)
            reach("scan.piece")
            if isinstance(one, Infected) or (isinstance(one, Unscanned) and one.again):
                break
        return Scan(found)

    def _ask(self, piece: bytes, ends: float) -> Scanned:
        now = self._clock()
        with self._lock:
            if now < self._rests_until:
                return Unscanned("the scanner did not answer a moment ago")
        if now >= ends:
            return Unscanned("the scanner took too long for the whole mail")
        one = self._scanner.scan(piece, seconds=ends - now)
        if isinstance(one, Unscanned) and one.again:
            with self._lock:
                self._rests_until = self._clock() + REST_SECONDS
        return one


@cache
def scanning() -> Scanning:
    """The scanner of this process, by the settings."""
    made: Scanner = import_string(settings.SCANNER)(settings.EVENHAND)
    return Scanning(made)


def is_due(row: Spooled, reading: Reading | Returned | Unreadable, configuration: Configuration) -> bool:
    """
    Whether a mail has to be scanned before it is worked.

    Not while it is doubtful that its author wrote it: then it waits for a word first, and is scanned after.
    """
    if not configuration.scanner or row.scan is not None or not isinstance(reading, Reading):
        return False
    vouched = row.trusted or (row.authentication is not None and row.authentication.verdict == "pass")
    return _is_wanted(row, reading) and (row.origin != Origin.MAIL or vouched)


def pieces_of(row: Spooled, reading: Reading) -> Iterable[bytes]:
    """
    What of a mail is scanned: the mail as it came, and each file of it as we decoded it.

    A scanner takes a mail apart by a reader of its own, which may see other files in it than ours does.
    """
    yield row.raw
    for file in reading.content.files:
        yield file.content


def facts_of_scan(row: Spooled, reading: Reading, configuration: Configuration) -> tuple[ScanFact, list[ScanFact]]:
    """
    Tell the rules what is known: of the mail whole, and of each of its files.

    Where a scanner is set, what should have been scanned and was not is unscanned, for whatever reason it was not.
    """
    if not configuration.scanner or not _is_wanted(row, reading):
        return _NOT_ASKED, [_NOT_ASKED] * len(reading.content.files)
    scan = row.scan or Scan()
    whole, *files = [_fact(scan.of(piece)) for piece in pieces_of(row, reading)]
    return whole, files


def why_unscanned(scanned: tuple[ScanFact, Sequence[ScanFact]]) -> str:
    """Why a mail cannot be said to be clean, empty if it can be, or if nobody was to be asked."""
    whole, files = scanned
    if whole is _NOT_ASKED:
        return ""
    return next((one.detail or "unscanned" for one in (whole, *files) if one.state == "unscanned"), "")


_NOT_ASKED = ScanFact()


def _is_wanted(row: Spooled, reading: Reading) -> bool:
    """All mail from outside that is to be passed on; and of what is written here, which we wrote as a mail, files."""
    if row.origin != Origin.MAIL:
        return bool(reading.content.files)
    return reading.kind is Kind.PERSON and not reading.mail.encrypted


def _fact(one: Scanned) -> ScanFact:
    match one:
        case Clean():
            return ScanFact("clean")
        case Infected(name):
            return ScanFact("infected", name)
        case Unscanned(reason):
            return ScanFact("unscanned", reason)
