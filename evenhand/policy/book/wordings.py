"""What a book tells sellers of a rule, by language."""

from __future__ import annotations

import re
from collections.abc import Mapping

from evenhand.policy.book.source import Table

__all__ = ["read_wordings"]

_LONGEST = 400
_LANGUAGE = re.compile(r"[a-z]{2}")


def read_wordings(table: Table, *, is_whole: bool) -> Mapping[str, Mapping[str, str]]:
    """
    Give `reason` and `fix` by language; what stands under the language `""` holds for all others.

    A rule whose wordings are `is_whole` has no others: it needs both, each as one text, or in English among others.
    """
    found: dict[str, Mapping[str, str]] = {}
    for kind, why in (("reason", "what is wrong, to the seller"), ("fix", "how the seller mends it")):
        if is_whole and not table.has(kind, f"say {why}."):
            continue
        value = table.data.get(kind)
        if isinstance(value, dict):
            found[kind] = _by_language(table, kind, value, is_whole=is_whole)
        elif value is not None:
            found[kind] = {"": table.line_of(value, _LONGEST, kind)}
    return found


def _by_language(table: Table, kind: str, value: Mapping[str, object], *, is_whole: bool) -> Mapping[str, str]:
    texts: dict[str, str] = {}
    for lang, text in value.items():
        if not _LANGUAGE.fullmatch(lang):
            table.tell(f"“{lang[:20]}” is no language; write two letters, like en, de, ja.", kind, lang)
        texts[lang] = table.line_of(text, _LONGEST, kind, lang)
    if is_whole:
        if "en" not in texts:
            table.tell(f"“{kind}” has no “en”, which those are told whose language is not here.", kind)
        texts[""] = texts.get("en", "")
    return texts
