"""An order opens a conversation, and each side is given an alias that says nothing and belongs to nobody else, ever."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from evenhand.conversations.actions import ALIAS_LIFE, new_local_part, open_conversation, open_conversations
from evenhand.conversations.models import Alias, Conversation
from evenhand.orders.models import Order
from tests.cast import PLACED, introduce, place


class TestLocalParts:
    def test_they_are_26_characters_of_lower_case_base32(self):
        made = [new_local_part() for _ in range(2000)]
        assert [one for one in made if not re.fullmatch("[a-z2-7]{26}", one)] == []

    def test_l49_no_two_are_alike_and_no_place_in_them_can_be_guessed(self):
        made = [new_local_part() for _ in range(4000)]
        assert len(set(made)) == len(made)
        # 128 bits fill 25 characters and three bits of the last: all 32 letters, and eight at the end.
        assert [len({one[place] for one in made}) for place in range(26)] == [32] * 25 + [8]

    def test_they_survive_mail_programs_that_fold_the_case(self):
        made = new_local_part()
        assert made == made.lower() != made.upper()


@pytest.mark.django_db
class TestOpening:
    def test_each_side_has_an_alias_under_the_relays_domain(self, cast):
        assert (cast.conversation.buyer, cast.conversation.seller) == (cast.buyer, cast.seller)
        assert (cast.conversation.subject, cast.conversation.opened_at) == ("Order 7731", PLACED)
        assert {alias.domain for alias in (cast.buyer_alias, cast.seller_alias)} == {"m.market.example"}
        assert cast.buyer_alias.local_part != cast.seller_alias.local_part

    def test_l48_an_alias_says_nothing_of_people_and_order(self, cast):
        words = ("ada", "ben", "lamp", "7731", "home", "shop", "buyer", "seller")
        # A word of three letters may come up by chance: not in both of two, made twice.
        twice = open_conversation(place(cast.buyer, cast.seller, "7731-2"))
        aliases = [str(one) for one in (*cast.conversation.aliases.all(), *twice.aliases.all())]
        assert [word for word in words if all(word in one.partition("@")[0] for one in aliases)] == []

    def test_opening_again_returns_what_stands(self, cast):
        assert open_conversation(cast.order) == cast.conversation
        assert open_conversations([cast.order, cast.order]) == 0
        assert Alias.objects.count() == 2

    def test_many_are_opened_at_once_and_counted(self, cast, django_assert_num_queries):
        orders = [place(cast.buyer, cast.seller, f"8{number}") for number in range(50)]
        with django_assert_num_queries(6):
            assert open_conversations([cast.order, *orders]) == 50
        assert (Conversation.objects.count(), Alias.objects.count()) == (51, 102)
        assert Alias.objects.values("local_part").distinct().count() == 102

    def test_none_is_none(self, db):
        assert open_conversations([]) == 0

    @pytest.mark.parametrize("days", [0, 100, 3000])
    def test_an_alias_takes_mail_for_a_year_from_the_later_of_order_and_opening(self, cast, days):
        placed = timezone.now() - timedelta(days=days)
        Order.objects.filter(id=cast.order.id).update(placed_at=placed)
        order = place(cast.buyer, cast.seller, "9000")
        order.placed_at = placed
        before = timezone.now()
        conversation = open_conversation(order)
        for alias in conversation.aliases.all():
            assert before + ALIAS_LIFE <= alias.not_after <= timezone.now() + ALIAS_LIFE

    def test_an_order_of_tomorrow_has_its_year_too(self, cast):
        order = place(cast.buyer, cast.seller, "9000")
        order.placed_at = datetime(2100, 1, 1, tzinfo=UTC)
        assert {alias.not_after for alias in open_conversation(order).aliases.all()} == {order.placed_at + ALIAS_LIFE}


@pytest.mark.django_db
class TestAliases:
    def again(self, alias, **fields):
        with transaction.atomic():
            return Alias.objects.create(
                local_part=new_local_part(),
                domain=alias.domain,
                conversation=alias.conversation,
                participant=alias.participant,
                **fields,
            )

    def test_each_side_has_one_that_lives(self, cast):
        with pytest.raises(IntegrityError, match="alias_live"):
            self.again(cast.buyer_alias)

    def test_a_retired_one_makes_room_for_the_next_and_stays_as_a_tombstone(self, cast):
        Alias.objects.filter(id=cast.buyer_alias.id).update(retired_at=PLACED)
        fresh = self.again(cast.buyer_alias)
        assert set(cast.conversation.aliases.filter(participant=cast.buyer)) == {cast.buyer_alias, fresh}

    @pytest.mark.parametrize("retired", [None, PLACED])
    def test_none_is_issued_twice_not_even_after_it_retired(self, cast, retired):
        Alias.objects.filter(id=cast.buyer_alias.id).update(retired_at=retired)
        other = open_conversation(place(cast.buyer, cast.rival, "9000")).aliases.get(participant=cast.rival)
        with pytest.raises(IntegrityError, match="alias_once_for_ever"), transaction.atomic():
            Alias.objects.filter(id=other.id).update(
                local_part=cast.buyer_alias.local_part, domain=cast.buyer_alias.domain
            )

    def test_a_conversation_that_goes_takes_no_alias_with_it(self, cast):
        with pytest.raises(IntegrityError), transaction.atomic():
            cast.conversation.delete()
        assert Alias.objects.count() == 2


@pytest.mark.django_db
def test_only_the_two_sides_see_a_conversation(cast):
    seen = {name: list(Conversation.objects.of(getattr(cast, name))) for name in ("ada", "ben", "cyn", "olga")}
    assert seen == {"ada": [cast.conversation], "ben": [cast.conversation], "cyn": [], "olga": []}


@pytest.mark.django_db(transaction=True)
def test_who_opens_the_same_at_once_opens_it_once():
    cast = introduce()
    orders = [place(cast.buyer, cast.seller, f"8{number}") for number in range(30)]
    start, opened = threading.Barrier(4), []

    def run():
        try:
            start.wait()
            opened.append(open_conversations(orders))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(opened) == 30
    assert (Conversation.objects.count(), Alias.objects.count()) == (31, 62)
