"""Finishes a mail of ours: composed from a draft, signed for the domain it is from, and never changed after."""

from __future__ import annotations

import secrets
from datetime import datetime

from evenhand.configuration import Configuration
from evenhand.mail.compose import Draft, compose
from evenhand.mail.signature import sign
from evenhand.relay.keys import keys_of

__all__ = ["finish"]


def finish(draft: Draft, configuration: Configuration, now: datetime) -> bytes:
    """
    Render and sign (RFC 6376); what comes out is searched, stored, and sent the same at every try.

    Signed for the domain in From, also an old one, so that it aligns (RFC 9989); unsigned if there is no key for it.
    """
    content = compose(draft, secrets.token_hex(16))
    return sign(content, keys_of(configuration, draft.from_address.rpartition("@")[2]), now)
