"""Describes the machine a figure was measured on."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

__all__ = ["Machine", "look_at"]


@dataclass(frozen=True)
class Machine:
    """What a reader must know to compare figures."""

    cores: int
    processor: str
    memory: int
    system: str
    python: str
    sync: float

    def __str__(self) -> str:
        return (
            f"{self.cores} cores of {self.processor}, {self.memory / 2**30:.0f} GiB of memory, {self.system}, "
            f"Python {self.python}; a write of 4 KiB reaches the disk (fdatasync) in {self.sync * 1000:.2f} ms"
        )


def look_at(folder: Path) -> Machine:
    """Describe the machine, and how fast the disk under the folder makes a write durable."""
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        processor=_processor(),
        memory=psutil.virtual_memory().total,
        system=f"{platform.system()} {platform.release().partition('-')[0]}",
        python=platform.python_version(),
        sync=_sync(folder),
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines():
        if line.startswith("model name"):
            return " ".join(line.partition(":")[2].split())
    return platform.machine()


def _sync(folder: Path, rounds: int = 101) -> float:
    """Seconds that an appended block takes to be durable: the median of a hundred."""
    path = folder / "sync-probe"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    taken = []
    try:
        for _ in range(rounds):
            began = time.perf_counter()
            os.write(handle, bytes(4096))
            os.fdatasync(handle)
            taken.append(time.perf_counter() - began)
    finally:
        os.close(handle)
        path.unlink()
    return median(taken)
