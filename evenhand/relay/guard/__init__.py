"""Reads and searches mails in processes of their own, bounded in time and memory: what kills one kills no more."""

from evenhand.relay.guard.pool import Job, Overrun, Readers, Search, readers, searchers

__all__ = ["Job", "Overrun", "Readers", "Search", "readers", "searchers"]
