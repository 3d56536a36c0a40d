"""The spool as workers see it: rows are claimed in batches, and each claim counts, so a killed worker is noticed."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from evenhand.crashpoints import reach
from evenhand.mail.authentication import AuthenticationResult
from evenhand.mail.front import Claim
from evenhand.record.blobs import BlobDamaged, read_blob
from evenhand.relay.presence import IS_PRESENT
from evenhand.relay.release import NOTHING, Release
from evenhand.relay.scan import Scan
from evenhand.relay.statements import prepared

__all__ = [
    "ATTEMPTS", "LEASE_SECONDS", "Damaged", "Spooled", "claim", "claim_one", "give_back", "note_authentication",
    "note_scan", "read_again",
]  # fmt: skip

ATTEMPTS = 3
"""Claims of one row that did not come to an end before it is parked (poison)."""

LEASE_SECONDS = 60
"""
After this a claimed row is free again, although its worker seems to live (`evenhand.relay.presence` frees those of the
dead sooner); who comes late with a result is turned away.
"""

PERSON_LEASE_SECONDS = 10
"""The same for a row that a page works while a person waits: such a process is nobody's to watch."""

_COLUMNS = """
    inbound.id, inbound.alias_id, inbound.bounce_of_id, inbound.origin, inbound.author_id, inbound.author_user_id,
    inbound.reverse_path, inbound.sha256, inbound.raw, host(inbound.peer), inbound.helo, inbound.trusted,
    inbound.authentication, inbound.scan, inbound.released, inbound.received_at, inbound.attempts, now()
"""
# What came for an alias is worked in its order: for up to an hour no row passes an earlier one that somebody has or
# that waits for its next turn; only one whose author is still to be asked about (in the DNS) is passed. Whether an
# earlier one is due does not count: it may have become due after this statement's now() and before its snapshot.
_EARLIER = """
    SELECT 1 FROM evenhand_inbound earlier
    WHERE earlier.alias_id = inbound.alias_id AND earlier.id < inbound.id
      AND (earlier.trusted OR earlier.authentication IS NOT NULL) AND earlier.received_at > now() - interval '1 hour'
"""
# A row claimed before and not ended is taken alone: should it have killed its worker, it takes no other with it. It
# goes first, since under constant load there is always a fresh one. Of the fresh ones those are left out at once that
# wait behind a row which does not come before them in this line: they would crowd out all others, that row itself among
# them. What is chosen of the rest leaves out rows with an earlier one that somebody is about to have: their claim is
# not committed yet.
_CLAIM = f"""
WITH present AS MATERIALIZED ({IS_PRESENT}), again AS (
    SELECT id FROM evenhand_inbound inbound
    WHERE state IN ('queued', 'working') AND due_at <= now() AND attempts > 0
      AND (%(worker)s::int IS NULL OR EXISTS (SELECT 1 FROM present))
      AND NOT EXISTS ({_EARLIER} AND earlier.state IN ('queued', 'working'))
    ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
), fresh AS (
    SELECT id, alias_id FROM evenhand_inbound inbound
    WHERE state IN ('queued', 'working') AND due_at <= now() AND attempts = 0 AND NOT EXISTS (SELECT 1 FROM again)
      AND (%(worker)s::int IS NULL OR EXISTS (SELECT 1 FROM present))
      AND NOT EXISTS (
          {_EARLIER} AND (
              earlier.state = 'working'
              OR earlier.state = 'queued' AND (earlier.due_at > inbound.due_at OR earlier.attempts > 0)
          )
      )
    ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), chosen AS (
    SELECT id FROM again
    UNION ALL
    SELECT id FROM fresh inbound WHERE NOT EXISTS (
        {_EARLIER} AND earlier.state = 'queued' AND earlier.id NOT IN (SELECT id FROM fresh)
    )
)
UPDATE evenhand_inbound inbound
SET state = 'working', attempts = attempts + 1, claimed_by = %(worker)s::int,
    due_at = now() + %(lease)s * interval '1 second'
FROM chosen WHERE inbound.id = chosen.id
RETURNING {_COLUMNS}
"""  # noqa: S608  no foreign text in it
_CLAIM_ONE = f"""
UPDATE evenhand_inbound inbound
SET state = 'working', attempts = attempts + 1, claimed_by = NULL,
    due_at = now() + %(lease)s * interval '1 second'
WHERE id = (SELECT id FROM evenhand_inbound WHERE id = %(id)s AND state = 'queued' FOR UPDATE SKIP LOCKED)
  AND NOT EXISTS ({_EARLIER} AND earlier.state IN ('queued', 'working'))
RETURNING {_COLUMNS}
"""  # noqa: S608  no foreign text in it


@dataclass(frozen=True, slots=True)
class Spooled:
    """
    One accepted mail, claimed for work. `attempts` counts this claim; `claimed_at` is by the database's clock.

    `claims` is what a server in front says of its author, which weighs only as much as `evenhand.relay.front` lets it;
    `release` is what an operator let pass in it.
    """

    id: uuid.UUID
    alias_id: uuid.UUID | None
    bounce_of_id: uuid.UUID | None
    origin: str
    author_id: uuid.UUID | None
    author_user_id: int | None
    reverse_path: str
    raw: bytes
    peer: str | None
    helo: str
    trusted: bool
    authentication: AuthenticationResult | None
    received_at: datetime
    attempts: int
    claims: tuple[Claim, ...] = ()
    claimed_at: datetime | None = None
    scan: Scan | None = None
    release: Release = NOTHING


@dataclass(frozen=True, slots=True)
class Damaged:
    """A claimed row whose stored bytes are missing or altered."""

    id: uuid.UUID
    reason: str
    attempts: int


def claim(limit: int, worker: int | None = None) -> list[Spooled | Damaged]:
    """
    Claim due rows, oldest first, that no other worker has; committed before this returns.

    `worker` is the number by which others know that the claimer lives; without one only the lease ends the claim.
    """
    reach("spool.claiming")
    with prepared() as cursor:
        cursor.execute(_CLAIM, {"limit": limit, "lease": LEASE_SECONDS, "worker": worker})
        found = cursor.fetchall()
    if found:
        reach("spool.claimed")
    rows = [_spooled(row) for row in found]
    return sorted(rows, key=lambda row: row.id)


def claim_one(inbound_id: uuid.UUID) -> Spooled | Damaged | None:
    """Claim a given row, unless somebody has it, it has ended, or it would pass an earlier one for its alias."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM_ONE, {"id": inbound_id, "lease": PERSON_LEASE_SECONDS})
        row = cursor.fetchone()
    return _spooled(row) if row else None


def read_again(ids: Sequence[uuid.UUID]) -> list[Spooled | Damaged]:
    """Read rows as they stand, to look at them once more: nothing is claimed."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM evenhand_inbound inbound WHERE id = ANY(%s)", [list(ids)])  # noqa: S608
        rows = cursor.fetchall()
    return [_spooled(row) for row in rows]


def _spooled(row: Sequence[Any]) -> Spooled | Damaged:
    (id_, alias, bounce_of, origin, author, user, reverse_path, sha256, raw, *rest) = row
    peer, helo, trusted, authentication, scan, released, received_at, attempts, claimed_at = rest
    digest = bytes(sha256)
    try:
        content = bytes(raw) if raw is not None else read_blob(digest.hex())
    except (BlobDamaged, OSError) as error:
        return Damaged(id_, str(error), attempts)
    if raw is not None and hashlib.sha256(content).digest() != digest:
        return Damaged(id_, "the stored mail was altered", attempts)
    return Spooled(
        id_, alias, bounce_of, origin, author, user, reverse_path, content, peer, helo, trusted,
        _result(authentication), received_at, attempts, claimed_at=claimed_at, scan=Scan.read(scan),
        release=Release.read(released),
    )  # fmt: skip


def _result(stored: Mapping[str, str] | str | None) -> AuthenticationResult | None:
    if stored is None:
        return None
    known = json.loads(stored) if isinstance(stored, str) else stored
    return AuthenticationResult(**known)


def note_authentication(claimed: Spooled, result: AuthenticationResult) -> None:
    """Keep what was found out about the author's domain, and queue the row again; the claim does not count."""
    reach("spool.vouched")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE evenhand_inbound SET authentication = %s, state = 'queued', attempts = 0, due_at = now() "
            "WHERE id = %s AND state = 'working' AND attempts = %s",
            [json.dumps(asdict(result)), claimed.id, claimed.attempts],
        )
        cursor.execute("SELECT pg_notify('evenhand_inbound', '')")
    reach("spool.noted")


def note_scan(claimed: Spooled, scan: Scan, *, done: bool = True) -> None:
    """
    Keep what a virus scanner said of a mail, and queue the row again; the claim does not count.

    If that is not all that was to be `done` with it, the claim stays.
    """
    reach("spool.scan-noting")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE evenhand_inbound
            SET scan = %(scan)s, state = CASE WHEN %(done)s THEN 'queued' ELSE state END,
                attempts = CASE WHEN %(done)s THEN 0 ELSE attempts END,
                due_at = CASE WHEN %(done)s THEN now() ELSE due_at END
            WHERE id = %(id)s AND state = 'working' AND attempts = %(attempts)s
            """,
            {"scan": scan.written(), "done": done, "id": claimed.id, "attempts": claimed.attempts},
        )
        if done:
            cursor.execute("SELECT pg_notify('evenhand_inbound', '')")
    reach("spool.scan-noted")


def give_back(claimed: Spooled | Damaged, *, seconds: float, reason: str, counts: bool = True) -> bool:
    """
    Queue a row again after a while, or park it if it was claimed too often; tells whether it was parked.

    A claim that does not count (a name server was away) never parks the row. Damaged bytes are parked at once, as is
    what killed its worker every time.
    """
    reach("spool.giving-back")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE evenhand_inbound
            SET state = CASE WHEN %(park)s OR %(counts)s AND attempts >= %(most)s THEN 'parked' ELSE 'queued' END,
                attempts = CASE WHEN %(counts)s THEN attempts ELSE greatest(attempts - 1, 0) END,
                due_at = now() + %(seconds)s * interval '1 second',
                outcome = %(reason)s
            WHERE id = %(id)s AND state = 'working' AND attempts = %(attempts)s
            RETURNING state
            """,
            {
                "id": claimed.id,
                "attempts": claimed.attempts,
                "counts": counts,
                "park": isinstance(claimed, Damaged),
                "most": ATTEMPTS,
                "seconds": seconds,
                "reason": " ".join(reason.replace("\x00", "").split())[:300],
            },
        )
        row = cursor.fetchone()
    reach("spool.given-back")
    return row is not None and row[0] == "parked"
