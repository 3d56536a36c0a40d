"""Plays many stories of the simulated house, each from a number, so that one that fails can be played again."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence

__all__ = ["main"]

EXAMPLES, SEED = "STORIES", "STORIES_SEED"
"""By these `tests/relay/test_simulation.py` is told how many stories to play, and which."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Play them; the exit code is that of the test."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak.simulation", description=__doc__)
    parser.add_argument("--examples", type=int, default=1000, help="how many stories")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    code = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "timeout=0",
         "tests/relay/test_simulation.py"],
        env=os.environ | {EXAMPLES: str(asked.examples), SEED: str(asked.seed)}, check=False,
    ).returncode  # fmt: skip
    seconds = time.monotonic() - began
    print(f"{asked.examples} stories from seed {asked.seed}: {'fault' if code else 'no fault'}, {seconds:.0f} s")
    return 1 if code else 0


if __name__ == "__main__":
    raise SystemExit(main())
