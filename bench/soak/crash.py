"""Kills listener, workers and database at every named point and at random, and compares promises with arrivals."""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

import psutil
import psycopg

from bench.machine import look_at
from bench.report import command_line, insert, table
from bench.soak.client import Clients
from bench.soak.errands import ERRANDS, Errands
from bench.soak.history import Findings, Struck, compare
from bench.soak.peer import PEER_POINTS, Peer
from bench.soak.stack import Stack
from evenhand.crashpoints import POINTS

__all__ = ["DRILLS", "Run", "main"]

_TALKS, _SPECIAL = 40, 400
_STARTING = ("database.", "migrate.", "up.")
DRILLS = tuple(point for point in POINTS if not point.startswith(_STARTING)) + PEER_POINTS
"""Points that a running installation comes by; those of its start have a drill of their own (`bench.soak.starting`)."""

_PATIENCE = 25.0
_REST_SECONDS = 240.0


class Run:
    """One installation under clients, for as long as processes are killed in it. Usable as a context manager."""

    def __init__(self, folder: Path, seed: int, *, pause: float = 0.1) -> None:
        self.chance = random.Random(seed)
        self.kills: Counter[str] = Counter()
        self.unreached: Counter[str] = Counter()
        self.put_back: set[str] = set()
        self.peer = Peer()
        self._folder, self._pause = folder, pause

    def __enter__(self) -> Self:
        self.peer.__enter__()
        self.stack = Stack(self._folder, self.peer.port, orders=_TALKS + _SPECIAL).__enter__()
        self.peer.owner = self.stack.owner
        self.clients = Clients(self.stack, self.stack.talks[:_TALKS], pause=self._pause)
        self.errands = Errands(self.stack, self.peer, self.stack.talks[_TALKS:])
        self.clients.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.__exit__()
        self.peer.__exit__()

    def drill(self, point: str) -> bool:
        """Have whoever comes to a point next, or some passes later, die there; tells whether anybody came."""
        assert point in DRILLS, f"there is no point {point}"
        if point in PEER_POINTS:
            self.peer.strike(point, self._kill_sender)
            died = self._until(lambda: self.peer.has_struck, point)
        else:
            died = self._at(point, "kill", self.chance.choice((1, 1, 2, 5)) if point not in ERRANDS else 1)
        (self.kills if died else self.unreached)[point] += 1
        return died

    def drill_database(self, point: str, kill: Callable[[], None], name: str) -> bool:
        """Kill the database while somebody stands at a point."""
        if not self._at(point, "hold", 1):
            self.unreached[point] += 1
            return False
        kill()
        time.sleep(self.chance.uniform(0, 0.05))
        with suppress(FileNotFoundError):
            (self.stack.crashes / f"held-{point}").unlink()
        self.kills[f"{name} at a point"] += 1
        return True

    def strike(self) -> None:
        """Kill something, at a moment nobody chose, but while mail is taken: a house that is down can lose nothing."""
        before, deadline = self.clients.accepted, time.monotonic() + _PATIENCE
        while self.clients.accepted == before and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(self.chance.expovariate(1 / 0.4))
        victim = self.chance.choices(("worker", "listener", "typist", "backend", "postmaster"), (55, 28, 8, 5, 4))[0]
        match victim:
            case "worker":
                killed = self.chance.choice(self.stack.workers()).kill()
            case "listener":
                killed = self.stack.parts["listen"].kill()
            case "typist":
                self.errands.send("type")
                killed = self.stack.parts["typist"].kill()
            case "backend":
                self.stack.kill_backend()
                killed = True
            case _:
                self.stack.kill_postmaster()
                killed = True
        if killed:
            self.kills[f"{victim} at random"] += 1

    def _at(self, point: str, mode: str, passes: int) -> bool:
        crashes = self.stack.crashes
        done = crashes / f"{'died' if mode == 'kill' else 'held'}-{point}"
        order = crashes / f"writing-{point}"
        order.write_text(f"{mode} {passes}", "ascii")
        order.rename(crashes / f"armed-{point}")
        came = self._until(done.exists, point)
        if mode == "kill":
            done.unlink(missing_ok=True)
        if not came:
            (crashes / f"armed-{point}").unlink(missing_ok=True)
        return came

    def _until(self, true: Callable[[], bool], point: str) -> bool:
        """Wait, running the errand that brings somebody to the point again and again."""
        deadline, errand = time.monotonic() + _PATIENCE, ERRANDS.get(point, "")
        again = 0.0
        while time.monotonic() < deadline:
            if true():
                return True
            if errand and time.monotonic() >= again:
                self.errands.send(errand)
                again = time.monotonic() + 3.0
            time.sleep(0.02)
        return true()

    def _kill_sender(self) -> None:
        for part in self.stack.workers():
            with suppress(psutil.Error, AttributeError):
                ends = psutil.Process(part.pid).net_connections("tcp")
                if any(getattr(one.raddr, "port", 0) == self.peer.port for one in ends):
                    part.kill()

    def finish(self) -> Findings:
        """Stop the clients, wait until nothing is under way, and compare."""
        self.errands.stop()
        self.clients.stop()
        deadline = time.monotonic() + _REST_SECONDS
        while time.monotonic() < deadline and not self._is_at_rest():
            time.sleep(0.2)
        talks = self.clients.talks | self.errands.typed
        rows = self.stack.query(
            "SELECT substring(text FROM 'This is letter ([0-9]+), and')::int FROM evenhand_message message "
            "LEFT JOIN evenhand_delivery copy ON copy.message_id = message.id "
            "WHERE message.inbound_id::text = ANY(%s) OR copy.id::text = ANY(%s)",
            sorted(self.put_back), sorted(self.put_back),
        )  # fmt: skip
        put_back = self.stack.query(
            "SELECT msgid FROM evenhand_delivery WHERE id::text = ANY(%s)", sorted(self.put_back)
        )
        struck = Struck(self.stack.deaths(), self.stack.outages, {msgid.strip("<>") for (msgid,) in put_back})
        return compare(talks, self.peer.letters(), {number for (number,) in rows}, struck)

    def _is_at_rest(self) -> bool:
        """Whether nothing waits; what an operator would put back is put back, and what waits is tried at once."""
        try:
            parked = self.stack.query(
                "UPDATE evenhand_inbound SET state = 'queued', attempts = 0, due_at = now() WHERE state = 'parked' "
                "RETURNING id::text"
            ) + self.stack.query(
                "UPDATE evenhand_delivery SET state = 'queued', due_at = now() WHERE state = 'parked' "
                "RETURNING id::text"
            )
            self.put_back.update(id_ for (id_,) in parked)
            self.stack.query("UPDATE evenhand_delivery SET due_at = now() WHERE state = 'deferred' AND due_at > now()")
            # The DNS that nobody answers for is asked for a day; what waits for it is not under way.
            rows = self.stack.query(
                "SELECT (SELECT count(*) FROM evenhand_inbound WHERE state IN ('queued', 'working') AND trusted) "
                "+ (SELECT count(*) FROM evenhand_delivery WHERE state IN ('queued', 'sending', 'deferred'))"
            )
        except psycopg.Error:
            return False
        return bool(rows[0][0] == 0)

    def portal(self) -> dict[str, int]:
        """Count what the pages would show wrongly: numbers accepted that are no message, or are two."""
        rows = self.stack.query(
            "SELECT substring(text FROM 'This is letter ([0-9]+), and')::int, count(*) FROM evenhand_message "
            "WHERE text LIKE 'This is letter %' GROUP BY 1"
        )
        shown = dict(rows)
        accepted = {number for numbers in (self.clients.talks | self.errands.typed).values() for number in numbers}
        return {
            "missing on the page": len(accepted - set(shown)),
            "twice on the page": sum(count > 1 for count in shown.values()),
        }


def rehearse(run: Run, points: Sequence[str], each: int, database_each: int, at_random: int, seconds: float) -> None:
    """Go round the points, then strike at random; ends early when the time is up."""
    deadline = time.monotonic() + seconds
    for turn in range(each):
        for point in run.chance.sample(points, len(points)):
            if time.monotonic() > deadline:
                break
            run.drill(point)
        print(f"turn {turn + 1}: {sum(run.kills.values())} kills, {run.clients.accepted} mails accepted", flush=True)
    held = [
        one for one in points if one.partition(".")[0] in {"listen", "spool", "process", "store", "outbox", "deliver"}
    ]
    for _ in range(database_each):
        for point in run.chance.sample(held, len(held)):
            if time.monotonic() > deadline:
                break
            kill, name = run.chance.choice(
                ((run.stack.kill_postmaster, "postmaster"), (run.stack.kill_backend, "backend"))
            )
            run.drill_database(point, kill, name)
    for number in range(at_random):
        if time.monotonic() > deadline:
            break
        run.strike()
        if number % 100 == 99:
            print(f"{number + 1} at random, {run.clients.accepted} mails accepted", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print what was found, and answer 1 if anything was lost, altered, doubled or out of order."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak.crash", description=__doc__)
    parser.add_argument("--each", type=int, default=20, help="kills at each named point")
    parser.add_argument(
        "--database-each", type=int, default=1, help="kills of the database at each point of mail's way"
    )
    parser.add_argument("--random", type=int, default=1000, help="kills at random")
    parser.add_argument("--points", default="", help="only these, with commas between them")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--minutes", type=float, default=600.0, help="stop killing after so long")
    parser.add_argument("--pause", type=float, default=0.1, help="seconds a client waits between two pairs of mails")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/benchmarks.md")
    asked = parser.parse_args(arguments)
    points = [one for one in asked.points.split(",") if one] or list(DRILLS)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soak-", ignore_cleanup_errors=True) as folder:
        machine = look_at(Path(folder))
        with Run(Path(folder) / "run", asked.seed, pause=asked.pause) as run:
            rehearse(run, points, asked.each, asked.database_each, asked.random, 60 * asked.minutes)
            found = run.finish()
            faults = found.faults | run.portal() | {"refused for good": len(run.clients.refusals)}
            if any(faults.values()):
                kept = Path(tempfile.mkdtemp(prefix="soak-log-"))
                (kept / "log").write_bytes(run.stack.log.read_bytes())
                print(f"the log is kept in {kept}; {found.lost=} {found.twins=} {found.reordered=} {found.phantom=}")
                print(f"{found.unexcused=}")
            text = _text(run, found, faults, asked.seed, time.monotonic() - began)
    print(text)
    if asked.write:
        insert("crash", f"Measured on {machine}. Command: `{command_line('bench.soak.crash')}`.\n\n{text}")
    return 1 if any(faults.values()) else 0


def _text(run: Run, found: Findings, faults: dict[str, int], seed: int, seconds: float) -> str:
    kills = sum(run.kills.values())
    at_random = {name: count for name, count in run.kills.items() if name.endswith(("at random", "at a point"))}
    named = {name: count for name, count in run.kills.items() if name not in at_random}
    rows = [
        ("kills in all", f"{kills:,}"),
        ("named points at which a process died", f"{len(named)}"),
        ("least kills at one of them", f"{min(named.values(), default=0)}"),
        ("points nobody came to in time", f"{len(set(run.unreached) - set(named))}"),
        *((f"kills: {name}", f"{count:,}") for name, count in sorted(at_random.items())),
        ("mails answered 250", f"{found.accepted:,}"),
        *((name, f"{count:,}") for name, count in faults.items()),
        ("repeats, same bytes and Message-ID", f"{found.repeats:,}"),
        ("most repeats of one mail", f"{found.most_repeats}"),
        ("parked and put back by the operator's statement", f"{len(run.put_back)}"),
        ("minutes", f"{seconds / 60:.0f}"),
        ("seed", f"{seed}"),
    ]
    missed = sorted(set(run.unreached) - set(named))
    return table(("", "count"), rows) + (f"\n\nNobody came to: {json.dumps(missed)}." if missed else "")


if __name__ == "__main__":
    raise SystemExit(main())
