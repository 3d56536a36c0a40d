"""Reads from /proc what a family of processes uses: memory it alone accounts for, and processor time."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Family", "Peak", "settle", "watch"]

_PROC = Path("/proc")
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Family:
    """
    Processes with all their descendants, found anew each time.

    `roots` are asked for each time too, since a program may start its database only after itself. `label` sorts a
    process into a group by its command line.
    """

    roots: Callable[[], list[int]]
    label: Callable[[str], str]

    def members(self) -> dict[int, str]:
        """The process ids of the living, each with its group."""
        children = _children()
        waiting, found = list(self.roots()), dict[int, str]()
        while waiting:
            pid = waiting.pop()
            if pid not in found:
                found[pid] = self.label(_command_line(pid))
                waiting += children.get(pid, ())
        return found

    def cpu(self) -> dict[str, float]:
        """
        Seconds of processor time used so far, by group.

        With the time of children that have ended, which counts for the group of their parent: so the sum never goes
        back when a process ends.
        """
        used: defaultdict[str, float] = defaultdict(float)
        for pid, group in self.members().items():
            used[group] += _cpu(pid)
        return dict(used)

    def memory(self) -> Counter[str]:
        """
        Proportional set size in bytes, by group.

        A page that several processes share is divided among them, so that sums are honest.
        """
        held: Counter[str] = Counter()
        for pid, group in self.members().items():
            held[group] += _pss(pid)
        return held


def _children() -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            found.setdefault(int(fields[1]), []).append(int(entry.name))
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the third (state) on, or nothing if the process is gone."""
    try:
        # The second field is the program's name in parentheses, which may hold anything.
        return (_PROC / str(pid) / "stat").read_text("latin-1").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _cpu(pid: int) -> float:
    fields = _stat(pid)
    return sum(int(ticks) for ticks in fields[11:15]) / _TICK if fields else 0.0


def _command_line(pid: int) -> str:
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _pss(pid: int) -> int:
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text("ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines.splitlines() if line.startswith("Pss:"))


@dataclass
class Peak:
    """The most memory that was seen at once, by group."""

    groups: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """All groups together, in bytes."""
        return self.groups.total()


@contextmanager
def watch(family: Family, every: float = 1.0) -> Iterator[Peak]:
    """Look at the memory of a family now and then, and keep the highest sum."""
    peak, ended = Peak(), threading.Event()

    def look() -> None:
        while True:
            held = family.memory()
            if held.total() > peak.total:
                peak.groups = held
            if ended.wait(every):
                return

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        watcher.join()


def settle(family: Family, *, patience: float = 15.0) -> None:
    """Wait until the family has finished what it puts off: until it uses less than 5 % of a core for a second."""
    deadline = time.monotonic() + patience
    before = sum(family.cpu().values())
    while time.monotonic() < deadline:
        time.sleep(1.0)
        now = sum(family.cpu().values())
        if now - before < 0.05:
            return
        before = now
