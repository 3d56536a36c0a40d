"""Searches for a leak in as many planted mails as there is time for; the same seed and number give the same mail."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

_EVERY = 1000


def main() -> int:
    """Run, print how far it came, and end with 1 if anything leaked or nothing was passed on."""
    parser = argparse.ArgumentParser(prog="python -m bench.planted", description=__doc__)
    parser.add_argument("--examples", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--first", type=int, default=0, help="go on from this number of the same seed")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="evenhand-planted-") as folder:
        _set_up(Path(folder))
        return _search(asked.seed, asked.first, asked.first + asked.examples)


def _set_up(folder: Path) -> None:
    # The journey is pure but for the files it keeps: no database is asked, so none is started.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evenhand.settings")
    os.environ["EVENHAND_DATA"] = str(folder)
    os.environ["EVENHAND_DOMAIN"] = "m.market.example"
    os.environ["EVENHAND_MARKETPLACE"] = "Market"
    os.environ.setdefault("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    import django  # it reads the environment set above

    django.setup()


def _search(seed: int, first: int, end: int) -> int:
    from bench.planted.journey import run_one  # it wants Django set up

    ends: Counter[str] = Counter()
    leaking = empty = left = 0
    began = time.monotonic()
    for number in range(first, end):
        outcome = run_one(number, seed)
        ends[outcome.end] += 1
        left += outcome.left
        empty += not outcome.could_tell
        if outcome.told:
            leaking += 1
            print(f"LEAK seed {seed} number {number}: {'; '.join(outcome.told)}", flush=True)
        done = number - first + 1
        if done % _EVERY == 0 or number + 1 == end:
            rate = done / (time.monotonic() - began) * 60
            told = ", ".join(f"{name or 'aside'} {count:,}" for name, count in ends.most_common())
            print(
                f"seed {seed}: {number + 1:,} mails, {leaking} leaks, {empty} that could not have leaked; {told}; "
                f"{left:,} bytes searched; {rate:,.0f} a minute",
                flush=True,
            )
    return 1 if leaking or not ends["relayed"] else 0


if __name__ == "__main__":
    sys.exit(main())
