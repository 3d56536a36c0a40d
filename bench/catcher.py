"""Speaks with the sink, which runs as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Catcher", "Envelope", "catcher"]


@dataclass(frozen=True)
class Envelope:
    """A mail as it reached the sink."""

    reverse_path: str
    recipients: str
    content: bytes


@dataclass(frozen=True)
class Caught:
    """How many mails came, and when the last did (seconds of the monotonic clock)."""

    count: int
    last: float


class Catcher:
    """A running sink."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.port = int(self._answer()["port"])

    def reset(self) -> None:
        """Forget what has come so far."""
        self._say("reset")

    def wait(self, count: int, seconds: float) -> Caught:
        """Return when so many have come, or when the time is up."""
        known = self._say(f"wait {count} {seconds}")
        return Caught(known["count"], known["last"])

    def mails(self, folder: Path) -> list[Envelope]:
        """Everything that has come, by way of a file in the folder."""
        path = folder / "caught.json"
        self._say(f"keep {path}")
        try:
            return [
                Envelope(reverse_path, recipients, content.encode("latin-1"))
                for reverse_path, recipients, content in json.loads(path.read_text("utf-8"))
            ]
        finally:
            path.unlink()

    def _say(self, line: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        known: dict[str, Any] = json.loads(self._process.stdout.readline())
        return known


@contextmanager
def catcher(*, pipelining: bool = True) -> Iterator[Catcher]:
    """Start a sink on any free port of loopback, and end it."""
    command = [sys.executable, "-m", "bench.sink", *([] if pipelining else ["--no-pipelining"])]
    # In a session of its own, so that Ctrl-C reaches it only through us, and after the systems that deliver to it.
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield Catcher(process)
        finally:
            process.terminate()
