"""Reads delivery status notifications (RFC 3464): what became of a mail, by its action and status code."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["DeliveryStatus", "read_status"]

_LIMIT = 256 * 1024
_PART = re.compile(rb"^content-type:\s*message/(?:global-)?delivery-status\b", re.IGNORECASE | re.MULTILINE)
_ACTION = re.compile(rb"^action:[ \t]*([a-z]{1,20})", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(rb"^status:[ \t]*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
_STRICTNESS = ("delivered", "relayed", "expanded", "delayed", "failed")


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """The action (`failed`, `delayed`, `delivered`, `relayed`, `expanded`) and the status of class 2, 4 or 5."""

    action: str
    status: str

    @property
    def is_failure(self) -> bool:
        """Whether the mail will never arrive."""
        return self.action == "failed" and self.status.startswith("5")


def read_status(raw: bytes) -> DeliveryStatus | None:
    r"""
    Read the machine-readable part of a report, or None if there is none; of several recipients the worst counts.

    Ours have one recipient. The part is plain ASCII by RFC 3464 §2.1, so it is read where it stands, in linear time.

    >>> read_status(b"Content-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\n").status
    '5.1.1'
    """
    start = _PART.search(raw)
    if start is None:
        return None
    part = raw[start.end() : start.end() + _LIMIT]
    actions = [match.decode("ascii").lower() for match in _ACTION.findall(part)]
    statuses = [match.decode("ascii") for match in _STATUS.findall(part)]
    known = [one for one in actions if one in _STRICTNESS]
    if not known:
        return None
    return DeliveryStatus(max(known, key=_STRICTNESS.index), max(statuses, default=""))
