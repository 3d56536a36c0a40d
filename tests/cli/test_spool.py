"""What is parked waits for a person: looked at, put back into the line, or dropped with a word about why."""

import pytest
from django.utils import timezone

from evenhand.record.models import Event
from evenhand.relay import outbox, spool
from evenhand.relay.channel import Sent
from evenhand.relay.models import Delivery, Inbound
from evenhand.relay.outbox import Outcome
from tests.relay.post import ADA, BEN, copies, deliver, mail, message_of, work
from tests.relay.post import spool as take_in

NOBODY = "00000000-0000-0000-0000-000000000001"


@pytest.fixture
def parked(cast):
    """A mail that was given up after three tries."""
    row = take_in(cast.seller_alias, mail(text="A \x1b[31mred\u202e word\n"))
    for _ in range(3):
        (claimed,) = spool.claim(10)
        spool.give_back(claimed, seconds=0, reason="KeyError: no")
    assert Inbound.objects.get(id=row).state == "parked"
    return row


def test_a_released_mail_goes_its_way_as_if_it_had_just_come(cast, run, parked):
    said = run("spool", "release", parked)
    assert (said.exit_code, said.output) == (
        0, "The mail is in the line again. See what comes of it: evenhand status\n",
    )  # fmt: skip
    work()
    assert message_of(Inbound.objects.get(id=parked)).state == "relayed"
    assert len(copies()) == 1
    assert Event.objects.filter(kind="released").count() == 1


def test_a_dropped_mail_is_told_of_nobody_and_stays_as_evidence(cast, run, parked):
    assert run("spool", "drop", parked, "--reason", "a bomb\x00\n of\tMIME").exit_code == 0
    row = Inbound.objects.get(id=parked)
    assert (row.state, row.outcome, bytes(row.raw)[:5]) == ("done", "dropped by the operator: a bomb of MIME", b"From:")
    work()
    assert Delivery.objects.count() == 0
    assert Event.objects.filter(kind="dropped").count() == 1


def test_to_look_at_a_parked_mail_harms_no_terminal_and_is_recorded(cast, run, parked):
    said = run("spool", "show", parked)
    assert said.exit_code == 0
    assert ADA in said.output
    assert ("\x1b" in said.output, "\u202e" in said.output) == (False, False)
    assert Event.objects.filter(kind="looked-at").count() == 1


def test_a_copy_that_may_have_arrived_is_sent_again_only_by_an_express_word(cast, run):
    deliver(cast.seller_alias, mail())
    (copy,) = outbox.claim(10, None)
    outbox.park(Outcome(copy, Sent(), timezone.now()), "DataError")
    refused = run("spool", "release", copy.id)
    assert (refused.exit_code, "twice nevertheless: --again" in refused.output) == (1, True)
    assert Delivery.objects.get().state == "parked"
    assert run("spool", "release", "--again", copy.id).exit_code == 0
    assert (Delivery.objects.get().state, Delivery.objects.get().content == copy.content) == ("queued", True)


def test_the_author_of_a_dropped_copy_is_told_that_it_did_not_arrive(cast, run):
    deliver(cast.seller_alias, mail())
    Delivery.objects.update(state="parked", reason="a copy of tests")
    copy = Delivery.objects.get()
    assert run("spool", "drop", copy.id, "--reason", "its server is gone").exit_code == 0
    assert Delivery.objects.get(id=copy.id).state == "failed"
    assert [one.address for one in Delivery.objects.exclude(id=copy.id)] == [ADA]
    assert BEN not in run("status").output


@pytest.mark.parametrize("words", [("release",), ("drop", "--reason", "no"), ("show",)])
def test_what_is_not_parked_is_left_alone(cast, run, words):
    queued = take_in(cast.seller_alias, mail())
    for number in (queued, NOBODY):
        said = run("spool", *words, number)
        assert (said.exit_code, "See what is parked: evenhand status" in said.output) == (1, True)
    assert Inbound.objects.get().state == "queued"
    assert Event.objects.filter(kind__in=["released", "dropped", "looked-at"]).count() == 0


def test_an_id_that_is_none_gets_a_clear_word(run):
    said = run("spool", "release", "../../etc")
    assert (said.exit_code, "is not a valid UUID" in said.output) == (2, True)
