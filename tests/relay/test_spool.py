"""The spool: a retry is no second message, poison stops only itself, and no claim is believed for ever."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from evenhand.conversations.models import Message
from evenhand.record.models import Event
from evenhand.relay import spool as spool_rows
from evenhand.relay import work as works
from evenhand.relay.models import Delivery, Inbound
from evenhand.relay.process import Desk, process
from evenhand.relay.results import Overtaken, store
from evenhand.relay.scene import scenes
from evenhand.relay.work import _store, process_now
from tests.relay.post import ADA, BEN, copies, deliver, mail, message_of, reading_of, spool, text_of, work

NO_TIME = timedelta(0)


def state(row):
    return Inbound.objects.values_list("state", "attempts").get(id=row)


def come_due():
    Inbound.objects.filter(state="queued").update(due_at="2026-01-01T00:00Z")


@pytest.fixture
def poison(monkeypatch):
    """Let every mail break that holds these words."""

    def broken(spooled, reading, scene, desk):
        if b"poison" in spooled.raw:
            raise RuntimeError("the parser stopped")
        return process(spooled, reading, scene, desk)

    monkeypatch.setattr(works, "process", broken)


def test_a_retry_that_came_by_another_way_is_no_second_message(cast):
    raw = mail()
    first = spool(cast.seller_alias, raw)
    spool(cast.seller_alias, b"Received: from elsewhere.example by m.market.example; today\r\n" + raw)
    work()
    assert [row.id for row in Inbound.objects.all()] == [first]
    assert (Message.objects.count(), len(copies())) == (1, 1)
    assert Event.objects.filter(kind="accepted").count() == 1


def test_a_retry_that_comes_when_all_is_done_is_no_second_message_either(cast):
    raw = mail()
    deliver(cast.seller_alias, raw)
    spool(cast.seller_alias, raw)
    assert work() == 0


def test_the_same_words_sent_twice_by_a_person_are_two_messages(cast):
    deliver(cast.seller_alias, mail())
    deliver(cast.seller_alias, mail())
    assert Message.objects.count() == 2


def test_poison_stops_only_itself_and_is_parked_after_three_tries(cast, poison):
    good = [spool(cast.seller_alias, mail(text=f"Letter {number}\n")) for number in range(9)]
    bad = spool(cast.seller_alias, mail(text="poison\n"))
    good += [spool(cast.buyer_alias, mail(BEN, text=f"Answer {number}\n")) for number in range(9)]
    work()
    assert [state(row) for row in good] == [("done", 1)] * 18
    assert state(bad) == ("queued", 1)
    for tries in (2, 3):
        come_due()
        work()
        assert state(bad)[1] == tries
    assert state(bad) == ("parked", 3)
    assert Inbound.objects.get(id=bad).outcome == "RuntimeError: the parser stopped"
    come_due()
    assert work() == 0


def test_p3_what_comes_later_waits_behind_poison_until_that_is_parked(cast, poison):
    bad = spool(cast.seller_alias, mail(text="poison\n"))
    good = [spool(cast.seller_alias, mail(text=f"Letter {number}\n")) for number in range(3)]
    for tries in (1, 2):
        work()
        assert (state(bad), [state(row) for row in good]) == (("queued", tries), [("queued", 0)] * 3)
        come_due()
    work()
    work()
    assert (state(bad), [state(row) for row in good]) == (("parked", 3), [("done", 1)] * 3)
    assert [text_of(copy).splitlines()[0] for copy in copies()] == ["Letter 0", "Letter 1", "Letter 2"]


def test_p3_what_comes_later_waits_for_one_that_is_due_in_a_moment(cast):
    # A statement reads its clock before it reads the table: what was put back between the two is not due for it.
    first = spool(cast.seller_alias, mail(text="The first\n"))
    spool(cast.seller_alias, mail(text="The second\n"))
    Inbound.objects.filter(id=first).update(due_at="2999-01-01T00:00Z")
    assert spool_rows.claim(10) == []


@pytest.mark.parametrize(
    "ahead", [{"due_at": "2999-01-01T00:00Z"}, {"state": "working", "due_at": "2999-01-01T00:00Z"}]
)
def test_the_many_that_wait_behind_one_do_not_keep_others_waiting(cast, ahead):
    first = spool(cast.seller_alias, mail(text="The first\n"))
    Inbound.objects.filter(id=first).update(**ahead)
    for number in range(10):
        spool(cast.seller_alias, mail(text=f"Letter {number}\n"))
    other = spool(cast.buyer_alias, mail(BEN))
    assert [row.id for row in spool_rows.claim(10)] == [other]


def test_a_mail_that_was_put_back_is_not_crowded_out_by_those_that_wait_behind_it(cast):
    first = spool(cast.seller_alias, mail(text="The first\n"))
    behind = [spool(cast.seller_alias, mail(text=f"Letter {number}\n")) for number in range(10)]
    Inbound.objects.filter(id__in=behind).update(due_at="2026-01-01T00:00Z")
    assert [row.id for row in spool_rows.claim(5)] == [first]


def test_what_killed_its_worker_three_times_is_parked_unread(cast, poison):
    bad = spool(cast.seller_alias, mail(text="poison\n"))
    # A killed worker leaves the row as it claimed it.
    Inbound.objects.filter(id=bad).update(state="working", attempts=3)
    work()
    assert Inbound.objects.values_list("state", "outcome").get(id=bad) == (
        "parked",
        "its worker died each time it was worked",
    )


def test_what_was_claimed_before_is_claimed_alone(cast):
    again = spool(cast.seller_alias, mail())
    Inbound.objects.filter(id=again).update(attempts=1)
    fresh = {spool(cast.buyer_alias, mail()) for _ in range(3)}
    assert [row.id for row in spool_rows.claim(10)] == [again]
    assert {row.id for row in spool_rows.claim(10)} == fresh


def test_a_row_that_cannot_be_written_stops_only_itself(cast):
    rows = [
        spool(cast.seller_alias, mail(text="Letter 0\n")),
        spool(cast.seller_alias, mail(text="Letter 1\n")),
        spool(cast.buyer_alias, mail(BEN, text="Letter 2\n")),
        spool(cast.seller_alias, mail(text="Letter 3\n")),
    ]
    claimed = spool_rows.claim(10)
    surroundings = scenes(claimed)
    endings = [process(row, reading_of(row), surroundings[row.id], _desk()) for row in claimed]
    endings[1].reason = "x\x00y"
    _store(endings)
    # Of its own conversation what comes later waits.
    assert [state(row)[0] for row in rows] == ["done", "queued", "done", "queued"]
    assert Message.objects.count() == 2


def test_damaged_bytes_are_parked_and_never_passed_on(cast):
    row = spool(cast.seller_alias, mail())
    Inbound.objects.filter(id=row).update(raw=b"From: somebody else")
    work()
    assert Inbound.objects.values_list("state", "outcome").get(id=row) == ("parked", "the stored mail was altered")
    assert Delivery.objects.count() == 0


def test_a_large_mail_goes_by_way_of_the_blob_store(cast):
    text = "A long letter. " * 4000 + "\n"
    row = spool(cast.seller_alias, mail(text=text), inline=1000)
    assert Inbound.objects.get(id=row).raw is None
    work()
    assert message_of(row).text == text.rstrip("\n")


def test_a_worker_that_comes_late_is_turned_away(cast):
    row = spool(cast.seller_alias, mail())
    [late] = spool_rows.claim(10)
    ending = process(late, reading_of(late), scenes([late])[late.id], _desk())
    Inbound.objects.filter(id=row).update(due_at="2026-01-01T00:00Z")
    work()
    with pytest.raises(Overtaken):
        store([ending])
    assert (Message.objects.count(), Delivery.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_claim_the_same_row():
    from tests.cast import introduce

    cast = introduce()
    rows = {spool(cast.seller_alias, mail()) for _ in range(40)}
    claimed, given_up = [], threading.Event()

    def claim():
        try:
            while len(claimed) < 40 and not given_up.wait(0):
                found = [one.id for one in spool_rows.claim(3)]
                claimed.extend(found)
                # What comes later for an alias waits until this is done.
                Inbound.objects.filter(id__in=found).update(state="done")
        finally:
            connection.close()

    workers = [threading.Thread(target=claim) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(20)
    given_up.set()
    assert len(claimed) == 40
    assert set(claimed) == rows


def test_a_person_at_a_page_need_not_wait_for_a_worker(cast):
    row = spool(cast.seller_alias, mail(), ago=NO_TIME)
    assert process_now(row) == message_of(row).id
    assert process_now(row) == message_of(row).id


def test_l61_every_accepted_mail_and_its_end_are_in_the_record_and_name_nobody(cast):
    deliver(cast.seller_alias, mail(text=f"I am {ADA}\n"))
    events = list(Event.objects.order_by("id"))
    assert [one.kind for one in events] == ["accepted", "judged"]
    assert [one for one in events if b"@" in bytes(one.content) or b"I am" in bytes(one.content)] == []


def test_if_the_end_cannot_be_written_the_record_does_not_tell_of_it(cast):
    spool(cast.seller_alias, mail())
    [row] = spool_rows.claim(10)
    ending = process(row, reading_of(row), scenes([row])[row.id], _desk())
    ending.said = None
    ending.scene = None
    ending.hold = ("leak", "x", "y")
    Inbound.objects.filter(id=row.id).update(attempts=9)
    with pytest.raises(Overtaken):
        store([ending])
    assert Event.objects.filter(kind="judged").count() == 0


def _desk():
    from datetime import UTC, datetime

    from django.conf import settings

    from evenhand.policy import house_book

    return Desk(settings.EVENHAND, house_book(), datetime.now(UTC))
