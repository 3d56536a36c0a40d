"""Takes planted mails through the journey, in both directions, and gathers every byte that anybody could read of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random
from uuid import UUID

from django.conf import settings

from bench.planted.mails import Writer, plant, report
from bench.planted.scanner import leaks
from evenhand.mail.reading import read
from evenhand.policy import house_book
from evenhand.record.blobs import read_blob
from evenhand.relay.ending import Ending, Sending
from evenhand.relay.process import Desk, process
from evenhand.relay.scene import Party, Scene
from evenhand.relay.spool import Spooled

__all__ = ["Lines", "Outcome", "run_one"]

_NOW = datetime(2026, 3, 1, tzinfo=UTC)
_CONVERSATION = UUID(int=3)


@dataclass
class Outcome:
    """What became of one mail: its end, how many bytes of copies and notices left, and which secrets they tell."""

    end: str
    left: int = 0
    told: list[str] = field(default_factory=list)
    could_tell: bool = True


def _party(number: int, role: str, name: str, letter: str, address: str) -> Party:
    return Party(
        UUID(int=number), "buyer" if role == "buyer" else "seller", name, "en",
        f"{letter * 26}@{settings.EVENHAND.domain}", address, frozenset({address}), (address,),
    )  # fmt: skip


class Lines(logging.Handler):
    """Keeps what is logged, to be searched."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line as it would be written."""
        self.lines.append(self.format(record))


def run_one(number: int, seed: int) -> Outcome:
    """Plant one mail, by seed and number alone, and see where it goes; even numbers are ada's, odd ones ben's."""
    chance = Random(f"{seed}/{number}")
    ada = _party(1, "buyer", "Ada", "a", "ada@home.example")
    ben = _party(2, "seller", "Ben", "b", "ben@shop.example")
    author, recipient = (ada, ben) if number % 2 == 0 else (ben, ada)
    domain = author.mailbox.partition("@")[2]
    writer = Writer(author.mailbox, f"pigeon.{domain}", recipient.alias)
    raw = plant(chance, writer)
    secrets = (domain, author.mailbox)
    # One in ten is not confirmed, so that a notice goes out about it.
    trusted = chance.random() > 0.1
    spooled = Spooled(
        UUID(int=number + 10), UUID(int=5), None, "mail", None, None, author.mailbox, raw, "198.51.100.7",
        writer.machine, trusted, None, _NOW, 1,
    )  # fmt: skip
    scene = Scene(_CONVERSATION, "Order 7731", None, True, recipient, author, None)
    desk = Desk(settings.EVENHAND, house_book(), _NOW)
    log, root = Lines(), logging.getLogger()
    level, handlers = root.level, root.handlers
    root.handlers = [log]
    root.setLevel(logging.DEBUG)
    try:
        reading = read(raw, reverse_path=author.mailbox, is_report=False, written_here=False)
        ending = process(spooled, reading, scene, desk)
        # Some copies come back, and what they come back with quotes the mail as its author wrote it.
        returned = _returned(spooled, report(chance, writer, raw), desk) if number % 3 == 0 else None
    finally:
        root.setLevel(level)
        root.handlers = handlers
    outcome = Outcome(ending.message_state.value if ending.message_id else str(ending.outcome))
    outcome.could_tell = bool(leaks(raw, secrets))
    for sending in _sendings(ending):
        content = sending.content if sending.content is not None else read_blob(sending.sha256.hex())
        outcome.left += len(content)
        # A notice goes to the author, and may not tell of the other; a copy may not tell of the author.
        hidden = (
            secrets
            if sending.recipient_id == recipient.id
            else (recipient.mailbox, recipient.mailbox.partition("@")[2])
        )
        outcome.told += [f"copy to {sending.recipient_id}: {one}" for one in leaks(content, hidden)]
    if returned is not None and returned.sendings:
        outcome.told.append("a report that came back was passed on or answered")
    outcome.told += [f"log: {one}" for one in leaks("\n".join(log.lines).encode(), secrets)]
    return outcome


def _returned(spooled: Spooled, raw: bytes, desk: Desk) -> Ending:
    reading = read(raw, reverse_path="", is_report=True, written_here=False)
    came = replace(spooled, id=UUID(int=9), alias_id=None, bounce_of_id=UUID(int=8), reverse_path="", raw=raw)
    return process(came, reading, None, desk)


def _sendings(ending: Ending) -> Iterator[Sending]:
    for _, sending in ending.sendings:
        yield sending
