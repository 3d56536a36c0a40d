"""Works the spool: claims due mails, takes each through its journey, and writes all results of a batch at once."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Protocol

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils.module_loading import import_string

from evenhand.conversations.models import Message, Origin
from evenhand.crashpoints import reach
from evenhand.mail.address import domain_of
from evenhand.mail.authentication import AuthenticationResult
from evenhand.mail.front import Claim
from evenhand.mail.parse import Mail, parse
from evenhand.policy import house_book
from evenhand.relay import spool
from evenhand.relay.ending import Ending
from evenhand.relay.failures import tell_of_failures
from evenhand.relay.front import as_front_says
from evenhand.relay.models import DeliveryState
from evenhand.relay.process import Desk, process
from evenhand.relay.results import Overtaken, store
from evenhand.relay.scene import scenes
from evenhand.relay.spool import ATTEMPTS, Damaged, Spooled

__all__ = ["BATCH", "process_now", "work_spool"]

_log = logging.getLogger(__name__)

BATCH = 64
RETRY_SECONDS = 10.0
DNS_PAUSE = 60.0
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


def work_spool(asking: Executor, limit: int = BATCH, worker: int | None = None) -> int:
    """
    Claim a batch and work it; returns how many rows were claimed, or `limit` if others may be due behind them.

    Mails of strangers' servers need the DNS, which may be slow: they are handed to `asking` and come back to the
    spool with the answer, so that no other mail waits for them. Raises OperationalError or InterfaceError if the
    database is away; the claimed rows are taken up again when their lease ends. `worker` is as in `spool.claim`.
    """
    claimed = spool.claim(limit, worker)
    ready = []
    for row in claimed:
        if isinstance(row, Damaged) or row.attempts > ATTEMPTS:
            _park(row)
            continue
        weighed = as_front_says(row, settings.EVENHAND.authserv_id)
        if _needs_asking(weighed):
            asking.submit(_ask, weighed)
        else:
            ready.append(weighed)
    _work(ready)
    # What was claimed before comes alone, and a worker that was killed has left as many as it held.
    return limit if any(row.attempts > 1 for row in claimed) else len(claimed)


def process_now(spooled: uuid.UUID) -> uuid.UUID | None:
    """
    Work one spooled mail at once, unless a worker has it already; returns the message's id if there is one by now.

    For a person who waits at a page. Whatever goes wrong, the mail stays in the spool for the workers.
    """
    row = spool.claim_one(spooled)
    if isinstance(row, Damaged):
        _park(row)
    elif row is not None:
        _work([row])
    return Message.objects.filter(inbound_id=spooled).values_list("id", flat=True).first()


def _work(batch: Sequence[Spooled]) -> None:
    if not batch:
        return
    # By the database's clock, since it is the database that waits: ours may be hours away.
    desk = Desk(settings.EVENHAND, house_book(), batch[0].claimed_at or datetime.now(UTC))
    surroundings = scenes(batch)
    reach("work.scenes")
    endings = []
    for row in batch:
        try:
            endings.append(process(row, surroundings.get(row.id), desk))
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001  the one place that catches: the row is given back, the others go on
            _log.exception("mail %s could not be worked", row.id)
            _give_back(row, error)
        reach("work.processed")
    reach("work.storing")
    _store(endings)
    reach("work.stored")
    failed = [copy for one in endings for copy, _, state in one.reports if state is DeliveryState.FAILED]
    if failed:
        tell_of_failures(failed)
        reach("work.told")


def _store(endings: Sequence[Ending]) -> None:
    """Write a batch; if it cannot be written whole, write each alone, so that poison stops only itself."""
    if not endings:
        return
    try:
        store(endings)
    except (OperationalError, InterfaceError):
        raise
    except (DatabaseError, Overtaken, ValueError, TypeError) as error:
        if len(endings) > 1:
            for one in endings:
                _store([one])
        elif not isinstance(error, Overtaken):
            _log.error("mail %s could not be written: %s", endings[0].spooled.id, type(error).__name__)
            _give_back(endings[0].spooled, error)


def _give_back(row: Spooled, error: Exception) -> None:
    parked = spool.give_back(row, seconds=RETRY_SECONDS * row.attempts, reason=f"{type(error).__name__}: {error}")
    if parked:
        _log.error("mail %s is parked after %d tries", row.id, row.attempts)


def _park(row: Spooled | Damaged) -> None:
    reason = row.reason if isinstance(row, Damaged) else "its worker died each time it was worked"
    spool.give_back(row, seconds=0, reason=reason)
    _log.error("mail %s is parked: %s", row.id, reason)


def _needs_asking(row: Spooled) -> bool:
    return row.origin == Origin.MAIL and row.bounce_of_id is None and not row.trusted and row.authentication is None


def _ask(row: Spooled) -> None:
    """Ask the DNS about one mail, in a thread of its own with a connection of its own."""
    try:
        reach("work.asking")
        result = _authenticate(row)
        if result.verdict == "temporary" and datetime.now(UTC) - row.received_at < DNS_PATIENCE:
            spool.give_back(row, seconds=DNS_PAUSE, reason="the DNS could not be asked", counts=False)
        else:
            spool.note_authentication(row, result)
    except Exception as error:  # noqa: BLE001  in a thread of its own nobody else would see it
        _log.exception("mail %s could not be authenticated", row.id)
        _give_back(row, error)
    finally:
        connection.close()


def _authenticate(row: Spooled) -> AuthenticationResult:
    mail = parse(row.raw)
    if not isinstance(mail, Mail) or len(mail.sender.boxes) != 1:
        return AuthenticationResult("none", detail="it names no single author")
    return _authenticator().authenticate(
        row.raw,
        peer=row.peer,
        helo=row.helo,
        reverse_path=row.reverse_path,
        from_domain=domain_of(mail.sender.boxes[0].address) or "",
        received_at=row.received_at,
        claims=row.claims,
    )


@cache
def _authenticator() -> Authenticator:
    made: Authenticator = import_string(settings.AUTHENTICATOR)()
    return made
