"""One automatic mail a conversation and day, whoever wants to write it and however many workers there are."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from evenhand.relay import work
from evenhand.relay.failures import tell_of_failures
from evenhand.relay.models import Delivery, Inbound, LastNotice
from evenhand.relay.notices import about_failure
from evenhand.relay.results import queue
from evenhand.relay.scene import scenes
from evenhand.relay.trace import FIELD, read_trace
from tests.cast import introduce, place
from tests.relay.post import ADA, BEN, copies, deliver, finished, mail, notices, opened, spool, text_of
from tests.relay.post import work as work_all


def unconfirmed(alias):
    """
    A mail in ada's name that nobody vouches for: she is to be told that it waits.

    It has waited so long that another for the same alias may pass it, so that two workers can meet.
    """
    row = spool(alias, mail(), trusted=False, ago=timedelta(hours=2))
    Inbound.objects.filter(id=row).update(authentication={"verdict": "none"})
    return row


def at_once(*jobs):
    """Run jobs in threads of their own, each with its connection; all must come to their end."""
    done = []

    def run(job):
        try:
            done.append(job())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert len(done) == len(jobs)


@pytest.mark.django_db(transaction=True)
def test_l59_two_workers_at_once_write_one_notice(monkeypatch):
    cast = introduce()
    for _ in range(2):
        unconfirmed(cast.seller_alias)
    both_have_looked = threading.Barrier(2, timeout=20)

    def look(batch):
        found = scenes(batch)
        assert [one.notified_lately for one in found.values()] == [False]
        both_have_looked.wait()
        return found

    monkeypatch.setattr(work, "scenes", look)
    at_once(*[lambda: work.work_spool(None, 1)] * 2)
    assert [row.state for row in Inbound.objects.all()] == ["held", "held"]
    assert [(one.address, one.return_path) for one in notices()] == [(ADA, "")]


@pytest.mark.django_db(transaction=True)
def test_l59_workers_with_many_conversations_do_not_wait_for_each_other_for_ever(monkeypatch):
    cast = introduce()
    aliases = [cast.seller_alias]
    for number in range(3):
        talk = work_conversation(place(cast.buyer, cast.seller, f"90{number}"))
        aliases.append(talk.aliases.get(participant=cast.seller))
    for alias in [*aliases, *reversed(aliases)]:
        unconfirmed(alias)
    both_have_looked = threading.Barrier(2, timeout=20)

    def look(batch):
        found = scenes(batch)
        both_have_looked.wait()
        return found

    monkeypatch.setattr(work, "scenes", look)
    at_once(*[lambda: work.work_spool(None, 4)] * 2)
    assert len(notices()) == 4
    assert len({one.conversation_id for one in notices()}) == 4


def work_conversation(order):
    from evenhand.conversations.actions import open_conversation

    return open_conversation(order)


def test_a_batch_of_its_own_writes_one_notice_a_conversation(cast):
    for _ in range(3):
        unconfirmed(cast.seller_alias)
    work_all()
    assert len(notices()) == 1


def test_l15_a_bounce_after_acceptance_fails_the_copy_and_its_author_hears_of_it_once(cast):
    deliver(cast.seller_alias, mail())
    Delivery.objects.update(state="failed", status="5.2.2", ended_at=timezone.now())
    tell_of_failures([copies()[0].id])
    tell_of_failures([copies()[0].id])
    (notice,) = notices()
    assert "Your message could not be delivered by e-mail: the mailbox is full." in text_of(notice)
    assert [word for word in (BEN, "shop.example") if word.encode() in finished(notice)] == []


def test_the_day_is_counted_from_the_last_notice(cast):
    deliver(cast.seller_alias, mail())
    Delivery.objects.update(state="failed", status="5.1.1")
    tell_of_failures([copies()[0].id])
    for age, told in ((timedelta(hours=23, minutes=59), 1), (timedelta(hours=24, minutes=1), 2)):
        LastNotice.objects.update(at=timezone.now() - age)
        tell_of_failures([copies()[0].id])
        assert len(notices()) == told


def test_a_notice_is_a_machine_s_mail_and_known_when_it_comes_back(cast):
    unconfirmed(cast.seller_alias)
    work_all()
    (notice,) = notices()
    fields = opened(notice)
    assert (fields["Auto-Submitted"], fields["X-Auto-Response-Suppress"], notice.return_path) == (
        "auto-generated",
        "All",
        "",
    )
    assert read_trace(settings.EVENHAND.secret_key, fields[FIELD]) == 1
    row = deliver(cast.seller_alias, finished(notice), reverse_path="")
    assert (row.outcome, len(notices())) == ("it is a mail of ours that came back", 1)


def test_a_notice_that_is_not_written_leaves_the_day_free(cast):
    deliver(cast.seller_alias, mail())
    row = Inbound.objects.get()
    scene = next(iter(scenes([stand_in(row)]).values()))
    sending = about_failure(scene, scene.author, settings.EVENHAND, "it is gone", timezone.now())
    with transaction.atomic():
        assert queue(sending, conversation_id=cast.conversation.id, now=timezone.now())
        transaction.set_rollback(True)
    assert (notices(), LastNotice.objects.count()) == ([], 0)


def stand_in(row):
    from evenhand.relay.failures import stand_in

    return stand_in(row.id, row.alias_id, row.received_at)
