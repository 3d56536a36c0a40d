"""Serves the portal by gunicorn, in this process and one worker of it."""

from __future__ import annotations

import threading
import time
from typing import Any

import click
from django.db import connections
from gunicorn.app.base import BaseApplication

from evenhand.configuration import Endpoint
from evenhand.connectors.ports import is_served

__all__ = ["serve"]

_THREADS = 8
_DRAIN = 20
"""Seconds that open requests may take when the server is told to end."""


def serve(endpoint: Endpoint) -> None:
    """Serve until told to end, and print the ready line once a page was had."""
    # Django is in memory before the worker is forked off, which shares it; a connection cannot be shared.
    connection: Any
    for connection in connections.all(initialized_only=True):
        connection.close()
        connection.close_pool()
    _Portal(endpoint).run()


class _Portal(BaseApplication):  # type: ignore[misc]
    """The portal with what gunicorn needs to know of it."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        super().__init__(prog="evenhand web")

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": str(self._endpoint),
            "workers": 1,
            "worker_class": "gthread",
            "threads": _THREADS,
            "graceful_timeout": _DRAIN,
            "timeout": 60,
            "keepalive": 5,
            # What no browser of a person sends is not worth the memory.
            "limit_request_line": 4094,
            "limit_request_fields": 64,
            "limit_request_field_size": 8190,
            "accesslog": None,
            "loglevel": "warning",
            # Nobody steers this server but the one who started it.
            "control_socket_disable": True,
            "proc_name": "evenhand-web",
            "post_worker_init": lambda _worker: _announce(self._endpoint),
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        # Imported in the worker, because the process above only watches over it.
        from django.urls import get_resolver

        from evenhand.wsgi import application

        # A page that cannot be imported should end the start, not the first request.
        assert get_resolver().url_patterns
        return application


def _announce(endpoint: Endpoint) -> None:
    # From a thread, because the worker takes no request before this hook has returned.
    threading.Thread(target=_await_answer, args=(endpoint,), name="ready", daemon=True).start()


def _await_answer(endpoint: Endpoint) -> None:
    pause = 0.02
    while not is_served(endpoint):
        time.sleep(pause)
        pause = min(2 * pause, 1.0)
    click.echo(f"ready http={endpoint}")
