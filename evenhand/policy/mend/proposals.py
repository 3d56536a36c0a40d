"""Proposes what to say instead: a neutral sentence in the message's language, for its author to take or leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from evenhand.policy.book import Book
from evenhand.policy.case import Case
from evenhand.policy.engine import judge
from evenhand.policy.facts import Facts
from evenhand.policy.mend.edits import Edit, edited
from evenhand.policy.packs.proposals import instead_of
from evenhand.policy.read import read
from evenhand.policy.speech.sentences import sentences
from evenhand.policy.verdict import Finding, Verdict

__all__ = ["Proposal", "propose"]

_MOST = 30
"""Findings of a message that something is proposed for."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """
    What may be said in place of what was found; nobody says it but the author.

    `edit` puts it in the place of the sentences around the finding; it is `None` where these are parted by tags, or
    more than they would have to change.
    """

    finding: Finding
    words: str
    edit: Edit | None = None


def propose(facts: Facts, book: Book, verdict: Verdict) -> Sequence[Proposal]:
    """Propose a sentence for each finding of a rule about words; none that would be found itself in this message."""
    lang = verdict.detected.lang
    wanted = [(one, words) for one in verdict.findings[:_MOST] if (words := instead_of(one.rule, lang))]
    if not wanted:
        return ()
    case = read(facts, book.parameters)
    return [made for one, words in wanted if (made := _proposal(one, words, case, book, verdict))]


def _proposal(finding: Finding, words: str, case: Case, book: Book, verdict: Verdict) -> Proposal | None:
    facts = replace(case.facts, lang=case.lang)
    if _found_in(words, facts, book) - _found_in(".", facts, book):
        return None
    place = _around(finding, case) if not finding.attachment else None
    edit = Edit(finding.part, *place, words) if place is not None else None
    is_fit = edit is not None and _is_better(edited(case.facts, [edit]), finding, book, verdict)
    return Proposal(finding, words, edit if is_fit else None)


def _found_in(words: str, facts: Facts, book: Book) -> set[str]:
    """Which rules find something in these words alone, under the circumstances of the message."""
    alone = replace(facts, text=words, html="", subject="", images=None, attachments=())
    return {one.rule for one in judge(alone, book).findings}


def _around(finding: Finding, case: Case) -> tuple[int, int] | None:
    """The sentences a finding stands in, as they were written; `None` if there is none, or tags stand between."""
    part = case.part(finding.part)
    if part is None or part.name not in {"text", "html"}:
        return None
    places = [
        (start, end)
        for one in sentences(part.name, part.folded.text, case.lang)
        for start, end in [part.place(one.start, one.end)]
        if start < finding.end and finding.start < end
    ]
    if not places:
        return None
    start, end = places[0][0], places[-1][1]
    is_whole = start <= finding.start and finding.end <= end
    return (start, end) if is_whole and "<" not in part.source[start:end] else None


def _is_better(made: Facts, finding: Finding, book: Book, verdict: Verdict) -> bool:
    """Whether the finding is gone, and nothing is found that was not."""
    before, after = (Counter(_names(each)) for each in (verdict, judge(made, book)))
    return after <= before and after[finding.rule, finding.part] < before[finding.rule, finding.part]


def _names(verdict: Verdict) -> Iterator[tuple[str, str]]:
    return ((one.rule, one.part) for one in verdict.findings)
