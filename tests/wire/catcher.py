"""The mail server of all recipients: takes what we send over SMTP, or refuses it where a test says so."""

import threading
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from functools import cached_property

from aiosmtpd.controller import Controller

from bench.port import free_port


@dataclass(frozen=True)
class Caught:
    """A mail as it arrived: envelope and bytes."""

    reverse_path: str
    recipient: str
    content: bytes

    @cached_property
    def mail(self):
        return message_from_bytes(self.content, policy=policy.default)

    @property
    def msgid(self):
        return self.mail["Message-ID"].strip("<> ")

    @property
    def cites(self):
        return [one.strip("<>") for one in (self.mail["References"] or "").split()]

    @property
    def text(self):
        return self.mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


class Catcher:
    """A server on loopback. `answers` maps recipients to the words they are refused with, at RCPT."""

    def __init__(self):
        self.port = free_port()
        self.answers = {}
        self.tries = []
        self._mails = []
        self._news = threading.Condition()
        self._controller = None
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def start(self):
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, decode_data=False, ident="Catcher")
        self._controller.start()

    def stop(self):
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(  # noqa: N802  aiosmtpd calls it so
        self, _server, _session, envelope, address, _options
    ):
        self.tries.append(address)
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802  aiosmtpd calls it so
        self, _server, _session, envelope
    ):
        with self._news:
            for recipient in envelope.rcpt_tos:
                # aiosmtpd keeps the null reverse-path as it is written.
                path = "" if envelope.mail_from == "<>" else envelope.mail_from
                self._mails.append(Caught(path, recipient, envelope.original_content))
            self._news.notify_all()
        return "250 2.0.0 Caught"

    @property
    def mails(self):
        """Everything that has come so far."""
        with self._news:
            return list(self._mails)

    def wait(self, wanted, count=1, seconds=20):
        """Wait until so many mails of a kind have come; gives all of that kind."""
        deadline = time.monotonic() + seconds
        with self._news:
            while True:
                found = [one for one in self._mails if wanted(one)]
                if len(found) >= count:
                    return found
                left = deadline - time.monotonic()
                assert left > 0, f"{len(found)} of {count} came; last of all: {self._mails[-1:]}"
                self._news.wait(left)

    def sent_for(self, alias, count=1, seconds=20):
        """Wait for what an alias has written: the mails that come from it."""
        return self.wait(lambda one: f"<{alias}>" in str(one.mail["From"]), count, seconds)

    def notices_to(self, address, count=1, seconds=20):
        """Wait for what the house itself writes to somebody."""
        return self.wait(lambda one: one.recipient == address and one.reverse_path == "", count, seconds)
