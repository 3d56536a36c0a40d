"""Cleans attached files: what a counterpart needs of them stays, what tells of people, runs or hides goes."""

from __future__ import annotations

from evenhand.mail.files.calendar import address_calendar, rebuild_calendar, scrub_calendar
from evenhand.mail.files.outcome import Clean, Held, Kind, Left, Outcome
from evenhand.mail.files.table import clean, preload

__all__ = [
    "Clean",
    "Held",
    "Kind",
    "Left",
    "Outcome",
    "address_calendar",
    "clean",
    "preload",
    "rebuild_calendar",
    "scrub_calendar",
]
