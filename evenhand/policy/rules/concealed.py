"""What a message may not hide: programs and forms in a page, words that are not seen, words broken up or disguised."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from evenhand.policy.case import Case, Part
from evenhand.policy.layout import lay_out
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.text.fold import fold
from evenhand.policy.text.lookalikes import FOREIGN, in_latin
from evenhand.policy.verdict import Hit

__all__ = ["CHECKS"]

# Letters of scripts that never join by an invisible character.
_LETTER = "A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u052f\u1e00-\u1eff"
_UNSEEN = "\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u2064\u206a-\u206f\ufeff\uffa0\U000e0000-\U000e007f"
_BROKEN = re.compile(f"[{_LETTER}]+(?:[{_UNSEEN}]+[{_LETTER}]+)+")
_HINT = re.compile(f"[{_UNSEEN}]")
_HYPHENED = re.compile(f"(?<![{_LETTER}])[{_LETTER}]{{1,2}}(?:\u00ad+[{_LETTER}]{{1,2}}){{2,}}(?![{_LETTER}])")
_TURNED = re.compile("[\u202d\u202e][^\u202c\n]*")
_SPACED = re.compile(rf"(?<!\w)[{_LETTER}](?P<gap>[ ._*\-·•|/])(?:[{_LETTER}0-9](?P=gap)){{2,}}[{_LETTER}](?!\w)")
_ORNATE = re.compile("[\U0001d400-\U0001d7cb\u24b6-\u24e9\U0001f130-\U0001f189]{2,}")
_WIDE = re.compile("[\uff21-\uff3a\uff41-\uff5a]{3,}")
_WORD = re.compile(r"[^\W\d_]{4,}")


def active_content(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find scripts, forms, frames, objects, handlers, and addresses that are programs or data."""
    part = case.part("html")
    if part is not None:
        layout = lay_out(part.source, float(parameters.container_width), parameters.line_breaks_most)
        for start, end, _what in layout.active:
            yield Hit("html", start, end, part.source[start:end])


def hidden_or_split(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find words that are in a page and not seen, and words that are broken up or written with look-alike letters."""
    for part in case.parts:
        if part.attachment or part.name not in {"subject", "text", "html"}:
            continue
        for one in part.hidden:
            if one.why != "it is never shown" and any(sign.isalnum() for sign in one.text):
                yield Hit(part.name, one.start, one.end, one.text)
        for start, end in _disguised(part, case.lang):
            yield Hit(part.name, *part.seen.span(start, end), part.seen.text[start:end])


def _disguised(part: Part, lang: str) -> Iterator[tuple[int, int]]:
    text = part.seen.text
    if not text.isascii():
        if _HINT.search(text):
            yield from (hit.span() for hit in _BROKEN.finditer(text))
        if "\u00ad" in text:
            yield from (hit.span() for hit in _HYPHENED.finditer(text))
        yield from (hit.span() for hit in _TURNED.finditer(text) if any(sign.isalpha() for sign in hit[0]))
        yield from (hit.span() for hit in _ORNATE.finditer(text))
        if lang not in {"ja", "zh"}:
            yield from (hit.span() for hit in _WIDE.finditer(text))
        yield from _in_two_scripts(text)
    for hit in _SPACED.finditer(text):
        joined = fold(hit[0]).text
        is_short = hit["gap"] in "./" and len(hit[0]) < 11
        if len(joined) < len(hit[0]) - 2 and not is_short:
            yield hit.span()


def _in_two_scripts(text: str) -> Iterator[tuple[int, int]]:
    lower = text.lower()
    if not FOREIGN.search(lower) or len(lower) != len(text):
        return
    for hit in _WORD.finditer(lower):
        # A unit or a letter of science begins with a Greek letter: \u03bcmol, \u03b2-carotene.
        word = hit[0][1:] if "\u0370" <= hit[0][0] <= "\u03ff" else hit[0]
        if FOREIGN.search(word) and any("a" <= sign <= "z" for sign in word) and in_latin(word).isascii():
            yield hit.span()


CHECKS: Mapping[str, Check] = {"active-content": active_content, "hidden-or-split-text": hidden_or_split}
