"""Works the spool: claims due mails, takes each through its journey, and writes all results of a batch at once."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Protocol

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils.module_loading import import_string

from evenhand.configuration import chosen_book
from evenhand.conversations.models import Message, Origin
from evenhand.crashpoints import reach
from evenhand.mail.address import domain_of
from evenhand.mail.authentication import AuthenticationResult
from evenhand.mail.front import Claim
from evenhand.mail.parse import Unreadable
from evenhand.mail.reading import Reading, Returned
from evenhand.relay import spool
from evenhand.relay.ending import Ending
from evenhand.relay.failures import tell_of_failures
from evenhand.relay.front import as_front_says
from evenhand.relay.guard import Job, Overrun, readers
from evenhand.relay.history import Histories, Wanted, read_histories
from evenhand.relay.models import DeliveryState
from evenhand.relay.process import Desk, process
from evenhand.relay.rates import read_rates
from evenhand.relay.results import Overtaken, store
from evenhand.relay.scan import Scan, Unscanned
from evenhand.relay.scanning import PATIENCE, PAUSE, PERSON_SECONDS, SECONDS, is_due, pieces_of, scanning
from evenhand.relay.scene import Scene, scenes
from evenhand.relay.spool import ATTEMPTS, Damaged, Spooled

__all__ = ["BATCH", "process_now", "work_spool"]

_log = logging.getLogger(__name__)

Read = Reading | Returned | Unreadable
"""What a guarded reader makes of a mail."""

BATCH = 64
RETRY_SECONDS = 10.0
DNS_PAUSE = 45
DNS_PATIENCE = timedelta(days=1)
"""How long the DNS may be silent before a person decides."""


class Authenticator(Protocol):
    """Tells whether an aligned domain vouches for a mail; see `evenhand.connectors.authentication`."""

    def authenticate(
        self,
        raw: bytes,
        *,
        peer: str | None,
        helo: str,
        reverse_path: str,
        from_domain: str,
        received_at: datetime | None = None,
        claims: Sequence[Claim] = (),
    ) -> AuthenticationResult: ...


def work_spool(aside: Executor, limit: int = BATCH, worker: int | None = None) -> int:
    """
    Claim a batch and work it; returns how many rows were claimed, or `limit` if others may be due behind them.

    No mail waits for another: what takes long to read, and mails of strangers' servers, which need the DNS, are worked
    `aside`. Raises OperationalError or InterfaceError if the database is away; the claimed rows are taken up again
    when their lease ends. `worker` is as in `spool.claim`.
    """
    claimed = spool.claim(limit, worker)
    rows = []
    for row in claimed:
        if isinstance(row, Damaged) or row.attempts > ATTEMPTS:
            _park(row)
        else:
            rows.append(as_front_says(row, settings.EVENHAND.authserv_id))
    ready: list[tuple[Spooled, Read]] = []
    unscanned: list[tuple[Spooled, Read]] = []
    late: list[Spooled] = []
    readings = readers().read_batch([_job(row) for row in rows])
    reach("work.read")
    for row, reading in zip(rows, readings, strict=True):
        if reading is None:
            late.append(row)
            spool.give_back(row, seconds=0, reason="its turn did not come", counts=False)
        elif isinstance(reading, Overrun):
            late.append(row)
            aside.submit(_work_alone, row)
        elif _needs_asking(row):
            aside.submit(_ask, row, reading)
        elif is_due(row, reading, settings.EVENHAND):
            late.append(row)
            unscanned.append((row, reading))
        elif not _waits_behind(row, late):
            ready.append((row, reading))
    _work(ready)
    for waiting in unscanned:
        aside.submit(_scan_aside, *waiting)
    # What was claimed before comes alone, and a worker that was killed has left as many as it held. A batch may lack
    # what was passed over, since another has an earlier mail for its alias.
    return limit if any(row.attempts > 1 for row in claimed) or 2 * len(claimed) > limit else len(claimed)


def _waits_behind(row: Spooled, late: Sequence[Spooled]) -> bool:
    """Give back what would pass an earlier mail for its alias that was claimed with it and is `late`."""
    ahead = (one for one in late if one.alias_id == row.alias_id and one.id < row.id)
    waits = row.alias_id is not None and any(row.received_at - one.received_at < _HOUR for one in ahead)
    if waits:
        spool.give_back(row, seconds=0, reason="an earlier mail for its alias is late", counts=False)
    return waits


_HOUR = timedelta(hours=1)
"""How long a mail keeps those after it waiting (see `spool`)."""


def process_now(spooled: uuid.UUID) -> uuid.UUID | None:
    """
    Work one spooled mail at once, unless a worker has it already; returns the message's id if there is one by now.

    For a person who waits at a page. Whatever goes wrong, the mail stays in the spool for the workers.
    """
    row = spool.claim_one(spooled)
    if isinstance(row, Damaged):
        _park(row)
    elif row is not None:
        _read_and_work(row, waits=True)
    return Message.objects.filter(inbound_id=spooled).values_list("id", flat=True).first()


def _job(row: Spooled) -> Job:
    return Job(row.raw, row.reverse_path, is_report=row.alias_id is None, written_here=row.origin != Origin.MAIL)


def _read_and_work(row: Spooled, *, waits: bool = False) -> None:
    """
    Work a mail within the full limits; one that passes them is tried again later, and parked in the end.

    While a person `waits`, it is scanned at once, if that takes seconds only.
    """
    reading = readers().read(_job(row))
    if isinstance(reading, Overrun):
        _give_back(row, reading.reason)
    elif _needs_asking(row):
        _ask(row, reading)
    elif is_due(row, reading, settings.EVENHAND):
        scan = _scan(row, reading, waits=waits)
        if scan is not None and waits:
            _work([(replace(row, scan=scan), reading)])
    else:
        _work([(row, reading)])


def _work_alone(row: Spooled) -> None:
    """Work a mail that takes long, in a thread of its own with a connection of its own."""
    try:
        _read_and_work(row)
    except Exception as error:  # noqa: BLE001  in a thread of its own nobody else would see it
        _log.exception("mail %s could not be worked", row.id)
        _give_back(row, _told(error))
    finally:
        connection.close()


def _work(batch: Sequence[tuple[Spooled, Read]]) -> None:
    if not batch:
        return
    # By the database's clock, since it is the database that waits: ours may be hours away.
    now = batch[0][0].claimed_at or datetime.now(UTC)
    surroundings = scenes([row for row, _ in batch])
    book = chosen_book(settings.EVENHAND.book)
    rates = read_rates(surroundings.values(), settings.EVENHAND)
    histories = Histories(read_histories(list(_wanted(surroundings, now)), book))
    desk = Desk(settings.EVENHAND, book, now, rates, histories)
    reach("work.scenes")
    endings: list[Ending] = []
    late: list[Spooled] = []
    for row, reading in batch:
        if _waits_behind(row, late):
            continue
        try:
            endings.append(process(row, reading, surroundings.get(row.id), desk))
            histories.note(endings[-1])
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001  the one place that catches: the row is given back, the others go on
            _log.exception("mail %s could not be worked", row.id)
            _give_back(row, _told(error))
            late.append(row)
        reach("work.processed")
    reach("work.storing")
    _store(endings)
    reach("work.stored")
    failed = [copy for one in endings for copy, _, state in one.reports if state is DeliveryState.FAILED]
    if failed:
        tell_of_failures(failed)
        reach("work.told")


def _wanted(surroundings: Mapping[uuid.UUID, Scene], now: datetime) -> Iterator[Wanted]:
    """What rules of packs will want to know: they judge what sellers write."""
    for key, scene in surroundings.items():
        if scene.author.role == "seller":
            yield Wanted(key, scene.conversation_id, scene.recipient.id, scene.author.id, now)


def _store(endings: Sequence[Ending]) -> None:
    """Write a batch; if it cannot be written whole, write each alone, so that poison stops only itself."""
    if not endings or _is_stored(endings) or len(endings) == 1:
        return
    late: list[Spooled] = []
    for one in endings:
        if not _waits_behind(one.spooled, late) and not _is_stored([one]):
            late.append(one.spooled)


def _is_stored(endings: Sequence[Ending]) -> bool:
    """Write endings together; what cannot be written alone is given back."""
    try:
        store(endings)
    except (OperationalError, InterfaceError):
        raise
    except (DatabaseError, Overtaken, ValueError, TypeError) as error:
        if len(endings) == 1 and not isinstance(error, Overtaken):
            _log.error("mail %s could not be written: %s", endings[0].spooled.id, type(error).__name__)
            _give_back(endings[0].spooled, _told(error))
        return False
    return True


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _give_back(row: Spooled, reason: str) -> None:
    parked = spool.give_back(row, seconds=RETRY_SECONDS * row.attempts, reason=reason)
    if parked:
        _log.error("mail %s is parked after %d tries", row.id, row.attempts)


def _park(row: Spooled | Damaged) -> None:
    reason = row.reason if isinstance(row, Damaged) else "its worker died each time it was worked"
    spool.give_back(row, seconds=0, reason=reason)
    _log.error("mail %s is parked: %s", row.id, reason)


def _needs_asking(row: Spooled) -> bool:
    return row.origin == Origin.MAIL and row.bounce_of_id is None and not row.trusted and row.authentication is None


def _ask(row: Spooled, reading: Read) -> None:
    """Ask the DNS about one mail, in a thread of its own with a connection of its own."""
    try:
        reach("work.asking")
        result = _authenticate(row, reading)
        if result.verdict == "temporary" and datetime.now(UTC) - row.received_at < DNS_PATIENCE:
            spool.give_back(row, seconds=DNS_PAUSE, reason="the DNS could not be asked", counts=False)
        else:
            spool.note_authentication(row, result)
    except Exception as error:  # noqa: BLE001  in a thread of its own nobody else would see it
        _log.exception("mail %s could not be authenticated", row.id)
        _give_back(row, _told(error))
    finally:
        connection.close()


def _scan_aside(row: Spooled, reading: Read) -> None:
    """Have one mail scanned, in a thread of its own with a connection of its own."""
    try:
        _scan(row, reading, waits=False)
    except Exception as error:  # noqa: BLE001  in a thread of its own nobody else would see it
        _log.exception("mail %s could not be scanned", row.id)
        _give_back(row, _told(error))
    finally:
        connection.close()


def _scan(row: Spooled, reading: Read, *, waits: bool) -> Scan | None:
    """Have one mail scanned and keep what came of it; None if it has to be tried again, for up to a day."""
    assert isinstance(reading, Reading)
    reach("work.scanning")
    scan = scanning().scan(pieces_of(row, reading), PERSON_SECONDS if waits else SECONDS)
    reach("work.scanned")
    match scan.lacks:
        case Unscanned(reason, again=True) if not scan.is_infected and datetime.now(UTC) - row.received_at < PATIENCE:
            pause = 0 if waits else PAUSE
            spool.give_back(row, seconds=pause, reason=f"not scanned yet: {reason}", counts=False)
            return None
        case _:
            spool.note_scan(row, scan, done=not waits)
            return scan


def _authenticate(row: Spooled, reading: Read) -> AuthenticationResult:
    if not isinstance(reading, Reading) or len(reading.mail.sender.boxes) != 1:
        return AuthenticationResult("none", detail="it names no single author")
    return _authenticator().authenticate(
        row.raw,
        peer=row.peer,
        helo=row.helo,
        reverse_path=row.reverse_path,
        from_domain=domain_of(reading.mail.sender.boxes[0].address) or "",
        received_at=row.received_at,
        claims=row.claims,
    )


@cache
def _authenticator() -> Authenticator:
    made: Authenticator = import_string(settings.AUTHENTICATOR)()
    return made
