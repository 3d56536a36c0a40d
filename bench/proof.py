"""Proves of each run that every mail arrived once, and that no copy tells who wrote it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from bench.catcher import Envelope
from bench.mails import Batch, number_of, words_of

__all__ = ["Spoilt", "prove_arrival", "prove_masking"]


class Spoilt(Exception):
    """The run lost, doubled or unmasked a mail; its figures are worth nothing."""


def prove_arrival(batch: Batch, mails: Iterable[Envelope]) -> None:
    """Raise Spoilt unless each letter of the batch, and nothing else, arrived exactly once."""
    came = Counter(number_of(words_of(mail.content)) for mail in mails)
    due: Counter[int | None] = Counter(batch.numbers)
    if came != due:
        lost, extra = due - came, came - due
        raise Spoilt(f"{lost.total()} of {batch.count} mails did not arrive, {extra.total()} came that were not due")


def prove_masking(batch: Batch, mails: Iterable[Envelope], *, masked: bool) -> None:
    """
    Raise Spoilt if a copy shows its author's mailbox or mail server.

    With `masked` false it must show in every copy: a search that finds nothing anywhere would prove nothing.
    """
    for mail in mails:
        number = number_of(words_of(mail.content))
        assert number is not None
        if _shows(mail, batch.pair(number).writer) == masked:
            raise Spoilt(f"letter {number} {'shows' if masked else 'hides'} its author")


def _shows(mail: Envelope, writer: str) -> bool:
    local, _, host = writer.partition("@")
    views = (mail.reverse_path, mail.recipients, mail.content.decode("latin-1"), words_of(mail.content))
    return any(mark in view.lower() for view in views for mark in (f"{local}@", f"{local}=", host))
