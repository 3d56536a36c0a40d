"""Finds loopback ports that nobody uses, and waits until somebody answers on them."""

from __future__ import annotations

import random
import socket
import time

__all__ = ["free_port", "wait_until_open"]


_SERVERS = range(20_000, 32_000)
"""Below what systems give to those who connect: the port of a server that is away for a moment stays free for it."""


def free_port() -> int:
    """Name a port that is free now. Raises OSError if none is found."""
    for _ in range(100):
        try:
            with socket.create_server(("127.0.0.1", random.choice(_SERVERS))) as taken:
                return int(taken.getsockname()[1])
        except OSError:
            continue
    raise OSError("no free port was found")


def wait_until_open(port: int, seconds: float = 15.0) -> None:
    """Return when connections are taken; raises TimeoutError if none is in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nobody answers on port {port}")
