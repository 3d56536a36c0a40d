"""Named places at which a rehearsal may kill the process; where people are served, nothing ever happens at them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

__all__ = ["MARK", "POINTS", "VARIABLE", "Rehearsal", "reach", "rehearse"]

VARIABLE = "EVENHAND_TEST_CRASHES"
"""Names the folder of a rehearsal. Without it, and without the mark in the folder, no process kills itself."""

MARK = "may-be-killed"

POINTS: Mapping[str, str] = {
    "listen.connected": "a client has connected",
    "listen.mail": "MAIL was read, and not answered",
    "listen.rcpt": "RCPT was read, and the recipient not looked up",
    "listen.known": "the recipient is known, and RCPT not answered",
    "listen.data": "354 was answered",
    "listen.half": "a part of the mail has come",
    "listen.whole": "the whole mail has come",
    "listen.offered": "the mail is about to be made durable",
    "listen.grouped": "the rows of a group are ready to be inserted",
    "listen.committed": "the rows are committed",
    "listen.durable": "the mail is durable, and 250 not written",
    "listen.answered": "250 was written",
    "blob.opened": "a large file has a temporary name",
    "blob.written": "its bytes are written",
    "blob.synced": "its bytes are on the disk",
    "blob.renamed": "it has its name",
    "blob.settled": "its name is on the disk",
    "submit.written": "what was typed is written as a mail",
    "submit.inserted": "its row is inserted",
    "submit.found": "its row is found, and not worked yet",
    "spool.claiming": "rows of the spool are about to be claimed",
    "spool.claimed": "their claim is committed",
    "spool.giving-back": "a row is about to be given back or parked",
    "spool.given-back": "it is given back or parked",
    "spool.vouched": "what the DNS said is about to be noted",
    "spool.noted": "it is noted",
    "spool.scan-noting": "what the scanner said is about to be noted",
    "spool.scan-noted": "it is noted",
    "work.asking": "the DNS is about to be asked",
    "work.scanning": "the scanner is about to be asked about a mail",
    "work.scanned": "it has said what it found, and nothing is noted",
    "scan.piece": "it has answered for a piece of a mail",
    "scanner.connected": "the scanner is connected to, and has no byte yet",
    "scanner.sent": "it was handed all bytes, and its answer is not read",
    "work.read": "a batch was read by a guarded reader",
    "work.scenes": "what surrounds a batch is read",
    "work.processed": "a mail has come to its end, in memory",
    "work.storing": "a batch is about to be written",
    "work.stored": "it is written",
    "work.told": "authors of what a report says failed were told",
    "process.begun": "a mail is about to be parsed",
    "process.routed": "its author is known",
    "process.said": "its message is made, its files are kept",
    "process.judged": "it is judged",
    "process.cleaned": "what goes on is chosen",
    "process.composed": "the copy is composed",
    "process.searched": "the copy was searched for what is protected",
    "store.begun": "the transaction of a batch is open",
    "store.ended": "the spool rows are ended in it",
    "store.messages": "messages and what hangs on them are written",
    "store.holds": "holds are written",
    "store.copies": "the copies are written",
    "store.threads": "the thread map is written",
    "store.reports": "what reports say is written",
    "store.conversations": "the conversations are touched",
    "store.events": "the events are written",
    "store.notified": "the workers are notified, and nothing is committed",
    "outbox.claiming": "copies are about to be claimed",
    "outbox.claimed": "their claim is committed",
    "outbox.recording": "the transaction of some results is open",
    "outbox.moved": "the copies have their new states in it",
    "outbox.attempts": "the tries are written",
    "outbox.events": "the events are written, and nothing is committed",
    "outbox.recorded": "the results are committed",
    "deliver.trying": "a copy is about to be tried",
    "deliver.ended": "its try has ended, and nothing is written",
    "deliver.telling": "authors of failed copies are about to be told",
    "smarthost.connecting": "the next server is about to be called",
    "smarthost.connected": "it has answered",
    "smarthost.mail": "it took MAIL",
    "smarthost.rcpt": "it took RCPT, and DATA was not said",
    "smarthost.answered": "it answered the final dot",
    "failures.queued": "notices about failed copies are queued, and not committed",
    "failures.told": "they are committed",
    "notice.written": "a notice is written, in memory",
    "notice.queued": "a mail of the portal is queued, and not committed",
    "holds.lapsed": "holds have lapsed, and nothing is committed",
    "holds.ended": "that is committed",
    "presence.named": "a worker has a number, and no lock yet",
    "presence.held": "it holds its lock",
    "presence.reaping": "the transaction that frees a dead worker's claims is open",
    "presence.freed": "they are freed, and nothing is committed",
    "presence.reaped": "that is committed",
    "worker.ready": "a worker is about to work",
    "worker.leaving": "it was asked to end",
    "database.starting": "the embedded database is about to be started",
    "database.started": "it takes connections",
    "migrate.begun": "migrations are about to be applied",
    "migrate.ended": "they are applied",
    "up.prepared": "the database is ready, and no part is started",
    "up.started": "a part was started",
    "up.ready": "all parts answer, and nobody was told",
    "up.reviving": "the embedded database is found dead",
}  # fmt: skip
"""Every point, and where a process stands that reaches it."""

_HOLD_SECONDS = 30.0

Rehearsal = Callable[[str], None]

_rehearsal: Rehearsal | None = None


def reach(name: str) -> None:
    """Note that a process stands at a point; costs one look at a global when nothing is rehearsed."""
    if _rehearsal is not None:
        _rehearsal(name)


def rehearse(rehearsal: Rehearsal | None) -> None:
    """Have something done at every point that is reached in this process from now on; None ends it."""
    global _rehearsal  # noqa: PLW0603  the one look of `reach`
    _rehearsal = rehearsal


class _Folder:
    """
    A rehearsal that is directed from outside, by files in a folder, while everything runs.

    `armed-NAME` holds `kill N` or `hold N`: whoever comes to the point for the Nth time since takes the file and dies
    by SIGKILL, or stands still until its `held-NAME` is gone. `seen-NAME` says that somebody has been there.
    """

    def __init__(self, folder: Path) -> None:
        if not (folder / MARK).is_file():
            raise RuntimeError(f"{VARIABLE} names a folder without the file {MARK}: nothing here may be killed")
        self._folder = str(folder)
        self._seen: set[str] = set()
        self._passes: dict[tuple[str, int], int] = {}

    def __call__(self, name: str) -> None:
        if name not in self._seen:
            self._seen.add(name)
            Path(f"{self._folder}/seen-{name}").touch()
        armed = f"{self._folder}/armed-{name}"
        try:
            with open(armed, encoding="ascii") as order:  # noqa: PTH123  this is passed thousands of times
                mode, number = order.read().split()
                key = name, os.fstat(order.fileno()).st_ino
        except (FileNotFoundError, ValueError):
            return
        self._passes[key] = passes = self._passes.get(key, 0) + 1
        if passes < int(number):
            return
        # Of two that stand here at once, one takes the order.
        taken = Path(f"{self._folder}/{'held' if mode == 'hold' else 'died'}-{name}")
        try:
            Path(armed).rename(taken)
        except FileNotFoundError:
            return
        if mode == "hold":
            _stand(taken)
        else:
            os.kill(os.getpid(), signal.SIGKILL)


def _stand(until_gone: Path) -> None:
    deadline = time.monotonic() + _HOLD_SECONDS
    while until_gone.exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    with suppress(FileNotFoundError):
        until_gone.unlink()


if os.environ.get(VARIABLE):
    rehearse(_Folder(Path(os.environ[VARIABLE])))
