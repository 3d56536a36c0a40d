"""A flood of messages is held for a person, past so many an hour and a day; nobody else is slowed by it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from evenhand.conversations.models import Message
from evenhand.relay.models import Hold
from tests.relay.post import ADA, BEN, copies, deliver, mail, spool, work

HELD = "you wrote more messages in a short time than people do; a person will look at it first"


@pytest.fixture
def limits(settings):
    def limit(**chosen):
        none = dict.fromkeys(("conversation_hourly", "conversation_daily", "author_hourly", "author_daily"), 0)
        settings.EVENHAND = replace(settings.EVENHAND, **none | chosen)

    return limit


def say(cast, count, to="seller"):
    """Take in so many different mails at once, and work them in one batch; gives their ends."""
    alias, author = (cast.seller_alias, ADA) if to == "seller" else (cast.buyer_alias, BEN)
    rows = [
        spool(alias, mail(sender=author, text=f"Letter {number} to the {to}.\n"), reverse_path=author)
        for number in range(count)
    ]
    work()
    return [Message.objects.get(inbound_id=row) for row in rows]


def test_l55_what_is_past_the_limit_of_an_hour_is_held_even_within_a_batch_and_the_other_side_writes_on(cast, limits):
    limits(conversation_hourly=3)
    assert [one.state for one in say(cast, 5)] == ["relayed"] * 3 + ["held"] * 2
    assert [one.state for one in say(cast, 2, to="buyer")] == ["relayed"] * 2
    assert len(copies()) == 5
    assert list(Hold.objects.values_list("reason", "public", "private").distinct()) == [
        ("rate", HELD, "more than 3 messages in this conversation within an hour")
    ]


def test_an_hour_later_the_author_may_write_again_and_a_day_has_a_limit_of_its_own(cast, limits):
    limits(conversation_hourly=3, conversation_daily=4)
    say(cast, 4)
    Message.objects.update(sent_at=Message.objects.first().sent_at - timedelta(hours=2))
    # What was held before counts for nothing.
    assert [deliver(cast.seller_alias, mail(text=f"Later {n}.\n")).state for n in range(2)] == ["done", "held"]
    assert Hold.objects.latest("id").private == "more than 4 messages in this conversation within a day"


@pytest.mark.parametrize("limit", ["author_hourly", "author_daily"])
def test_l63_an_author_has_a_limit_over_all_conversations(cast, limits, limit):
    limits(**{limit: 2})
    assert [one.state for one in say(cast, 3)] == ["relayed", "relayed", "held"]
    assert Hold.objects.get().private.startswith("more than 2 messages in all conversations")


def test_a_stranger_who_claims_to_be_the_author_uses_nothing_up(cast, limits, vouching):
    limits(conversation_hourly=1)
    row = deliver(cast.seller_alias, mail(sender="eve@evil.example"), reverse_path="eve@evil.example")
    assert row.state == "held"
    assert [one.state for one in say(cast, 1)] == ["relayed"]


def test_limits_cost_two_queries_a_batch_and_none_where_there_are_none(cast, limits, django_assert_num_queries):
    from evenhand.relay.rates import read_rates
    from evenhand.relay.scene import scenes
    from evenhand.relay.spool import claim

    for number in range(5):
        spool(cast.seller_alias, mail(text=f"Letter {number}.\n"))
    read = scenes(claim(5)).values()
    for chosen, queries in (({}, 0), ({"author_hourly": 5}, 1), ({"author_hourly": 5, "conversation_daily": 5}, 2)):
        limits(**chosen)
        with django_assert_num_queries(queries):
            read_rates(read, _settings())


def _settings():
    from django.conf import settings

    return settings.EVENHAND
