"""Holds nobody decides about: those that wait for an author to confirm lapse, the others wait for the operator."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from evenhand.jobs import tidy
from evenhand.record.models import Event
from evenhand.relay.holds import CONFIRM_WITHIN, let_lapse
from evenhand.relay.models import Hold, Inbound
from tests.relay.post import deliver, mail

LAPSING = {"unconfirmed", "unknown-sender"}


@pytest.fixture
def held(cast):
    """A hold of each reason, all of the same age."""
    for reason in (
        "unconfirmed",
        "unknown-sender",
        "ambiguous-sender",
        "policy",
        "leak",
        "unreadable",
        "encrypted",
        "loop",
    ):
        row = deliver(cast.seller_alias, mail("eve@elsewhere.example", msgid=f"{reason}@elsewhere.example"))
        Hold.objects.filter(inbound=row).update(reason=reason)
    at = timezone.now() - timedelta(days=30)
    Hold.objects.update(held_at=at)
    return at


def waiting():
    return set(Hold.objects.filter(dropped_at=None).values_list("reason", flat=True))


def test_a_mail_nobody_confirms_lapses_after_a_week_and_not_before(held):
    reasons = waiting()
    assert (let_lapse(now=held + CONFIRM_WITHIN), waiting()) == (0, reasons)
    assert let_lapse(now=held + CONFIRM_WITHIN + timedelta(seconds=1)) == 2
    assert waiting() == reasons - LAPSING
    assert let_lapse(now=held + timedelta(days=20)) == 0


def test_a_mail_that_lapsed_stays_as_evidence_and_the_record_says_so(held):
    let_lapse()
    lapsed = Inbound.objects.filter(outcome="lapsed: nobody confirmed it")
    assert set(lapsed.values_list("state", flat=True)) == {"done"}
    assert Inbound.objects.filter(state="held").count() == 6
    assert (lapsed.filter(raw=None).count(), Event.objects.filter(kind="lapsed").count()) == (0, 2)


@pytest.mark.parametrize("decision", ["released_at", "dropped_at"])
def test_what_was_decided_does_not_lapse(held, decision):
    Hold.objects.update(**{decision: timezone.now()})
    assert let_lapse() == 0


def test_the_job_lets_holds_lapse_and_forgets_sessions_that_have_ended(held):
    for key, life in (("ended", -1), ("alive", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + timedelta(days=life))
    tidy(0)
    assert not waiting() & LAPSING
    assert list(Session.objects.values_list("session_key", flat=True)) == ["alive"]
