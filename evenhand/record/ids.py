"""Makes the identifiers of rows that are written in bulk."""

import uuid

from uuid_utils.compat import uuid7

__all__ = ["new_id"]


def new_id() -> uuid.UUID:
    """
    Make a time-ordered UUID (RFC 9562, version 7).

    Rows of the hot path carry an id made here instead of a database sequence, so that a whole batch of messages,
    verdicts and deliveries can point at each other before any of them is written; and so that a conversation may
    one day live on another server without renumbering.
    """
    return uuid7()
