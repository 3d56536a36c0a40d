"""Tries edits before they are offered: the message is judged again, and what brings something new is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evenhand.policy.book import Book
from evenhand.policy.engine import judge
from evenhand.policy.facts import Facts
from evenhand.policy.mend.cuts import cut_of
from evenhand.policy.mend.edits import Edit, edited, tidied
from evenhand.policy.text.emoji import emoji_in
from evenhand.policy.text.page import read_page
from evenhand.policy.verdict import Action, Finding, Verdict

__all__ = ["Mended", "Offer", "mend"]

_TRIALS = 400
"""How often a message is judged at most; one that needs more is left as it is."""

_WORK = 4_000_000
"""Characters that are judged in trials at most; a long message is tried less often, if four times at least."""

Key = tuple[str, str, Action]


@dataclass(frozen=True, slots=True)
class Offer:
    """A finding, and the edit of the message as it was written that mends it."""

    finding: Finding
    edit: Edit


@dataclass(frozen=True, slots=True)
class Mended:
    """
    A message as mended, with the verdict on it; `offers` are the edits of what was written that were found good.

    `facts` are the very same where there was nothing to mend. `rounds` are all edits that were made, tidied; those of
    each are of the message as the round before left it.
    """

    facts: Facts
    verdict: Verdict
    offers: Sequence[Offer] = ()
    rounds: Sequence[Sequence[Edit]] = ()


class _TooMany(Exception):
    """It was tried often enough."""


def mend(facts: Facts, book: Book, lang: str = "en", verdict: Verdict | None = None, work: int = _WORK) -> Mended:
    """
    Mend whatever the book lets mend (action `fix`).

    `verdict` is that on the facts, if it is known already; `work` is how many characters may be judged to find out.
    No word that is seen changes, but for a word that a rule takes out of a subject. Mending what was mended changes
    nothing; nothing is raised, whatever the message is.
    """
    before = verdict if verdict is not None else judge(facts, book, lang)
    made, found, offers, rounds = facts, before, tuple[Offer, ...](), list[Sequence[Edit]]()
    length = len(facts.subject) + len(facts.text) + len(facts.html)
    trial = _Trial(book, lang, before, min(_TRIALS, max(4, work // (length + 1))))
    try:
        while kept := trial.kept(made, found):
            offers = offers or tuple(kept)
            rounds.append(tidied(made, [one.edit for one in kept]))
            made, found = edited(made, rounds[-1]), trial.passed
    except _TooMany:
        # Half a mending would go on when it is asked for again.
        return Mended(facts, before)
    return Mended(made, found, offers, rounds)


@dataclass(slots=True)
class _Trial:
    book: Book
    lang: str
    passed: Verdict
    """On the message as mended by all that was found good so far."""
    left: int

    def judged(self, facts: Facts) -> Verdict:
        self.left -= 1
        if self.left < 0:
            raise _TooMany
        return judge(facts, self.book, self.lang)

    def kept(self, facts: Facts, verdict: Verdict) -> list[Offer]:
        """Which of the edits for these findings may be made together: all of them, or halves of them, or one by one."""
        offered = list(_offered(facts, verdict, self.book))
        kept: list[Offer] = []
        groups = [offered] if offered else []
        while groups:
            group = groups.pop()
            if self.is_good(facts, verdict, [*kept, *group]):
                kept += group
            elif len(group) > 1:
                half = len(group) // 2
                groups += [group[half:], group[:half]]
        return kept

    def is_good(self, facts: Facts, verdict: Verdict, offers: Sequence[Offer]) -> bool:
        """Whether each finding goes, none comes that was not there, and the same words are seen."""
        made = edited(facts, tidied(facts, [one.edit for one in offers]))
        if not _reads_alike(facts, made):
            return False
        judged = self.judged(made)
        before, after = (Counter(map(_key, each.findings)) for each in (verdict, judged))
        gone = Counter(_key(one.finding) for one in offers)
        if any(after[key] > before[key] - gone[key] for key in {*before, *after}):
            return False
        self.passed = judged
        return True


def _offered(facts: Facts, verdict: Verdict, book: Book) -> Iterator[Offer]:
    for one in verdict.findings:
        edit = cut_of(one, facts, book.parameters) if one.action is Action.FIX else None
        if edit is not None:
            yield Offer(one, edit)


def _key(finding: Finding) -> Key:
    return finding.rule, finding.part, finding.action


def _reads_alike(facts: Facts, made: Facts) -> bool:
    """Whether the same words are seen, and nothing that was hidden is seen now."""
    if made.text != facts.text and not _is_same(facts.text, made.text):
        return False
    if made.html == facts.html:
        return True
    return _is_same(read_page(facts.html).seen.text, read_page(made.html).seen.text)


def _is_same(before: str, after: str) -> bool:
    """Whether a text has the same words as another; emoji are none, and where some went the blanks do not count."""
    if next(emoji_in(before), None) is None:
        return before.split() == after.split()
    return _without_emoji(before) == _without_emoji(after)


def _without_emoji(text: str) -> str:
    at, pieces = 0, []
    for start, end in emoji_in(text):
        pieces.append(text[at:start])
        at = end
    return "".join("".join([*pieces, text[at:]]).split())
