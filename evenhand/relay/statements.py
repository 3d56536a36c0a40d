"""A cursor for the statements asked over and over: the database reads and plans each once a connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import psycopg
from django.db import connection
from django.db.backends.signals import connection_created

__all__ = ["SETTINGS", "keep_plans", "prepared"]


class _Preparing(psycopg.Cursor[Any]):
    """Prepares whatever it executes; a threshold for the whole connection would keep the text of every statement."""

    def execute(self, query: Any, params: Any = None, **how: Any) -> Self:
        """Execute a statement, prepared at its first use."""
        self.connection.prepare_threshold = 0
        try:
            return super().execute(query, params, **how)
        finally:
            self.connection.prepare_threshold = None


def prepared() -> Any:
    """
    Open a cursor of Django's connection, in its transaction, whose statements are prepared at their first use.

    For statements that never change their text: up to a hundred a connection are kept. Planning the claim of a batch
    takes the database as long as carrying it out.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    wrap: Callable[[Any], Any] = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with connection.wrap_database_errors:
        return wrap(_Preparing(connection.connection))


def keep_plans() -> None:
    """
    Have this process's connections plan a prepared statement once, by way of the indexes that were made for it.

    Left alone, the database plans again for arrays of other lengths, which changes nothing here; and a plan made while
    the tables were small would read them whole, and go on doing so until their next ANALYZE.
    """
    connection_created.connect(_keep_plans, dispatch_uid=__name__)


SETTINGS = (
    "SET plan_cache_mode = force_generic_plan",
    "SET enable_seqscan = off",
    "SET enable_hashjoin = off",
    "SET enable_mergejoin = off",
)


def _keep_plans(connection: Any, **_: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("; ".join(SETTINGS))
