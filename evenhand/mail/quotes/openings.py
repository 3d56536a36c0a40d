"""Recognises the lines that open a quote: attributions, header blocks, separators, and our own marker."""

from __future__ import annotations

import re
from dataclasses import dataclass

from evenhand.mail.quotes.words import LABELS, QUOTING, SEPARATORS, STARTS_DATE, VERB, VERB_ENDS

__all__ = ["MARKER", "Opening", "Page", "frame_above", "is_rule", "opening_above", "opening_around"]

MARKER = "-=- please write above this line -=-"

# No pattern ever runs on more characters than this, so no line can make one slow.
LINE_LIMIT = 400
_MOST_LINES = 5

_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]]{1,64}@[^\s<>@,;:\"()\[\]]{2,255}")
_ANGLED = re.compile(r"[<\[(]\s*(?:mailto:\s*)?[^\s<>@]{1,64}@")
_CLOCK = re.compile(r"(?<![\d.])\d{1,2}(?:[:.hH]\d{2}){1,2}(?![\d.]\d|\d)|\d{1,2}\s?[時时点點시]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,4}([./-])\s?\d{1,2}\1\s?\d{2,4}(?!\d)")
_DATED = re.compile(r"\W{0,4}(?:[^\W\d]+[.,]*\s+){0,4}\W{0,2}\d")
_DATE_ALONE = re.compile(r"\W{0,4}(?:[^\W\d]+(?:[.,]{1,2}\s*|\s))?\d")
_EXACT = re.compile(
    r"\d:\d\d:\d\d|\d\s?[ap]\.?m\b|\W*[^\W\d]{2,9} [^\W\d]{2,9}[.,]{1,2} [^,]{1,20}\d.{0,12},?", re.IGNORECASE
)
_BEGINS = re.compile(r"[\"'“„«‘*_(\-\s\u200e\u200f\u202a-\u202e\ufeff]{0,6}[^\W_]")
# A sentence of the author's own, that happens to end in a colon.
_TOLD = re.compile(
    r"(?<!\w)(?:i|he|she|they|we|my|asked|told|said|that|because|and he|and she|ich|er|wir|dass|weil|je|elle|nous|que|"
    r"yo|ella|nosotros|io|lei|noi|che|ik|hij|wij|jag|vi|jeg|ja|мы|он|она|я|as|what|like|but|wie|und|comme|como|come)"
    r"(?!\w)",
    re.IGNORECASE,
)
_FRAMED = re.compile(r"[-_=*—–#~]{2,}\s?.{3,90}[-_=*—–#~]{2,}:?$")
_FRAME = re.compile(r"([-_=*])\1{3,}\s?[^\W\d_][^:]{2,60}\s?\1{4,}$")
_NOT_LABEL = " \t*_|>\u200e\u200f\ufeff\xa0"


@dataclass(frozen=True, slots=True)
class Page:
    """A text by stripped lines, whether each is marked as quoted, and the lines known to open, and to be `-- `."""

    bare: list[str]
    quoted: list[bool]
    hard: frozenset[int] = frozenset()
    dashes: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Opening:
    """Lines start to end (exclusive) that announce a quote; certain if what follows needs no other mark."""

    start: int
    end: int
    certain: bool


def opening_around(page: Page, i: int) -> Opening | None:
    """Recognise an attribution that ends at line i, or a separator, header block or marker that starts there."""
    line = page.bare[i]
    if i in page.hard or _runs_on(line[:LINE_LIMIT]):
        return Opening(i, i + 1, certain=True)
    if len(line) > LINE_LIMIT:
        return None
    if _is_separator(line):
        return Opening(i, i + 1, certain=True)
    return _header_block(page, i) or _attribution(page, i)


def opening_above(page: Page, i: int) -> int:
    """Return where the opening of a quote that begins at line i starts: i itself if nothing announces it."""
    start = i
    for _ in range(3):
        last = _last_filled(page, start)
        if last is None:
            return start
        found = _ending_at(page, last)
        if found is None:
            return frame_above(page, start) if start != i else start
        start = found
    return start


def is_rule(line: str) -> bool:
    """Whether the line is drawn rather than written."""
    return len(line) >= 3 and not line.strip("_-=*~—– ")


def frame_above(page: Page, start: int) -> int:
    """Reach up over the drawn line, or the words between dashes in whatever language, right above an opening."""
    last = _last_filled(page, start)
    if last is None or page.quoted[last] or len(page.bare[last]) > 90:
        return start
    return last if is_rule(page.bare[last]) or _FRAME.match(page.bare[last]) else start


def _last_filled(page: Page, i: int) -> int | None:
    for j in range(i - 1, max(-1, i - 7), -1):
        if page.bare[j]:
            return j
    return None


def _ending_at(page: Page, last: int) -> int | None:
    line = page.bare[last]
    if len(line) > LINE_LIMIT or page.quoted[last]:
        return None
    found = _attribution(page, last)
    if found is not None:
        return found.start
    if MARKER in line or _is_separator(line):
        return last
    for start in range(last, max(-1, last - 10), -1):
        if not page.bare[start]:
            return None
        block = _header_block(page, start)
        if block is not None and block.end == last + 1:
            return start
    return None


def _above_rule(page: Page, start: int) -> int:
    last = _last_filled(page, start)
    return last if last is not None and is_rule(page.bare[last]) else start


def _is_separator(line: str) -> bool:
    """Know "-----Original Message-----" and its kin, and attributions framed by dashes."""
    if line[-1] == ":" and len(line) < 60:
        return line.lower().startswith(("begin forwarded", "anfang der weitergeleiteten", "début du message réexp",
                                        "début du message trans", "inicio del mensaje reenviado",
                                        "inizio messaggio inoltrato", "início da mensagem reen",
                                        "begin doorgestuurd", "vidarebefordrat brev", "videresendt besked",
                                        "начало переадресованного"))  # fmt: skip
    if line[0] not in "-_=*—–#~" or len(line) > 160 or not _FRAMED.match(line):
        return False
    inner = line.strip("-_=*—–#~: ").lower()
    return inner == "original" or any(words in inner for words in SEPARATORS) or VERB.search(inner) is not None


def _kind_of_label(line: str) -> str | None:
    colon = line.find(":", 0, 34)
    if colon < 0:
        colon = line.find("：", 0, 34)
    if colon <= 0:
        return None
    return LABELS.get(line[:colon].strip(_NOT_LABEL).lower())


def _header_block(page: Page, start: int) -> Opening | None:
    """
    Recognise the From/Sent/To/Subject block of Outlook and its kin.

    Three fields with the sender are needed, and a subject or an address among them: "From: Bonn, To: Rome,
    Date: 3 May" is an order of transport, not a quote.
    """
    if _kind_of_label(page.bare[start]) is None:
        return None
    kinds: set[str] = set()
    end, address = start, False
    for i in range(start, min(len(page.bare), start + 16)):
        line = page.bare[i][:LINE_LIMIT]
        kind = _kind_of_label(line) if line else None
        if kind is not None:
            kinds.add(kind)
            end = i + 1
        elif (i - end >= 2) or page.quoted[i] != page.quoted[start]:
            break
        address = address or ("@" in line and i < end + 1)
    if "F" not in kinds or kinds.isdisjoint("DTS"):
        return None
    framed = _above_rule(page, start) != start or _separator_above(page, start)
    enough = (len(kinds) >= 3 and ("S" in kinds or address)) or (framed and "D" in kinds) or (framed and address)
    return Opening(start, end, certain=True) if enough else None


def _separator_above(page: Page, start: int) -> bool:
    last = _last_filled(page, start)
    return last is not None and len(page.bare[last]) <= LINE_LIMIT and _is_separator(page.bare[last])


def _attribution(page: Page, last: int) -> Opening | None:
    """Recognise "On … wrote:" in any of our languages, split over up to five lines, ending at `last`."""
    line = page.bare[last]
    if not line or not (line[-1] in ":：" or line.endswith(VERB_ENDS)):
        return None
    text = ""
    likely: Opening | None = None
    for start in range(last, max(-1, last - _MOST_LINES), -1):
        piece = page.bare[start]
        if not piece or page.quoted[start] != page.quoted[last] or len(text) + len(piece) > LINE_LIMIT:
            break
        if start != last and _ends_sentence(piece):
            break
        text = f"{piece} {text}" if text else piece
        grade = _grade(text)
        if grade == 2:
            return Opening(_first_line(page, start), last + 1, certain=True)
        if grade == 1 and likely is None:
            likely = Opening(_first_line(page, start), last + 1, certain=False)
    return likely


def _runs_on(line: str) -> bool:
    """Know an attribution that the quoted text follows in the same line, as one telephone program writes it."""
    if "@" not in line or ": " not in line or not _DATED.match(line):
        return False
    verb = VERB.search(line)
    if verb is None:
        return False
    end = verb.end() if line[verb.end() : verb.end() + 2] in {": ", " :", "：", ":\xa0"} else line.find(">: ") + 1
    said = line[:end]
    return all(pattern.search(said) is not None for pattern in (_ANGLED, _CLOCK, _YEAR, STARTS_DATE))


def _first_line(page: Page, start: int) -> int:
    """Reach up to the line that holds the beginning of the date."""
    if start == 0 or (STARTS_DATE.match(page.bare[start]) and not page.bare[start][0].islower()):
        return start
    above = page.bare[start - 1]
    fits = 0 < len(above) <= 100 and page.quoted[start - 1] == page.quoted[start] and not _ends_sentence(above)
    return start - 1 if fits and _DATED.match(above) and STARTS_DATE.match(above) else start


def _ends_sentence(line: str) -> bool:
    if line[-1] in "!?。:：":
        return True
    # "Jan." and "Uhr." are not the end of a sentence; a longer word before the full stop is.
    return line[-1] == "." and len(line.rsplit(None, 1)[-1]) > 5


def _grade(text: str) -> int:
    """Grade an attribution: 2 stands by itself, 1 needs quoted lines below, 0 is none."""
    if not _BEGINS.match(text):
        return 0
    verb, address = VERB.search(text), _ADDRESS.search(text)
    if not verb and not address:
        return int(QUOTING.match(text) is not None)
    clock, year = _CLOCK.search(text), _YEAR.search(text)
    angled = _ANGLED.search(text) is not None
    # Nobody writes out an address in angle brackets beside a date and a time, so a shop may be called "We & My".
    told = not (angled and clock and year) and _TOLD.search(_ADDRESS.sub("", text)) is not None
    if verb:
        return _grade_with_verb(text, address=bool(address), clock=bool(clock), year=bool(year), told=told)
    if clock and year and angled and _DATE_ALONE.match(text):
        return 2
    return int((bool(clock or year) and not told) or QUOTING.match(text) is not None)


def _grade_with_verb(text: str, *, address: bool, clock: bool, year: bool, told: bool) -> int:
    if address and not told and (clock or (year and _ANGLED.search(text))):
        return 2
    # Without an address only a date as no person writes it out is believed: "you wrote on 3 May" is a person's.
    if clock and year and not told and len(text) <= 140 and _EXACT.search(text):
        return 2
    begins = not text[0].islower() or _DATED.match(text) is not None
    if address or (not told and ((clock and year) or _DATED.match(text))):
        return int(begins)
    # "Ben Seller wrote:" is how some programs say it; "as Ben wrote:" is how a person does.
    return int(begins and not told and 2 <= len(text.split()) <= 6)
