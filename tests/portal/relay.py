"""A relay of a few lines, true to the promises the portal builds on: a token is sent once, and work may take time."""

import uuid
from dataclasses import dataclass, field

from django.utils import timezone

from evenhand.conversations.models import Attachment, Message
from evenhand.record.blobs import store_blob


@dataclass(frozen=True)
class UploadedPart:
    name: str
    content: bytes


@dataclass
class Relay:
    """Stands in for `evenhand.relay.intake` and `evenhand.relay.work` at once."""

    is_slow: bool = False
    spool: dict = field(default_factory=dict)
    UploadedPart = UploadedPart

    def submit(self, *, conversation, author, user_id, text, files, token):
        message = Message(
            conversation=conversation, author=author, author_user_id=user_id, text=text, origin="portal",
            state="relayed", sent_at=timezone.now(),
        )  # fmt: skip
        known = next((spooled for spooled, (_, _, kept) in self.spool.items() if kept == token), None)
        if known:
            return known
        spooled = uuid.uuid4()
        self.spool[spooled] = (message, files, token)
        return spooled

    def process_now(self, spooled):
        if self.is_slow:
            return None
        message, files, _ = self.spool[spooled]
        if Message.objects.filter(id=message.id).exists():
            return message.id
        message.save()
        for ordinal, one in enumerate(files):
            Attachment.objects.create(
                message=message, ordinal=ordinal, name=one.name, media_type="application/octet-stream",
                size=len(one.content), sha256=store_blob(one.content),
            )  # fmt: skip
        return message.id
