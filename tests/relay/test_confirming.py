"""A mail nobody vouched for goes on by the word of whoever it says it is from, once, and through every rule."""

from datetime import timedelta

import pytest
from django.utils import timezone

from evenhand.conversations.models import Message
from evenhand.record.models import Event
from evenhand.relay.holds import CONFIRM_WITHIN, confirm, disown, let_lapse
from evenhand.relay.models import Hold, Inbound
from evenhand.relay.work import process_now
from tests.relay.post import BEN, AtOnce, File, Silent, copies, deliver, mail, spool, text_of, work
from tests.relay.vouching import FAIL

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def waiting(cast, vouching):
    """Let a mail in ada's name come to nobody's word; gives its row."""
    vouching(FAIL)

    def come(raw=None, **fields):
        row = spool(cast.seller_alias, raw or mail(text="Is it still there?\n"), **{"trusted": False} | fields)
        work(AtOnce())
        found = Inbound.objects.get(id=row)
        assert (found.state, found.outcome, found.author_id) == ("held", "unconfirmed", cast.buyer.id)
        return found

    return come


def ended(row):
    row.refresh_from_db()
    return row.state, row.outcome


def test_what_its_author_confirms_goes_on_as_theirs(cast, waiting):
    row = waiting()
    assert confirm(row.id, user_id=cast.ada.pk)
    message = Message.objects.get(id=process_now(row.id))
    assert (message.author, message.author_user_id, message.state) == (cast.buyer, cast.ada.pk, "relayed")
    (copy,) = copies()
    assert (copy.address, text_of(copy).partition("\n")[0]) == (BEN, "Is it still there?")
    hold = Hold.objects.get(inbound=row)
    assert (hold.decided_by_id, hold.released_at is not None, hold.dropped_at) == (cast.ada.pk, True, None)
    assert list(Event.objects.filter(kind="confirmed").values_list("actor_id", flat=True)) == [cast.buyer.id]


def test_a_worker_takes_it_if_the_page_does_not_and_asks_nobody(cast, waiting):
    row = waiting()
    confirm(row.id, user_id=cast.ada.pk)
    work(Silent())
    assert ended(row) == ("done", "relayed")


def test_a_mail_with_a_null_reverse_path_can_be_confirmed(cast, waiting):
    row = waiting(reverse_path="")
    confirm(row.id, user_id=cast.ada.pk)
    work()
    assert ended(row) == ("done", "relayed")


def test_what_its_author_disowns_goes_nowhere_and_stays_as_evidence(cast, waiting):
    row = waiting()
    assert disown(row.id, user_id=cast.ada.pk)
    assert work() == 0
    assert ended(row) == ("done", "disowned: not by whom it says it is from")
    assert (copies(), Message.objects.count(), row.raw is not None) == ([], 0, True)
    assert Event.objects.filter(kind="disowned").count() == 1


@pytest.mark.parametrize("first", [confirm, disown])
@pytest.mark.parametrize("second", [confirm, disown])
def test_only_the_first_answer_counts(cast, waiting, first, second):
    row = waiting()
    assert first(row.id, user_id=cast.ada.pk)
    work()
    before = ended(row)
    assert not second(row.id, user_id=cast.ada.pk)
    assert work() == 0
    assert ended(row) == before
    assert len(copies()) == (first is confirm)


def test_after_a_week_it_is_too_late(cast, waiting):
    row = waiting()
    let_lapse(now=timezone.now() + CONFIRM_WITHIN + timedelta(minutes=1))
    assert not confirm(row.id, user_id=cast.ada.pk)
    assert ended(row) == ("done", "lapsed: nobody confirmed it")


def test_before_the_answer_is_worked_it_neither_lapses_nor_is_asked_again(cast, waiting):
    row = waiting()
    confirm(row.id, user_id=cast.ada.pk)
    assert let_lapse(now=timezone.now() + CONFIRM_WITHIN * 2) == 0
    assert not confirm(row.id, user_id=cast.ada.pk)
    assert ended(row)[0] == "queued"


@pytest.mark.parametrize("reason", ["unknown-sender", "ambiguous-sender", "policy", "leak", "encrypted", "loop"])
def test_no_other_hold_is_its_authors_to_end(cast, waiting, reason):
    row = waiting()
    Hold.objects.update(reason=reason)
    assert not confirm(row.id, user_id=cast.ada.pk)
    assert not disown(row.id, user_id=cast.ada.pk)
    assert ended(row)[0] == "held"


def test_a_confirmed_mail_meets_every_rule(cast, waiting):
    row = waiting(mail(files=[File("run.exe", b"MZ" + bytes(200))], text="Look.\n"))
    confirm(row.id, user_id=cast.ada.pk)
    work()
    message = Message.objects.get(inbound_id=row.id)
    assert message.findings.count() == 1


def test_a_confirmed_mail_may_be_held_again_for_another_reason(cast, waiting):
    row = waiting(mail(text="-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n"))
    confirm(row.id, user_id=cast.ada.pk)
    work()
    assert ended(row) == ("held", "encrypted")
    assert Hold.objects.get(inbound=row).reason == "encrypted"
    assert not confirm(row.id, user_id=cast.ada.pk)


def test_an_address_taken_away_in_the_meantime_writes_no_more(cast, waiting):
    row = waiting()
    cast.buyer.addresses.update(retired_at=timezone.now())
    confirm(row.id, user_id=cast.ada.pk)
    work()
    assert ended(row) == ("held", "unknown-sender")


def test_a_conversation_closed_in_the_meantime_stays_closed(cast, waiting):
    row = waiting()
    cast.conversation.closed_at = timezone.now()
    cast.conversation.save()
    confirm(row.id, user_id=cast.ada.pk)
    work()
    assert (ended(row)[0], copies()) == ("done", [])


def test_mail_of_others_is_as_before(cast):
    assert ended(deliver(cast.seller_alias, mail())) == ("done", "relayed")
