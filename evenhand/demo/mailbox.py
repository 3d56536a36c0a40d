"""The way out of a demonstration: every copy counts as handed over, and is read on the page of the mailboxes."""

from __future__ import annotations

from evenhand.configuration import Configuration
from evenhand.relay.channel import Copy, Sent, Try

__all__ = ["Mailbox"]


class Mailbox:
    """A channel that takes everything; the copy stays in the outbox, where `evenhand.demo.letters` finds it."""

    def __init__(self, configuration: Configuration) -> None:
        """Take the settings every channel is made with, and need none of them."""

    async def deliver(self, copy: Copy) -> Try:  # noqa: ARG002  the channel's interface
        """Take a copy."""
        return Sent(detail="250 2.0.0 Put into the mailbox of the demonstration")

    async def close(self) -> None:
        """Nothing is kept open."""
