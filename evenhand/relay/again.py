"""Brings on record what comes of a mail that is worked anew: a released mail goes on as the message it is already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from evenhand.conversations.models import MessageState
from evenhand.relay.ending import Ending

__all__ = ["forget_decided_holds", "make_room", "mark_unread", "tie_decided_holds"]

_MOVE = "UPDATE evenhand_message SET state = %s, reason = %s WHERE id = %s"
_SAY = "UPDATE evenhand_message SET subject = %s, text = %s, quoted = %s, html = %s, signed = %s WHERE id = %s"

# A message is read once the mark stands at its moment, so it is set to the moment before.
_UNREAD = """
UPDATE evenhand_readmark mark SET read_at = said.at - interval '1 microsecond'
FROM (SELECT %s::timestamptz AS at, %s::uuid AS conversation_id, %s::uuid AS author_id) said
WHERE mark.conversation_id = said.conversation_id AND mark.read_at >= said.at AND NOT EXISTS (
    SELECT 1 FROM evenhand_member member WHERE member.user_id = mark.user_id AND member.participant_id = said.author_id
)
"""


def make_room(cursor: Any, batch: Sequence[Ending]) -> None:
    """
    Move the messages of released mails to their new state, in the caller's transaction.

    Verdicts, findings, files and thread ids are forgotten where those of the new ending take their place; what was
    said of them before stays in the record. Place, author and id of a message never change, nor do those of its files.
    """
    for one in batch:
        if not one.is_again:
            continue
        cursor.execute(_MOVE, [one.message_state.value, one.reason[:300], one.message_id])
        if one.said is not None:
            said = one.said
            cursor.execute(_SAY, [said.subject, said.text, said.quoted, said.html, said.signed, one.message_id])
            cursor.execute("DELETE FROM evenhand_threadid WHERE message_id = %s", [one.message_id])
            cursor.execute(
                "DELETE FROM evenhand_attachment WHERE message_id = %s RETURNING ordinal, id", [one.message_id]
            )
            known = dict(cursor.fetchall())
            one.said = replace(said, files=[replace(file, id=known.get(file.ordinal)) for file in said.files])
        if one.verdict is not None:
            cursor.execute("DELETE FROM evenhand_finding WHERE message_id = %s", [one.message_id])
            cursor.execute("DELETE FROM evenhand_verdict WHERE message_id = %s", [one.message_id])


def forget_decided_holds(cursor: Any, batch: Sequence[Ending]) -> None:
    """Make room where a mail that was confirmed or released is held again; the record keeps both."""
    again = [
        one.spooled.id
        for one in batch
        if one.hold is not None and (one.spooled.author_user_id is not None or one.spooled.release.reasons)
    ]
    if again:
        cursor.execute("DELETE FROM evenhand_hold WHERE inbound_id = ANY(%s) AND released_at IS NOT NULL", [again])


def mark_unread(cursor: Any, batch: Sequence[Ending]) -> None:
    """Take back how far the other side has read, where a released message takes a place before that."""
    for one in batch:
        if one.said is None or one.scene is None or not one.spooled.release.reasons:
            continue
        if one.message_state is MessageState.RELAYED:
            cursor.execute(_UNREAD, [one.spooled.received_at, one.scene.conversation_id, one.said.author_id])


def tie_decided_holds(cursor: Any, batch: Sequence[Ending]) -> None:
    """Name the message where a mail that was released before it was one has become one."""
    for one in batch:
        if one.said is not None and one.hold is None and one.spooled.release.reasons and not one.is_again:
            cursor.execute(
                "UPDATE evenhand_hold SET message_id = %s WHERE inbound_id = %s", [one.message_id, one.spooled.id]
            )
