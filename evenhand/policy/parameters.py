"""What an operator may set about the rules."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MEGABYTE", "Parameters"]

MEGABYTE = 1000 * 1000


@dataclass(frozen=True, slots=True)
class Parameters:
    """The media types that are passed on, and how many bytes of files and text a message may have in all."""

    allowed_types: frozenset[str]
    total_size: int = 10 * MEGABYTE
