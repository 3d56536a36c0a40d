"""Examines the database: reachable, recent, durable, at the right time, with all migrations."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import psycopg

from evenhand.configuration import Configuration
from evenhand.database import DURABILITY, EmbeddedDatabase, not_durable
from evenhand.doctor.check import Check, fail, ok, skip, warn

__all__ = ["clock", "connections", "durable", "examine"]

Connection = psycopg.Connection[tuple[Any, ...]]

OLDEST = 14
# A worker: its spool, its outbox, eight threads that ask the DNS, what listens, and the jobs.
WORKER_CONNECTIONS = 14
LISTENER_CONNECTIONS = 4
PORTAL_CONNECTIONS = 12
CLOCK_WARN = 5.0
CLOCK_FAIL = 300.0


def examine(configuration: Configuration) -> Iterator[Check]:
    """Connect to the operator's database, or join the embedded one, and look."""
    embedded = not configuration.database_url
    if embedded and not (configuration.data / "postgres" / "PG_VERSION").is_file():
        yield skip("database", "The embedded database has not been made yet; the first start makes it.")
        return
    with ExitStack() as stack:
        try:
            if embedded:
                url = stack.enter_context(EmbeddedDatabase(configuration.data)).url
            else:
                url = configuration.database_url
            connection = stack.enter_context(psycopg.connect(url, autocommit=True, connect_timeout=5))
            connection.execute("SET statement_timeout = '5s'")
        except (psycopg.Error, OSError, RuntimeError) as error:
            yield _unreachable(error, embedded=embedded)
            return
        yield _version(connection.info.server_version)
        yield from durable(_settings(connection))
        yield connections(_limit(connection), _wanted(configuration))
        yield _clock(connection)
        yield _migrations(connection)


def _unreachable(error: Exception, *, embedded: bool) -> Check:
    first = str(error).strip().partition("\n")[0][:200]
    mend = (
        "Look at the log in the data folder's postgres/, and whether another user's server holds the folder."
        if embedded
        else "Start PostgreSQL, and check host, port, user and password of DATABASE_URL."
    )
    return fail("database", f"It cannot be reached: {type(error).__name__}: {first}", mend)


def _version(number: int) -> Check:
    if number < OLDEST * 10000:
        return fail("database", f"It answers; it is PostgreSQL {number // 10000}.", f"Upgrade it to {OLDEST} or newer.")
    return ok("database", f"It answers; it is PostgreSQL {number // 10000}.")


def _settings(connection: Connection) -> dict[str, str]:
    return {str(name): str(setting) for name, setting in connection.execute(DURABILITY).fetchall()}


def durable(settings: dict[str, str]) -> Iterator[Check]:
    """Judge whether a commit outlives a power cut."""
    off = not_durable(settings)
    if off:
        yield fail(
            "durability",
            f"{', '.join(off)} is off: accepted mail can be lost in a power cut.",
            " ".join(f"Run ALTER SYSTEM SET {name} = on;" for name in off) + " Then SELECT pg_reload_conf();",
        )
    else:
        yield ok("durability", "fsync, full_page_writes and synchronous_commit are on.")


def _limit(connection: Connection) -> int:
    row = connection.execute(
        "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
    ).fetchone()
    assert row is not None
    return int(row[0])


def _wanted(configuration: Configuration) -> int:
    """Connections the parts on this machine may hold at once."""
    workers = configuration.workers or os.cpu_count() or 1
    return workers * WORKER_CONNECTIONS + configuration.listeners * LISTENER_CONNECTIONS + PORTAL_CONNECTIONS


def connections(limit: int, wanted: int) -> Check:
    """Judge whether the database lets as many in as this machine's parts may want."""
    found = f"It takes {limit} connections; the parts of this machine may hold {wanted}."
    if limit < wanted:
        mend = f"Run ALTER SYSTEM SET max_connections = {wanted * 2}; and restart it, or run fewer workers."
        return warn("connections", found, mend)
    return ok("connections", found)


def _clock(connection: Connection) -> Check:
    before = datetime.now(UTC)
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    after = datetime.now(UTC)
    assert row is not None
    return clock((row[0] - (before + (after - before) / 2)).total_seconds())


def clock(seconds: float) -> Check:
    """Judge by how many seconds the database's clock is ahead of this machine's."""
    found = f"The database's clock and this machine's are {abs(seconds):.1f} seconds apart."
    mend = "Run a time service (chrony, systemd-timesyncd) on both machines; windows, retries and expiry hang on it."
    if abs(seconds) > CLOCK_FAIL:
        return fail("clock", found, mend)
    return warn("clock", found, mend) if abs(seconds) > CLOCK_WARN else ok("clock", found)


def _migrations(connection: Connection) -> Check:
    row = connection.execute("SELECT to_regclass('django_migrations')::text").fetchone()
    applied: set[tuple[str, str]] = set()
    if row and row[0]:
        applied = {(app, name) for app, name in connection.execute("SELECT app, name FROM django_migrations")}
    missing = sorted(_known_migrations() - applied)
    if missing:
        return fail(
            "migrations",
            f"{len(missing)} are not applied, the first is {missing[0][0]} {missing[0][1]}.",
            "Run: evenhand migrate",
        )
    return ok("migrations", f"All {len(applied)} are applied.")


def _known_migrations() -> set[tuple[str, str]]:
    # Imported here because nothing else of the doctor needs Django, and it must speak when Django cannot start.
    import django
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    if not apps.ready:
        django.setup()
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return {key for key, migration in loader.disk_migrations.items() if not migration.replaces}
