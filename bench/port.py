"""Finds loopback ports that nobody uses, and waits until somebody answers on them."""

from __future__ import annotations

import socket
import time

__all__ = ["free_port", "wait_until_open"]


def free_port() -> int:
    """Name a port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


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
