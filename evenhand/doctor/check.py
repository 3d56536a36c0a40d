"""One finding of the doctor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Check", "fail", "ok", "skip", "warn"]


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, how it stands, what was found, and how to mend it (empty if there is nothing to mend)."""

    name: str
    state: Literal["ok", "warn", "fail", "skip"]
    found: str
    mend: str = ""


def ok(name: str, found: str) -> Check:
    """Report that all is well."""
    return Check(name, "ok", found)


def skip(name: str, found: str) -> Check:
    """Report that there was nothing to look at, and why."""
    return Check(name, "skip", found)


def warn(name: str, found: str, mend: str) -> Check:
    """Report what works but should not stay so."""
    return Check(name, "warn", found, mend)


def fail(name: str, found: str, mend: str) -> Check:
    """Report what is broken."""
    return Check(name, "fail", found, mend)
