"""Examines the limits this machine sets: open files, files on the disk, memory."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import psutil

from evenhand.configuration import Configuration
from evenhand.doctor.check import Check, fail, ok, skip, warn

__all__ = ["examine", "files_on_disk", "memory", "open_files"]

MIB = 1024**2
FILES_WANTED = 1024
FILES_NEEDED = 256
"""A listener with 200 connections, its own files and its database's."""

INODES_WARN, INODES_FAIL = 20_000, 1_000
MEMORY_FAIL = 128 * MIB
MEMORY_EACH = 120 * MIB
"""What one process of ours may come to need while it works a large mail."""


def examine(configuration: Configuration) -> Iterator[Check]:
    """Look at what the system would let us have."""
    yield open_files(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    yield _inodes(configuration.data)
    processes = (configuration.workers or os.cpu_count() or 1) + configuration.listeners + 2
    yield memory(psutil.virtual_memory().available, processes)


def open_files(limit: int) -> Check:
    """Judge how many files a process may have open; −1 is no limit."""
    if limit in {resource.RLIM_INFINITY, -1} or limit >= FILES_WANTED:
        return ok("open files", "A process may have enough files open.")
    found, mend = (
        f"A process may have {limit} files open.",
        "Raise it: LimitNOFILE=4096 in the unit, or ulimit -n 4096.",
    )
    return fail("open files", found, mend) if limit < FILES_NEEDED else warn("open files", found, mend)


def _inodes(data: Path) -> Check:
    folder = next((path for path in (data, *data.parents) if path.is_dir()), Path("/"))
    found = os.statvfs(folder)
    return files_on_disk(found.f_files, found.f_favail)


def files_on_disk(total: int, free: int) -> Check:
    """Judge how many more files the disk can hold; some file systems have no such limit and say 0 of 0."""
    name = "files on the disk"
    if total <= 0:
        return skip(name, "The file system sets no limit.")
    found, mend = f"There is room for {free:,} more files.", "Delete small files nobody needs, or move the data folder."
    if free < INODES_FAIL:
        return fail(name, found, mend)
    return warn(name, found, mend) if free < INODES_WARN else ok(name, found)


def memory(free: int, processes: int) -> Check:
    """Judge the memory that is free, in bytes, for so many processes of ours."""
    found = f"{free // MIB:,} MiB are free; {processes} processes of ours run or are to run."
    mend = "Add memory, or run fewer: EVENHAND_WORKERS=1"
    if free < MEMORY_FAIL:
        return fail("memory", found, mend)
    return warn("memory", found, mend) if free < MEMORY_EACH * processes else ok("memory", found)
