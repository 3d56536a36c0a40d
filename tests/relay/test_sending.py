"""The sender: what a try came to is written whatever the database does meanwhile, and a late result undoes nothing."""

import asyncio
from datetime import UTC, datetime

import pytest
from django.db import OperationalError, connection

from evenhand.relay import deliver as sender
from evenhand.relay import outbox
from evenhand.relay.channel import Deferred, Failed, Sent
from evenhand.relay.deliver import Dispatcher
from evenhand.relay.models import Attempt, Delivery
from evenhand.relay.outbox import Outcome
from tests.cast import introduce
from tests.relay.post import ADA, BEN, copies, deliver, mail


def come_due():
    Delivery.objects.filter(state__in=["queued", "deferred", "sending"]).update(due_at="2026-01-01T00:00Z")


def claim():
    come_due()
    [one] = outbox.claim(10)
    return one


def write(pending, ended):
    outbox.record([Outcome(pending, ended, datetime.now(UTC))])


def state():
    return copies()[0].state


@pytest.fixture
def taken_over(cast):
    """A copy two workers have: the first came past its lease, the second has it now."""
    deliver(cast.seller_alias, mail())
    return claim(), claim()


@pytest.mark.parametrize("ended", [Deferred("rcpt", "4.2.2"), Failed("rcpt", "5.1.1")])
def test_a_late_result_does_not_decide_while_another_try_is_underway(taken_over, ended):
    late, current = taken_over
    write(late, ended)
    assert state() == "sending"
    write(current, Sent())
    assert state() == "sent"
    assert list(Attempt.objects.order_by("number").values_list("number", "outcome")) == [
        (1, outbox.state_after(Outcome(late, ended, datetime.now(UTC))).value),
        (2, "sent"),
    ]


def test_what_a_late_worker_did_hand_over_is_not_sent_again(taken_over):
    late, current = taken_over
    write(late, Sent())
    write(current, Deferred("connect"))
    assert state() == "sent"


def test_a_success_that_is_heard_of_last_ends_the_tries(taken_over):
    late, current = taken_over
    write(current, Deferred("connect"))
    write(late, Sent())
    assert state() == "sent"


def test_a_failure_reported_by_mail_outlives_the_success_written_after_it(cast):
    deliver(cast.seller_alias, mail())
    pending = claim()
    Delivery.objects.update(state="failed", status="5.1.1")
    write(pending, Sent())
    assert (state(), copies()[0].status) == ("failed", "5.1.1")


class Answering:
    """A channel that gives each mailbox its answer, and tells when all have had theirs."""

    def __init__(self, **answers):
        self.answers = answers
        self.tried = []

    async def deliver(self, copy):
        self.tried.append(copy.address)
        answer = self.answers[copy.address.partition("@")[0]]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self):
        pass


def run(channel, ended):
    """Let a dispatcher work until `ended` says so, or no longer than ten seconds."""
    connection.close()

    async def story():
        dispatcher = Dispatcher(channel)
        running = asyncio.create_task(dispatcher.run())
        try:
            async with asyncio.timeout(10):
                while not await asyncio.to_thread(_asked, ended):
                    dispatcher.wake()
                    await asyncio.sleep(0.01)
        finally:
            dispatcher.stop()
            await running

    asyncio.run(story())


def _asked(question):
    try:
        return question()
    finally:
        connection.close()


@pytest.fixture
def both_ways(transactional_db):
    """One copy for each of the two."""
    cast = introduce()
    deliver(cast.seller_alias, mail())
    deliver(cast.buyer_alias, mail(f"Ben <{BEN}>"), reverse_path=BEN)


def ends():
    return {copy.address: copy.state for copy in copies()}


def test_each_copy_ends_by_its_own_answer(both_ways):
    run(Answering(ada=Sent(), ben=Failed("rcpt", "5.2.1")), lambda: set(ends().values()) == {"sent", "failed"})
    assert ends() == {ADA: "sent", BEN: "failed"}


def test_a_channel_that_breaks_puts_the_copy_off(both_ways):
    run(Answering(ada=Sent(), ben=KeyError("bug")), lambda: set(ends().values()) == {"sent", "deferred"})
    assert ends() == {ADA: "sent", BEN: "deferred"}
    assert Attempt.objects.get(outcome="deferred").detail == "KeyError"


def test_a_database_that_is_away_for_a_moment_loses_no_result(both_ways, monkeypatch):
    failures = [OperationalError("away"), OperationalError("away")]
    written = outbox.record

    def record(outcomes):
        if failures:
            raise failures.pop()
        written(outcomes)

    monkeypatch.setattr(sender, "AWAY_SECONDS", 0.01)
    monkeypatch.setattr(outbox, "record", record)
    channel = Answering(ada=Sent(), ben=Sent())
    run(channel, lambda: set(ends().values()) == {"sent"})
    assert (sorted(channel.tried), Attempt.objects.count()) == ([ADA, BEN], 2)


def test_a_connection_that_breaks_in_the_middle_of_writing_loses_no_result(both_ways, monkeypatch):
    """The bulk writes speak to the driver directly; its errors count like those of any other statement."""
    cut = []
    noted = outbox.note_events

    def note_events(cursor, events):
        if not cut:
            cut.append(connection.connection)
            connection.connection.close()
        noted(cursor, events)

    monkeypatch.setattr(sender, "AWAY_SECONDS", 0.01)
    monkeypatch.setattr(outbox, "note_events", note_events)
    channel = Answering(ada=Sent(), ben=Sent())
    run(channel, lambda: set(ends().values()) == {"sent"})
    assert (sorted(channel.tried), Attempt.objects.count(), len(cut)) == ([ADA, BEN], 2, 1)


def test_a_result_that_cannot_be_written_takes_no_other_with_it(both_ways):
    channel = Answering(ada=Sent(), ben=Deferred("a phase nobody knows"))
    run(channel, lambda: ends()[ADA] == "sent" and len(channel.tried) == 2)
    assert ends() == {ADA: "sent", BEN: "parked"}


def test_a_copy_whose_result_cannot_be_written_is_parked_with_its_reason_and_never_sent_again(both_ways):
    channel = Answering(ada=Deferred("a phase nobody knows"), ben=Failed("a phase nobody knows"))
    run(channel, lambda: set(ends().values()) == {"parked"})
    come_due()
    assert outbox.claim(10) == []
    assert {one.address: one.reason for one in copies()} == {
        ADA: "the result of a try (deferred) could not be written: DataError",
        BEN: "the result of a try (failed) could not be written: DataError",
    }


def test_a_foreign_status_is_written_as_one_plain_line(both_ways):
    run(
        Answering(ada=Sent(), ben=Deferred("rcpt", "4.\x000\r\n.0 and a long tail")),
        lambda: Attempt.objects.count() == 2,
    )
    assert Attempt.objects.get(outcome="deferred").status == "4. 0 .0 and "


def test_a_notice_that_cannot_be_queued_undoes_no_result(both_ways, monkeypatch):
    def away(_copies):
        raise OperationalError("away")

    monkeypatch.setattr(sender, "tell_of_failures", away)
    run(Answering(ada=Sent(), ben=Failed("rcpt", "5.1.1")), lambda: set(ends().values()) == {"sent", "failed"})
    assert (ends(), Attempt.objects.count()) == ({ADA: "sent", BEN: "failed"}, 2)
