"""Which of the twelve languages a text is in, by its script and its commonest words; undecided where they are few."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from functools import lru_cache
from importlib.resources import files

__all__ = ["language_of"]

_WORDS: dict[str, tuple[str, ...]] = {}
for _lang, _words in tomllib.loads(
    files("evenhand.policy.speech").joinpath("lexicons/languages.toml").read_text("utf-8")
)["common"].items():
    for _word in _words.split():
        _WORDS[_word] = (*_WORDS.get(_word, ()), _lang)

_LEAD = 1.1
"""How much more the best guess must have than the next."""

_KANA = re.compile("[぀-ヿ]")
_HAN = re.compile("[一-鿿]")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def _spoken(text: str) -> list[str]:
    if any(mark in text for mark in _ADDRESS):
        # In links and mailboxes words of all languages stand: "com" is Portuguese.
        text = " ".join(one for one in text.split() if not any(mark in one for mark in _ADDRESS))
    return _WORD.findall(text)


_ADDRESS = ("://", "www.", "@", ".com")


@lru_cache(maxsize=1 << 14)
def language_of(text: str, at_least: int = 1) -> str:
    """
    Name the language of a folded text (ISO 639-1), or give `""` where fewer than `at_least` words tell it apart.

    >>> language_of("where is the parcel that i have ordered from you?"), language_of("ok, 24 cm")
    ('en', '')
    """
    if not text.isascii():
        if len(_KANA.findall(text, 0, 4000)) >= at_least:
            return "ja"
        if len(_HAN.findall(text, 0, 4000)) >= at_least:
            return "zh"
    votes: defaultdict[str, float] = defaultdict(float)
    for word in _spoken(text[:4000]):
        langs = _WORDS.get(word)
        if langs:
            for lang in langs:
                votes[lang] += 1 / len(langs)
    best = sorted(votes.items(), key=lambda vote: -vote[1])[:2]
    if not best or best[0][1] < at_least or (len(best) > 1 and best[0][1] < best[1][1] * _LEAD):
        return ""
    return best[0][0]
