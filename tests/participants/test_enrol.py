"""Who a marketplace reports becomes a participant with an address, and somebody who may sign in for them."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from evenhand.participants.actions import (
    Profile,
    buyers_by_address,
    differing,
    enrol,
    revise,
    sellers_by_reference,
)
from evenhand.participants.models import Address, Member, Participant, Role, User
from tests.cast import PLACED

pytestmark = pytest.mark.django_db

LATER = datetime(2026, 3, 9, tzinfo=UTC)


def who_acts_for(participant):
    return sorted(Member.objects.filter(participant=participant).values_list("user__email", flat=True))


def standing(participant):
    """The addresses of a participant: which is the first, and which are retired."""
    rows = participant.addresses.values_list("address", "is_primary", "retired_at")
    return {address: "first" if first else "retired" if retired else "further" for address, first, retired in rows}


class TestOurOwnAddresses:
    @pytest.mark.parametrize("address", ["k3@m.market.example", "ada@deep.m.market.example", "ada@relay.localhost"])
    def test_l59_an_alias_is_nobody_s_mailbox(self, address):
        with pytest.raises(ValueError, match="would loop"):
            enrol(Role.BUYER, [Profile("bo@home.example"), Profile(address)], now=PLACED)
        assert Participant.objects.count() == 0

    def test_l59_no_seller_moves_to_an_alias(self):
        (ben,) = enrol(Role.SELLER, [Profile("ben@shop.example", reference="S-BEN")], now=PLACED)
        with pytest.raises(ValueError, match="would loop"):
            revise({ben.id: (ben, Profile("k3@m.market.example", reference="S-BEN"))}, now=LATER)
        assert standing(ben) == {"ben@shop.example": "first"}

    def test_a_domain_that_only_ends_alike_is_a_stranger_s(self):
        assert (
            len(enrol(Role.BUYER, [Profile("ada@xm.market.example"), Profile("ada@market.example")], now=PLACED)) == 2
        )


class TestEnrolling:
    def test_they_come_in_the_order_given_each_with_a_verified_address_and_a_user(self):
        made = enrol(Role.BUYER, [Profile("ada@home.example", "Ada", "de"), Profile("bo@home.example")], now=PLACED)
        assert [(one.role, one.name, one.locale, one.reference) for one in made] == [
            ("buyer", "Ada", "de", ""),
            ("buyer", "", "en", ""),
        ]
        assert [one.addresses.get().address for one in made] == ["ada@home.example", "bo@home.example"]
        assert set(Address.objects.values_list("verified_at", "is_primary", "retired_at")) == {(PLACED, True, None)}
        assert [who_acts_for(one) for one in made] == [["ada@home.example"], ["bo@home.example"]]

    def test_no_password_opens_the_door_to_them(self):
        enrol(Role.BUYER, [Profile("ada@home.example")], now=PLACED)
        user = User.objects.get()
        assert (user.has_usable_password(), user.is_staff, user.is_superuser, user.is_active) == (
            False,
            False,
            False,
            True,
        )

    def test_who_signs_in_with_that_address_already_acts_for_them_too(self, cast):
        [shop] = enrol(Role.SELLER, [Profile("ada@home.example", "Ada sells", reference="S-ADA")], now=PLACED)
        assert [member.user for member in shop.members.all()] == [cast.ada]
        assert cast.ada.memberships.count() == 2

    def test_two_may_share_an_address_and_one_user_acts_for_both(self):
        made = enrol(
            Role.SELLER,
            [Profile("shop@family.example", reference=one) for one in ("S-1", "S-2")],
            now=PLACED,
        )
        assert [who_acts_for(one) for one in made] == [["shop@family.example"]] * 2
        assert User.objects.count() == 1

    def test_nobody_is_nobody(self):
        assert enrol(Role.BUYER, [], now=PLACED) == []
        assert Participant.objects.count() == 0

    def test_many_cost_as_many_queries_as_one(self, django_assert_num_queries):
        for profiles in ([Profile("a@home.example")], [Profile(f"b{n}@home.example") for n in range(300)]):
            with django_assert_num_queries(8):
                enrol(Role.BUYER, profiles, now=PLACED)

    def test_a_reference_is_one_sellers(self, cast):
        with pytest.raises(IntegrityError), transaction.atomic():
            enrol(Role.SELLER, [Profile("x@shop.example", reference="S-BEN")], now=PLACED)
        assert Address.objects.filter(address="x@shop.example").count() == 0


class TestFinding:
    def test_a_buyer_is_found_by_the_address_they_use_now(self, cast):
        assert buyers_by_address({"ada@home.example", "ben@shop.example", "nobody@home.example"}) == {
            "ada@home.example": cast.buyer
        }
        cast.buyer.addresses.update(is_primary=False, retired_at=LATER)
        assert buyers_by_address({"ada@home.example"}) == {}

    def test_of_two_buyers_with_one_address_the_longest_known_is_found(self, cast):
        enrol(Role.BUYER, [Profile("ada@home.example", "Ada's son")], now=LATER)
        assert buyers_by_address({"ada@home.example"}) == {"ada@home.example": cast.buyer}

    def test_a_seller_is_found_by_the_marketplaces_own_id(self, cast):
        assert sellers_by_reference({"S-BEN", "S-NOBODY"}) == {"S-BEN": cast.seller}


class TestRevising:
    def report(self, participant, *profile, **more):
        reports = {participant.id: (participant, Profile(*profile, **more))}
        news = differing(reports)
        revise({id_: reports[id_] for id_ in news}, now=LATER)
        participant.refresh_from_db()
        return bool(news)

    def test_a_changed_name_or_locale_is_taken_over(self, cast):
        assert self.report(cast.buyer, "ada@home.example", "Ada L.", "de") is True
        assert (cast.buyer.name, cast.buyer.locale) == ("Ada L.", "de")
        assert self.report(cast.buyer, "ada@home.example", "Ada L.", "de") is False

    def test_what_is_empty_says_nothing(self, cast):
        assert self.report(cast.seller, "ben@shop.example") is False
        assert self.report(cast.seller, "", "", "") is False
        assert (cast.seller.name, standing(cast.seller)) == ("Ben's Lamps", {"ben@shop.example": "first"})

    def test_a_buyer_does_not_move(self, cast):
        assert self.report(cast.buyer, "eve@home.example") is False
        assert standing(cast.buyer) == {"ada@home.example": "first"}

    def test_a_seller_who_moves_keeps_the_old_address_as_a_retired_one(self, cast):
        assert self.report(cast.seller, "ben@new.example", reference="S-BEN") is True
        assert standing(cast.seller) == {"ben@shop.example": "retired", "ben@new.example": "first"}
        assert cast.seller.addresses.get(address="ben@shop.example").retired_at == LATER
        assert cast.seller.addresses.get(address="ben@new.example").verified_at == LATER

    def test_who_signs_in_with_the_old_address_no_longer_acts_for_the_shop(self, cast):
        self.report(cast.seller, "ben@new.example", reference="S-BEN")
        assert who_acts_for(cast.seller) == ["ben@new.example"]
        assert User.objects.filter(email="ben@shop.example").count() == 1

    def test_a_colleague_of_the_shop_stays_one(self, cast):
        colleague = User.objects.create_user("bea@shop.example")
        Member.objects.create(user=colleague, participant=cast.seller)
        self.report(cast.seller, "ben@new.example", reference="S-BEN")
        assert who_acts_for(cast.seller) == ["bea@shop.example", "ben@new.example"]

    def test_a_seller_may_return_to_a_retired_address(self, cast):
        self.report(cast.seller, "ben@new.example", reference="S-BEN")
        assert self.report(cast.seller, "ben@shop.example", reference="S-BEN") is True
        assert standing(cast.seller) == {"ben@shop.example": "first", "ben@new.example": "retired"}
        assert who_acts_for(cast.seller) == ["ben@shop.example"]

    def test_a_seller_may_make_a_further_address_the_first(self, cast):
        Address.objects.create(participant=cast.seller, address="bea@shop.example", is_primary=False)
        assert self.report(cast.seller, "bea@shop.example", reference="S-BEN") is True
        assert standing(cast.seller) == {"ben@shop.example": "retired", "bea@shop.example": "first"}

    def test_sellers_who_swap_addresses_swap_their_users(self, cast):
        reports = {
            cast.seller.id: (cast.seller, Profile("cyn@rival.example", reference="S-BEN")),
            cast.rival.id: (cast.rival, Profile("ben@shop.example", reference="S-CYN")),
        }
        revise(reports, now=LATER)
        assert (who_acts_for(cast.seller), who_acts_for(cast.rival)) == (["cyn@rival.example"], ["ben@shop.example"])

    def test_the_address_of_a_move_is_nobody_elses_business(self, cast):
        self.report(cast.seller, "cyn@rival.example", reference="S-BEN")
        assert standing(cast.rival) == {"cyn@rival.example": "first"}
        assert who_acts_for(cast.rival) == ["cyn@rival.example"]


class TestUsers:
    def test_an_address_is_enough_to_be_a_user(self):
        user = User.objects.create_user(" Ada@Home.Example ")
        assert (user.email, user.has_usable_password(), str(user)) == ("ada@home.example", False, "ada@home.example")

    def test_one_address_is_one_user(self, cast):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.create_user("ADA@home.example")

    def test_the_keeper_of_the_back_office_may_enter_it(self):
        user = User.objects.create_superuser("olga@market.example", "a long enough sentence")
        assert (user.is_staff, user.is_superuser, user.check_password("a long enough sentence")) == (True, True, True)

    def test_a_user_acts_for_their_own_participants_only(self, cast):
        assert [*Participant.objects.of(cast.ada)] == [cast.buyer]
        assert [*Participant.objects.of(User.objects.create_user("x@home.example"))] == []
