"""Wherever and however an address is planted in a mail, it does not leave: the promise, tried at random."""

from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as limits

from evenhand.policy import house_book
from evenhand.relay.process import Desk, process
from evenhand.relay.scene import Party, Scene
from evenhand.relay.spool import Spooled
from tests.mail.strategies import FORMS
from tests.relay.plant import SEEN, planted, tells
from tests.relay.post import ADA, BEN, copies, deliver, finished, mail, reading_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def party(number, role, name, letter, address):
    alias = f"{letter * 26}@m.market.example"
    return Party(UUID(int=number), role, name, "en", alias, address, frozenset({address}), (address,))


SCENE = Scene(
    UUID(int=3), "Order 7731", None, True, party(2, "seller", "Ben", "b", BEN), party(1, "buyer", "Ada", "a", ADA), None
)


def journey(raw):
    """Process a mail of ada's to ben."""
    spooled = Spooled(
        UUID(int=4), UUID(int=5), None, "mail", None, None, ADA, raw, "127.0.0.1", "pigeon.home.example", True, None, NOW, 1
    )  # fmt: skip
    return process(spooled, reading_of(spooled), SCENE, Desk(settings.EVENHAND, house_book(), NOW))


def test_wherever_an_address_is_planted_it_does_not_leave():
    ends = Counter()

    @limits(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(planted())
    def nothing_leaves(raw):
        assert tells(raw), "the input tells nothing, so the test would prove nothing"
        ending = journey(raw)
        assert [sending.content for _, sending in ending.sendings if tells(sending.content)] == []
        ends[ending.message_state.value if ending.message_id else ending.outcome] += 1

    nothing_leaves()
    # If all were held, nothing would have been shown about what is passed on.
    assert set(ends) <= {"relayed", "held", "blocked", "ambiguous-sender"}
    assert ends["relayed"] >= 40


def test_the_scanner_of_these_tests_sees_a_leak(cast):
    deliver(cast.seller_alias, mail())
    assert not tells(finished(copies()[0]))
    assert tells(finished(copies()[0]).replace(b"Does the lamp", b"Does home.example"))


def test_the_scanner_of_these_tests_sees_through_most_forms():
    assert sorted(set(FORMS) - set(SEEN)) == []
