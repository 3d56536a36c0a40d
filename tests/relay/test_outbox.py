"""The outbox: in order, again and again for five days, every try on record, and the author told at the end."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from evenhand.record.models import Event
from evenhand.relay import outbox
from evenhand.relay.channel import Deferred, Failed, Sent
from evenhand.relay.deliver import Dispatcher, _record
from evenhand.relay.holds import let_lapse
from evenhand.relay.models import Attempt, Delivery, Hold
from evenhand.relay.outbox import Outcome, Pending, pause, state_after
from tests.relay.post import ADA, BEN, copies, deliver, mail, notices, opened, text_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def pending(attempts=1, left=timedelta(days=5)):
    return Pending(None, None, None, None, BEN, "", b"x", attempts, NOW, NOW + left, NOW)


def tried(ended, **fields):
    return Outcome(pending(**fields), ended, NOW)


def claim():
    """Claim what is due. Within one transaction the database's clock stands still, so the new are made due by hand."""
    Delivery.objects.filter(state="queued").update(due_at="2026-01-01T00:00Z")
    return outbox.claim(10)


def end(copy, ended):
    """Claim one copy and write how the try ended."""
    [claimed] = [one for one in claim() if one.id == copy.id]
    _record([Outcome(claimed, ended, datetime.now(UTC))])


def come_due():
    Delivery.objects.update(due_at="2026-01-01T00:00Z")


def test_the_pauses_double_up_to_four_hours():
    longest = [max(pause(tried(Deferred("rcpt"), attempts=n)) for _ in range(200)) for n in (1, 2, 3, 4, 20)]
    shortest = [min(pause(tried(Deferred("rcpt"), attempts=n)) for _ in range(200)) for n in (1, 2, 3, 4, 20)]
    for most, least, whole in zip(longest, shortest, [15, 30, 60, 120, 4 * 3600], strict=True):
        assert whole * 0.8 <= least <= most <= whole


def test_a_server_that_is_away_is_asked_again_within_a_minute():
    assert max(pause(tried(Deferred("connect"), attempts=n)) for n in range(1, 30)) <= 60


def test_a_domain_of_others_that_cannot_be_met_is_not_asked_every_minute_for_five_days():
    elsewhere = Deferred("connect", elsewhere=True)
    assert max(pause(tried(elsewhere, attempts=20)) for _ in range(200)) > 3 * 3600


@pytest.mark.parametrize(
    ("ended", "left", "state"),
    [
        (Sent(), timedelta(days=5), "sent"),
        (Failed("rcpt"), timedelta(days=5), "failed"),
        (Deferred("rcpt"), timedelta(days=5), "deferred"),
        (Deferred("rcpt"), timedelta(seconds=10), "failed"),
    ],
)
def test_where_a_copy_stands_after_a_try(ended, left, state):
    assert state_after(tried(ended, left=left)).value == state


def test_of_a_conversation_only_the_oldest_copy_goes(cast):
    for number in range(3):
        deliver(cast.seller_alias, mail(text=f"Letter {number}\n"))
    order = []
    while claimed := claim():
        assert len(claimed) == 1
        order.append(claimed[0].id)
        outbox.record([Outcome(claimed[0], Sent(), datetime.now(UTC))])
    assert order == [copy.id for copy in copies()]


def test_a_copy_that_waits_holds_the_later_ones_back_for_an_hour(cast):
    deliver(cast.seller_alias, mail())
    deliver(cast.seller_alias, mail())
    first, second = copies()
    end(first, Deferred("rcpt", "4.2.2"))
    assert claim() == []
    Delivery.objects.filter(id=first.id).update(created_at=datetime.now(UTC) - timedelta(minutes=61))
    assert [one.id for one in claim()] == [second.id]


def test_the_two_directions_do_not_wait_for_each_other(cast):
    deliver(cast.seller_alias, mail())
    deliver(cast.buyer_alias, mail(f"Ben <{BEN}>"), reverse_path=BEN)
    assert len(claim()) == 2


def test_every_try_is_on_record(cast):
    deliver(cast.seller_alias, mail())
    [copy] = copies()
    end(copy, Deferred("rcpt", "4.2.2", f"452 4.2.2 <{BEN}>\x00: mailbox\nfull"))
    come_due()
    end(copy, Sent("250 taken"))
    assert list(Attempt.objects.order_by("number").values_list("number", "outcome", "phase", "status", "detail")) == [
        (1, "deferred", "rcpt", "4.2.2", f"452 4.2.2 <{BEN}> : mailbox full"),
        (2, "sent", "dot", "2.0.0", "250 taken"),
    ]
    events = [bytes(one.content) for one in Event.objects.filter(kind="attempted")]
    assert (len(events), [one for one in events if b"@" in one]) == (2, [])


def test_the_bytes_of_every_try_are_the_same(cast):
    deliver(cast.seller_alias, mail())
    [copy] = copies()
    tries = []
    for _ in range(3):
        [claimed] = claim()
        tries.append(claimed.as_copy().content)
        outbox.record([Outcome(claimed, Deferred("dot"), datetime.now(UTC))])
        come_due()
    assert len(set(tries)) == 1
    assert claim()[0].return_path == copy.return_path


def test_the_author_of_a_lost_copy_is_told_once_in_our_words(cast):
    deliver(cast.seller_alias, mail())
    deliver(cast.seller_alias, mail())
    for copy in copies():
        end(copy, Failed("rcpt", "5.1.1", f"550 5.1.1 <{BEN}> unknown at mx.shop.example"))
    [notice] = notices()
    assert (notice.address, notice.return_path) == (ADA, "")
    assert "could not be delivered by e-mail: the mailbox does not exist." in text_of(notice)
    assert opened(notice)["Auto-Submitted"] == "auto-generated"
    assert [one for one in (BEN, "shop.example", "unknown at") if one.encode() in bytes(notice.content)] == []


def test_a_claim_whose_lease_has_ended_is_taken_over(cast):
    deliver(cast.seller_alias, mail())
    [claimed] = claim()
    assert claim() == []
    come_due()
    [again] = claim()
    assert (again.id, again.attempts, again.content) == (claimed.id, 2, claimed.content)


def test_a_damaged_copy_is_never_sent(cast):
    deliver(cast.seller_alias, mail())
    Delivery.objects.update(content=b"something else")
    assert claim()[0].content is None


class Slow:
    """A channel that ends its tries when it is told to."""

    def __init__(self):
        self.begun, self.go, self.closed, self.sent = asyncio.Event(), asyncio.Event(), False, []

    async def deliver(self, copy):
        self.begun.set()
        await self.go.wait()
        self.sent.append(copy.address)
        return Sent("taken")

    async def close(self):
        self.closed = True


@pytest.mark.django_db(transaction=True)
def test_a_dispatcher_that_is_stopped_ends_the_tries_underway_and_writes_them():
    from tests.cast import introduce

    cast = introduce()
    deliver(cast.seller_alias, mail())
    deliver(cast.buyer_alias, mail(f"Ben <{BEN}>"), reverse_path=BEN)
    connection.close()
    channel = Slow()

    async def story():
        dispatcher = Dispatcher(channel)
        running = asyncio.create_task(dispatcher.run())
        await channel.begun.wait()
        dispatcher.stop()
        channel.go.set()
        await running

    asyncio.run(story())
    assert (channel.closed, sorted(channel.sent)) == (True, sorted([ADA, BEN]))
    assert [copy.state for copy in copies()] == ["sent", "sent"]
    assert Attempt.objects.count() == 2


def test_a_hold_nobody_decides_about_lapses_after_a_week(cast):
    deliver(cast.seller_alias, mail("Eve <eve@elsewhere.example>"))
    hold = Hold.objects.get()
    assert let_lapse(now=hold.held_at + timedelta(days=6)) == 0
    assert let_lapse(now=hold.held_at + timedelta(days=8)) == 1
    hold.refresh_from_db()
    hold.inbound.refresh_from_db()
    assert hold.dropped_at is not None
    assert (hold.inbound.state, hold.inbound.outcome) == ("done", "lapsed: nobody confirmed it")
    assert Event.objects.filter(kind="lapsed").count() == 1
