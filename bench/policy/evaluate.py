"""
Score the house rules on labelled messages: precision, recall and F1 by rule and language.

`python -m bench.policy.evaluate [--set plain|blind|training|look] [--lang en] [--misses] [--baselines]`. Only
`plain` and `blind` say something about messages never seen: they are by other hands, and nothing was mended by or
trained with them. `--misses` shows what went wrong (not for these two, which nobody should look at); `--baselines`
compares with lists of key words, with a bag of words trained on the other sets, and with the grammar alone.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache

from bench.policy.baselines import bag_of_words, keywords
from bench.policy.corpus import LABELS, Labelled, blind, look, plain, training
from evenhand.policy import Book, Facts, judge, pack_book

__all__ = ["Score", "judged", "main", "read_by_grammar", "score"]

PACK = "amazon-2018-10"

Judge = Callable[[Labelled], frozenset[str]]


def judged(one: Labelled) -> frozenset[str]:
    """What the house rules find in a message."""
    return _found(one, pack_book(PACK))


def read_by_grammar(one: Labelled) -> frozenset[str]:
    """The same without the classifier."""
    return _found(one, _grammar_alone())


@cache
def _grammar_alone() -> Book:
    book = pack_book(PACK)
    return replace(book, parameters=replace(book.parameters, guess_from=1.0, doubt_below=0.0))


def _found(one: Labelled, book: Book) -> frozenset[str]:
    facts = Facts(one.text, None, "seller", subject=one.subject, html=one.html)
    return frozenset(found.rule for found in judge(facts, book).findings)


class Score:
    """Counts of hits, misses and false alarms, by label; and of whole messages."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()
        self.guilty = self.caught = self.innocent = self.flagged = 0

    def add(self, labels: Iterable[str], found: Iterable[str]) -> None:
        """Count one message."""
        wanted, got = set(labels) & set(LABELS), set(found) & set(LABELS)
        for label in LABELS:
            self.right[label] += label in wanted and label in got
            self.missed[label] += label in wanted and label not in got
            self.wrong[label] += label not in wanted and label in got
        if wanted:
            self.guilty += 1
            self.caught += bool(got)
        else:
            self.innocent += 1
            self.flagged += bool(got)

    def figures(self, label: str) -> tuple[float, float, float]:
        """Precision, recall and F1 of a label."""
        right, missed, wrong = self.right[label], self.missed[label], self.wrong[label]
        precision = right / (right + wrong) if right + wrong else 1.0
        recall = right / (right + missed) if right + missed else 1.0
        return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0

    @property
    def macro(self) -> float:
        """Mean F1 over the labels that occur."""
        occur = [label for label in LABELS if self.right[label] + self.missed[label]]
        return sum(self.figures(label)[2] for label in occur) / len(occur) if occur else 0.0


def score(messages: Sequence[Labelled], judge: Judge) -> Score:
    """Score a judge on labelled messages."""
    made = Score()
    for one in messages:
        made.add(one.labels, judge(one))
    return made


_SETS = {"plain": plain, "blind": blind, "training": training, "look": look}
_UNSEEN = frozenset({"plain", "blind"})


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", dest="name", choices=_SETS, default="plain")
    parser.add_argument("--lang", action="append")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--baselines", action="store_true")
    chosen = parser.parse_args()
    messages = [one for one in _SETS[chosen.name]() if not chosen.lang or one.lang in chosen.lang]
    judges: dict[str, Judge] = {"the house rules": judged}
    if chosen.baselines:
        others = [one for name, read in _SETS.items() if name not in _UNSEEN | {chosen.name} for one in read()]
        judges |= {
            "the grammar alone": read_by_grammar, "bag of words": bag_of_words(others), "key words": keywords,
        }  # fmt: skip
    for name, judge_ in judges.items():
        print(f"{name}, messages of {chosen.name}:")
        for lang in sorted({one.lang for one in messages}):
            _print_scores(lang, score([one for one in messages if one.lang == lang], judge_))
        whole = score(messages, judge_)
        _print_scores("all", whole)
        for label in LABELS:
            precision, recall, f1 = whole.figures(label)
            print(f"    {label:26} precision {precision:.2f}  recall {recall:.2f}  F1 {f1:.2f}")
    if chosen.misses and chosen.name not in _UNSEEN:
        for one in messages:
            _show(one)


def _print_scores(lang: str, made: Score) -> None:
    caught, flagged = made.caught / max(1, made.guilty), made.flagged / max(1, made.innocent)
    print(
        f"  {lang:3} {made.guilty + made.innocent:5} messages, macro-F1 {made.macro:.3f}"
        f", caught {made.caught}/{made.guilty}"
        f" ({caught:.3f}), flagged {made.flagged}/{made.innocent} ({flagged:.3f})"
    )


def _show(one: Labelled) -> None:
    wanted, got = one.labels & set(LABELS), judged(one) & set(LABELS)
    if wanted != got:
        print(f"--- {one.id} missed {sorted(wanted - got)} wrong {sorted(got - wanted)}")
        print(f"    [{one.subject}] {one.text or one.html}")


if __name__ == "__main__":
    main()
