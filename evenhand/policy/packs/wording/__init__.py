"""What a seller is told of each rule, by language: why it was found and how to mend it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

__all__ = ["words_for"]


@cache
def words_for(lang: str) -> Mapping[str, Mapping[str, str]]:
    """Give `reason` and `fix` by rule, in English where a language (ISO 639-1, or a tag that begins so) has none."""
    short = lang[:2].lower()
    place = files("evenhand.policy.packs.wording").joinpath(f"{short}.toml")
    if not short.isalpha() or not place.is_file():
        place = files("evenhand.policy.packs.wording").joinpath("en.toml")
    return tomllib.loads(place.read_text("utf-8"))
