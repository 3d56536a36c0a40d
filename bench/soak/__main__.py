"""Runs every long search for faults that there is, one after the other, and says which of them found something."""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys

__all__ = ["main"]

_STEPS = {
    "starting": ("bench.soak.starting", "a start that is killed at every step"),
    "crash": ("bench.soak.crash", "processes and databases killed at every step of a mail's way, and at random"),
    "simulation": ("bench.soak.simulation", "stories of crashes, clocks and outages that nobody thought of"),
    "planted": ("bench.planted", "addresses planted where they could leave"),
    "mutations": ("bench.mutations", "mails altered at random"),
    "failures": ("bench.failures", "a full disk, no descriptors, a database, a DNS or a server that is away"),
}


def main() -> int:
    """Answer 1 if any step did."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("steps", nargs="*", choices=[*_STEPS, []], help="only these")
    asked = parser.parse_args()
    codes = {}
    for name in asked.steps or _STEPS:
        module, what = _STEPS[name]
        if importlib.util.find_spec(module) is None:
            print(f"\n== {name}: not there yet", flush=True)
            continue
        print(f"\n== {name}: {what}", flush=True)
        codes[name] = subprocess.run([sys.executable, "-m", module], check=False).returncode
    found = [name for name, code in codes.items() if code]
    print(f"\n{', '.join(found)} found something." if found else "\nNothing was found.")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
