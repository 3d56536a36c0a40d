"""Numbers said in words, figure by figure or in pairs, in all our languages; with figures among them or without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import ahocorasick_rs

__all__ = ["said_numbers"]

_UNITS = (
    ("zero", "oh", "nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    ("null", "eins", "ein", "zwei", "zwo", "drei", "vier", "funf", "fuenf", "sechs", "sieben", "acht", "neun"),
    ("un", "une", "deux", "trois", "quatre", "cinq", "sept", "huit", "neuf"),
    ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"),
    ("due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove"),
    ("um", "dois", "duas", "quatro", "meia", "sete", "oito"),
    ("nul", "een", "twee", "drie", "vijf", "zes", "zeven", "negen"),
    ("jeden", "dwa", "trzy", "cztery", "piec", "szesc", "siedem", "osiem", "dziewiec"),
    ("noll", "nolla", "ett", "en", "tva", "fyra", "fem", "sex", "sju", "atta", "nio"),
    ("sifir", "bir", "iki", "uc", "dort", "bes", "alti", "yedi", "sekiz", "dokuz"),
)
_TENS = re.compile(
    r"(?:ten|eleven|twelve|\w{3,6}teen|(?:twen|thir|for|four|fif|six|seven|eigh|nine)ty"
    r"|zehn|elf|zwolf|\w{3,6}zehn|(?:\w{3,7}und)?\w{3,6}(?:zig|ssig)|\w{0,6}hundert\w{0,16}"
    r"|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|quarante|cinquante|soixante|cent"
    r"|diez|once|doce|trece|catorce|quince|dieci\w{3,6}|veinti?\w{0,6}|veinte|\w{3,6}enta|cien|ciento"
    r"|dieci|undici|dodici|\w{3,7}dici|vent[iou]\w{0,7}|trent[aou]\w{0,7}|\w{4,6}ant[aou]\w{0,7}|cento"
    r"|dez|doze|treze|vinte|trinta|tien|twaalf|dertien|\w{3,6}tien|(?:\w{3,5}en)?\w{3,5}tig|honderd"
    r"|dziesiec|\w{3,9}nascie|dwadziescia|\w{3,4}dziesci|\w{4,8}dziesiat|sto|dwiescie|trzysta|czterysta|\w{4,9}set"
    r"|tio|tolv|\w{3,5}ton|(?:tjugo|\w{3,5}tio)\w{0,4}|hundra"
    r"|on|yirmi|otuz|kirk|elli|altmis|yetmis|seksen|doksan|yuz)"
)
_TIMES = {
    **dict.fromkeys(("double", "doppel", "doble", "doppio", "dubbel", "cift", "dupla", "twice"), 1),
    **dict.fromkeys(("triple", "treble", "dreifach"), 2),
}
_BETWEEN = frozenset(
    "and then und dann et puis y luego e poi i depois en dan daarna potem dalej och sen ve sonra plus piu mais mas"
    " jeszcze raz dash strich tiret hundred".split()
)
_SAID = {word: 1 for row in _UNITS for word in row} | dict.fromkeys(_TIMES, 1)
_TOKEN = re.compile(r"[^\W_]+")
_GAP = re.compile(r"[\s,.;:'()/·+*…-]{0,4}")
_SHORTEST = 6
"""Digits of the shortest number."""


@cache
def _sounds() -> ahocorasick_rs.AhoCorasick:
    return ahocorasick_rs.AhoCorasick(sorted({word for row in _UNITS for word in row if len(word) > _SHORT}))


_SHORT = 2


def said_numbers(text: str) -> Iterator[tuple[int, int, bool]]:
    """Find numbers of six digits or more said in words at least in part: start, end, and whether figure by figure."""
    yield from _eastern(text)
    if not _may_be_said(text):
        return
    run: list[tuple[int, int, str, int]] = []
    waiting = 0
    for hit in _TOKEN.finditer(text):
        word = hit[0]
        apart = run and not _GAP.fullmatch(text, waiting or run[-1][1], hit.start())
        value = _value(word)
        if apart or (not value and (word not in _BETWEEN or waiting or not run)):
            yield from _told(run)
            run, waiting = [], 0
        if value:
            run.append((hit.start(), hit.end(), word, value))
            waiting = 0
        elif run and word in _BETWEEN:
            waiting = hit.end()
    yield from _told(run)


def _may_be_said(text: str) -> bool:
    """Whether two words for figures stand in it, at a glance."""
    found = 0
    for _, start, end in _sounds().find_matches_as_indexes(text):
        if not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum():
            found += 1
            if found == _FEWEST_SPOKEN:
                return True
    return False


def _value(word: str) -> int:
    """How many digits a word says."""
    if word in _TIMES:
        return _TIMES[word]
    if word in _SAID:
        return 1
    if word.isdigit() and word.isascii():
        return len(word) if len(word) <= _LONGEST_FIGURES else 0
    if len(word) <= _LONGEST_WORD and word.isalpha() and _TENS.fullmatch(word):
        return 2
    return 0


_LONGEST_FIGURES = 6
_LONGEST_WORD = 24


def _told(run: list[tuple[int, int, str, int]]) -> Iterator[tuple[int, int, bool]]:
    spoken = [word for _, _, word, _ in run if not word.isdigit()]
    digits = sum(value for _, _, _, value in run)
    if len(spoken) < _FEWEST_SPOKEN or len(run) < _FEWEST_WORDS or digits < _SHORTEST or len(set(spoken)) < _DIFFERENT:
        return
    if not any(_is_counting(spoken, row) for row in _UNITS):
        units = sum(word in _SAID for word in spoken)
        begins = run[0][2] in _ZEROS or run[0][2].startswith("0")
        yield run[0][0], run[-1][1], (begins and digits > _SHORTEST) or units >= _SHORTEST


_FEWEST_SPOKEN, _FEWEST_WORDS, _DIFFERENT = 2, 3, 2


_ZEROS = frozenset(("zero", "oh", "null", "cero", "nul", "noll", "nolla", "sifir", "plus"))


def _is_counting(spoken: list[str], row: tuple[str, ...]) -> bool:
    """Whether words run up or down, as in counting."""
    places = [row.index(word) for word in spoken if word in row]
    if len(places) < len(spoken) - 1 or len(places) < _COUNTED:
        return False
    steps = {later - former for former, later in pairwise(places)}
    return steps <= {1, 2} or steps <= {-1, -2}


_COUNTED = 4

_EASTERN = re.compile(r"(?:(?:ゼロ|まる|[零〇○一二三四五六七八九幺兩两0-9])[ ,、，の·・-]{0,3}){7,}")
_EASTERN_FIGURE = re.compile("ゼロ|まる|[零〇○一二三四五六七八九幺兩两]")
_EASTERN_COUNT = re.compile("一[ ,、，]*二[ ,、，]*三[ ,、，]*四[ ,、，]*五[ ,、，]*六")


def _eastern(text: str) -> Iterator[tuple[int, int, bool]]:
    if text.isascii() or not _EASTERN_FIGURE.search(text):
        return
    for hit in _EASTERN.finditer(text):
        if len(_EASTERN_FIGURE.findall(hit[0])) >= _FEWEST_SPOKEN and not _EASTERN_COUNT.match(hit[0]):
            yield *hit.span(), len(_EASTERN_FIGURE.findall(hit[0])) >= _SHORTEST
