"""Searches for a leak in as many planted mails as there is time for; the same seed and number give the same mail."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bench.embedded import embedded
from bench.installation import fill

if TYPE_CHECKING:
    from bench.planted.journey import Outcome

_EVERY = 1000
# A few authors say here what thousands say.
_LIMITS = [f"EVENHAND_{whose}_{span}" for whose in ("CONVERSATION", "AUTHOR") for span in ("HOURLY", "DAILY")]


def main() -> int:
    """Run, print how far it came, and end with 1 if anything leaked or nothing was passed on."""
    parser = argparse.ArgumentParser(prog="python -m bench.planted", description=__doc__)
    parser.add_argument("--examples", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--first", type=int, default=0, help="go on from this number of the same seed")
    parser.add_argument(
        "--stored", action="store_true", help="by way of a database, and search pages and exports besides; slower"
    )
    asked = parser.parse_args()
    end = asked.first + asked.examples
    if asked.stored:
        with embedded(**dict.fromkeys(_LIMITS, "0")) as url, tempfile.TemporaryDirectory() as folder:
            del url
            fill(Path(folder))
            return _search(_market(), asked.seed, asked.first, end)
    with tempfile.TemporaryDirectory(prefix="evenhand-planted-") as folder:
        _set_up(Path(folder))
        from bench.planted.journey import run_one  # it wants Django set up

        return _search(run_one, asked.seed, asked.first, end)


def _set_up(folder: Path) -> None:
    # The journey is pure but for the files it keeps: no database is asked, so none is started.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evenhand.settings")
    os.environ["EVENHAND_DATA"] = str(folder)
    os.environ["EVENHAND_DOMAIN"] = "m.market.example"
    os.environ["EVENHAND_MARKETPLACE"] = "Market"
    os.environ.setdefault("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    import django  # it reads the environment set above

    django.setup()


def _market() -> Callable[[int, int], Outcome]:
    from bench.planted.stored import Market  # it wants Django set up

    return Market().run_one


def _search(run_one: Callable[[int, int], Outcome], seed: int, first: int, end: int) -> int:
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
