"""Says in one line that the database is away, where the library of the jobs would say it in forty."""

from __future__ import annotations

import logging

import psycopg
from procrastinate.exceptions import ConnectorException

__all__ = ["OneLine"]


class OneLine(logging.Filter):
    """
    Shortens what Procrastinate writes when the database is away; every other error keeps its traceback.

    Put it on a handler: a logger's own filter does not see what the loggers below it write.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, some of them shortened."""
        error = record.exc_info[1] if record.exc_info else None
        if record.name.partition(".")[0] == "procrastinate" and isinstance(error, _AWAY):
            record.exc_info = record.exc_text = None
            record.msg, record.args = "jobs cannot be run now (%s)", (type(error.__cause__ or error).__name__,)
        return True


_AWAY = (ConnectorException, psycopg.OperationalError, psycopg.InterfaceError)
