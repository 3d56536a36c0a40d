"""
Mutate labelled messages and judge them: `python -m bench.policy.fuzz [--count 20000] [--seed 1]`.

Says how many could not be read (none should be), how long the slowest took, and which it was.
"""

from __future__ import annotations

import argparse
import random
import time

from bench.policy.corpus import look
from evenhand.policy import Facts, judge, pack_book

__all__ = ["main", "mutated"]

_ODD = (
    "\u200b", "\u202e", "\ud800", "\x00", "<b>", "</p>", "<!--", "&#x", "&nbsp;", "<a href='", 'style="', "⭐", "@",
    "*" * 9, "(" * 30, "a " * 60, "1 " * 60, "review " * 60, "the " * 200, ". " * 60, "\n" * 40, "\u0435", "\uff52",
    "\U0001f600", "http://", "x.example", "if not ", "?", "%",
)  # fmt: skip


def mutated(text: str, chance: random.Random) -> str:
    """Change a text at a few places: cut, doubled, moved, or with something odd put in."""
    for _ in range(chance.randrange(1, 6)):
        at, to = sorted((chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)))
        match chance.randrange(4):
            case 0:
                text = text[:at] + text[to:]
            case 1:
                text = text[:to] + text[at:to] * chance.choice((1, 2, 20)) + text[to:]
            case 2:
                text = text[:at] + chance.choice(_ODD) + text[at:]
            case _:
                text = text[:at] + text[at:to][::-1] + text[to:]
    return text[:20_000]


def main() -> None:
    """Run, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    chance = random.Random(chosen.seed)
    book = pack_book("amazon-2018-10")
    texts = [one.text for one in look()]
    stopped, slowest, which = 0, 0.0, ""
    for _ in range(chosen.count):
        text = mutated(chance.choice(texts), chance)
        html = text if chance.random() < 0.5 else ""
        begun = time.perf_counter()
        verdict = judge(Facts("" if html else text, None, "seller", subject=text[:40], html=html), book)
        took = time.perf_counter() - begun
        if any("stopped" in one.lacks or "could not be read" in one.lacks for one in verdict.not_checked):
            stopped += 1
            print("not read:", ascii(text[:300]), [one for one in verdict.not_checked if "(" in one.lacks])
        if took > slowest:
            slowest, which = took, text
    print(f"{chosen.count:,} judged, {stopped} not read, the slowest took {slowest * 1000:.0f} ms: {which[:120]!a}")


if __name__ == "__main__":
    main()
