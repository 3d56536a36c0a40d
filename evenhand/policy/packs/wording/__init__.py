"""What a seller is told of each rule, by language: why it was found and how to mend it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from evenhand.policy.rule import PackRule

__all__ = ["words_for", "words_of"]


@cache
def words_for(lang: str) -> Mapping[str, Mapping[str, str]]:
    """Give `reason` and `fix` by rule, in English where a language (ISO 639-1, or a tag that begins so) has none."""
    short = lang[:2].lower()
    place = files("evenhand.policy.packs.wording").joinpath(f"{short}.toml")
    if not short.isalpha() or not place.is_file():
        place = files("evenhand.policy.packs.wording").joinpath("en.toml")
    return tomllib.loads(place.read_text("utf-8"))


def words_of(rule: PackRule, lang: str) -> Mapping[str, str]:
    """Give `reason` and `fix` of a rule: as the book says, if it does, or as its pack does."""
    words = words_for(lang).get(rule.words or rule.id, {})
    if not rule.wording:
        return words
    short = lang[:2].lower()
    said = {kind: texts.get(short) or texts.get("", "") for kind, texts in rule.wording.items()}
    return {**words, **{kind: text for kind, text in said.items() if text}}
