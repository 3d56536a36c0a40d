"""A person with a mail system of their own: writes mails as their program would, and hands them to us over SMTP."""

import itertools
import smtplib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import ClassVar

_count = itertools.count(1)


@dataclass(frozen=True)
class Desk:
    """
    Who writes, and all that their machines tell of them. `handed_over` keeps every mail that anybody sent.

    `host` is their mail server, which says so in HELO and comes from `client`; `machine` and `network` are where they
    sit.
    """

    handed_over: ClassVar[list[tuple[str, bytes]]] = []

    name: str
    address: str
    host: str
    machine: str
    network: str
    client: str

    @property
    def domain(self):
        return self.address.partition("@")[2]

    @property
    def secrets(self):
        """What no byte may tell the other side."""
        return (self.address, self.domain, self.host, self.machine, self.network, self.client)

    def letter(self, to, text, *, subject="The lamp", html="", files=(), answers=(), fields=()):
        """Write a mail as it leaves their server, with the traces it has gathered by then; gives its bytes."""
        number = next(_count)
        mail = EmailMessage()
        mail["Received"] = (
            f"from {self.machine} ({self.machine} [{self.network}]) by {self.host} with ESMTPSA id X{number}; "
            f"{format_datetime(datetime.now(UTC))}"
        )
        mail["From"] = f"{self.name} <{self.address}>"
        mail["To"] = to
        mail["Subject"] = subject
        mail["Date"] = datetime.now(UTC).astimezone() + timedelta(seconds=number)
        mail["Message-ID"] = f"<letter-{number}@{self.machine}>"
        if answers:
            mail["In-Reply-To"] = f"<{answers[-1]}>"
            mail["References"] = " ".join(f"<{one}>" for one in answers)
        mail["X-Originating-IP"] = f"[{self.network}]"
        mail["User-Agent"] = f"Desk mail on {self.machine}"
        for name, value in fields:
            mail[name] = value
        mail.set_content(text, cte="8bit" if not text.isascii() else None)
        if html:
            mail.add_alternative(html, subtype="html")
        for name, media_type, content in files:
            maintype, _, subtype = media_type.partition("/")
            mail.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
        return mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))

    def send(self, door, to, raw, kind=smtplib.SMTP):
        """Hand a mail over, and give what the server answered to each refused recipient."""
        self.handed_over.append((self.address, raw))
        recipients = [to] if isinstance(to, str) else to
        with kind(*door, local_hostname=self.host, timeout=30, source_address=(self.client, 0)) as line:
            return line.sendmail(self.address, recipients, raw)


ADA = Desk("Ada Lind", "ada@home.example", "mail.home.example", "ada-attic.home.example", "198.51.100.23", "127.0.0.23")
BEN = Desk("Ben's Lamps", "ben@shop.example", "mx.shop.example", "till-2.shop.example", "203.0.113.77", "127.0.0.77")
CYN = Desk("Cyn's Lights", "cyn@rival.example", "mx.rival.example", "desk.rival.example", "192.0.2.99", "127.0.0.99")
