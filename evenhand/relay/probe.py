"""Sends a mail of ours to ourselves, so that one can look at what the way out makes of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.db import transaction

from evenhand.configuration import Configuration
from evenhand.mail.compose import Draft
from evenhand.mail.msgid import mint
from evenhand.record.blobs import read_blob
from evenhand.relay.finish import finish
from evenhand.relay.models import Attempt, Delivery, DeliveryState, Inbound
from evenhand.relay.results import queue
from evenhand.relay.rewrite import address_of, as_sending

__all__ = ["Probe", "returned", "send", "state"]

PATIENCE = timedelta(minutes=10)

_TEXT = """This mail tries the way out of an installation of Evenhand, and was to come back there.

If you read it, mail for its domain is delivered to you instead.
"""


@dataclass(frozen=True, slots=True)
class Probe:
    """The mail as it leaves, and the address it goes to and comes from."""

    content: bytes
    path: str


def send(configuration: Configuration) -> Probe:
    """Put a probe into the outbox; it is written and signed like a copy."""
    domain, now = configuration.domain, datetime.now(UTC)
    path, msgid = address_of(domain, configuration), mint(secrets.token_bytes(16), domain)
    draft = Draft(
        from_name=configuration.marketplace,
        from_address=f"no-reply@{domain}",
        to_name="",
        to_address=f"no-reply@{domain}",
        subject="Does mail leave as it was written?",
        date=now,
        msgid=msgid,
        text=_TEXT,
        fields=(("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")),
    )
    content = finish(draft, configuration, now)
    sending = replace(as_sending(content, None, path, msgid, configuration, path), patience=PATIENCE)
    with transaction.atomic():
        queue(sending, conversation_id=None, now=now)
    return Probe(content, path)


def returned(probe: Probe) -> tuple[bytes, str] | str | None:
    """
    Give the probe as it came back with its reverse-path; or why it was refused, in the next server's words.

    None while it is on its way.
    """
    row = Inbound.objects.filter(bounce_of__return_path=probe.path).order_by("received_at").first()
    if row is not None:
        raw = bytes(row.raw) if row.raw is not None else read_blob(bytes(row.sha256).hex())
        return raw, row.reverse_path
    tried = Attempt.objects.filter(delivery__return_path=probe.path).exclude(outcome=DeliveryState.SENT)
    return " ".join(tried.order_by("-number").values_list("status", "detail").first() or ()) or None


def state(probe: Probe) -> str:
    """Where its copy stands in the outbox."""
    return Delivery.objects.get(return_path=probe.path).state
