"""Folds seen text for comparison: look-alikes, hidden characters, spaced letters and figures for letters undone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from evenhand.policy.text.lookalikes import LOOKALIKES
from evenhand.policy.text.mapped import MapMaker, Mapped

__all__ = ["fold"]

Edit = tuple[int, int, str]
"""What stands from one place to another is to read otherwise."""

_HIDDEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e007f\U000e0100-\U000e01ef"
)
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_SIGNS = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u00b4`\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000\t\x0b\x0c", " "),
    **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
    **dict.fromkeys("\r\u2028\u2029\x85", "\n"),
    "\u2026": "...",
    # Half a surrogate pair is no character.
    **dict.fromkeys(map(chr, range(0xD800, 0xE000)), "\ufffd"),
    "\u00df": "ss",
    "\u1e9e": "ss",
    "\u0130": "i",
}
_SIGNED = "".join(one for one in _SIGNS if one < "\ud800" or one > "\udfff") + "\ud800-\udfff"
_WIDE = (
    "\uff01-\uff9f\uffe0-\uffe6\u2100-\u214f\u2460-\u24ff\ufb00-\ufb06\U0001d400-\U0001d7ff\U0001f130-\U0001f189"
    "\U0001f1e6-\U0001f1ff"
)
_ODD_ASCII = re.compile("[\t\x0b\x0c\r`]")
_ODD_ANY = re.compile(f"[{_HIDDEN}{_MARKS}{_SIGNED}{_WIDE}]")
_ODD = re.compile(f"\r\n|[{_HIDDEN}]+|[{_MARKS}]+|[{_SIGNED}{_WIDE}]")

_UNSEEN = re.compile(f"[{_HIDDEN}]")

_FOREIGN = re.compile("[\u0250-\u02af\u0370-\u03ff\u0400-\u052f\u0531-\u058f\u13a0-\u13ff\u1d00-\u1d7f\ua730-\ua7ff]")
_WORD = re.compile(r"[^\W_]+")
_LATIN = re.compile("[A-Za-z]")

_STAR = "\u2b50\u2605\u2606\u272d-\u2730\u2729\U0001f31f\U0001f929"
_STARS = re.compile(
    f"(?P<row>[{_STAR}](?: ?[{_STAR}])+)|(?<![\\w.,])(?P<count>[1-9]|10) ?[{_STAR}]"
    "|(?<![\\w.,])(?P<starred>[1-5])[*](?![*\\w])|(?<![*\\w])[*]{5}(?![*\\w])"
)
_STARRED = re.compile(f"[{_STAR}*]")

_GAP = r"[ .\-_*·•|/]"
_APART = re.compile(rf"{_GAP}\w{_GAP}+\w{_GAP}")
_SPACED = re.compile(rf"(?<![\w.'-])[^\W\d_](?P<gap>{_GAP})(?:[^\W\d_](?P=gap)){{2,}}[^\W_](?![\w'-])")

_FIGURED = re.compile(r"[0134578@$€!]+[^\W\d_]")
_MIXED = re.compile(r"[^\W\d_][0134578@$€!]+[^\W\d_]|(?<![^\W_])[0134578@$€][^\W\d_]{3}")
_LETTERS_AND_FIGURES = re.compile(r"(?<![\w@.€$])[\w@$€!]{3,24}(?![\w@])")
_LEET = str.maketrans("0134578@$€!", "oieastbasei")
_GUILTY = re.compile(
    "review|rating|leave|please|write|coupon|voucher|gift|free|star|discount|refund|feedback|positive|cash|promo|code|bonus|reward|contact"
    "|happy|delete|remove|change|update|gmail|email|mail|whatsapp|telegram|paypal|insta|facebook|signal|follow|prize"
    "|bewert|rezension|gutschein|rabatt|gratis|geschenk|stern|avis|cadeau|remise|etoile|rese|opinion|regal|descuento"
    "|estrella|sconto|recens|buono|omaggio|stelle|desconto|avalia|cupom|brinde|korting|beoord|sterren|opini|rabat|prezent"
    "|gwiazd|kupon|recension|omdome|present|stjarn|hediye|indirim|yorum|yildiz|offer|deal|sale|shop|five|money|telefon|phone"
)


def fold(text: str) -> Mapped:
    """
    Fold a text for comparison: lower case, look-alikes as Latin letters, hidden characters out, disguises undone.

    Accents are kept. Ordinary text costs a glance; the map leads back to each character as it was typed.

    >>> fold("Gr\u00fc\u00dfe \u2013 r.e.v.i.e.w, \u2605\u2605\u2605\u2605\u2605 and a G1FT").text
    'gr\u00fcsse - review, five stars and a gift'
    """
    made = _pass(Mapped.same(text), _ODD_ASCII if text.isascii() else _ODD_ANY, _odd)
    if not made.text.isascii():
        made = _pass(made, _FOREIGN, _foreign)
    lowered = made.text.lower()
    if len(lowered) == len(made.text):
        made = Mapped(lowered, made.starts, made.origins, made.ends)
    made = _pass(made, _APART, _spaced)
    made = _pass(made, _FIGURED, _figures)
    made = _pass(made, _STARRED, _stars)
    return _pass(made, _BLANKS, _blanks)


def _pass(made: Mapped, hint: re.Pattern[str], edits: Callable[[str], Iterator[Edit]]) -> Mapped:
    """Make the edits where the hint is found at all; they come in order and apart, and the map is kept."""
    return _edited(made, list(edits(made.text))) if hint.search(made.text) else made


def _edited(made: Mapped, edits: Sequence[Edit]) -> Mapped:
    if not edits:
        return made
    maker, at = MapMaker(), 0
    for start, end, words in edits:
        maker.extend(made, [(at, start)])
        maker.put(words, *made.span(start, end))
        at = end
    maker.extend(made, [(at, len(made.text))])
    return maker.done()


def _odd(text: str) -> Iterator[Edit]:
    """Signs as ASCII has them, compatibility letters as themselves, and nothing for what is not seen."""
    for hit in _ODD.finditer(text):
        words, start = hit[0], hit.start()
        if words == "\r\n":
            yield start, hit.end(), "\n"
        elif words[0] in _SIGNS:
            yield start, hit.end(), _SIGNS[words[0]]
        elif unicodedata.combining(words[0]):
            # One mark makes a letter with its base; a heap of them is decoration.
            whole = unicodedata.normalize("NFC", text[start - 1 : start + 1]) if start else ""
            if len(words) == 1 and len(whole) == 1:
                yield start - 1, hit.end(), whole
            else:
                yield start, hit.end(), ""
        else:
            yield start, hit.end(), _plain(words)


def _plain(words: str) -> str:
    place = ord(words[0])
    if 0x1F130 <= place <= 0x1F189:
        letter = (place - 0x1F130) % 32
        return chr(letter + ord("a")) if letter < 26 else words
    if 0x1F1E6 <= place <= 0x1F1FF:
        return chr(place - 0x1F1E6 + ord("a"))
    return "" if _UNSEEN.match(words) else unicodedata.normalize("NFKC", words)


def _foreign(text: str) -> Iterator[Edit]:
    """Words that mix scripts, or are made of look-alikes in a Latin text, in Latin letters; true words stay."""
    if not _LATIN.search(text):
        return
    for hit in _WORD.finditer(text):
        word = hit[0]
        if word.isascii() or not _FOREIGN.search(word):
            continue
        new = "".join(LOOKALIKES.get(letter, letter) for letter in word)
        if new.isascii() and (len(word) > 1 or _alone(text, hit)):
            yield hit.start(), hit.end(), new


def _alone(text: str, hit: re.Match[str]) -> bool:
    """Whether a single foreign letter stands between Latin words."""
    return bool(_LATIN.search(text, max(0, hit.start() - 2), hit.start()))


def _spaced(text: str) -> Iterator[Edit]:
    for hit in _SPACED.finditer(text):
        words = hit[0].replace(hit["gap"], "")
        # "a r e v i e w" is an article and a word.
        lead = 1 if words[0] in "ai" and _GUILTY.match(words, 1) else 0
        yield hit.start() + 2 * lead, hit.end(), words[lead:]


def _figures(text: str) -> Iterator[Edit]:
    """Figures read as letters where that makes a word worth disguising; part numbers and codes stay."""
    for hit in _LETTERS_AND_FIGURES.finditer(text):
        word = hit[0].rstrip("!")
        if word.isalpha() or not _MIXED.search(word) or ("@" in word and text[hit.end() : hit.end() + 1] in ".-"):
            # What goes on after a sign of a mailbox is one.
            continue
        read = word.translate(_LEET)
        if _GUILTY.search(read):
            yield hit.start(), hit.start() + len(word), read


def _stars(text: str) -> Iterator[Edit]:
    for hit in _STARS.finditer(text):
        count = hit["count"] or hit["starred"] or str(5 if hit["row"] is None else len(hit["row"].replace(" ", "")))
        before = "" if hit.start() == 0 or text[hit.start() - 1].isspace() else " "
        after = "" if hit.end() == len(text) or not text[hit.end()].isalnum() else " "
        yield hit.start(), hit.end(), f"{before}{'five' if count == '5' else count} stars{after}"


_BLANKS = re.compile(" {2,}")


def _blanks(text: str) -> Iterator[Edit]:
    for hit in _BLANKS.finditer(text):
        yield hit.start(), hit.end(), " "
