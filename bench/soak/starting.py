"""Kills `evenhand up` at every step of its start, and sees that the next start is a good one."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

from bench.soak.stack import DOMAIN, environment
from evenhand.crashpoints import MARK, POINTS, VARIABLE

__all__ = ["STARTING", "main", "survives"]

STARTING = tuple(point for point in POINTS if point.startswith(("database.", "migrate.", "up.")))
_PATIENCE = 90.0


def survives(point: str, folder: Path) -> bool:
    """Whether a start that is killed at a point leaves nothing behind that keeps the next one from being ready."""
    crashes, data = folder / "crashes", folder / "data"
    crashes.mkdir(parents=True)
    (crashes / MARK).touch()
    (crashes / f"armed-{point}").write_text("kill 1", "ascii")
    with _up(data, crashes, folder / "log") as first:
        if point == "up.reviving" and _is_ready(first):
            _kill_database(data)
        with contextlib.suppress(subprocess.TimeoutExpired):
            first.wait(_PATIENCE)
    if not (crashes / f"died-{point}").exists():
        return False
    with _up(data, crashes, folder / "log") as second:
        if not _is_ready(second):
            return False
        second.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return second.wait(_PATIENCE) == 0
    return False


@contextlib.contextmanager
def _up(data: Path, crashes: Path, log: Path) -> Iterator[subprocess.Popen[str]]:
    surroundings = environment() | {
        "EVENHAND_DATA": str(data), "EVENHAND_DOMAIN": DOMAIN, "EVENHAND_HTTP": "127.0.0.1:0",
        "EVENHAND_SMTP": "127.0.0.1:0", "EVENHAND_WORKERS": "1", VARIABLE: str(crashes),
    }  # fmt: skip
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "evenhand", "up"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
            text=True, env=surroundings, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            # Its whole session was started by us, so nobody else's process can be hit.
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _is_ready(process: subprocess.Popen[str]) -> bool:
    alarm = threading.Timer(_PATIENCE, process.kill)
    alarm.start()
    try:
        assert process.stdout is not None
        return any(line.startswith("ready") for line in process.stdout)
    finally:
        alarm.cancel()


def _kill_database(data: Path) -> None:
    with contextlib.suppress(psutil.NoSuchProcess, FileNotFoundError):
        server = psutil.Process(int((data / "postgres/postmaster.pid").read_text("ascii").splitlines()[0]))
        for one in [server, *server.children()]:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()


def main(arguments: Sequence[str] | None = None) -> int:
    """Go round the points; answer 1 if a start did not recover."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak.starting", description=__doc__)
    parser.add_argument("--each", type=int, default=20, help="kills at each point")
    asked = parser.parse_args(arguments)
    broken = []
    began = time.monotonic()
    for point in STARTING:
        for turn in range(asked.each):
            with tempfile.TemporaryDirectory(prefix="soak-", ignore_cleanup_errors=True) as folder:
                if not survives(point, Path(folder) / "run"):
                    broken.append(point)
                    print((Path(folder) / "run/log").read_text("utf-8", "replace")[-1500:], flush=True)
            print(f"{point} {turn + 1}: {'not recovered' if broken[-1:] == [point] else 'recovered'}", flush=True)
    print(f"{len(STARTING) * asked.each} starts killed, {len(broken)} not recovered, {time.monotonic() - began:.0f} s")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
