"""Measures what each pure step of the pipeline costs in processor time, on the mails of the relay's benchmark."""

from __future__ import annotations

import argparse
import gc
import secrets
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import gettempdir

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from bench import report
from bench.machine import look_at
from bench.mails import Batch, Pair, prepare
from evenhand.mail.classify import classify
from evenhand.mail.compose import Draft, compose
from evenhand.mail.digest import retry_digest
from evenhand.mail.html import sanitise
from evenhand.mail.identity import Identities, identities, scrub
from evenhand.mail.msgid import bounce_address, mint
from evenhand.mail.names import clean_subject, shown_name
from evenhand.mail.parse import Mail, parse
from evenhand.mail.quotes import cut_both
from evenhand.mail.reading import Reading, read
from evenhand.mail.signature import SigningKey, sign
from evenhand.relay.egress import Leak, Protected, inspect
from evenhand.relay.guard import Job, readers
from evenhand.relay.guard.frames import HEAD, answer_of, answered, job_of, packed

_DOMAIN = "m.market.example"
_NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Piece:
    """One mail at every stage of its way, so that each step can be repeated on what it gets in earnest."""

    raw: bytes
    writer: str
    reverse_path: str
    mail: Mail
    new_text: str
    new_html: str
    clean_html: str
    protected: Identities
    draft: Draft
    unsigned: bytes
    finished: bytes
    reading: Reading


def _scrub(piece: Piece) -> tuple[str, str]:
    return scrub(piece.new_text, piece.protected).text, scrub(piece.clean_html, piece.protected).text


def _search(piece: Piece) -> Leak | None:
    return inspect(piece.finished, Protected(piece.protected))


def _job(piece: Piece) -> Job:
    return Job(piece.raw, piece.reverse_path, is_report=False, written_here=False)


def _carry(piece: Piece) -> object:
    job = packed(_job(piece))
    asked = job_of(job[:1], job[HEAD.size :])
    assert isinstance(asked, Job)
    answer = answered(piece.reading)
    return answer_of(answer[:1], answer[HEAD.size :])


_KEY = SigningKey(_DOMAIN, "s1", generate_private_key(65537, 2048))


def _protected(writer: str) -> Identities:
    found = identities((writer,), allowed=(_DOMAIN,))
    assert found is not None
    return found


def _minted(mail: Mail) -> tuple[str, str, str, str]:
    return (
        shown_name("Ada Buyer", "Buyer", first_only=True, reserved=("Market",)),
        clean_subject(mail.subject),
        mint(secrets.token_bytes(16), _DOMAIN),
        bounce_address("a secret of the bench", secrets.token_bytes(16), _DOMAIN),
    )


Step = tuple[str, Callable[[Piece], object]]

_STEPS: tuple[Step, ...] = (
    ("digest, to know a retry", lambda piece: retry_digest(piece.raw)),
    ("parse", lambda piece: parse(piece.raw)),
    ("classify", lambda piece: classify(piece.mail, piece.reverse_path)),
    ("part the new text from quotes", lambda piece: cut_both(piece.mail.text, piece.mail.html)),
    ("make the HTML harmless", lambda piece: sanitise(piece.new_html)),
    ("pack and unpack for a guarded reader", _carry),
    ("wait on a guarded reader, our part of it", lambda piece: readers().read(_job(piece))),
    ("look up what is protected", lambda piece: _protected(piece.writer)),
    ("take addresses out of text and HTML", _scrub),
    ("mint names and ids", lambda piece: _minted(piece.mail)),
    ("compose", lambda piece: compose(piece.draft, "a-boundary-of-some-length")),
    ("sign (DKIM, RSA-2048)", lambda piece: sign(piece.unsigned, [_KEY], _NOW)),
    ("search the finished mail", _search),
)


def _pieces(count: int) -> list[Piece]:
    pairs = tuple(Pair(f"buyer{n}@home{n % 50}.example", f"a{n}@{_DOMAIN}") for n in range(count))
    batch = Batch(0, count, pairs, datetime.now(UTC))
    return [
        _piece(mail.content.removesuffix(b".\r\n"), batch.pair(number).writer)
        for number, mail in enumerate(prepare(batch))
    ]


def _piece(raw: bytes, writer: str) -> Piece:
    mail = parse(raw)
    assert isinstance(mail, Mail)
    cut, new_html = cut_both(mail.text, mail.html)
    clean_html, new_text = sanitise(new_html), cut.said
    name, subject, msgid, _ = _minted(mail)
    draft = Draft(
        from_name=name,
        from_address=f"a@{_DOMAIN}",
        to_name="Shop 1",
        to_address="desk@shop1.example",
        subject=subject,
        date=datetime.now(UTC),
        msgid=msgid,
        text=new_text,
        html=clean_html,
    )
    unsigned = compose(draft, "a-boundary-of-some-length")
    reading = read(raw, reverse_path=writer, is_report=False, written_here=False)
    assert isinstance(reading, Reading)
    return Piece(
        raw, writer, writer, mail, new_text, new_html, clean_html, _protected(writer), draft, unsigned,
        sign(unsigned, [_KEY], _NOW), reading,
    )  # fmt: skip


def measure(pieces: Sequence[Piece], rounds: int) -> dict[str, float]:
    """Seconds of processor time per mail of each step: the median of the rounds, each over all pieces."""
    taken: dict[str, list[float]] = {name: [] for name, _ in _STEPS}
    for _ in range(rounds):
        for name, step in _STEPS:
            # Otherwise one step would pay for the rubbish of another.
            gc.collect()
            began = time.process_time()
            for piece in pieces:
                step(piece)
            taken[name].append((time.process_time() - began) / len(pieces))
    return {name: median(times) for name, times in taken.items()}


def describe(found: dict[str, float], size: int) -> str:
    """Write the section of the page."""
    total = sum(found.values())
    rows = [[name, f"{seconds * 1e6:.0f} µs", f"{seconds / total:.0%}"] for name, seconds in found.items()]
    return "\n\n".join((
        f"Measured on {look_at(Path(gettempdir()))}. Command: `{report.command_line('bench.steps')}`.",
        report.table(
            [f"step, on a mail of {size:,} bytes", "processor time", "share"],
            [*rows, ["**all**", f"**{total * 1e6:.0f} µs**", ""]],
        ),
    ))  # fmt: skip


def main() -> int:
    """Measure, and put the figures into the page unless it was a quick look."""
    parser = argparse.ArgumentParser(prog="python -m bench.steps", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds; the page stays as it is")
    asked = parser.parse_args()
    pieces = _pieces(200)
    text = describe(measure(pieces, 3 if asked.quick else 15), len(pieces[0].raw))
    print(text)
    if not asked.quick:
        report.insert("steps", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
