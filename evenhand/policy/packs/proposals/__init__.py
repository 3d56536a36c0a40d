"""What a seller may say instead: a neutral sentence for what a rule finds, by language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

__all__ = ["instead_of", "sayings"]


def instead_of(rule: str, lang: str) -> str:
    """Give the sentence proposed in place of what a rule finds, or `""`; in a language that there is not, in none."""
    return sayings(lang).get(_sayings_by_rule().get(rule, ""), "")


@cache
def sayings(lang: str) -> Mapping[str, str]:
    """Give the sentences of a language (ISO 639-1) by their names."""
    is_name = len(lang) == 2 and lang.isascii() and lang.isalpha()
    return _read(f"{lang.lower()}.toml") if is_name else {}


@cache
def _sayings_by_rule() -> Mapping[str, str]:
    return {rule: name for name, rules in _read("rules.toml").items() for rule in rules}


def _read(name: str) -> Mapping[str, str]:
    place = files("evenhand.policy.packs.proposals").joinpath(name)
    return tomllib.loads(place.read_text("utf-8")) if place.is_file() else {}
