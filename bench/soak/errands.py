"""Errands that bring a process to points which everyday mail does not pass: strangers, bounces, typed replies."""

from __future__ import annotations

import queue
import signal
import threading
import time
import uuid
from collections.abc import Sequence

from bench.soak.client import letter, next_number, offer
from bench.soak.peer import Peer
from bench.soak.stack import Stack, Talk

__all__ = ["ERRANDS", "Errands"]

ERRANDS = {
    "listen.half": "huge",
    "peer.half": "large",
    **dict.fromkeys(("blob.opened", "blob.written", "blob.synced", "blob.renamed", "blob.settled"), "large"),
    **dict.fromkeys(("submit.written", "submit.inserted", "submit.found"), "type"),
    **dict.fromkeys(("spool.giving-back", "spool.given-back", "work.asking"), "stranger"),
    **dict.fromkeys(("spool.vouched", "spool.noted"), "two authors"),
    "work.told": "bounce",
    **dict.fromkeys(("deliver.telling", "failures.queued", "failures.told", "notice.written"), "refused"),
    "notice.queued": "code",
    **dict.fromkeys(("holds.lapsed", "holds.ended"), "lapse"),
    **dict.fromkeys(("presence.named", "presence.held", "worker.ready"), "kill"),
    **dict.fromkeys(("presence.reaping", "presence.freed", "presence.reaped"), "kill"),
    "worker.leaving": "end",
}
"""What to do so that somebody comes to a point."""


class Errands:
    """Runs them in a thread, one after the other. `typed` are the numbers typed on a page, by conversation."""

    def __init__(self, stack: Stack, peer: Peer, talks: Sequence[Talk]) -> None:
        self.typed: dict[str, list[int]] = {}
        self._stack, self._peer = stack, peer
        self._talks = iter(talks)
        self._typing = next(self._talks)
        self._large = next(self._talks)
        self.typed = {f"typed {self._typing.id}": [], f"large {self._large.id}": []}
        self._wanted: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def send(self, errand: str) -> None:
        """Have an errand run soon; while many wait, it is dropped."""
        if self._wanted.qsize() < 3:
            self._wanted.put(errand)

    def stop(self) -> None:
        """End what is begun; returns when that is done."""
        self._enough.set()
        self._wanted.put("")
        self._thread.join()

    def _work(self) -> None:
        while True:
            errand = self._wanted.get()
            if self._enough.is_set():
                return
            match errand:
                case "large":
                    self._send_large()
                case "type":
                    self._type()
                case "code" | "lapse":
                    self._stack.typist.tell(errand)
                case "kill" | "end":
                    self._stack.workers()[0].kill(signal.SIGKILL if errand == "kill" else signal.SIGTERM)
                case _:
                    self._mail(errand)

    def _send_large(self) -> None:
        number = next_number()
        raw = letter(self._large, number, large=True)
        while offer(self._stack.port, self._large.buyer, self._large.alias, raw) != 250:
            time.sleep(0.05)
        self.typed[f"large {self._large.id}"].append(number)

    def _type(self) -> None:
        """A person who gets no page sends the form again, under the same token."""
        number = next_number()
        words = f"type {self._typing.id} {uuid.uuid4().hex} This is letter {number}, and no other."
        while not self._stack.typist.tell(words):
            time.sleep(0.1)
        self.typed[f"typed {self._typing.id}"].append(number)

    def _mail(self, errand: str) -> None:
        talk = next(self._talks, None)
        if talk is None:
            return
        path, to, client, sender = talk.buyer, talk.alias, "127.0.0.1", ""
        raw = b""
        match errand:
            case "stranger":
                client, sender = "127.0.0.200", talk.buyer.replace("@", "@unsigned.")
            case "two authors":
                client, sender = "127.0.0.200", f"{talk.buyer}, other@else.example"
            case "huge":
                # More than the listener reads at a step.
                raw = letter(talk, 0, large=True).replace(b"This is letter 0", b"This is an errand") * 20
            case "refused":
                self._peer.refused.add(talk.seller)
            case "bounce":
                copies = [one for one in self._peer.taken if one.reverse_path]
                if not copies:
                    return
                path, to, raw = "", copies[-1].reverse_path, _report(copies[-1].recipient)
        # Not numbered as a letter: such a mail is not to arrive.
        raw = raw or letter(talk, 0, sender=sender).replace(b"This is letter 0", b"This is an errand")
        offer(self._stack.port, path, to, raw, client=client)


def _report(recipient: str) -> bytes:
    """A report that a mailbox does not exist (RFC 3464)."""
    return "\r\n".join([
        "From: MAILER-DAEMON@peer.example", "To: you@m.market.example", "Subject: Undelivered",
        f"Message-ID: <{uuid.uuid4().hex}@peer.example>", "MIME-Version: 1.0", "Auto-Submitted: auto-replied",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"', "",
        "--b", "Content-Type: text/plain", "", "It could not be delivered.", "",
        "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; peer.example", "",
        f"Final-Recipient: rfc822; {recipient}", "Action: failed", "Status: 5.1.1", "", "--b--", "",
    ]).encode()  # fmt: skip
