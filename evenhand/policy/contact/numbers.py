"""Telephone numbers: in figures as each country parts them, in words, or behind a word that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from evenhand.policy.contact.contact import Contact
from evenhand.policy.contact.spelled import said_numbers
from evenhand.policy.contact.words import MOST, Heard, denied, last, words

__all__ = ["numbers"]

_LONG_NUMBER = re.compile(r"\d(?:[ ()./-]{0,3}\d){5}")
_NUMBER = re.compile(r"(?<![A-Za-z0-9_/#.-])(?<!\d[,:])(?:\+|00|\(0|\(\+)?\d(?:[ ()./-]{0,3}\d){5,16}(?![A-Za-z0-9_])")
_LETTER_O = re.compile(r"(?<![^\W_])o(?=\d)|(?<=\d)o(?![^\W\d_])")
"""An O that stands for a zero."""

_SHAPED = re.compile(
    r"\(?(?:"
    r"555[ -]01[ -]?\d\d|555[ -]01\d \d|0\d{4}\)? \d{3} ?\d{3}|07\d{3} \d{3} ?\d{3}|0\d{1,3}\)? \d{4} \d{4}"
    r"|0\d(?:[ .]\d\d){4}|0\d{2,4}\)?[ /-]\d{4,6} \d{2,4}|0\d{1,2}-\d{3} \d{2,3} \d{2,3}|0?\d{3} \d{3} \d\d \d\d"
    r"|0?\d{3} 555 \d\d(?: \d\d)?|\d\d \d{3} \d\d \d\d|\(\d{3}\) \d{3}-\d{4}|[2-9]\d\d-[2-9]\d\d-\d{4}"
    r"|0\d{1,3}-\d{3,4}-\d{4}|0\d{2,3}-\d{7,8}|[48]00-\d{3,4}-\d{3,4}|1[3-9]\d(?:[ -]?\d{4}){2}|0\d0-?\d{4}-?\d{4}"
    r"|\d(?:[.-]\d){6,}|\d(?:[ .-]{1,3}\d){6,})\)?"
)
"""Numbers parted as telephone numbers are, and hardly anything else is."""

_ORDER = re.compile(r"^\D*\d{3}[ -]?\d{7}[ -]?\d{7}\D*$")
_DATE = re.compile(r"^\(?(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}[./ -]20\d\d|20\d\d ?- ?20\d\d)")
_DATED = re.compile(r"^\d{1,2}[./ -]\d{1,2}[./ -](?:19|20)\d\d(?!\d)")
_END = re.compile(r"[.!?\n。](?!\d)")
_FEWEST = 6
"""Digits of the shortest number that counts as one."""

_SHORT_EASTERN = re.compile(r"[ぁ-ヿ一-鿿]")


def numbers(text: str, heard: Heard) -> Iterator[Contact]:
    """
    Find telephone numbers: such as a word of calling stands by, and such as have the shape of one.

    Orders, parcels, parts and dates are none, and neither is a number that somebody else is said to be called on.
    """
    figures = _LETTER_O.sub("0", text) if "o" in text else text
    end = 0
    if _LONG_NUMBER.search(figures):
        for hit in islice(_NUMBER.finditer(figures), MOST):
            if (one := _number(figures, hit)) is not None:
                end = one.end
                yield one
    for start, stop, plain in islice(said_numbers(text), MOST):
        if start < end <= stop:
            continue
        called, spared = _cues(text, start, stop)
        if called > spared or (spared < 0 and plain):
            yield Contact("phone", start, stop, 0.9 if called > spared else 0.75)
    if "call" in heard or "please" in text or "pls" in text:
        yield from _bare(text)


def _number(text: str, hit: re.Match[str]) -> Contact | None:
    written = hit[0].strip()
    digits = sum(one.isdigit() for one in written)
    if _ORDER.match(written) or _DATE.fullmatch(written) or _DATED.match(written) or digits < _FEWEST:
        return None
    figures = [int(one) for one in written if one.isdigit()]
    if all(later - former == 1 for former, later in pairwise(figures)):
        return None
    called, spared = _cues(text, *hit.span())
    if called > spared:
        return Contact("phone", *hit.span(), 0.9)
    international = written.startswith(("+", "00", "(+")) and 9 <= digits <= 15
    if spared < 0 and (international or _SHAPED.fullmatch(written)):
        return Contact("phone", *hit.span(), 0.8 if international else 0.75)
    return None


def _cues(text: str, start: int, end: int) -> tuple[int, int]:
    """Tell where the last word of calling stands before a number, and one that makes it something else, or -1."""
    before = _END.split(text[max(0, start - 60) : start])[-1]
    after = _END.split(text[end : end + 40])[0]
    spared = last(words("harmless"), before)
    called = max(last(words("call"), before), last(words("messenger"), before))
    if words("theirs_not").search(after[:30]):
        return -1, 0
    if called < 0 and words("call").search(after):
        called = 0
    return called, spared


_BARE = re.compile(
    r"(?<![\w.,/#+-])(?:0\d{2,4} ?/? ?\d{3,8}|\d{3}[ -]\d{3,4}|0\d{3,4} \d{3} \d{3})(?![\w-])"
    r"|(?<!\w)(?:digits|number|contact no\.?|phone no\.?),? (?:please|pls|plz)(?! [^.!?]{0,40}serial)"
)


_CALL_AT = re.compile(r"(?<!\w)(?:txt|text|ring|dial|phone|call|whatsapp)(?: me| us)?(?: on| at)? $")


def _bare(text: str) -> Iterator[Contact]:
    """Short numbers right behind an order to call, and a curt request for the reader's own."""
    for hit in islice(_BARE.finditer(text), MOST):
        near = text[max(0, hit.start() - 40) : hit.start()]
        if hit[0][0].isdigit() and not (_CALL_AT.search(near) and not denied(near)):
            continue
        if not hit[0][0].isdigit() and re.search(r"serial|batch|order|model", text[hit.end() : hit.end() + 60]):
            continue
        yield Contact("phone", *hit.span(), 0.75)
