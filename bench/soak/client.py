"""Clients that do not give up: each sends in its own conversations, each mail until it is answered 250."""

from __future__ import annotations

import itertools
import smtplib
import threading
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

from bench.soak.stack import Stack, Talk

__all__ = ["Clients", "letter", "next_number", "offer"]

_FILLER = b"The lower joint of the arm will not stay where I put it, not for a minute or so.\r\n" * 1500
_count = itertools.count(1)


def next_number() -> int:
    """A number that no other letter has."""
    return next(_count)


def letter(talk: Talk, number: int, *, large: bool = False, sender: str = "") -> bytes:
    """Write a letter of a buyer's; a large one is kept as a file by whoever stores it."""
    return b"\r\n".join([
        f"From: {sender or talk.buyer}".encode(),
        f"To: {talk.alias}".encode(),
        b"Subject: The lamp",
        f"Date: {format_datetime(datetime.now(UTC))}".encode(),
        f"Message-ID: <{uuid.uuid4().hex}@home.example>".encode(),
        b"MIME-Version: 1.0",
        b"Content-Type: text/plain; charset=utf-8",
        b"",
        f"This is letter {number}, and no other.".encode(),
        *([_FILLER] if large else []),
    ]) + b"\r\n"  # fmt: skip


def offer(port: int, path: str, to: str, raw: bytes, *, client: str = "127.0.0.1") -> int:
    """Offer a mail once; the code of the answer, or 0 if there was none."""
    try:
        with smtplib.SMTP("127.0.0.1", port, "home.example", timeout=70, source_address=(client, 0)) as line:
            line.sendmail(path, [to], raw)
    except smtplib.SMTPRecipientsRefused as error:
        return int(next(iter(error.recipients.values()))[0])
    except smtplib.SMTPResponseException as error:
        return int(error.smtp_code)
    except (smtplib.SMTPException, OSError):
        return 0
    return 250


class Clients:
    """
    Threads that send until told to stop. `talks` are the numbers answered 250, by conversation, in their order.

    `refusals` counts answers that said “never”, which nobody should get.
    """

    def __init__(self, stack: Stack, talks: Sequence[Talk], *, threads: int = 4, pause: float = 0.1) -> None:
        self.talks: dict[str, list[int]] = {one.id: [] for one in talks}
        self.refusals: list[int] = []
        self._stack, self._pause = stack, pause
        self._enough = threading.Event()
        shares = [talks[place::threads] for place in range(threads)]
        self._threads = [threading.Thread(target=self._send_all, args=(share,), daemon=True) for share in shares]

    def start(self) -> None:
        """Begin to send."""
        for one in self._threads:
            one.start()

    def stop(self) -> None:
        """Begin nothing new; returns when everything begun was answered 250."""
        self._enough.set()
        for one in self._threads:
            one.join()

    @property
    def accepted(self) -> int:
        """How many were answered 250 so far."""
        return sum(map(len, self.talks.values()))

    def _send_all(self, share: Sequence[Talk]) -> None:
        for talk in itertools.cycle(share):
            if self._enough.wait(self._pause):
                return
            # Two in a row, so that something can come out of order.
            for _ in range(2):
                number = next_number()
                raw = letter(talk, number, large=number % 15 == 0)
                self._insist(talk, raw)
                self.talks[talk.id].append(number)

    def _insist(self, talk: Talk, raw: bytes) -> None:
        """Send until the answer is 250, as any server does: what broke or was put off is sent again, the same bytes."""
        while (code := offer(self._stack.port, talk.buyer, talk.alias, raw)) != 250:
            if code >= 500:
                self.refusals.append(code)
            time.sleep(0.05)
