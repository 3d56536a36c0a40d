"""Recognises the signature at the end of a text: after dashes, by a telephone, a list, or the author's own name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evenhand.mail.quotes.openings import Page, is_rule
from evenhand.mail.quotes.words import (
    BRAND,
    CLOSING,
    DEVICE_ENDS,
    DEVICE_OPENS,
    DEVICE_OWNED,
    EXCUSE,
    GADGET,
    GET_OUTLOOK,
    MAKER,
    PRINTED,
)

__all__ = ["Signature", "is_device_footer", "signature_at"]

_LINK = re.compile(r"\s*[<(\[]\s*https?://[^\s>)\]]{1,300}[>)\]]\s*")
_BARE_LINK = re.compile(r":?\s*https?://\S{1,200}$")
_MODEL = re.compile(r"(?<!\w)(?:[^\W\d_]+\d\w*|[^\W\d_]*[a-z][A-Z]\w*|\d[A-Z])(?!\w)")
_FIRST = frozenset("SGDVEILWOTĐОНПИΣΕσεم发寄從从傳送来來나내נأتنsgdveilwotđYCQMPБНyонбнИиส<*-—_[(")
_ENDS = frozenset("i信た냄송e送发出.")
_LIST = re.compile(r"mailing list|listinfo|unsubscribe|googlegroups|abmelden von der liste", re.IGNORECASE)
_CONTACT = re.compile(r"@|https?:|www\.|\d[\d\s()./-]{5,}\d")
_WORD = re.compile(r"[^\W\d_]+")
_PLAIN_WORDS = frozenset((
    "of", "and", "the", "for", "at", "in", "de", "du", "la", "le", "des", "und", "für", "der", "von", "van", "den",
    "di", "del", "e", "y", "et", "en", "og", "och", "i", "w", "tel", "fax", "mobile", "mobil", "phone", "email",
    "mail", "web", "skype", "t", "f", "m", "p", "a", "www", "http", "https", "com",
))  # fmt: skip
_PLACE = re.compile(
    r"address|ship|send|deliver|adress|liefer|schick|versand|envoy|livr|dirección|env[ií]|indirizz|sped|endereço|"
    r"adres|stuur|wysy|wyśl|адрес|住所|地址|주소|name",
    re.IGNORECASE,
)
_LONGEST_CARD = 14
_NAME_EDGE = " \t-–—/~*_,.|"


@dataclass(frozen=True, slots=True)
class Signature:
    """Where a signature starts, and where in it the footer or card begins: between them a person says farewell."""

    start: int
    card: int


def signature_at(page: Page, end: int, names: Sequence[str]) -> Signature | None:
    """Find the signature that ends at line `end`; in doubt there is none, and the words are kept."""
    last = end - 1
    for find in (_after_dashes, _device_footer, _list_footer):
        start = find(page, end)
        if start is not None:
            return Signature(start, start)
    if len(page.bare[last]) > 80:
        return None
    named = _named(page, end, names) if names else None
    return named or _closed(page, end) or _card_alone(page, end)


def is_device_footer(line: str) -> bool:
    """Whether the whole line is what a telephone or mail program adds, not a sentence that begins alike."""
    if not 4 < len(line) <= 400 or (line[0] not in _FIRST and line[-1] not in _ENDS and "utlook" not in line):
        return False
    plain = _LINK.sub(" ", line).strip()
    if len(plain) > 110:
        return False
    if GET_OUTLOOK.match(plain) or PRINTED.match(plain):
        return True
    if DEVICE_ENDS.search(plain) and len(plain.split()) <= 7 and BRAND.search(plain):
        return True
    opens = DEVICE_OPENS.match(plain)
    if opens is None:
        return False
    rest = _BARE_LINK.sub("", plain[opens.end() :])
    if not EXCUSE.search(rest) and (len(rest.split()) > 8 or "," in rest or rest.rstrip(".").count(".") > 1):
        return False
    head = rest[:50]
    if len(plain) != len(line) or BRAND.search(head):
        return True
    owned = DEVICE_OWNED.match(plain) is not None
    if MAKER.search(head):
        return owned or GADGET.search(head) is not None
    return owned and (GADGET.search(head) is not None or _MODEL.search(rest) is not None)


def _device_footer(page: Page, end: int) -> int | None:
    last = end - 1
    if is_device_footer(page.bare[last]):
        return last
    wrapped = last and len(page.bare[last]) < 30 and page.bare[last - 1]
    return last - 1 if wrapped and is_device_footer(f"{wrapped} {page.bare[last]}") else None


def _after_dashes(page: Page, end: int) -> int | None:
    """
    Find the line of two dashes (RFC 3676 §4.3), with or without its space.

    At most forty lines may follow, none of them quoted; when the space is missing, ten, and something must stand
    above.
    """
    for i in range(end - 1, max(-1, end - 42), -1):
        if page.quoted[i]:
            return None
        if page.bare[i] == "--":
            if i in page.dashes:
                return i
            filled = sum(1 for line in page.bare[i + 1 : end] if line)
            return i if filled <= 10 and _anything(page, i) else None
    return None


def _list_footer(page: Page, end: int) -> int | None:
    for i in range(end - 1, max(-1, end - 8), -1):
        line = page.bare[i]
        if not line or page.quoted[i]:
            return None
        if line[0] == "_" and not line.strip("_") and len(line) > 1:
            return i if any(_LIST.search(low[:400]) for low in page.bare[i + 1 : end]) else None
    return None


def _closed(page: Page, end: int) -> Signature | None:
    """Find "Kind regards" alone on its line, and below it up to three short paragraphs that read like a card."""
    filled = gap = 0
    for i in range(end - 1, max(-1, end - 2 * _LONGEST_CARD), -1):
        line = page.bare[i]
        if not line:
            gap += 1
            if gap > 2:
                return None
            continue
        gap = 0
        if page.quoted[i] or filled > _LONGEST_CARD:
            return None
        if len(line) <= 80 and CLOSING.match(line):
            return _card_below(page, i, end)
        if not _on_card(line):
            return None
        filled += 1
    return None


def _card_below(page: Page, closing: int, end: int) -> Signature | None:
    card = [i for i in range(closing + 1, end) if page.bare[i]]
    if not card or not _is_name(page.bare[card[0]]) or not _anything(page, closing):
        return None
    return Signature(closing, _card_start(page, card, end))


def _card_start(page: Page, card: list[int], end: int) -> int:
    """
    Return where, below the name, there is more to fold than a person's own word: a number, a link, an address.

    Without one of these the lines may be where the parcel shall go.
    """
    below = card[1:]
    return below[0] if any(_CONTACT.search(page.bare[i]) for i in below) else end


def _card_alone(page: Page, end: int) -> Signature | None:
    """
    Find a name with nothing but numbers, links and mail addresses below it, three lines or more, as a card has them.

    A street among them means that somebody is told where to send something, and a colon above that one was asked.
    """
    start = _paragraph(page, end, 7)
    if start is None or end - start < 3 or page.bare[start - 1]:
        return None
    above = _filled_above(page, start)
    if above is None or page.bare[above][-1] in ":：?？," or _PLACE.search(page.bare[above][-200:]):
        return None
    card = page.bare[start + 1 : end]
    told = all(_CONTACT.search(line) and _on_card(line) for line in card) and any("@" in line for line in card)
    return Signature(start, start + 1) if told and _is_name(page.bare[start]) else None


def _named(page: Page, end: int, names: Sequence[str]) -> Signature | None:
    """
    Find the author's own name at the head of the last paragraph.

    An address to ship to begins with one's own name, too; so a name that answers a colon, or stands over several
    lines below an unfinished sentence, is kept.
    """
    start = _paragraph(page, end, 9)
    if start is None:
        return None
    known = _known(names)
    for i in range(start, end):
        if not _says(page.bare[i], known):
            continue
        if not all(_on_card(line) for line in page.bare[i + 1 : end]):
            return None
        above = _filled_above(page, i)
        if above is None or not _anything(page, i):
            return None
        card = _card_start(page, list(range(i, end)), end)
        line = page.bare[above][-200:]
        if CLOSING.match(line):
            return Signature(above, card) if _anything(page, above) else None
        if line[-1] in ":：" or _PLACE.search(line):
            return None
        if i > start and i + 1 < end:
            return None
        return Signature(i, card) if i + 1 == end or line[-1] in ".!?,)。！？" else None
    return None


def _known(names: Sequence[str]) -> frozenset[str]:
    whole = [" ".join(name.casefold().split()) for name in names]
    return frozenset(whole) | {name.split()[0] for name in whole if name and len(name.split()[0]) > 1}


def _says(line: str, known: frozenset[str]) -> bool:
    return len(line) <= 60 and " ".join(line.strip(_NAME_EDGE).casefold().split()) in known


def _paragraph(page: Page, end: int, most: int) -> int | None:
    """Return the first line of the paragraph that ends at `end`, if it is short and nothing in it is quoted."""
    start = end
    while start and page.bare[start - 1] and not page.quoted[start - 1] and end - start <= most:
        start -= 1
    if end - start > most:
        # A long paragraph may still end in a card; only its last lines are looked at.
        return end - most
    return start if start < end else None


def _filled_above(page: Page, i: int) -> int | None:
    for j in range(i - 1, max(-1, i - 4), -1):
        if page.bare[j]:
            return None if page.quoted[j] else j
    return None


def _anything(page: Page, i: int) -> bool:
    return any(line and not quoted for line, quoted in zip(page.bare[:i], page.quoted[:i], strict=True))


def _is_name(line: str) -> bool:
    words = line.strip(_NAME_EDGE).split()
    if not 1 <= len(words) <= 4 or line[-1] in ":?" or any(letter.isdigit() for letter in line) or is_rule(line):
        return False
    return all(word[0].isupper() or not word[0].isascii() or word.lower() in _PLAIN_WORDS for word in words)


def _on_card(line: str) -> bool:
    if len(line) > 80 or line[-1] in ":?":
        return False
    words = _WORD.findall(line)
    if any(letter.islower() for letter in line) or line.isascii():
        low = sum(1 for word in words if word[0].islower() and word.lower() not in _PLAIN_WORDS)
        return low <= 1 or (_CONTACT.search(line) is not None and " " not in line.strip())
    return len(line) <= 20 and "。" not in line
