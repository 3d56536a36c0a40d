"""Takes planted mails through the database, and searches all it tells of them: copies, notices, pages, exports."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.test import Client

from bench.planted.journey import Lines, Outcome
from bench.planted.mails import Writer, plant, report
from bench.planted.scanner import leaks
from evenhand.cli.transcript import transcript
from evenhand.conversations.models import Alias, Conversation, Message, MessageState
from evenhand.mail.authentication import AuthenticationResult
from evenhand.participants.models import Address, Member, Participant, User
from evenhand.relay import outbox
from evenhand.relay.channel import Failed, Sent, Try
from evenhand.relay.intake import SPOOL, Arrival, spool_columns
from evenhand.relay.outbox import Pending
from evenhand.relay.work import work_spool

__all__ = ["Market"]


class NobodyVouches:
    """Stands for the DNS, which is not asked here: whom no trusted peer brings, nobody vouches for."""

    def authenticate(self, raw: bytes, **_: object) -> AuthenticationResult:
        """Say so."""
        del raw
        return AuthenticationResult("none")


@dataclass(frozen=True)
class _Side:
    participant: Participant
    address: str
    alias: Alias
    client: Client

    @property
    def secrets(self) -> tuple[str, str]:
        return self.address.partition("@")[2], self.address


class Market:
    """An installation with conversations between buyers and sellers, each mail of which is worked as in earnest."""

    def __init__(self) -> None:
        settings.AUTHENTICATOR = f"{__name__}.{NobodyVouches.__name__}"
        self._conversations = list(Conversation.objects.order_by("id"))
        self._clients: dict[UUID, Client] = {}
        self._aside = ThreadPoolExecutor(1)

    def run_one(self, number: int, seed: int) -> Outcome:
        """Plant one mail, by seed and number alone, work it to its end, and read all that anybody is told."""
        chance = Random(f"{seed}/{number}")
        conversation = self._conversations[number // 2 % len(self._conversations)]
        sides = [self._side(conversation, one) for one in (conversation.buyer, conversation.seller)]
        author, recipient = sides if number % 2 == 0 else reversed(sides)
        writer = Writer(author.address, f"pigeon.{author.secrets[0]}", str(recipient.alias))
        raw = plant(chance, writer)
        log, root = Lines(), logging.getLogger()
        level, handlers = root.level, root.handlers
        root.handlers = [log]
        root.setLevel(logging.DEBUG)
        try:
            row = self._bring(
                Arrival(
                    recipient.alias.id,
                    conversation.id,
                    raw,
                    datetime.now(UTC),
                    reverse_path=author.address,
                    peer="198.51.100.7",
                    helo=writer.machine,
                    trusted=chance.random() > 0.1,
                )
            )
            sent = list(self._send(chance, writer, raw))
        finally:
            root.setLevel(level)
            root.handlers = handlers
        message = Message.objects.filter(inbound_id=row).first()
        outcome = Outcome(message.state if message else "aside", could_tell=bool(leaks(raw, author.secrets)))
        for copy in sent:
            assert copy.content is not None
            outcome.left += len(copy.content)
            hidden = author.secrets if copy.recipient_id == recipient.participant.id else recipient.secrets
            outcome.told += [f"copy to {copy.recipient_id}: {one}" for one in leaks(copy.content, hidden)]
        outcome.told += [f"log: {one}" for one in leaks("\n".join(log.lines).encode(), author.secrets)]
        for place, content in self._shown(conversation, message, recipient):
            outcome.left += len(content)
            outcome.told += [f"{place}: {one}" for one in leaks(content, author.secrets)]
        export = json.dumps(transcript(conversation), ensure_ascii=False, default=str).encode()
        outcome.left += len(export)
        hidden = author.secrets[1:] + recipient.secrets[1:]
        outcome.told += [f"export: {one}" for one in leaks(export, hidden)]
        return outcome

    def _side(self, conversation: Conversation, participant: Participant) -> _Side:
        address = Address.objects.get(participant=participant, is_primary=True, retired_at=None).address
        alias = Alias.objects.get(conversation=conversation, participant=participant, retired_at=None)
        if participant.id not in self._clients:
            user = User.objects.create_user(f"{participant.id}@people.example")
            Member.objects.create(user=user, participant=participant)
            client = self._clients[participant.id] = Client(headers={"host": "localhost"})
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return _Side(participant, address, alias, self._clients[participant.id])

    def _bring(self, arrival: Arrival) -> UUID:
        columns = spool_columns([arrival], settings.EVENHAND.inline_limit)
        with connection.cursor() as cursor:
            cursor.execute(SPOOL.format("%s"), columns)
        while work_spool(self._aside, 8):
            # What was asked aside comes back before the next look.
            self._aside.submit(int).result()
        row: UUID = columns[0][0]
        return row

    def _send(self, chance: Random, writer: Writer, raw: bytes) -> Iterator[Pending]:
        """Send all that waits. Some is refused, in words that tell whose it is, and some comes back with a report."""
        while copies := outbox.claim(32):
            tries: list[tuple[Pending, Try]] = []
            for copy in copies:
                yield copy
                fails = chance.random() < 0.2
                told = f"user {writer.address} at {writer.machine} is unknown"
                tries.append((copy, Failed("rcpt", "5.1.1", told) if fails else Sent("250 taken")))
            now = datetime.now(UTC)
            outbox.record([outbox.Outcome(copy, ended, now) for copy, ended in tries])
            for copy, ended in tries:
                if isinstance(ended, Sent) and copy.return_path and chance.random() < 0.3:
                    self._bring(
                        Arrival(
                            None,
                            copy.conversation_id,
                            report(chance, writer, raw),
                            now,
                            bounce_of_id=copy.id,
                            peer="198.51.100.7",
                            helo=writer.machine,
                        )
                    )

    def _shown(self, conversation: Conversation, message: Message | None, reader: _Side) -> Iterator[tuple[str, bytes]]:
        yield "inbox", self._page(reader, "/")
        yield "conversation", self._page(reader, f"/conversations/{conversation.id}/")
        if message is None or message.state != MessageState.RELAYED:
            return
        yield "body", self._page(reader, f"/messages/{message.id}/body/")
        for file in message.attachments.all():
            yield f"attachment {file.ordinal}", self._page(reader, f"/attachments/{file.id}/")

    def _page(self, reader: _Side, path: str) -> bytes:
        answer: Any = reader.client.get(path)
        return b"".join(answer.streaming_content) if answer.streaming else answer.content
