"""The words that ways around the service are known by, a first glance for them, and the sentence around a place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import islice

import ahocorasick_rs

__all__ = ["LISTS", "MOST", "Heard", "denied", "denied_near", "heard", "hits", "last", "sentence", "words"]

Heard = Mapping[str, Collection[str]]
"""What words of which lists a text may have."""

LISTS = (
    *("call", "messenger", "handle", "post", "visit", "pay"),
    *("callus", "theirs", "ours", "spot", "video", "form", "chatter", "scan"),
)
"""The lists that are looked for by a first glance."""

MOST = 300
"""Places of a text that are looked at closely; nobody needs more to be caught."""

_NOT_LITERAL = re.compile(r"\\.[*+]?|\[[^\]]*\]|[^)]\?|\.?\{[^}]*\}|[()|.*+?^$:=!<>\\-]")


@cache
def _table() -> dict[str, list[str]]:
    here = files("evenhand.policy.contact")
    table = tomllib.loads(here.joinpath("words.toml").read_text("utf-8"))
    return table | tomllib.loads(here.joinpath("phrases.toml").read_text("utf-8"))


@cache
def words(name: str) -> re.Pattern[str]:
    """Give the expression for the words of a list; those in Latin letters stand alone."""
    choices = sorted(set(_table()[name]), key=len, reverse=True)
    spaced = [one for one in choices if one.isascii()]
    solid = [one for one in choices if not one.isascii()]
    return re.compile(_alone("|".join(spaced)) + (f"|{'|'.join(solid)}" if solid else ""))


def _alone(choices: str) -> str:
    """Latin words stand alone where no Latin letter is next to them; a Japanese one may be."""
    return rf"(?<![a-z0-9_])(?:{choices})(?![a-z0-9_])"


@cache
def _word(word: str) -> re.Pattern[str]:
    return re.compile(_alone(word) if word.isascii() else word)


@cache
def _atoms() -> tuple[ahocorasick_rs.AhoCorasick, Sequence[Sequence[tuple[str, str]]]]:
    """Literal parts of words, each with the words it is of and their lists: without the part there is no word."""
    lists: dict[str, dict[tuple[str, str], None]] = {}
    for name in LISTS:
        for word in _table()[name]:
            for atom in _parts_of(word):
                lists.setdefault(atom, {})[name, word] = None
    return ahocorasick_rs.AhoCorasick(list(lists)), [tuple(one) for one in lists.values()]


def _parts_of(word: str) -> list[str]:
    """
    Of a word the longest part that must be there; where that is a choice, such a part of each.

    >>> _parts_of("(?:our|my) (?:shop|studio)s?")
    ['shop', 'studio']
    """
    best: list[str] = []
    for piece in _pieces(word):
        if piece.startswith("("):
            each = [_parts_of(choice) for choice in _choices(piece)]
            parts = [part for one in each for part in one] if all(each) else []
        else:
            longest = max(_NOT_LITERAL.sub("\0", piece).split("\0"), key=len)
            parts = [longest] if longest.strip() else []
        if parts and min(map(len, parts)) > min(map(len, best), default=0):
            best = parts
    return best


def _pieces(word: str) -> Iterator[str]:
    """Give the groups of a word that must be there, and what stands between groups."""
    depth = begin = 0
    for place, letter in enumerate(word):
        if letter == "(":
            if depth == 0 and place > begin:
                yield word[begin:place]
            begin = place if depth == 0 else begin
            depth += 1
        elif letter == ")":
            depth -= 1
            if depth == 0:
                if word[place + 1 : place + 2] not in ("?", "*") and word.startswith("(?:", begin):
                    yield word[begin : place + 1]
                begin = place + 1
    if begin < len(word):
        yield word[begin:]


def _choices(group: str) -> list[str]:
    depth, choices = 0, [""]
    for letter in group[3:-1]:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "|" and depth == 0:
            choices.append("")
        else:
            choices[-1] += letter
    return choices


def heard(text: str) -> Heard:
    """Tell at a glance which words of which lists the text may have; others it has none."""
    atoms, words_of = _atoms()
    found: dict[str, dict[str, None]] = {}
    for number in dict.fromkeys(number for number, _, _ in atoms.find_matches_as_indexes(text, overlapping=True)):
        for name, word in words_of[number]:
            found.setdefault(name, {})[word] = None
    return found


def hits(name: str, text: str, lists: Heard) -> Sequence[re.Match[str]]:
    """Find the words of a list that were heard, in their order, the longest of those that overlap."""
    every = [hit for word in lists.get(name, ()) for hit in islice(_word(word).finditer(text), MOST)]
    every.sort(key=lambda hit: (hit.start(), -hit.end()))
    found: list[re.Match[str]] = []
    for hit in every:
        if hit.end() > hit.start() and (not found or hit.start() >= found[-1].end()):
            found.append(hit)
    return found[:MOST]


def last(pattern: re.Pattern[str], text: str) -> int:
    """Tell where the last hit begins, or -1."""
    at = -1
    for hit in pattern.finditer(text):
        at = hit.start()
    return at


def sentence(text: str, start: int, end: int) -> str:
    """Give the sentence around a place, or as much of it as stands near."""
    begin = max((text.rfind(mark, max(0, start - 160), start) for mark in _ENDS), default=-1)
    stops = [at for mark in _ENDS if (at := text.find(mark, end, end + 160)) >= 0]
    return text[max(begin + 1, start - 160) : min(stops, default=min(len(text), end + 160))]


_ENDS = (". ", "! ", "? ", "\n", "。")


def denied_near(text: str, start: int, end: int) -> bool:
    """Tell the same of the clause around a place; a warning counts wherever it stands in the sentence."""
    before = _CLAUSE.split(text[max(0, start - 50) : start])[-1]
    after = _CLAUSE.split(text[end : end + 30])[0]
    inner = range(len(before), len(before) + end - start)
    said = _DENIED.finditer(before + text[start:end] + after)
    # What is denied by the place's own letters ("contact no.") is not denied.
    return any(hit.start() not in inner for hit in said) or bool(_WARNED.search(sentence(text, start, end)))


_CLAUSE = re.compile(r"[,;:.!?\n。、]")


def denied(text: str) -> bool:
    """Tell whether a sentence says that there is no such way, or warns of somebody who says there is."""
    return bool(_DENIED.search(text) or _WARNED.search(text))


_DENIED = re.compile(
    r"(?<!\w)(?:not(?! (?:on|in|through|via) )|no(?! (?:noss[oa]|meu|minha|whats|watsapp|telegram|insta|zap|site|link"
    r"|perfil|stress|direct|skype|ponto|cartao\w*|bilhet\w*|verso|fundo|adesivo|rotulo|folheto|inbox|privado|app|pv|insta\w*|meio|nosso|discord|viber|messenger|celular|final|numero))|never|don't|needn't"
    r"|nobody|cannot|can't|haven't|nicht(?! uber)|kein\w*|aucun\w*|(?:ne|n') ?.{1,20} pas|pas (?:de|besoin)"
    r"|sin (?:telefono|whatsapp)|non|nessun\w*|nao|sem (?:telefone|whats\w*)|niet"
    r"|geen|nie|inte|ingen|inga|yok|yoktur|degil"
    r"|kullanmiyoruz|vermiyoruz|bulunmuyor)(?!\w)|ません(?!か|ので|が)|ございません|没有|沒有|不能(?!传|傳|发|發)|不提供|无法(?!传)"
    r"|请勿|請勿|不会|不會"
)
_WARNED = re.compile(
    r"(?<!\w)(?:scam\w*|fraud\w*|phishing|betrug\w*|arnaque\w*|estafa\w*|truffa\w*|golpe|fraude|oplichting|oszust\w*"
    r"|bedrageri\w*|dolandiric\w*|in our name|in unserem namen|(?:en|a) notre nom|en nuestro nombre|a nome nostro"
    r"|em nosso nome|in onze naam|w naszym imieniu|i vart namn|adimiza|magazamiz adina|angeblich\w*"
    r"|asked (?:me |us )?for|sormussunuz|mi chiede|me demandez)(?!\w)|名乗|偽|詐欺|冒充|诈骗|詐騙|假冒|您说|您說|不认可"
)
