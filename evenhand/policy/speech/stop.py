"""Whether a buyer asks to be left alone: not to be written to any more, which is not to stop an order."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from evenhand.policy.text.fold import fold
from evenhand.policy.text.plain import read_plain

__all__ = ["asks_to_stop"]

_GLANCE = 20_000
"""Characters of a message that are looked at."""


@cache
def _pattern() -> re.Pattern[str]:
    rows = tomllib.loads(files("evenhand.policy.speech").joinpath("stop.toml").read_text("utf-8"))
    spaced = [one for lang, row in rows.items() if lang not in {"ja", "zh"} for one in row]
    dense = [one for lang in ("ja", "zh") for one in rows[lang]]
    return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)|{'|'.join(dense)}")


def asks_to_stop(text: str) -> bool:
    """
    Tell whether a buyer's words ask the seller to write no more.

    >>> asks_to_stop("No more mails please"), asks_to_stop("Please stop the order")
    (True, False)
    """
    return _pattern().search(fold(read_plain(text[:_GLANCE]).text).text) is not None
