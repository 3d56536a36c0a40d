"""What one check found: the common words of DKIM and SPF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Evidence"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The outcome of one check for one domain; `note` is for the operator and may hold foreign text."""

    outcome: Literal["pass", "fail", "none", "temporary"]
    domain: str = ""
    note: str = ""
