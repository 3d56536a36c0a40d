"""Measures whether the door tells unknown recipients apart by time: every kind against every other, interleaved."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import math
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from bench.installation import DOMAIN, installation
from bench.port import free_port
from evenhand.configuration import read_configuration
from evenhand.database import EmbeddedDatabase
from evenhand.mail.msgid import bounce_address

__all__ = ["distance", "likelihood", "main", "weigh"]

_PER_VISIT = 20
_ANSWER = b"550 5.1.1 No such recipient\r\n"
_ENOUGH = 0.01


def distance(first: Sequence[float], second: Sequence[float]) -> float:
    """
    Give the largest distance between two empirical distributions (Kolmogorov–Smirnov's D).

    >>> distance([1, 2, 3, 4], [3, 4, 5, 6])
    0.5
    """
    one, other = sorted(first), sorted(second)
    at_one = at_other = 0
    largest = 0.0
    while at_one < len(one) and at_other < len(other):
        value = min(one[at_one], other[at_other])
        while at_one < len(one) and one[at_one] == value:
            at_one += 1
        while at_other < len(other) and other[at_other] == value:
            at_other += 1
        largest = max(largest, abs(at_one / len(one) - at_other / len(other)))
    return largest


def likelihood(first: Sequence[float], second: Sequence[float]) -> float:
    """
    Give the likelihood that two samples of one source lie as far apart: the asymptotic p of the two-sided test.

    >>> round(likelihood(range(1000), range(1000)), 3)
    1.0
    >>> round(likelihood(range(1000), range(80, 1080)), 4)
    0.0033
    """
    count = math.sqrt(len(first) * len(second) / (len(first) + len(second)))
    reach = (count + 0.12 + 0.11 / count) * distance(first, second)
    if reach < 0.2:
        return 1.0
    terms = (2 * (-1) ** (step - 1) * math.exp(-2 * reach**2 * step**2) for step in range(1, 101))
    return min(1.0, max(0.0, math.fsum(terms)))


def weigh(waits: Mapping[str, Sequence[float]]) -> Iterator[tuple[str, str, float]]:
    """Give the likelihood for every pair of kinds."""
    for one, other in itertools.combinations(sorted(waits), 2):
        yield one, other, likelihood(waits[one], waits[other])


async def _visit(port: int, share: Sequence[tuple[str, str]], waits: dict[str, list[float]]) -> None:
    """Ask for so many recipients as one connection may, and note how long each answer took, in seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        await reader.readline()
        for command in (b"HELO mail.home.example\r\n", b"MAIL FROM:<ada@home.example>\r\n"):
            writer.write(command)
            answer = await reader.readline()
            if not answer.startswith(b"250"):
                raise RuntimeError(f"the door answered {answer!r}")
        for kind, address in share:
            began = time.perf_counter()
            writer.write(f"RCPT TO:<{address}>\r\n".encode())
            answer = await reader.readline()
            waits[kind].append(time.perf_counter() - began)
            if answer != _ANSWER:
                raise RuntimeError(f"{kind} was answered {answer!r}")
    finally:
        writer.close()


async def _ask(port: int, asked: Sequence[tuple[str, str]], connections: int) -> dict[str, list[float]]:
    waits: dict[str, list[float]] = defaultdict(list)
    shares = iter([asked[at : at + _PER_VISIT] for at in range(0, len(asked), _PER_VISIT)])

    async def client() -> None:
        for share in shares:
            await _visit(port, share, waits)

    await asyncio.gather(*(client() for _ in range(connections)))
    return waits


def _kinds(data: Path, chance: random.Random) -> dict[str, list[str]]:
    """Make aliases of every kind that is refused; gives addresses of each, which are asked for in turn."""
    with EmbeddedDatabase(data) as database:
        import psycopg

        with psycopg.connect(database.url, autocommit=True) as connection:
            aliases = [
                f"{local}@{domain}"
                for local, domain in connection.execute("SELECT local_part, domain FROM evenhand_alias ORDER BY id")
            ]
            chance.shuffle(aliases)
            fifth = len(aliases) // 5
            kinds: dict[str, list[str]] = {}
            for number, (kind, change) in enumerate((
                ("retired", "retired_at = now()"), ("expired", "not_after = now()"), ("blocked", "blocked_at = now()"),
            )):  # fmt: skip
                kinds[kind] = aliases[number * fifth : (number + 1) * fifth]
                locals_ = [one.partition("@")[0] for one in kinds[kind]]
                connection.execute(f"UPDATE evenhand_alias SET {change} WHERE local_part = ANY(%s)", [locals_])
            live = aliases[3 * fifth :]
    key = read_configuration({"EVENHAND_DATA": str(data)}).secret_key
    made = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz234567", k=26)) for _ in range(500)]
    return kinds | {
        "unknown": [f"{one}@{DOMAIN}" for one in made],
        "foreign domain": [f"{one.partition('@')[0]}@elsewhere.example" for one in live],
        "odd shape": [f"{one[:12]}+{one[13:]}@{DOMAIN}" for one in made],
        "beyond ASCII": [f"ä{one[1:]}@{DOMAIN}" for one in made],
        "reverse-path of nothing": [bounce_address(key, chance.randbytes(16), DOMAIN) for _ in range(500)],
        "reverse-path not ours": [f"b-{one}@{DOMAIN}" for one in made],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it, print the figures, and return 1 if a kind can be told from another."""
    parser = argparse.ArgumentParser(prog="python -m bench.oracle", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="answers of each kind")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--json", type=Path, help="write the figures there")
    chosen = parser.parse_args(arguments)
    chance = random.Random(chosen.seed)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "oracle"
        with installation(home, free_port()) as running:
            kinds = _kinds(home / "data", chance)
            rounds = [[(kind, chance.choice(of_kind)) for kind, of_kind in kinds.items()] for _ in range(chosen.count)]
            for one in rounds:
                # In each round every kind once, in an order of its own: what the machine does meanwhile hits all alike.
                chance.shuffle(one)
            asked = list(itertools.chain.from_iterable(rounds))
            waits = uvloop.run(_ask(running.port, asked, chosen.connections))
    pairs = list(weigh(waits))
    low = [f"{one} / {other}" for one, other, p in pairs if p <= _ENOUGH]
    # Of so many pairs one is below by chance in many a run; what holds for all of them together is asked of the lowest.
    told = [f"{one} / {other}" for one, other, p in pairs if p <= _ENOUGH / len(pairs)]
    figures = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "count": chosen.count,
        "connections": chosen.connections,
        "seed": chosen.seed,
        "median_ms": {kind: round(1000 * sorted(of)[len(of) // 2], 3) for kind, of in sorted(waits.items())},
        "pairs": {f"{one} / {other}": round(p, 4) for one, other, p in pairs},
        "below_0.01": low,
        "told_apart": told,
    }
    print(json.dumps(figures, indent=1))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return 1 if told else 0


if __name__ == "__main__":
    raise SystemExit(main())
