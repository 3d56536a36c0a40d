"""The portal's stage: a browser for each of the cast, and things said before the curtain rises."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from evenhand.conversations.models import Attachment, Message
from evenhand.record.blobs import store_blob
from evenhand.relay.models import Delivery


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    cache.clear()


@pytest.fixture
def browsers(cast):
    """A signed-in browser for each of the four, and one that belongs to nobody."""
    opened = {"nobody": Client()}
    for name in ("ada", "ben", "cyn", "olga"):
        opened[name] = Client()
        opened[name].force_login(getattr(cast, name), backend="allauth.account.auth_backends.AuthenticationBackend")
    return opened


@pytest.fixture
def say():
    """Put a message into a conversation, the way the relay leaves it."""
    return _say


def _say(conversation, author, text, *, ago=timedelta(hours=1), state="relayed", **fields):
    at = timezone.now() - ago
    message = Message.objects.create(
        conversation=conversation, author=author, text=text, origin="portal", state=state, sent_at=at, **fields
    )
    if state == "relayed":
        conversation.last_at, conversation.last_author, conversation.last_excerpt = at, author, text[:200]
        conversation.message_count += 1
        conversation.save()
    return message


@pytest.fixture
def deliver():
    """Put the copy of a message into the outbox, in a given state."""

    def put(message, state, **fields):
        recipients = (message.conversation.buyer, message.conversation.seller)
        recipient = next(one for one in recipients if one.id != message.author_id)
        at = message.sent_at
        return Delivery.objects.create(
            message=message, recipient=recipient, address=recipient.addresses.get().address, msgid="<a@b.example>",
            content_sha256=b"", state=state, created_at=at, due_at=at, expires_at=at + timedelta(days=5), **fields,
        )  # fmt: skip

    return put


@pytest.fixture
def attach():
    """Hang a file on a message."""

    def hang(message, name="switch.png", content=b"\x89PNG\r\n", media_type="image/png", refused=""):
        return Attachment.objects.create(
            message=message, ordinal=message.attachments.count(), name=name, media_type=media_type,
            size=len(content), sha256=store_blob(content), refused=refused, cleaned="" if refused else store_blob(content),
        )  # fmt: skip

    return hang
