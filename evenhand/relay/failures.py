"""Tells authors of copies that will never arrive."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from evenhand.crashpoints import reach
from evenhand.relay import notices
from evenhand.relay.results import queue
from evenhand.relay.scene import scenes
from evenhand.relay.spool import Spooled
from evenhand.relay.status import why_failed

__all__ = ["stand_in", "tell_of_failures"]

_FAILED = """
SELECT message.id, inbound.alias_id, copy.status, now()
FROM evenhand_delivery copy
JOIN evenhand_message message ON message.id = copy.message_id
JOIN evenhand_inbound inbound ON inbound.id = message.inbound_id
WHERE copy.id = ANY(%s) AND copy.state = 'failed'
"""


def tell_of_failures(copies: Sequence[uuid.UUID]) -> None:
    """
    Queue a notice to the author of each copy that has failed, at most one a day and conversation.

    Runs after the failure was written. Should the process die in between, the author still reads of it on the
    conversation's page.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_FAILED, [list(copies)])
            failed = cursor.fetchall()
        surroundings = scenes([stand_in(message, alias, now) for message, alias, _, now in failed])
        found = [(surroundings[message], status, now) for message, _, status, now in failed if message in surroundings]
        # In one order everywhere, so that two workers cannot wait for each other.
        for scene, status, now in sorted(found, key=lambda one: one[0].conversation_id):
            if scene.notified_lately:
                continue
            sending = notices.about_failure(scene, scene.author, settings.EVENHAND, why_failed(status), now)
            if sending is not None:
                queue(sending, conversation_id=scene.conversation_id, now=now)
                reach("failures.queued")
    reach("failures.told")


def stand_in(message: uuid.UUID, alias: uuid.UUID, now: datetime) -> Spooled:
    """A mail without content, by which the surroundings of its conversation are found."""
    return Spooled(message, alias, None, "mail", None, None, "", b"", None, "", True, None, now, 1)
