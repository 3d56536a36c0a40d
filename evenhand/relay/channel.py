"""What a way out must be able to do, and how a try to use it may end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

__all__ = ["Channel", "Copy", "Deferred", "Failed", "Phase", "Sent", "Trouble", "Try"]

Phase = Literal["connect", "mail", "rcpt", "data", "dot"]
"""How far a try came; past `dot` only the other server knows."""

Trouble = Literal["dns", "timeout", "refused", "tls", "protocol"]
"""What can go wrong below the dialogue."""


@dataclass(frozen=True, slots=True)
class Copy:
    """The finished bytes of one copy with its envelope; an empty `return_path` is the null reverse-path."""

    id: UUID
    return_path: str
    address: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """The next server took responsibility; `detail` is its answer, foreign text."""

    detail: str = ""
    status: str = "2.0.0"


@dataclass(frozen=True, slots=True)
class Deferred:
    """
    Not now. `trouble` tells a fault of the way from an answer of the server.

    `elsewhere` if the fault lies with the recipient's own servers, so that other copies may fare better.
    """

    phase: Phase
    status: str = "4.0.0"
    detail: str = ""
    trouble: Trouble | None = None
    elsewhere: bool = False

    @property
    def unreachable(self) -> bool:
        """Whether the server as a whole could not be reached, so that the next mail would fare the same."""
        return self.phase == "connect" and not self.elsewhere


@dataclass(frozen=True, slots=True)
class Failed:
    """Never, in these words; `status` is an enhanced status code of class 5 (RFC 3463)."""

    phase: Phase
    status: str = "5.0.0"
    detail: str = ""


Try = Sent | Deferred | Failed


class Channel(Protocol):
    """A way out. One object serves all copies of a worker, many at a time, and keeps its connections."""

    async def deliver(self, copy: Copy) -> Try:
        """Try to hand over a copy once, within the time of the longest attempt (`outbox.LEASE`). Never raises."""

    async def close(self) -> None:
        """Say good-bye on every kept connection."""
