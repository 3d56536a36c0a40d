"""
Score the house rules on the labelled messages: precision, recall and F1 by rule and language.

`python -m bench.policy.evaluate [--lang en] [--misses]`; `--misses` shows what went wrong. The lexicons were mended by
these messages, so the figures say whether something got worse, and nothing about messages never seen.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from bench.policy.corpus import LABELS, Labelled, look
from evenhand.policy import Facts, judge, pack_book

__all__ = ["Score", "judged", "main", "score"]

Judge = Callable[[Labelled], frozenset[str]]


def judged(one: Labelled) -> frozenset[str]:
    """What the house rules find in a message."""
    facts = Facts(one.text, None, "seller", subject=one.subject, html=one.html)
    return frozenset(found.rule for found in judge(facts, pack_book("amazon-2018-10")).findings)


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


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lang", action="append")
    parser.add_argument("--misses", action="store_true")
    chosen = parser.parse_args()
    messages = [one for one in look() if not chosen.lang or one.lang in chosen.lang]
    for lang in sorted({one.lang for one in messages}):
        ours = [one for one in messages if one.lang == lang]
        made = score(ours, judged)
        print(
            f"{lang}: {len(ours)} messages, macro-F1 {made.macro:.3f}, caught {made.caught}/{made.guilty}"
            f" ({made.caught / max(1, made.guilty):.3f}), flagged {made.flagged}/{made.innocent}"
            f" ({made.flagged / max(1, made.innocent):.3f})"
        )
        for label in LABELS:
            precision, recall, f1 = made.figures(label)
            print(f"    {label:26} precision {precision:.2f}  recall {recall:.2f}  F1 {f1:.2f}")
        if chosen.misses:
            for one in ours:
                _show(one)


def _show(one: Labelled) -> None:
    wanted, got = one.labels & set(LABELS), judged(one) & set(LABELS)
    if wanted != got:
        print(f"--- {one.id} missed {sorted(wanted - got)} wrong {sorted(got - wanted)}")
        print(f"    [{one.subject}] {one.text or one.html}")


if __name__ == "__main__":
    main()
