"""What is cut to mend a finding, by its rule: looks that are set, surplus line breaks, emoji, a word in a subject."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from evenhand.policy.facts import Facts
from evenhand.policy.layout import Declaration, lay_out
from evenhand.policy.mend.edits import Edit
from evenhand.policy.mend.fonts import longhands
from evenhand.policy.parameters import Parameters
from evenhand.policy.verdict import Finding

__all__ = ["CUTS", "cut_of"]

_SHELL_BEGINS = re.compile(r"<(div|p|span|font|b|i|em|strong|o:p)(?:\s[^<>]*)?>\s*$", re.IGNORECASE)
_ALIGN = re.compile(r"\s+(?:align|dir)\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>\"']+)", re.IGNORECASE)
_FARTHEST = 300
"""Characters that are looked at before a place for the tag it stands in."""


def cut_of(finding: Finding, facts: Facts, parameters: Parameters) -> Edit | None:
    """Give the edit that would mend a finding, as yet untried; `None` where none is known."""
    cut = CUTS.get(finding.rule)
    source = {"subject": facts.subject, "text": facts.text, "html": facts.html}.get(finding.part, "")
    if cut is None or finding.attachment or not 0 <= finding.start < finding.end <= len(source):
        return None
    return cut(finding, source, parameters)


def _looks(finding: Finding, page: str, parameters: Parameters) -> Edit | None:
    """Cut a declaration, or an attribute with the blank before it; a font's shorthand is written out without it."""
    starts, declared, legacies = _places(page, float(parameters.container_width), parameters.line_breaks_most)
    start, end = finding.start, finding.end
    at = bisect_right(starts, start) - 1
    if at >= 0 and end <= declared[at].end:
        one = declared[at]
        kept = longhands(one.value) if one.name == "font" else ""
        if kept:
            return Edit("html", one.start, one.end, kept + (";" if page[one.end - 1] == ";" else ""))
        return Edit("html", *_with_blanks(page, one.start, one.end))
    if (start, end) not in legacies:
        return None
    before = page[max(0, start - _FARTHEST) : start]
    return Edit("html", start - len(before) + len(before.rstrip()), end)


@lru_cache(maxsize=1)
def _places(
    page: str, container: float, most: int
) -> tuple[Sequence[int], Sequence[Declaration], frozenset[tuple[int, int]]]:
    """Where the declarations of a page begin, these, and the places of attributes that set looks."""
    layout = lay_out(page, container, most)
    declared = sorted(layout.declarations, key=lambda one: one.start)
    return [one.start for one in declared], declared, frozenset((one.start, one.end) for one in layout.legacies)


def _with_blanks(page: str, start: int, end: int) -> tuple[int, int]:
    """Take in the blanks behind a declaration, or, if nothing comes behind it, those before it."""
    stop = end
    while stop < len(page) and page[stop] in " \t":
        stop += 1
    if page[stop : stop + 1] in {'"', "'"}:
        while start and page[start - 1] in " \t":
            start -= 1
        return start, stop
    return start, stop if page[start - 1] in " \t\"'" else end


def _breaks(finding: Finding, source: str, _: Parameters) -> Edit | None:
    """Cut a surplus break, with the element around it if there is nothing else in it: empty, that is a break too."""
    start, end = finding.start, finding.end
    if finding.part == "html":
        while before := _SHELL_BEGINS.search(source, max(0, start - _FARTHEST), start):
            after = re.compile(rf"\s*</{before[1]}\s*>", re.IGNORECASE).match(source, end)
            if after is None:
                break
            start, end = before.start(), after.end()
    return Edit(finding.part, start, end)


def _alignment(finding: Finding, page: str, parameters: Parameters) -> Edit | None:
    """Cut what aligns the text of a tag, a declaration or an attribute; an element that is for nothing else stays."""
    starts, declared, _ = _places(page, float(parameters.container_width), parameters.line_breaks_most)
    first, last = bisect_left(starts, finding.start), bisect_left(starts, finding.end)
    for one in declared[first:last]:
        if one.name in {"text-align", "direction"}:
            return Edit("html", *_with_blanks(page, one.start, one.end))
    hit = _ALIGN.search(page, finding.start, finding.end)
    return Edit("html", *hit.span()) if hit else None


def _emoji(finding: Finding, source: str, _: Parameters) -> Edit | None:
    """Cut an emoji, with the blanks before it where nothing but the end of a sentence or line comes behind."""
    start, end = finding.start, finding.end
    if not source[end : end + 1].strip(".,;:!?)<"):
        start -= len(source[max(0, start - _FARTHEST) : start]) - len(
            source[max(0, start - _FARTHEST) : start].rstrip(" ")
        )
    elif source[end] == " " and not source[start - 1 : start].strip(" \n>"):
        end += 1
    return Edit(finding.part, start, end)


def _tag(finding: Finding, subject: str, _: Parameters) -> Edit | None:
    """Cut the bracketed word, with the blank that parted it from the rest."""
    start, end = finding.start, finding.end
    if end == len(subject):
        start = len(subject[:start].rstrip())
    return Edit(finding.part, start, end)


CUTS: Mapping[str, Callable[[Finding, str, Parameters], Edit | None]] = {
    "line-height-override": _looks,
    "font-family-override": _looks,
    "font-color-override": _looks,
    "too-many-line-breaks": _breaks,
    "important-tag": _tag,
    "alignment-override": _alignment,
    "emoji": _emoji,
}
"""How the findings of a rule are mended; of a rule that is not among these none is."""
