"""Who is at work: a worker holds a lock while it lives; what a dead one had claimed is free again in two seconds."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from typing import Any

import psycopg

from evenhand.crashpoints import reach

__all__ = ["IS_PRESENT", "Presence", "look_around", "reap"]

_log = logging.getLogger(__name__)

_CLASS = 0x45766E68
"""The class of the advisory locks by which workers are known to live; the number of the worker is the key in it."""

LOOK_SECONDS = 0.5
GRACE_SECONDS = 1.0
"""Between the first look that finds a worker gone and the end of its claims: it may only have lost its connection."""

AGAIN_SECONDS = 0.1
SILENCE_SECONDS = 30.0
"""How long the reason why a worker has no lock is not said again."""

# Part of a claim: it claims for nobody who is given up already, and until it is committed nobody is given up. So no
# claim can be made in the name of the dead after their claims were freed.
IS_PRESENT = f"""
    SELECT 1 FROM evenhand_worker
    WHERE number = %(worker)s::int AND pg_try_advisory_xact_lock_shared({_CLASS}, %(worker)s::int)
"""  # noqa: S608  no foreign text in it

_GONE = f"SELECT number FROM evenhand_worker WHERE number <> %s AND pg_try_advisory_xact_lock({_CLASS}, number)"  # noqa: S608
_GIVE_UP = f"""
    SELECT number FROM evenhand_worker WHERE number = ANY(%s) AND pg_try_advisory_xact_lock({_CLASS}, number)
"""  # noqa: S608

DEATHS = 5
"""Workers that died at a copy before it is parked: more than a mail's three, since a dozen are on their way at once."""

_FREE_SPOOL = """
    UPDATE evenhand_inbound SET due_at = now(), claimed_by = NULL WHERE state = 'working' AND claimed_by = ANY(%s)
"""
# Each try that came to an end has a row; what is missing to the count of claims are deaths.
_FREE_OUTBOX = """
    WITH freed AS (
        SELECT copy.id, copy.attempts - (
            SELECT count(*) FROM evenhand_attempt attempt WHERE attempt.delivery_id = copy.id
        ) >= %s AS hopeless
        FROM evenhand_delivery copy WHERE copy.state = 'sending' AND copy.claimed_by = ANY(%s)
    )
    UPDATE evenhand_delivery copy
    SET due_at = now(), claimed_by = NULL,
        state = CASE WHEN hopeless THEN 'parked' ELSE copy.state END,
        reason = CASE WHEN hopeless THEN 'its worker died each time it was sent' ELSE copy.reason END
    FROM freed WHERE copy.id = freed.id AND copy.state = 'sending' AND copy.claimed_by = ANY(%s)
"""


def look_around(line: psycopg.Connection[Any], own: int) -> set[int]:
    """Tell the numbers of workers that hold no lock; one that has only just lost its connection may be among them."""
    return {number for (number,) in line.execute(_GONE, [own])}


def reap(line: psycopg.Connection[Any], numbers: Sequence[int]) -> tuple[int, int]:
    """
    Give workers up for dead: their claims are free at once, and they can make no more under these numbers.

    Returns how many mails and copies were freed. Raises psycopg.errors.LockNotAvailable if something the dead left
    behind still holds a row; then nothing has changed. Results of one who lives after all are refused where somebody
    else has the row by then (`attempts`).
    """
    with line.transaction():
        line.execute("SET LOCAL lock_timeout = '2s'")
        dead = [number for (number,) in line.execute(_GIVE_UP, [list(numbers)])]
        reach("presence.reaping")
        # Only now, in statements that see all that was claimed before the locks were had.
        mails = line.execute(_FREE_SPOOL, [dead]).rowcount
        copies = line.execute(_FREE_OUTBOX, [DEATHS, dead, dead]).rowcount
        line.execute("DELETE FROM evenhand_worker WHERE number = ANY(%s)", [dead])
        line.execute("SELECT pg_notify('evenhand_inbound', ''), pg_notify('evenhand_outbox', '')")
        reach("presence.freed")
    reach("presence.reaped")
    return mails, copies


class Presence(threading.Thread):
    """
    Holds a worker's lock on a connection of its own, and frees what the dead had claimed.

    `number` is what it claims by, and None while the lock is not held: then nothing may be claimed. Leases stay as a
    second line, for a worker that lives and hangs.
    """

    def __init__(self, conninfo: str, name: str) -> None:
        super().__init__(name="presence", daemon=True)
        self.number: int | None = None
        self._conninfo, self._name = conninfo, name
        self._known: int | None = None
        self._leaving = threading.Event()
        self._said = float("-inf")
        self._suspects: dict[int, float] = {}

    def leave(self) -> None:
        """Give the number back, when nothing is claimed by it any more; returns when that is done."""
        self._leaving.set()
        self.join(10)

    def run(self) -> None:
        """Hold the lock until asked to leave, and again whenever it was lost."""
        while not self._leaving.is_set():
            try:
                with _connect(self._conninfo) as line:
                    self._attend(line)
            except psycopg.Error as error:
                self._complain(error)
            finally:
                self.number = None
            self._leaving.wait(AGAIN_SECONDS)

    def _attend(self, line: psycopg.Connection[Any]) -> None:
        if self._known is None or not _hold(line, self._known):
            self._known = _enlist(line, self._name)
        self.number = self._known
        # Others may come back as late as we did.
        self._suspects.clear()
        while not self._leaving.is_set():
            # Also hears at once when the connection breaks.
            for _ in line.notifies(timeout=LOOK_SECONDS):
                pass
            self._free_the_dead(line, self.number)
        self.number = None
        line.execute("DELETE FROM evenhand_worker WHERE number = %s", [self._known])

    def _free_the_dead(self, line: psycopg.Connection[Any], own: int) -> None:
        now = time.monotonic()
        gone = look_around(line, own)
        self._suspects = {number: self._suspects.get(number, now) for number in gone}
        dead = [number for number, since in self._suspects.items() if now - since >= GRACE_SECONDS]
        if not dead:
            return
        try:
            mails, copies = reap(line, dead)
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            return
        _log.warning("a worker is gone; %d mails and %d copies of its are taken up again", mails, copies)

    def _complain(self, error: psycopg.Error) -> None:
        now = time.monotonic()
        if now - self._said >= SILENCE_SECONDS:
            self._said = now
            _log.warning("this worker claims nothing until the database answers (%s)", type(error).__name__)


def _connect(conninfo: str) -> psycopg.Connection[Any]:
    line = psycopg.connect(
        conninfo, autocommit=True, connect_timeout=5, keepalives_idle=5, keepalives_interval=2, keepalives_count=3
    )
    # So that a machine that vanished is noticed in seconds; over a socket of the machine these do nothing.
    line.execute(
        "SELECT set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '2', false), "
        "set_config('tcp_keepalives_count', '3', false)"
    )
    return line


def _enlist(line: psycopg.Connection[Any], name: str) -> int:
    row = line.execute("INSERT INTO evenhand_worker (name) VALUES (%s) RETURNING number", [name[:100]]).fetchone()
    assert row is not None
    number = int(row[0])
    reach("presence.named")
    if not _hold(line, number):
        raise psycopg.OperationalError("the number was taken for a dead worker's")
    reach("presence.held")
    return number


def _hold(line: psycopg.Connection[Any], number: int) -> bool:
    """Take the lock, unless the number is given up; somebody who looks around may have it for a moment."""
    line.execute(f"SELECT pg_advisory_lock_shared({_CLASS}, %s)", [number])
    if line.execute("SELECT 1 FROM evenhand_worker WHERE number = %s", [number]).fetchone():
        return True
    line.execute(f"SELECT pg_advisory_unlock_shared({_CLASS}, %s)", [number])
    return False
