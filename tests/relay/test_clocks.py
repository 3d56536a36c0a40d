"""Whatever the machine's clock does, nothing comes due sooner or later: all waiting is by the database's clock."""

import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from evenhand.jobs import tidy
from evenhand.relay import outbox
from evenhand.relay import spool as spool_rows
from evenhand.relay.channel import Deferred
from evenhand.relay.holds import CONFIRM_WITHIN, confirm
from evenhand.relay.models import Delivery, Hold, Inbound
from evenhand.relay.outbox import Outcome
from tests.relay.post import AtOnce, deliver, mail, spool, work
from tests.relay.vouching import FAIL

SLACK = timedelta(seconds=30)


@pytest.fixture(params=[timedelta(hours=2), timedelta(hours=-2)], ids=["ahead", "behind"])
def jumped(request, monkeypatch):
    """The clock of the machine, as Python shows it, has jumped; the database keeps its own."""

    class Jumped(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + request.param

    modules = [one for name, one in sys.modules.items() if name.startswith("evenhand.")]
    for one in modules:
        if getattr(one, "datetime", None) is datetime:
            monkeypatch.setattr(one, "datetime", Jumped)
    monkeypatch.setattr(timezone, "now", lambda: Jumped.now(UTC))
    return request.param


def by_the_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def is_near(moment, wanted):
    return abs(moment - wanted) < SLACK


@pytest.mark.django_db(transaction=True)
def test_a_mail_is_due_at_once_and_after_an_error_when_it_should_be(cast, jumped):
    row = spool(cast.seller_alias, mail())
    (claimed,) = spool_rows.claim(10)
    assert claimed.id == row
    lease_ends = timedelta(seconds=spool_rows.LEASE_SECONDS)
    assert is_near(Inbound.objects.get().due_at, by_the_database() + lease_ends)
    spool_rows.give_back(claimed, seconds=600, reason="a bug")
    assert is_near(Inbound.objects.get().due_at, by_the_database() + timedelta(seconds=600))


@pytest.mark.django_db(transaction=True)
def test_a_copy_is_due_at_once_is_tried_again_and_given_up_when_it_should_be(cast, jumped):
    deliver(cast.seller_alias, mail())
    copy, now = Delivery.objects.get(), by_the_database()
    assert is_near(copy.created_at, now)
    assert is_near(copy.due_at, now)
    assert is_near(copy.expires_at, now + timedelta(days=5))
    (pending,) = outbox.claim(10)
    assert is_near(Delivery.objects.get().due_at, by_the_database() + outbox.LEASE)
    outbox.record([Outcome(pending, Deferred("rcpt", "4.2.2"), pending.now())])
    copy = Delivery.objects.get()
    assert copy.state == "deferred"
    assert is_near(copy.due_at, by_the_database() + timedelta(seconds=outbox.FIRST_PAUSE))


@pytest.mark.django_db(transaction=True)
def test_a_hold_lapses_when_it_should_and_what_is_confirmed_is_due_at_once(cast, jumped, vouching):
    vouching(FAIL)
    rows = [spool(cast.seller_alias, mail(), trusted=False) for _ in range(3)]
    work(AtOnce())
    assert [is_near(hold.held_at, by_the_database()) for hold in Hold.objects.all()] == [True] * 3
    soon, late, confirmed = rows
    hour = timedelta(hours=1)
    Hold.objects.filter(inbound_id=soon).update(held_at=by_the_database() - CONFIRM_WITHIN + hour)
    Hold.objects.filter(inbound_id=late).update(held_at=by_the_database() - CONFIRM_WITHIN - hour)
    tidy(0)
    assert list(Hold.objects.exclude(dropped_at=None).values_list("inbound_id", flat=True)) == [late]
    assert confirm(confirmed, user_id=cast.ada.pk)
    assert is_near(Inbound.objects.get(id=confirmed).due_at, by_the_database())
