"""Measures what a batch of mails costs the database, statement by statement, as one worker claims and works it."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import report
from bench.embedded import embedded
from bench.installation import fill, find_pairs
from bench.machine import look_at
from bench.mails import Batch, prepare

_ROUNDS = 150
_WARM_UP = 20
_ALL = "**processor time of the database's process, rows written included**"
_SIZES = (1, 16)
# Each statement is known by words that only it holds.
_NAMES = (
    ("claim mails, in the order of each conversation", "evenhand_inbound inbound\nSET state = 'working'"),
    ("claim copies, in the order of each conversation", "UPDATE evenhand_delivery copy\nSET state = 'sending'"),
    ("find the conversations", "FROM evenhand_alias alias\nJOIN"),
    ("find the people's addresses", "FROM evenhand_address"),
    ("find the live aliases", "local_part || '@'"),
    ("find what the mails cite", "evenhand_threadid cited"),
    ("find the newest message of a thread", "AS wanted(conversation_id, participant_id)"),
    ("find what was said before", "last_author_id"),
    ("look for an automatic mail within the day", "FROM evenhand_lastnotice"),
    ("count against the limits of rate", "wanted.most"),
    ("end the mails' rows in the spool", "UPDATE evenhand_inbound inbound SET state = ended.state"),
    ("lock the conversations", "FOR NO KEY UPDATE"),
    ("bring the conversations up to date", "UPDATE evenhand_conversation"),
    ("end the copies", "UPDATE evenhand_delivery copy\n            SET state = ended.state"),
)


class _Watch:
    """Adds up, by statement, the time between asking the database and its answer."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    def __call__(self, execute: Callable[..., Any], sql: str, params: object, many: bool, context: object) -> Any:
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            name = next((name for name, words in _NAMES if words in sql), "the rest")
            self.spent[name] += time.perf_counter() - begun


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write the page, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.statements", description=__doc__)
    parser.add_argument("--rounds", type=int, default=_ROUNDS)
    chosen = parser.parse_args(arguments)
    with embedded(EVENHAND_TRUST_PEERS="127.0.0.0/8") as url, tempfile.TemporaryDirectory() as folder:
        fill(Path(folder))
        from django.db import connection

        from evenhand.relay.statements import keep_plans

        keep_plans()
        connection.close()
        post = _Post(url)
        found = {size: _measure(post, size, chosen.rounds) for size in _SIZES}
    names = sorted({name for one in found.values() for name in one}, key=lambda name: -found[_SIZES[-1]].get(name, 0.0))
    rows = [[name, *(f"{found[size].get(name, 0.0) * 1e6:,.0f} µs" for size in _SIZES)] for name in names]
    text = "\n\n".join((
        f"Measured on {look_at(Path(tempfile.gettempdir()))}. Command: `{report.command_line('bench.statements')}`.",
        report.table(["for each mail", *("alone" if size == 1 else f"{size} at a time" for size in _SIZES)], rows),
    ))  # fmt: skip
    sys.stdout.write(text + "\n")
    if chosen.rounds == _ROUNDS:
        report.insert("statements", text)
    return 0


class _Post:
    """Puts letters into the spool, as the listener does; no two are alike."""

    def __init__(self, url: str) -> None:
        from evenhand.conversations.models import Alias

        self._pairs = find_pairs(url)
        self._aliases = {f"{one.local_part}@{one.domain}": one for one in Alias.objects.all()}
        self._started = datetime.now(UTC).replace(microsecond=0)
        self._count = 0

    def bring(self, size: int) -> None:
        from django.conf import settings
        from django.db import connection

        from evenhand.relay.intake import SPOOL, Arrival, spool_columns

        arrivals = []
        for letter in prepare(Batch(self._count, size, self._pairs, self._started)):
            alias = self._aliases[letter.recipient.decode("ascii")]
            arrivals.append(
                Arrival(
                    alias.id,
                    alias.conversation_id,
                    letter.content.removesuffix(b".\r\n"),
                    datetime.now(UTC),
                    reverse_path=letter.reverse_path.decode("ascii"),
                    peer="127.0.0.1",
                    trusted=True,
                )
            )
        self._count += size
        with connection.cursor() as cursor:
            cursor.execute(SPOOL.format("%s"), spool_columns(arrivals, settings.EVENHAND.inline_limit))


def _measure(post: _Post, size: int, rounds: int) -> dict[str, float]:
    """Seconds for each mail, by statement."""
    from django.db import connection

    watch, processor = _Watch(), 0.0
    with ThreadPoolExecutor(1) as aside:
        for number in range(rounds + _WARM_UP):
            post.bring(size)
            if number == _WARM_UP:
                watch.spent.clear()
                processor = 0.0
            before = _processor_time(connection)
            with connection.execute_wrapper(watch):
                _work(aside, size)
            processor += _processor_time(connection) - before
    watch.spent[_ALL] = processor
    return {name: seconds / (rounds * size) for name, seconds in watch.spent.items()}


def _work(aside: ThreadPoolExecutor, size: int) -> None:
    from evenhand.relay import outbox
    from evenhand.relay.channel import Sent
    from evenhand.relay.work import work_spool

    done = work_spool(aside, size)
    copies = outbox.claim(size)
    if done < size or len(copies) != size:
        raise RuntimeError(f"of {size} mails {done} were worked and {len(copies)} became copies")
    outbox.record([outbox.Outcome(one, Sent("250 taken"), datetime.now(UTC)) for one in copies])


def _processor_time(connection: Any) -> float:
    """Seconds the server's process for this connection has used, to the nanosecond."""
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    return int(Path(f"/proc/{pid}/schedstat").read_text("ascii").split()[0]) / 1e9


if __name__ == "__main__":
    sys.exit(main())
