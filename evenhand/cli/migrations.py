"""Brings the database to this version, one program at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from evenhand.crashpoints import reach

__all__ = ["bring_up_to_date", "missing"]

_LOCK = 0x6D696772617465
"""The key of the advisory lock under which migrations run."""


def missing() -> list[str]:
    """Name the migrations that are not applied yet, in the order in which they would be."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def bring_up_to_date() -> list[str]:
    """
    Apply what is missing and return its names.

    Several programs may start at once: the first migrates, the others wait and find nothing left to do.
    """
    if not missing():
        return []
    with _alone():
        names = missing()
        if names:
            reach("migrate.begun")
            call_command("migrate", verbosity=0, interactive=False)
            reach("migrate.ended")
    return names


@contextmanager
def _alone() -> Iterator[None]:
    # A connection of its own holds the lock: a migration may open and close transactions as it likes.
    holder = connections.create_connection("default")
    try:
        with holder.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            try:
                yield
            finally:
                # The pool keeps the connection, and the connection would keep the lock.
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    finally:
        holder.close()
