"""Tells whether a mail of ours still bears its signature, whatever the DNS says of the key."""

from __future__ import annotations

from datetime import datetime

import dkim

from evenhand.connectors.authentication.alignment import Alignment
from evenhand.connectors.authentication.signature import check_signatures
from evenhand.connectors.dns import Resolver, Zone

__all__ = ["still_signed"]


def still_signed(raw: bytes, domain: str, records: Zone, at: datetime) -> bool:
    """Verify like a receiver to whom the DNS says `records`. Never raises."""
    inquiry = Resolver(records).inquiry()
    try:
        message = dkim.DKIM(raw)
        return any(one.outcome == "pass" for one in check_signatures(message, inquiry, Alignment(domain, inquiry), at))
    except dkim.DKIMException:
        return False
