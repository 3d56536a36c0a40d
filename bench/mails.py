"""Prepares the mails of a run: one realistic letter of about 3 KB, made unique by its date, id and number."""

from __future__ import annotations

import re
from binascii import b2a_qp
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.utils import format_datetime

__all__ = ["Batch", "Pair", "Prepared", "number_of", "prepare", "words_of"]

_TEXT = """\
Hello,

the brass desk lamp came on Tuesday, thank you for packing it so well. I have put it together with the leaflet, \
and nearly everything is as I hoped: the shade sits straight, the switch feels solid and the light is pleasantly warm.

One thing puzzles me. The lower joint of the arm will not stay where I put it. As soon as I let go, the arm sinks \
slowly towards the table – not at once, but within a minute or so. I have tightened the wing nut as far as I can by \
hand, and I did not want to take pliers to it before asking, since the finish looks as though it would scratch.

Is there a washer that should sit between the two plates? The drawing on page three seems to show one, but I found \
none in the bag, only the four screws, the spanner and a spare bulb. If it is missing, could you send me one? And if \
it is not meant to be there, which way round does the spring go? Mine has the long end towards the base.

There is no hurry. The lamp stands in the study, and for the time being a folded piece of card does the job.

Kind regards
Letter number {number}
"""
_AGE = timedelta(days=2)
"""How long ago the first letter is dated, so that none of the tens of thousands comes from the future."""
_NUMBER = re.compile(r"Letter number (\d+)")


@dataclass(frozen=True)
class Pair:
    """A buyer's own mailbox, and the alias under which the seller is reached by that buyer."""

    writer: str
    alias: str


@dataclass(frozen=True)
class Batch:
    """The mails of one run. `first` numbers the first of them; no number is used twice in an installation."""

    first: int
    count: int
    pairs: tuple[Pair, ...]
    started: datetime

    def pair(self, number: int) -> Pair:
        """Who writes the letter of that number, and to which alias."""
        return self.pairs[number % len(self.pairs)]

    @property
    def numbers(self) -> range:
        """The numbers of the letters."""
        return range(self.first, self.first + self.count)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An envelope and the bytes that follow DATA, dot-stuffed, with the final dot."""

    reverse_path: bytes
    recipient: bytes
    content: bytes


def prepare(batch: Batch) -> Iterator[Prepared]:
    """Make the mails of a batch, the same bytes each time it is asked."""
    for number in batch.numbers:
        pair = batch.pair(number)
        content = _letter(number, pair, batch.started - _AGE + timedelta(seconds=number))
        yield Prepared(pair.writer.encode("ascii"), pair.alias.encode("ascii"), content)


def _letter(number: int, pair: Pair, date: datetime) -> bytes:
    text = _TEXT.format(number=number)
    paragraphs = "".join(f"<p>{one.replace(chr(10), '<br>')}</p>\n" for one in text.strip().split("\n\n"))
    rich = f'<html><head><meta charset="utf-8"></head><body>\n{paragraphs}</body></html>\n'
    boundary = f"part-{number:08d}-of-the-letter"
    host = pair.writer.partition("@")[2]
    head = [
        f"Received: from [192.0.2.{number % 250 + 1}] by mail.{host} with ESMTPSA; {format_datetime(date)}",
        f"From: Ada Buyer <{pair.writer}>",
        f"To: {pair.alias}",
        "Subject: The arm of my desk lamp sinks",
        f"Date: {format_datetime(date.astimezone(UTC))}",
        f"Message-ID: <{date.timestamp():.0f}.{number:08d}@{host}>",
        "User-Agent: Letters/1.0",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="{boundary}"',
        "",
    ]
    parts = [_part(boundary, "plain", text), _part(boundary, "html", rich), f"--{boundary}--".encode("ascii")]
    return b"\r\n".join(["\r\n".join(head).encode("ascii"), *parts, b".", b""])


def _part(boundary: str, subtype: str, text: str) -> bytes:
    head = (
        f"--{boundary}\r\nContent-Type: text/{subtype}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    encoded = b2a_qp(text.encode("utf-8"), istext=True).replace(b"\n", b"\r\n").replace(b"\r\n.", b"\r\n=2E")
    return head.encode("ascii") + encoded


def number_of(words: str) -> int | None:
    """Find the number of a letter in its words, whatever became of its header on the way."""
    match = _NUMBER.search(words)
    return int(match.group(1)) if match else None


def words_of(content: bytes) -> str:
    """Read every text of a mail as a reader would see it, decoded, one after the other."""
    texts = []
    for part in message_from_bytes(content).walk():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            texts.append(payload.decode("utf-8", "replace"))
    return "\n".join(texts)
