"""What the record keeps of a message: each step in the transaction of what it tells about, and nobody's words."""

import hashlib
import json
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from evenhand.record.models import Event
from evenhand.relay import outbox
from evenhand.relay.channel import Sent
from evenhand.relay.intake import SPOOL, Arrival, spool_columns
from evenhand.relay.models import Attempt, Delivery, Inbound
from evenhand.relay.outbox import Outcome
from tests.relay.post import ADA, BEN, PNG, File, copies, deliver, mail, message_of

WORDS = (ADA, BEN, "home.example", "shop.example", "umbrella", "lamp-of-ada", "Lamp")


def events():
    return list(Event.objects.order_by("id"))


def whole_story(cast):
    """A mail that names its author in every place, is passed on, and taken by the next server."""
    files = [File("lamp-of-ada.exe", b"MZ" + bytes(80)), File("lamp-of-ada.png", PNG, "image/png")]
    row = deliver(cast.seller_alias, mail(text=f"I am {ADA}, with an umbrella\n", files=files))
    Delivery.objects.update(due_at="2026-01-01T00:00Z")
    [pending] = (one for one in outbox.claim(10) if one.return_path)
    outbox.record([Outcome(pending, Sent(f"250 taken for {BEN}"), datetime.now(UTC))])
    return row


def test_each_step_is_kept_in_its_order(cast):
    row = whole_story(cast)
    accepted, judged, attempted = events()
    assert [one.kind for one in (accepted, judged, attempted)] == ["accepted", "judged", "attempted"]
    assert {one.conversation_id for one in events()} == {cast.conversation.id}
    assert (accepted.actor_id, judged.actor_id) == (None, cast.buyer.id)
    told = json.loads(bytes(judged.content))
    (copy,) = copies()
    assert (told["inbound"], told["message"], told["state"], told["verdict"], told["book"], told["copies"]) == (
        str(row.id), str(message_of(row).id), "relayed", "fix", "house 1",
        [[str(copy.id), bytes(copy.content_sha256).hex()]],
    )  # fmt: skip
    assert json.loads(bytes(attempted.content)) == {
        "id": str(copy.id), "number": 1, "phase": "dot", "state": "sent", "status": "2.0.0",
    }  # fmt: skip


def test_each_commitment_is_over_salt_and_content(cast):
    whole_story(cast)
    assert len({bytes(one.salt) for one in events()}) == 3
    for one in events():
        assert bytes(one.commitment) == hashlib.sha256(bytes(one.salt) + bytes(one.content)).digest()


def test_the_record_binds_the_words_without_holding_them(cast):
    message = message_of(whole_story(cast))
    judged = json.loads(bytes(Event.objects.get(kind="judged").content))
    said = json.dumps([message.subject, message.text, message.quoted, message.html]).encode()
    assert judged["words"] == hashlib.sha256(said).hexdigest()
    assert judged["files"] == list(message.attachments.order_by("ordinal").values_list("sha256", flat=True))
    assert judged["findings"][0] == ["attachment-executable", "file 1", 0, 0, "fix"]
    kept = b"\n".join(bytes(one.content) for one in events()).decode()
    evidence = bytes(Inbound.objects.get().raw).decode()
    assert [word for word in WORDS if word in evidence] == [ADA, "home.example", "umbrella", "lamp-of-ada", "Lamp"]
    assert [word for word in WORDS if word in kept] == []


def test_what_is_not_accepted_leaves_nothing(cast):
    arrival = Arrival(cast.seller_alias.id, cast.conversation.id, mail(), datetime.now(UTC), ADA)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(SPOOL.format("%s"), spool_columns([arrival], 1 << 16))
        assert (len(events()), Inbound.objects.count()) == (1, 1)
        transaction.set_rollback(True)
    assert (events(), Inbound.objects.count()) == ([], 0)


def test_a_try_that_cannot_be_written_leaves_no_event(cast):
    whole_story(cast)
    before = len(events())
    [copy] = copies()
    again = outbox.Pending(
        copy.id, copy.conversation_id, copy.message_id, copy.recipient_id, copy.address, copy.return_path, b"x", 1,
        copy.created_at, copy.expires_at, copy.created_at,
    )  # fmt: skip
    with pytest.raises(Exception, match="attempt_once"), transaction.atomic():
        outbox.record([Outcome(again, Sent(), datetime.now(UTC))])
    assert (len(events()), Attempt.objects.count()) == (before, 1)
