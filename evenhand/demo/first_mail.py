"""The first mail of a demonstration, as a command to paste into a terminal: from ada to the alias that reaches ben."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass

from evenhand.configuration import Endpoint
from evenhand.conversations.models import Alias

__all__ = ["FirstMail", "first_mail"]

_ADA = "ada@home.example"
_BEN = "ben@shop.example"
_SUBJECT = "Does the lamp come with a bulb?"
_TEXT = "Hello Ben, does the lamp come with a bulb? Ada"


@dataclass(frozen=True)
class FirstMail:
    """The same mail as two commands: for swaks, and for the Python that everybody has who runs this."""

    swaks: str
    python: str

    def __str__(self) -> str:
        """Say it in a terminal."""
        return "\n".join([
            "Write to Ben as Ada:",
            f"  {self.swaks}",
            "or, without swaks:",
            f"  {self.python}",
            "Then look into the mailboxes at /demo/mail/, or sign in as one of the four at /demo/",
        ])  # fmt: skip


def first_mail(server: Endpoint | None) -> FirstMail | None:
    """Write the commands; None if no mail is taken by SMTP."""
    alias = _alias()
    if server is None or alias is None:
        return None
    return FirstMail(_swaks(server, alias), _python(server, alias))


def _alias() -> Alias | None:
    """Find where ada writes to ben about their latest order."""
    return (
        Alias.objects.filter(
            participant__addresses__address=_BEN,
            conversation__buyer__addresses__address=_ADA,
            conversation__closed_at=None,
            retired_at=None,
        )
        .order_by("-conversation__last_at")
        .first()
    )


def _swaks(server: Endpoint, alias: Alias) -> str:
    return shlex.join([
        "swaks", "--server", str(server), "--from", _ADA, "--to", str(alias), "--h-Subject", _SUBJECT, "--body", _TEXT,
    ])  # fmt: skip


def _python(server: Endpoint, alias: Alias) -> str:
    mail = f"From: {_ADA}\nTo: {alias}\nSubject: {_SUBJECT}\n\n{_TEXT}\n"
    # In double quotes, which shells leave alone between single ones.
    host, sender, recipient, content = (json.dumps(one) for one in (server.host, _ADA, str(alias), mail))
    code = f"import smtplib; smtplib.SMTP({host}, {server.port}).sendmail({sender}, {recipient}, {content})"
    return shlex.join(["python3", "-c", code])
