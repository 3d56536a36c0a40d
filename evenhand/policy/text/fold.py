"""Folds seen text for comparison: look-alikes, hidden characters, spaced letters and figures for letters undone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from evenhand.policy.text.leet import GUILTY, figures
from evenhand.policy.text.lookalikes import FOREIGN, in_latin
from evenhand.policy.text.mapped import MapMaker, Mapped

__all__ = ["fold"]

Edit = tuple[int, int, str]
"""What stands from one place to another is to read otherwise."""

_HIDDEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0"
)
_HIDDEN_BEYOND = "\U000e0000-\U000e007f\U000e0100-\U000e01ef"
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f"
_SIGNS = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u00b4`\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000\t\x0b\x0c", " "),
    **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
    **dict.fromkeys("\r\u2028\u2029\x85", "\n"),
    # Half a surrogate pair is no character.
    **dict.fromkeys(map(chr, range(0xD800, 0xE000)), "\ufffd"),
}
_LONGER = {"\u2026": "...", "\u00df": "ss", "\u1e9e": "ss", "\u0130": "i"}
_WIDE = "\uff01-\uff9f\uffe0-\uffe6\u2100-\u214f\u2460-\u24ff\ufb00-\ufb06"
_WIDE_BEYOND = "\U0001d400-\U0001d7ff\U0001f130-\U0001f189\U0001f1e6-\U0001f1ff"
_SIGN = re.compile("[\u00a0\u00ab\u00b4\u00bb\u02bc\x85\u1680\u2000-\u200a\u2010-\u2015\u2018-\u201f\u2028\u2029\u202f"
                   "\u2032\u2033\u205f\u2212\u3000\ud800-\udfff\t\x0b\x0c\r`]")  # fmt: skip
# A class with letters beyond the first plane is searched five times as slowly.
_ODD = re.compile(f"[{_HIDDEN}{_MARKS}{_WIDE}\u2026\u00df\u1e9e\u0130]+")
_ODD_BEYOND = re.compile(f"[{_HIDDEN}{_HIDDEN_BEYOND}{_MARKS}{_WIDE}{_WIDE_BEYOND}\u2026\u00df\u1e9e\u0130]+")
_ODD_RUN = re.compile(f"[{_HIDDEN}{_HIDDEN_BEYOND}]+|[{_MARKS}]+|[\uff66-\uff9f]+|.")
_BACKWARDS = re.compile("\u202e([^\u202c\u202d\u202e\n\u2029]*)")
_UNSEEN = re.compile(f"[{_HIDDEN}{_HIDDEN_BEYOND}]")
_MARK = re.compile(f"[{_MARKS}]")
_PLAIN_BYTES = bytes(set(range(256)) - set(b"\x85\xa0\xab\xad\xb4\xbb\xdf\t\x0b\x0c\r`"))

_STAR, _STAR_BEYOND, _NO_STAR = "\u2b50\u2605\u272d-\u2730\u2729", "\U0001f31f\U0001f929", "\u2606"
_ANY_STAR = re.compile(f"[{_STAR}{_NO_STAR}]")
_ROW = re.compile(f"[{_STAR}{_STAR_BEYOND}{_NO_STAR}](?: ?[{_STAR}{_STAR_BEYOND}{_NO_STAR}])*")
_COUNT = re.compile(r"(?<![\w.,])([1-9]|10) ?$")
_ASTERISKS = re.compile(r"(?:(?<=[1-5])|(?<![*\w])[*]{4})[*](?![*\w])")

_GAP = r"[ .\-_*·•|/]"
_SPACED = re.compile(rf"(?<![\w.'-])[^\W\d_](?P<gap>{_GAP})(?:[^\W\d_](?P=gap)){{2,}}[^\W_](?![\w'-])")
_SIZES = frozenset("smlx")
_ORDERED = "abcdefghijklmnopqrstuvwxyz"
_BLANKS = re.compile(" {2,}")
_LINE_END = re.compile("\r\n")

# The shape of a text, a byte a character: letters, figures that are written for letters, gaps. Where it shows
# nothing, no expression has to look; what is no Latin letter counts as one.
_SHAPE = bytes(
    ord(
        "0" if one in "0134578@$!"
        else " " if one in " .-_*|/\u00b7"
        else "a" if one.isalpha() or one == "?"
        else "9"
    )
    for one in map(chr, range(256))
)  # fmt: skip


def fold(text: str) -> Mapped:
    """
    Fold a text for comparison: lower case, look-alikes as Latin letters, hidden characters out, disguises undone.

    Accents are kept. Ordinary text costs a glance; the map leads back to each character as it was typed. Total: any
    string will do, in time linear to its length.

    >>> fold("Gr\u00fc\u00dfe \u2013 r.e.v.i.e.w, \u2605\u2605\u2605\u2605\u2605 and a G1FT").text
    'gr\u00fcsse - review, five stars and a gift'
    """
    narrow = _is_narrow(text)
    made = _plain_signs(Mapped.same(text), narrow=narrow)
    words = made.text.lower()
    if len(words) != len(made.text):
        words = "".join(low if len(low := one.lower()) == 1 else one for one in made.text)
    if not narrow and FOREIGN.search(words):
        words = in_latin(words)
    shape = words.encode("latin-1", "replace").translate(_SHAPE)
    if b"0a" in shape or b"a0" in shape or "\u20ac" in words:
        words = figures(words)
    # Whatever stands a letter for a letter does not touch the map.
    made = Mapped(words, made.starts, made.origins, made.ends)
    if b" a a " in shape or b"a a " in shape[:4] or shape.endswith(b" a a"):
        made = _edited(made, list(_spaced(made.text)))
    if not narrow and (_ANY_STAR.search(made.text) or _reaches_beyond(made.text)):
        made = _edited(made, list(_rows(made.text)))
    if "*" in words:
        made = _edited(made, list(_asterisks(made.text)))
    if "  " in made.text:
        made = _edited(made, [(hit.start(), hit.end(), " ") for hit in _BLANKS.finditer(made.text)])
    return made


def _is_narrow(text: str) -> bool:
    """Whether nothing in it lies beyond the letters of western Europe."""
    if text.isascii():
        return True
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _reaches_beyond(text: str) -> bool:
    """Whether it has characters beyond the first plane: emoji, ornamented letters."""
    return len(text.encode("utf-16-le", "surrogatepass")) > 2 * len(text)


def _plain_signs(made: Mapped, *, narrow: bool) -> Mapped:
    """Signs as ASCII has them, compatibility letters as themselves, and nothing for what is not seen."""
    text = made.text
    if narrow and not text.encode("latin-1").translate(None, _PLAIN_BYTES):
        return made
    if "\r\n" in text:
        made = _edited(made, [(hit.start(), hit.end(), "\n") for hit in _LINE_END.finditer(text)])
    if "\u202e" in text:
        # What is written backwards is seen forwards; each letter of it stands for the whole.
        made = _edited(made, [(hit.start(), hit.end(), hit[1][::-1]) for hit in _BACKWARDS.finditer(made.text)])
    made = Mapped(_SIGN.sub(lambda hit: _SIGNS[hit[0]], made.text), made.starts, made.origins, made.ends)
    return _edited(made, list(_odd(made.text, _ODD_BEYOND if not narrow and _reaches_beyond(text) else _ODD)))


def _edited(made: Mapped, edits: Sequence[Edit]) -> Mapped:
    """Make the edits, which come in order and apart; the map is kept."""
    if not edits:
        return made
    if len(made.starts) == 1 and (made.origins[0], made.ends[0]) == (0, len(made.text)):
        return _first_edited(made.text, edits)
    maker, at = MapMaker(), 0
    for start, end, words in edits:
        maker.extend(made, [(at, start)])
        maker.put(words, *made.span(start, end))
        at = end
    maker.extend(made, [(at, len(made.text))])
    return maker.done()


def _first_edited(text: str, edits: Sequence[Edit]) -> Mapped:
    """The same for a text that maps to itself, which most do: a run for what stays and one for each edit."""
    pieces, starts, origins, ends = list[str](), list[int](), list[int](), list[int]()
    at = length = 0
    for start, end, words in edits:
        if start > at:
            pieces.append(text[at:start])
            starts.append(length)
            origins.append(at)
            ends.append(start)
            length += start - at
        if words:
            pieces.append(words)
            starts.append(length)
            origins.append(start)
            ends.append(end)
            length += len(words)
        at = end
    if at < len(text):
        pieces.append(text[at:])
        starts.append(length)
        origins.append(at)
        ends.append(len(text))
    return Mapped("".join(pieces), tuple(starts), tuple(origins), tuple(ends))


def _odd(text: str, pattern: re.Pattern[str]) -> Iterator[Edit]:
    for run in pattern.finditer(text):
        for hit in _ODD_RUN.finditer(text, run.start(), run.end()):
            words, start = hit[0], hit.start()
            if words in _LONGER:
                yield start, hit.end(), _LONGER[words]
            elif not _MARK.match(words):
                yield start, hit.end(), _plain(words)
            else:
                # One mark makes a letter with its base; a heap of them is decoration.
                base = text[start - 1] if start and start == run.start() else ""
                whole = unicodedata.normalize("NFC", base + words) if base and len(words) == 1 else ""
                if len(whole) == 1:
                    yield start - 1, hit.end(), whole
                else:
                    yield start, hit.end(), ""


def _plain(words: str) -> str:
    place = ord(words[0])
    if 0x1F130 <= place <= 0x1F189:
        letter = (place - 0x1F130) % 32
        return chr(letter + ord("a")) if letter < 26 else words
    if 0x1F1E6 <= place <= 0x1F1FF:
        return chr(place - 0x1F1E6 + ord("a"))
    return "" if _UNSEEN.match(words) else _MARK.sub("", unicodedata.normalize("NFKC", words))


def _spaced(text: str) -> Iterator[Edit]:
    for hit in _SPACED.finditer(text):
        words = hit[0].replace(hit["gap"], "")
        # Sizes, and letters in the order of the alphabet, are lists.
        if words in _ORDERED or set(words) <= _SIZES or len(set(words)) == 1:
            continue
        # "a r e v i e w" is an article and a word.
        lead = 1 if words[0] in "ai" and GUILTY.match(words, 1) else 0
        yield hit.start() + 2 * lead, hit.end(), words[lead:]


def _rows(text: str) -> Iterator[Edit]:
    """Stars as words; a single one may be an ornament, unless a number says how many it stands for."""
    last = 0
    for hit in _ROW.finditer(text):
        count = _COUNT.search(text, max(last, hit.start() - 4), hit.start())
        row = hit[0].replace(" ", "")
        # Of stars that are filled and stars that are not, the filled ones are meant.
        number = len(row.replace(_NO_STAR, "")) or len(row)
        last = hit.end()
        if count or number > 1:
            start = count.start() if count else hit.start()
            yield start, last, _named(count[1] if count else str(number), text, start, last)


def _asterisks(text: str) -> Iterator[Edit]:
    """Five asterisks, and one behind a figure; not such as part paragraphs, make words bold or cover letters."""
    for hit in _ASTERISKS.finditer(text):
        if len(hit[0]) > 1:
            if not _is_rule(text, hit):
                yield hit.start(), hit.end(), _named("5", text, hit.start(), hit.end())
        elif not _BEFORE.search(text, max(0, hit.start() - 2), hit.start() - 1):
            yield hit.start() - 1, hit.end(), _named(text[hit.start() - 1], text, hit.start() - 1, hit.end())


_BEFORE = re.compile(r"[\w.,]")


def _named(count: str, text: str, start: int, end: int) -> str:
    before = "" if start == 0 or text[start - 1].isspace() else " "
    after = "" if end == len(text) or not (text[end].isalnum() or text[end] in "@$\u20ac!") else " "
    return f"{before}{'five' if count == '5' else count} star{'' if count == '1' else 's'}{after}"


def _is_rule(text: str, hit: re.Match[str]) -> bool:
    """Whether asterisks stand on a line of their own, to part what is above from what is below."""
    before = text[text.rfind("\n", 0, hit.start()) + 1 : hit.start()]
    end = text.find("\n", hit.end())
    return not before.strip() and not text[hit.end() : end if end >= 0 else len(text)].strip() and len(text) > 5
