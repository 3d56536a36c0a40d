"""Requests for the reader's number or mailbox, invitations to call, and numbers tucked into the parcel."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evenhand.policy.contact.contact import Contact, Kind
from evenhand.policy.contact.words import Heard, denied, denied_near, hits, sentence, words

__all__ = ["asks"]


def asks(text: str, heard: Heard) -> Iterator[Contact]:
    """
    Find requests for a number, a mailbox or a name of the reader's, and invitations to talk that give none.

    What the carrier or the order already has is left alone, and so is what is said not to be wanted.
    """
    if "theirs" in heard:
        yield from _asked(text, heard)
    if "callus" in heard:
        yield from _said("callus", "phone", text, heard)
    if "video" in heard:
        yield from _said("video", "phone", text, heard)
    if "ours" in heard and "spot" in heard:
        yield from _tucked(text, heard)
    if "chatter" in heard:
        yield from _said("chatter", "messenger", text, heard)


def _asked(text: str, heard: Heard) -> Iterator[Contact]:
    for hit in hits("theirs", text, heard):
        before = _clause(text[max(0, hit.start() - _NEAR) : hit.start()], last=True)
        after = _clause(text[hit.end() : hit.end() + _NEAR], last=False)
        around = sentence(text, *hit.span())
        if not (words("give").search(before) or words("given").search(after) or _is_asked(text, hit, before)):
            continue
        if _TO.search(before) or (_DEVICE.search(before) and " " not in hit[0].partition(" ")[2]):
            continue
        if denied_near(text, *hit.span()) or denied(after[:_NEXT]) or words("known").search(around):
            continue
        yield Contact(_kind(hit[0]), *hit.span(), 0.75)


_NEAR, _NEXT, _FAR = 70, 30, 120
_DEVICE = re.compile(r"(?<!\w)(?:on|with|op|met|auf|mit|sur|avec|su|con|com|en|no|na|pa|med)(?: the)? $")
"""What stands before the thing itself: "on your phone"."""

_TO = re.compile(r"(?<!\w)(?:to|at|an|zu|a|al|alla|ao|no|para o|naar|na|till|per|en) $")
"""What stands before a mailbox that something is sent to."""

_ABOUT = re.compile(
    r"(?<!\w)(?:for|to|of|from|in|re|received|got|fur|auf|von|zu|pour|de|du|a|recu|por|del|al|per|alla|della|na|do|da"
    r"|pelo|voor|van|op|za|w|pa|till|fran|for|av|om|is|ist|est|es) $"
)


def _is_asked(text: str, hit: re.Match[str], before: str) -> bool:
    """Whether a question is about it: "Do you have a phone number?", not "Thanks for your mail, is it on?"."""
    rest = _MARK.search(text, hit.end(), hit.end() + _FAR)
    return rest is not None and rest[0] == "?" and not _ABOUT.search(before)


_MARK = re.compile(r"[.!?;\n。](?!\w)")


_END = re.compile(r"[.!?](?=\s|[^\x00-\x7f]|$)|[\n。]")


def _clause(text: str, *, last: bool) -> str:
    """What of a text stands in the same sentence as the place it ends or begins at."""
    return _END.split(text)[-1 if last else 0]


def _kind(words_: str) -> Kind:
    return "email" if any(one in words_ for one in _MAIL) else "phone"


_MAIL = ("mail", "correo", "courriel", "メール", "メアド", "邮", "信箱", "posta", "poczt", "mejl", "adres", "endereco")


def _said(name: str, kind: Kind, text: str, heard: Heard) -> Iterator[Contact]:
    for hit in hits(name, text, heard):
        around = sentence(text, *hit.span())
        if not denied_near(text, *hit.span()) and not words("aside").search(around):
            yield Contact(kind, *hit.span(), 0.7)


def _tucked(text: str, heard: Heard) -> Iterator[Contact]:
    """A number or a name of ours on a card, a sticker, the box."""
    for hit in hits("ours", text, heard):
        around = sentence(text, *hit.span())
        if words("spot").search(around) and not words("aside").search(around) and not denied(around):
            yield Contact("phone", *hit.span(), 0.7)
