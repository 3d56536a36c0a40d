"""Who is at work: what a dead worker had claimed is free in two seconds, and a living one keeps what it has."""

import threading
import time
from contextlib import closing, contextmanager

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from evenhand.relay import outbox, presence
from evenhand.relay import spool as spool_rows
from evenhand.relay.channel import Deferred
from evenhand.relay.models import Attempt, Delivery, Inbound, Worker
from evenhand.relay.outbox import Outcome
from evenhand.relay.presence import Presence
from tests.cast import introduce
from tests.relay.post import deliver, mail, spool

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    return introduce()


def conninfo():
    """The address of the test database; the settings name the one it was made from."""
    return psycopg.conninfo.make_conninfo(settings.DATABASE_CONNINFO, dbname=connection.settings_dict["NAME"])


def line():
    return closing(psycopg.connect(conninfo(), autocommit=True))


def until(true, seconds=20):
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.01)
    return found


@contextmanager
def present(name="evenhand work test"):
    """A worker's presence, for as long as the story needs it."""
    one = Presence(conninfo(), name)
    one.start()
    try:
        until(lambda: one.number)
        yield one
    finally:
        one.leave()


@contextmanager
def holding(number):
    """Somebody who holds the lock of a number, as a worker would."""
    with line() as held:
        assert presence._hold(held, number)
        yield held
        # A connection that ends is forgotten a moment later.
        held.execute("SELECT pg_advisory_unlock_all()")


def enlisted():
    return Worker.objects.create(name="evenhand work elsewhere").number


def states():
    return list(Inbound.objects.values_list("state", "claimed_by")), list(
        Delivery.objects.values_list("state", "claimed_by")
    )


def test_a_worker_is_known_by_its_number_until_it_leaves():
    with present() as one:
        assert list(Worker.objects.values_list("number", "name")) == [(one.number, "evenhand work test")]
    assert (one.number, Worker.objects.count()) == (None, 0)


def test_what_a_dead_worker_had_claimed_is_free_within_two_seconds(cast):
    deliver(cast.seller_alias, mail())
    spool(cast.buyer_alias, mail())
    dead = enlisted()
    with holding(dead):
        (row,) = spool_rows.claim(10, dead)
        (copy,) = outbox.claim(10, dead)
    died = time.monotonic()
    with present() as living:
        again = until(lambda: spool_rows.claim(10, living.number))
        copies = until(lambda: outbox.claim(10, living.number))
    assert time.monotonic() - died < 5
    assert [(one.id, one.attempts) for one in again] == [(row.id, 2)]
    assert [(one.id, one.attempts, one.content) for one in copies] == [(copy.id, 2, copy.content)]
    assert Worker.objects.count() == 0


def test_a_living_worker_keeps_what_it_has_claimed(cast):
    spool(cast.buyer_alias, mail())
    other = enlisted()
    with holding(other), line() as looking:
        assert len(spool_rows.claim(10, other)) == 1
        assert presence.look_around(looking, 0) == set()
        assert presence.reap(looking, [other]) == (0, 0)
        assert spool_rows.claim(10) == []
    assert Worker.objects.get().number == other


def test_a_worker_that_was_given_up_claims_nothing_more(cast):
    spool(cast.buyer_alias, mail())
    gone = enlisted()
    with line() as looking:
        assert presence.look_around(looking, 0) == {gone}
        presence.reap(looking, [gone])
    assert (spool_rows.claim(10, gone), outbox.claim(10, gone)) == ([], [])
    assert len(spool_rows.claim(10, enlisted())) == 1


def test_nobody_is_given_up_while_a_claim_of_theirs_is_not_committed(cast):
    spool(cast.buyer_alias, mail())
    slow = enlisted()
    with line() as claiming, line() as looking:
        with claiming.transaction():
            claiming.execute(spool_rows._CLAIM, {"limit": 10, "lease": 60, "worker": slow})
            assert presence.look_around(looking, 0) == set()
            assert presence.reap(looking, [slow]) == (0, 0)
        assert presence.reap(looking, [slow]) == (1, 0)


def test_a_worker_whose_connection_breaks_comes_back_under_its_number(cast):
    with present() as one, line() as operator:
        number = one.number
        operator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s",
            [presence._CLASS, number],
        )
        until(lambda: one.number is None)
        assert until(lambda: one.number) == number
    assert Worker.objects.count() == 0


def test_a_worker_that_was_given_up_while_it_was_away_comes_back_under_another(cast):
    with present() as one, line() as operator:
        number = one.number
        with operator.transaction():
            operator.execute("DELETE FROM evenhand_worker WHERE number = %s", [number])
            operator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s",
                [presence._CLASS],
            )
        assert until(lambda: one.number not in (None, number) and one.number) > number


def test_two_who_look_at_once_free_the_dead_once(cast):
    spool(cast.buyer_alias, mail())
    dead = enlisted()
    with holding(dead):
        assert len(spool_rows.claim(10, dead)) == 1
    freed, ready = [], threading.Barrier(2)

    def free():
        with line() as looking:
            ready.wait()
            freed.append(presence.reap(looking, [dead]))

    threads = [threading.Thread(target=free) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(freed) == [(0, 0), (1, 0)]


def test_a_late_result_of_one_who_was_given_up_and_lives_is_refused_where_another_has_the_copy(cast):
    deliver(cast.seller_alias, mail())
    lost = enlisted()
    with holding(lost):
        (late,) = outbox.claim(10, lost)
    with line() as looking:
        presence.reap(looking, [lost])
    (current,) = outbox.claim(10, enlisted())
    outbox.record([Outcome(late, Deferred("rcpt", "4.2.2"), late.now())])
    assert Delivery.objects.values_list("state", "attempts").get() == ("sending", current.attempts)


def test_a_copy_at_which_five_workers_died_is_parked_and_the_tries_that_ended_do_not_count(cast):
    deliver(cast.seller_alias, mail())
    (first,) = outbox.claim(10)
    outbox.record([Outcome(first, Deferred("rcpt", "4.2.2"), first.now())])
    for died in range(1, 6):
        Delivery.objects.update(due_at="2026-01-01T00:00Z")
        worker = enlisted()
        with holding(worker):
            assert len(outbox.claim(10, worker)) == 1
        with line() as looking:
            presence.reap(looking, [worker])
        assert Delivery.objects.get().state == ("parked" if died == 5 else "sending")
    assert Delivery.objects.get().reason == "its worker died each time it was sent"
    assert (outbox.claim(10), Attempt.objects.count()) == ([], 1)


def test_what_came_later_for_an_alias_waits_for_what_somebody_has(cast):
    first, second = spool(cast.seller_alias, mail()), spool(cast.seller_alias, mail())
    other_way = spool(cast.buyer_alias, mail())
    one, two = enlisted(), enlisted()
    with holding(one), holding(two):
        assert [row.id for row in spool_rows.claim(1, one)] == [first]
        assert [row.id for row in spool_rows.claim(10, two)] == [other_way]
    with line() as looking:
        presence.reap(looking, [one])
    assert [row.id for row in spool_rows.claim(10)] == [first]
    assert spool_rows.claim(10) == []
    Inbound.objects.filter(id=first).update(state="done")
    assert [row.id for row in spool_rows.claim(10)] == [second]


def test_what_waits_after_an_error_holds_back_its_own_conversation_alone(cast):
    first, _ = spool(cast.seller_alias, mail()), spool(cast.seller_alias, mail())
    other = spool(cast.buyer_alias, mail())
    (row,) = spool_rows.claim(1)
    spool_rows.give_back(row, seconds=60, reason="KeyError: bug")
    assert (row.id, [one.id for one in spool_rows.claim(10)]) == (first, [other])


def test_nobody_passes_a_row_whose_claim_is_not_committed(cast):
    first, second = spool(cast.seller_alias, mail()), spool(cast.seller_alias, mail())
    with line() as claiming, claiming.transaction():
        claimed = claiming.execute(spool_rows._CLAIM, {"limit": 1, "lease": 60, "worker": None}).fetchall()
        assert ([row[0] for row in claimed], spool_rows.claim(10)) == ([first], [])
    Inbound.objects.filter(id=first).update(state="done")
    assert [row.id for row in spool_rows.claim(10)] == [second]


def test_a_page_does_not_pass_what_a_dead_process_left(cast):
    first, second = spool(cast.seller_alias, mail()), spool(cast.seller_alias, mail())
    assert spool_rows.claim_one(first).id == first
    assert spool_rows.claim_one(second) is None
    Inbound.objects.filter(id=first).update(state="done")
    assert spool_rows.claim_one(second).id == second
