"""Ties a process to the one that started it: if that one is gone, however it went, this one ends in order."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

__all__ = ["GRACE", "tether"]

GRACE = 30.0
"""Seconds to end in order before being ended."""


def tether() -> None:
    """
    Watch the standard input, which the supervisor holds open and writes nothing to.

    The kernel closes it with the supervisor, even with one that was killed outright. Works wherever pipes do.
    """
    threading.Thread(target=_watch, args=(sys.stdin.fileno(),), name="tether", daemon=True).start()


def _watch(end: int) -> None:
    while os.read(end, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os.kill(os.getpid(), signal.SIGKILL)
