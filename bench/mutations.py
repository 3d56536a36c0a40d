"""Reads mails with random damage in guarded readers, and counts what died, what was slow, and how slow."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from evenhand.mail.parse import Unreadable
from evenhand.relay.guard import Job, Overrun, readers

_SEEDS = Path(__file__).parent.parent / "tests" / "wire" / "golden"
_SIZE_LIMIT = 512 * 1024
_CHUNK = 500
_SLOW = 0.5
"""Seconds from which a mail is kept to be looked at."""

_NASTY = [
    *(b"\r\n", b"\n", b"\r", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xe2\x80\x8b", b"\xe2\x80\xae"),
    *(b"=?utf-8?q?=0d=0a?=", b"=?utf-7?b?", b"?=", b"<", b">", b"</", b"<!--", b"-->", b"&#x", b"<div>" * 50),
    *(b"&amp;" * 20, b'"' * 200, b"(" * 200, b";a=b" * 100, b"filename*0*=utf-8''%ff", b"> " * 40),
    *(b"--", b"-- \n", b"begin 644 x\n", b"PK\x03\x04", b"%PDF-1.7\n"),
    *(b"On Monday, Ben wrote:\n", b"-----Original Message-----\n"),
    *(b"Content-Type: multipart/mixed; boundary=", b"Content-Type: message/rfc822\n\n"),
    *(b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: x-uuencode\n"),
    *(b"Content-Type: text/html; charset=utf-16\n", b"Content-Type: text/plain; charset="),
    *(b"From: a@b, c@d\n", b"From: =?utf-8?q?a?= <a@b>\n", b"Message-ID: <[]>\n"),
    b"References: " + b"<a@b> " * 200 + b"\n",
]
_CHARSETS = [b"utf-7", b"utf-16", b"utf-32", b"iso-2022-jp", b"hz", b"big5", b"no-such", b"", b"\xff", b"x" * 300]


def _truncate(chance: random.Random, mail: bytes, _: bytes) -> bytes:
    return mail[: chance.randrange(len(mail) + 1)]


def _cut_out(chance: random.Random, mail: bytes, _: bytes) -> bytes:
    start = chance.randrange(len(mail) + 1)
    return mail[:start] + mail[start + chance.randrange(400) :]


def _splice(chance: random.Random, mail: bytes, other: bytes) -> bytes:
    return mail[: chance.randrange(len(mail) + 1)] + other[chance.randrange(len(other) + 1) :]


def _repeat(chance: random.Random, mail: bytes, _: bytes) -> bytes:
    start = chance.randrange(len(mail) + 1)
    piece = mail[start : start + chance.choice((1, 10, 100, 2000))]
    times = min(chance.choice((2, 10, 100, 5000)), max(1, _SIZE_LIMIT // max(1, len(piece))))
    return mail[:start] + piece * times + mail[start:]


def _flip(chance: random.Random, mail: bytes, _: bytes) -> bytes:
    damaged = bytearray(mail)
    for _time in range(chance.choice((1, 3, 30))):
        if damaged:
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    return bytes(damaged)


def _insert(chance: random.Random, mail: bytes, _: bytes) -> bytes:
    for _time in range(chance.choice((1, 1, 5))):
        place = chance.randrange(len(mail) + 1)
        mail = mail[:place] + chance.choice(_NASTY) + mail[place:]
    return mail


def _swap_lines(chance: random.Random, mail: bytes, _: bytes) -> bytes:
    lines = mail.split(b"\n")
    for _time in range(chance.choice((1, 4))):
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _double_line(chance: random.Random, mail: bytes, _: bytes) -> bytes:
    lines = mail.split(b"\n")
    place = chance.randrange(len(lines))
    return b"\n".join([*lines[:place], *[lines[place]] * chance.choice((2, 50, 1500)), *lines[place:]])[
        : 2 * _SIZE_LIMIT
    ]


def _change_word(chance: random.Random, mail: bytes, _: bytes) -> bytes:
    lower = mail.lower()
    for word, instead in (
        (b"charset=", chance.choice(_CHARSETS)),
        (b"boundary=", chance.choice((b'"', b"", b"x", b'"a b"', b"=_" * 40))),
        (b"transfer-encoding: ", chance.choice((b"base64", b"quoted-printable", b"uuencode", b"8bit", b"?"))),
    ):
        place = lower.find(word)
        if place >= 0 and chance.random() < 0.5:
            end = place + len(word)
            return mail[:end] + instead + mail[end + chance.randrange(12) :]
    return mail


def _nest(chance: random.Random, mail: bytes, other: bytes) -> bytes:
    depth = chance.choice((1, 5, 29, 200))
    head = b"".join(b"Content-Type: multipart/mixed; boundary=n%d\n\n--n%d\n" % (n, n) for n in range(depth))
    return head + chance.choice((mail, other, b"Content-Type: message/rfc822\n\n" + mail))


_DAMAGES: Sequence[Callable[[random.Random, bytes, bytes], bytes]] = (
    _truncate, _cut_out, _splice, _repeat, _flip, _insert, _swap_lines, _double_line, _change_word, _nest,
)  # fmt: skip


@dataclass
class Tally:
    """What came of many mails: how they ended, and their times in milliseconds, by powers of 2^(1/4)."""

    ends: Counter[str] = field(default_factory=Counter)
    times: Counter[int] = field(default_factory=Counter)
    worst: float = 0.0
    failed: list[tuple[str, str]] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take in what another has counted."""
        self.ends += other.ends
        self.times += other.times
        self.worst = max(self.worst, other.worst)
        self.failed += other.failed

    def quantile(self, share: float) -> float:
        """Milliseconds that this share of the mails did not pass (the upper end of its class)."""
        wanted, seen = share * self.times.total(), 0
        for number in sorted(self.times):
            seen += self.times[number]
            if seen >= wanted:
                return float(2 ** ((number + 1) / 4) / 1000)
        return 0.0


def damage(chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Take a mail and damage it, once to four times."""
    mail = chance.choice(seeds)
    for _time in range(chance.choice((1, 1, 2, 4))):
        mail = chance.choice(_DAMAGES)(chance, mail, chance.choice(seeds))[: 4 * _SIZE_LIMIT]
    return mail


def _work(folders: Sequence[Path], seed: int, count: int, kept: Path) -> Tally:
    seeds = _mails(folders)
    chance = random.Random(seed)
    tally = Tally()
    for number in range(count):
        raw = damage(chance, seeds)
        job = Job(raw, chance.choice(("", "ada@home.example")), chance.random() < 0.1, chance.random() < 0.1)
        start = time.perf_counter()
        answer = readers().read(job)
        took = time.perf_counter() - start
        end = "unreadable" if isinstance(answer, Unreadable) else "read"
        if isinstance(answer, Overrun) or took > _SLOW:
            end = f"overrun: {answer.reason}" if isinstance(answer, Overrun) else f"slower than {_SLOW} s"
            name = f"{seed}-{number}.eml"
            kept.mkdir(parents=True, exist_ok=True)
            (kept / name).write_bytes(raw)
            tally.failed.append((name, f"{end}, {took:.2f} s"))
        tally.ends[end] += 1
        tally.times[_class(took)] += 1
        tally.worst = max(tally.worst, took)
    return tally


def _class(seconds: float) -> int:
    microseconds = max(1.0, seconds * 1e6)
    number = 0
    while 2 ** ((number + 1) / 4) < microseconds:
        number += 1
    return number


def _mails(folders: Sequence[Path]) -> list[bytes]:
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    mails = [path.read_bytes() for path in files if path.stat().st_size <= _SIZE_LIMIT]
    return [mail for mail in mails if mail]


def _shares(total: int, seed: int) -> Iterator[tuple[int, int]]:
    for number in range(-(-total // _CHUNK)):
        yield seed + number, min(_CHUNK, total - number * _CHUNK)


def main() -> int:
    """Run and print; the exit status tells whether a mail was lost to its reader."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="how many damaged mails")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seeds", type=Path, nargs="+", default=[_SEEDS], help="folders of mails to damage")
    parser.add_argument(
        "--keep", type=Path, default=Path("/tmp") / "evenhand-mutations", help="where failures are kept"
    )
    given = parser.parse_args()
    tally, start = Tally(), time.monotonic()
    with ProcessPoolExecutor(given.processes) as pool:
        shares = _shares(given.count, given.seed)
        waiting = [pool.submit(_work, given.seeds, seed, count, given.keep) for seed, count in shares]
        for number, one in enumerate(waiting, 1):
            tally.add(one.result())
            if number % 20 == 0:
                print(f"{tally.times.total():>9,} so far. {_times(tally)}", file=sys.stderr, flush=True)
    print(
        f"{tally.times.total():,} damaged mails from {len(_mails(given.seeds)):,}, seed {given.seed}, "
        f"in {time.monotonic() - start:,.0f} s"
    )
    for end, count in tally.ends.most_common():
        print(f"  {end}: {count:,}")
    print(f"  {_times(tally)}")
    for name, why in tally.failed[:20]:
        print(f"  {given.keep / name}: {why}")
    return 1 if any(end.startswith("overrun") for end in tally.ends) else 0


def _times(tally: Tally) -> str:
    median, most, nearly_all = (tally.quantile(share) for share in (0.5, 0.99, 0.999))
    worst, ends = tally.worst * 1000, dict(tally.ends)
    return f"median {median:.2f} ms, p99 {most:.1f} ms, p99.9 {nearly_all:.1f} ms, worst {worst:.0f} ms {ends}"


if __name__ == "__main__":
    sys.exit(main())
