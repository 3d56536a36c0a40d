"""Measures the relay against Postfix: the same mails, taken in, made durable and handed on by each in turn."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from bench import report
from bench.catcher import Catcher, catcher
from bench.comparison import Comparison, Run, plot
from bench.installation import DOMAIN, installation
from bench.load import Accepted, Order
from bench.machine import look_at
from bench.mails import Batch, Pair
from bench.meter import Family, settle, watch
from bench.postfix import postfix, version
from bench.proof import Spoilt, prove_arrival, prove_masking

_SIZES = {1: 1000, 16: 4000, 64: 4000}
_QUICK = {1: 100, 16: 400, 64: 400}
_WARM_UP = 200
# As shipped, Postfix slows a sender down who is faster than the queue drains, by up to a second a mail; a reader may
# wonder what it does without.
_POSTFIXES = {"Postfix": "", "Postfix unthrottled": "in_flow_delay = 0\n"}
_PATIENCE = 120.0


@dataclass(frozen=True)
class System:
    """One of those compared, running: where it listens, which processes it is, and whether it must hide the author."""

    name: str
    port: int
    family: Family
    masks: bool


class Laboratory:
    """What all runs share: the sink, the writers with their aliases, and the count of letters so far."""

    def __init__(self, sink: Catcher, folder: Path, pairs: tuple[Pair, ...]) -> None:
        self._sink = sink
        self._folder = folder
        self._pairs = pairs
        self._started = datetime.now(UTC).replace(microsecond=0)

    def batch(self, first: int, count: int) -> Batch:
        """A batch of letters that follow the ones before."""
        return Batch(first, count, self._pairs, self._started)

    def run(self, system: System, connections: int, batch: Batch) -> Run:
        """
        Send a batch through a system and measure it.

        Raises Spoilt if not every letter arrived once, masked if it must be.
        """
        self._sink.reset()
        settle(system.family)
        before = system.family.cpu()
        with watch(system.family) as peak:
            accepted = _send(Order("127.0.0.1", system.port, connections, batch))
            caught = self._sink.wait(batch.count, _PATIENCE)
        # What a system puts off until it is quiet is part of the price.
        settle(system.family)
        used = system.family.cpu()
        self._prove(system, batch)
        return Run(
            system=system.name,
            connections=connections,
            accepted=batch.count / (accepted.ended - accepted.began),
            relayed=batch.count / (caught.last - accepted.began),
            median_wait=accepted.median_wait,
            longest_wait=accepted.longest_wait,
            cpu={group: (seconds - before.get(group, 0.0)) / batch.count for group, seconds in used.items()},
            memory=peak.groups,
        )

    def _prove(self, system: System, batch: Batch) -> None:
        mails = self._sink.mails(self._folder)
        prove_arrival(batch, mails)
        prove_masking(batch, mails, masked=system.masks)


def _send(order: Order) -> Accepted:
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=order.as_text() + "\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE + order.batch.count / 10,
        start_new_session=True,
    )
    if done.returncode:
        raise Spoilt(f"the sender stopped: {done.stderr.strip()[-500:]}")
    known: dict[str, Any] = json.loads(done.stdout)
    return Accepted(**known)


def compare(only: str, sizes: dict[int, int], rounds: int) -> tuple[Comparison, str]:
    """Run the systems in turn; returns the figures, and where they were measured."""
    with _folder() as folder, catcher() as sink, contextlib.ExitStack() as stack:
        pairs = tuple(Pair(f"buyer{n}@home{n % 50}.example", f"a{n}@{DOMAIN}") for n in range(500))
        systems = []
        if only != "postfix":
            ours = stack.enter_context(installation(folder / "evenhand", sink.port))
            pairs = ours.pairs
            systems.append(System("Evenhand", ours.port, ours.family, masks=True))
        if only != "evenhand" and version() and os.geteuid() == 0:
            for name, settings in _POSTFIXES.items():
                theirs = stack.enter_context(postfix(folder / name.replace(" ", "-"), sink.port, settings))
                systems.append(System(name, theirs.port, theirs.family, masks=False))
        where = str(look_at(folder))
        return Comparison(_runs(Laboratory(sink, folder, pairs), systems, sizes, rounds)), where


def _runs(laboratory: Laboratory, systems: list[System], sizes: dict[int, int], rounds: int) -> Iterator[Run]:
    first = 0
    for connections, count in sizes.items():
        # Not measured: it starts the processes and fills the caches that a system at work has.
        for system in systems:
            laboratory.run(system, connections, laboratory.batch(first, _WARM_UP))
        first += _WARM_UP
        for _ in range(rounds):
            for system in systems:
                run = laboratory.run(system, connections, laboratory.batch(first, count))
                print(f"{run.system:9} {connections:3} connections: {run.relayed:7.0f} mails/s", file=sys.stderr)
                yield run
            first += count


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="evenhand-bench-"))
    # Postfix reads its files as its own user.
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def describe(found: Comparison, where: str, sizes: dict[int, int], rounds: int) -> str:
    """Write the section of the page."""
    missing = [] if "Postfix" in found.systems else ["Postfix was **not measured**: it is not installed, or not root."]
    amounts = ", ".join(f"{count:,} mails at {connections}" for connections, count in sizes.items())
    parts = [
        f"Measured on {where}; Postfix {version() or 'not installed'}.",
        f"Command: `{report.command_line('bench.relay')}`.",
        f"Connections: {amounts}. Median of {rounds} runs of each system in turn (lowest–highest).",
        *(
            missing
            or ["“Postfix” has the settings it is installed with; “unthrottled” has `in_flow_delay = 0` besides."]
        ),
        found.rates(),
        "![Mails per second and processor time per mail](benchmarks/relay.png)",
        "Processor time per mail, and peak memory (proportional set size), by number of connections:",
        found.costs(),
    ]
    return "\n\n".join(parts)


def _interrupted(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def main() -> int:
    """Measure, and put the figures into the page unless it was a quick look."""
    parser = argparse.ArgumentParser(prog="python -m bench.relay", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few mails and one round; the page stays as it is")
    parser.add_argument("--only", choices=["evenhand", "postfix"], default="", help="measure one alone")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    sizes, rounds = (_QUICK, 1) if asked.quick else (_SIZES, asked.rounds)
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        found, where = compare(asked.only, sizes, rounds)
    except (Spoilt, RuntimeError, TimeoutError) as problem:
        print(f"not measured: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    _publish(asked.quick or bool(asked.only), found, lambda: describe(found, where, sizes, rounds))
    return 0


def _publish(is_partial: bool, found: Comparison, write: Callable[[], str]) -> None:
    print(write())
    if not is_partial:
        report.insert("relay", write())
        report.save(plot(found), "relay")


if __name__ == "__main__":
    sys.exit(main())
