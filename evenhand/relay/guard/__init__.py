"""Reads mails in processes of their own, bounded in time and memory: what kills its reader kills no more."""

from evenhand.relay.guard.pool import Job, Overrun, Readers, readers

__all__ = ["Job", "Overrun", "Readers", "readers"]
