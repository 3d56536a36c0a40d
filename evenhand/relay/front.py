"""Weighs the word of a trusted server in front: whole, or only what it says under its own authserv-id."""

from __future__ import annotations

from dataclasses import replace

from evenhand.conversations.models import Origin
from evenhand.mail.front import claims_of_front, settle
from evenhand.relay.spool import Spooled

__all__ = ["as_front_says"]


def as_front_says(row: Spooled, authserv_id: str) -> Spooled:
    """
    Give the row with the word of the server in front in the place of trust, if an authserv-id is set.

    Without one, whatever a trusted peer hands over is vouched for (the contract of `trust_peers`). With one, that it
    came from there says nothing yet: its Authentication-Results decide, and where it says nothing of the author, we
    ask ourselves. Then only DKIM is left, since the client SPF would ask about is the server in front.
    """
    if not authserv_id or not row.trusted or row.origin != Origin.MAIL:
        return row
    claims = claims_of_front(row.raw, authserv_id)
    return replace(row, trusted=False, peer=None, claims=claims, authentication=row.authentication or settle(claims))
