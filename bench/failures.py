"""Takes away what the door stands on, for as long as in earnest, and counts what was lost: it must be nothing."""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg

from bench.hollow import HollowNameServer
from bench.installation import Installation, installation
from bench.port import free_port
from evenhand.database import EmbeddedDatabase

__all__ = ["main"]

_LARGE = 25 * 1024 * 1024 - 4096
_AT_ONCE = 200
_MEMORY = 1024**3
_RECOVERY = 60.0
_KNOWN, _STRANGER = "127.0.0.0/25", "127.0.0.200"


@dataclass
class Tally:
    """What clients were answered: codes, and the senders whose mail was answered 250."""

    codes: Counter[str] = field(default_factory=Counter)
    taken: list[str] = field(default_factory=list)


async def _offer(port: int, to: str, sender: str, body: bytes, tally: Tally, peer: str = "127.0.0.1") -> bool:
    """Send one mail once; tells whether it was answered 250."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(peer, 0))
    except OSError:
        tally.codes["no connection"] += 1
        return False
    try:
        answer = await reader.readline()
        size = len(body) + 200
        raw = f"From: {sender}\r\nSubject: strain\r\n\r\n".encode() + body + b"\r\n.\r\n"
        for said in (b"HELO x", f"MAIL FROM:<{sender}>".encode(), f"RCPT TO:<{to}>".encode(), b"DATA"):
            # No answer at all is the end of the connection.
            if not answer.startswith((b"2", b"3")):
                break
            # With EHLO the size is declared; half of the clients do so.
            hello = said == b"HELO x" and hash(sender) % 2
            line = b"EHLO x" if hello else said
            if said.startswith(b"MAIL") and hash(sender) % 2:
                line += f" SIZE={size}".encode()
            writer.write(line + b"\r\n")
            answer = await reader.readline()
            while answer[3:4] == b"-":
                answer = await reader.readline()
        if answer.startswith(b"354"):
            writer.write(raw)
            await writer.drain()
            answer = await reader.readline()
        tally.codes[answer[:9].decode("ascii", "replace") or "closed"] += 1
        if answer.startswith(b"250 2.0.0"):
            tally.taken.append(sender)
            return True
    except OSError:
        tally.codes["broken"] += 1
    finally:
        writer.close()
    return False


class _Ground:
    """An installation that is about to lose something."""

    def __init__(self, running: Installation, data: Path, names: HollowNameServer) -> None:
        self.running, self.data, self.names = running, data, names
        self.tally = Tally()

    def listeners(self) -> list[psutil.Process]:
        """The listener processes."""
        return [psutil.Process(pid) for pid, group in self.running.family.members().items() if group == "listener"]

    def database(self) -> list[psutil.Process]:
        """The processes of the database."""
        first = psutil.Process(int((self.data / "postgres/postmaster.pid").read_text("ascii").split()[0]))
        return [first, *first.children()]

    def lost(self) -> int:
        """How many mails were answered 250 and have no row."""
        with EmbeddedDatabase(self.data) as database, psycopg.connect(database.url) as connection:
            rows = connection.execute("SELECT reverse_path FROM evenhand_inbound").fetchall()
        return len(set(self.tally.taken) - {row[0] for row in rows})

    def waiting(self, *, trusted: bool) -> int:
        """How many mails of known peers, or of strangers, have not come to an end."""
        with EmbeddedDatabase(self.data) as database, psycopg.connect(database.url) as connection:
            row = connection.execute(
                "SELECT count(*) FROM evenhand_inbound WHERE state IN ('queued', 'working') AND trusted = %s", [trusted]
            ).fetchone()
        return int(row[0]) if row else 0

    async def offer(self, name: str, body: bytes = b"Hello.\r\n", peer: str = "127.0.0.1") -> bool:
        """Send one mail under a sender of its own."""
        pair = self.running.pairs[0]
        return await _offer(self.running.port, pair.alias, f"{name}@strain.example", body, self.tally, peer)

    async def recovery(self, name: str) -> float:
        """Seconds until a mail is taken again."""
        began, number = time.monotonic(), 0
        while not await self.offer(f"{name}-after{number}"):
            number += 1
            if time.monotonic() - began > 5 * _RECOVERY:
                break
            await asyncio.sleep(0.2)
        return round(time.monotonic() - began, 1)


async def _frozen_database(ground: _Ground, seconds: float) -> dict[str, Any]:
    frozen = ground.database()
    for one in frozen:
        one.suspend()
    try:
        until, number = time.monotonic() + seconds, 0
        while time.monotonic() < until:
            await asyncio.gather(*(ground.offer(f"frozen{number}-{client}") for client in range(4)))
            number += 1
            await asyncio.sleep(1)
    finally:
        for one in frozen:
            one.resume()
    return {"seconds": seconds, "recovery_seconds": await ground.recovery("frozen")}


async def _many_large(ground: _Ground, _seconds: float) -> dict[str, Any]:
    body = (b"x" * 74 + b"\r\n") * (_LARGE // 76)
    ended, peak = asyncio.Event(), 0

    async def look() -> None:
        nonlocal peak
        while not ended.is_set():
            peak = max(peak, sum(one.memory_info().rss for one in ground.listeners()))
            await asyncio.sleep(0.1)

    looking = asyncio.create_task(look())
    await asyncio.gather(*(ground.offer(f"large{number}", body) for number in range(_AT_ONCE)))
    ended.set()
    await looking
    return {"listeners_peak_bytes": peak, "recovery_seconds": await ground.recovery("large")}


async def _dribbling_stop(ground: _Ground, _seconds: float) -> dict[str, Any]:
    visits = [await asyncio.open_connection("127.0.0.1", ground.running.port) for _ in range(_AT_ONCE - 10)]
    for _, writer in visits[::2]:
        pair = ground.running.pairs[0]
        writer.write(f"HELO x\r\nMAIL FROM:<d@strain.example>\r\nRCPT TO:<{pair.alias}>\r\nDATA\r\nFrom".encode())
    await asyncio.sleep(1)
    began = time.monotonic()
    leaving = ground.listeners()
    for one in leaving:
        one.terminate()
    while any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in leaving):
        for _, writer in visits[::2]:
            # To one that is cut off, asyncio would complain of each byte.
            if not writer.is_closing():
                writer.write(b"x")
        await asyncio.sleep(0.2)
    took = round(time.monotonic() - began, 1)
    for _, writer in visits:
        writer.close()
    return {"stop_seconds": took, "recovery_seconds": await ground.recovery("stop")}


async def _silent_names(ground: _Ground, seconds: float) -> dict[str, Any]:
    """Mail of strangers, about which the DNS must be asked, waits for it; mail of known peers must not wait with it."""
    until, number, latest = time.monotonic() + seconds, 0, 0
    while time.monotonic() < until:
        strangers = [ground.offer(f"stranger{number}-{client}", peer=_STRANGER) for client in range(4)]
        await asyncio.gather(ground.offer(f"known{number}"), *strangers)
        number += 1
        await asyncio.sleep(1)
        latest = max(latest, ground.waiting(trusted=True))
    held_up = ground.waiting(trusted=False)
    ground.names.answers.set()
    began = time.monotonic()
    while ground.waiting(trusted=False) and time.monotonic() - began < 10 * _RECOVERY:  # noqa: ASYNC110  the database tells nobody
        await asyncio.sleep(0.5)
    return {
        "seconds": seconds,
        "most_known_waiting": latest,
        "strangers_waiting": held_up,
        "strangers_read_after_seconds": round(time.monotonic() - began, 1),
        "recovery_seconds": await ground.recovery("names"),
    }


_STORIES: dict[str, Callable[[_Ground, float], Any]] = {
    "frozen database": _frozen_database,
    "200 mails of 25 MB at once": _many_large,
    "stop with 190 open connections": _dribbling_stop,
    "silent DNS": _silent_names,
}


def _run(stories: Sequence[str], seconds: float) -> Iterator[dict[str, Any]]:
    for name in stories:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "failures"
            with (
                HollowNameServer(_STRANGER) as names,
                installation(
                    home, free_port(), trusted=_KNOWN, surroundings={"EVENHAND_NAMESERVER": names.address}
                ) as running,
            ):
                ground = _Ground(running, home / "data", names)
                told = asyncio.run(_STORIES[name](ground, seconds))
                yield {"story": name, **told, "answers": dict(ground.tally.codes), "lost": ground.lost()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stories, print what came of each, and return 1 if anything was lost, too slow or too large."""
    parser = argparse.ArgumentParser(prog="python -m bench.failures", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="how long the database is away")
    parser.add_argument("--story", choices=sorted(_STORIES), action="append", help="only these")
    chosen = parser.parse_args(arguments)
    bad = 0
    for told in _run(chosen.story or list(_STORIES), chosen.seconds):
        bad += bool(
            told["lost"]
            or told["recovery_seconds"] > _RECOVERY
            or told.get("listeners_peak_bytes", 0) > _MEMORY
            or told.get("stop_seconds", 0) > 30
        )
        print(json.dumps(told), flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
