"""Finds ways around the service in folded text: each with its place, its kind, and how sure it is."""

from __future__ import annotations

from functools import lru_cache

from evenhand.policy.contact.asks import asks
from evenhand.policy.contact.contact import Contact, Kind
from evenhand.policy.contact.handles import handles, is_disguised
from evenhand.policy.contact.mails import mails
from evenhand.policy.contact.numbers import numbers
from evenhand.policy.contact.places import places
from evenhand.policy.contact.words import heard
from evenhand.policy.text.accents import plain_letters

__all__ = ["Contact", "Kind", "contacts"]


@lru_cache(maxsize=1 << 10)
def contacts(folded: str) -> tuple[Contact, ...]:
    """
    Find mail addresses, telephone numbers, handles, postal addresses, shops and sites, and payments past the service.

    What looks like one and is an order, a parcel, a part or a measure is left alone, and so is a number that somebody
    is said to call the buyer on. A request for the reader's own number or mailbox counts as one.
    """
    text = plain_letters(folded)
    lists = heard(text)
    made = [*mails(text), *numbers(text, lists)]
    if "messenger" in lists or "scan" in lists or "@" in text or is_disguised(text):
        made += handles(text, lists)
    made += places(text, lists)
    made += asks(text, lists)
    return tuple(made)
