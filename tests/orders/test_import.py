"""A marketplace reports its orders in a file: they come in whole, once, and their conversations open."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evenhand.conversations.models import Conversation
from evenhand.orders.imports import ImportReport, import_orders
from evenhand.orders.models import Order, Product
from evenhand.participants.models import Address, Participant, User
from tests.cast import PLACED
from tests.orders.sheets import (
    COLUMNS,
    added,
    bought,
    bring,
    changed,
    json_lines,
    numbers,
    refused,
    row,
    sheet,
    unchanged,
)  # fmt: skip

pytestmark = pytest.mark.django_db

LATER = datetime(2026, 3, 9, tzinfo=UTC)
OLD = {"placed_at": "2026-01-01T00:00:00Z", "shipped_at": "", "delivered_at": ""}


class TestAGoodFile:
    @pytest.mark.parametrize("kind", ["csv", "jsonl"])
    def test_an_order_comes_in_with_its_people_its_products_and_its_conversation(self, kind):
        rows = [row(), row(sku="BULB-2", asin="", title="Bulb", quantity="4")]
        content = sheet(*rows) if kind == "csv" else json_lines(*rows)
        assert bring(content, kind=kind) == added(1, rows=2)
        order = Order.objects.get()
        assert (order.marketplace, order.number, order.status) == ("Market", "7731", "delivered")
        assert (order.placed_at, order.shipped_at, order.delivered_at) == (
            PLACED,
            datetime(2026, 3, 2, 12, tzinfo=UTC),
            datetime(2026, 3, 4, 12, tzinfo=UTC),
        )
        assert (order.buyer.role, order.buyer.name, order.buyer.reference) == ("buyer", "Ada", "")
        assert (order.seller.role, order.seller.name, order.seller.reference) == ("seller", "Ben's Lamps", "S-BEN")
        assert order.buyer.addresses.get().address == "ada@home.example"
        assert bought() == {"BULB-2": 4, "LAMP-1": 1}
        assert sorted(Product.objects.values_list("seller__reference", "sku", "asin", "title")) == [
            ("S-BEN", "BULB-2", "", "Bulb"),
            ("S-BEN", "LAMP-1", "B0LAMP0001", "Brass desk lamp"),
        ]
        conversation = order.conversation
        assert (conversation.buyer, conversation.seller) == (order.buyer, order.seller)
        assert {alias.participant for alias in conversation.aliases.all()} == {order.buyer, order.seller}

    def test_columns_may_stand_in_any_order(self):
        assert bring(sheet(row(), columns=COLUMNS[::-1])) == added(1)
        assert bought() == {"LAMP-1": 1}

    def test_a_file_is_named_by_its_path_too(self, tmp_path):
        (tmp_path / "orders.csv").write_bytes(sheet(row()))
        path = tmp_path / "orders.csv"
        nothing = {"kind": "csv", "now": PLACED, "after": lambda _: None}
        assert import_orders(path, **nothing) == added(1)
        assert import_orders(str(path), **nothing) == unchanged(1)

    def test_times_are_kept_in_utc_wherever_they_were_written(self):
        bring(sheet(row(placed_at="2026-03-01T13:00:00+01:00", shipped_at="20260302T070000-0500")))
        order = Order.objects.get()
        assert (order.placed_at, order.shipped_at) == (PLACED, datetime(2026, 3, 2, 12, tzinfo=UTC))

    def test_what_may_be_empty_may_be_empty(self):
        bare = dict.fromkeys(("shipped_at", "delivered_at", "buyer_name", "buyer_locale", "seller_name"), "")
        assert bring(sheet(row(**bare, asin="", title=""))) == added(1)
        order = Order.objects.get()
        assert (order.shipped_at, order.delivered_at) == (None, None)
        assert (order.buyer.name, order.buyer.locale, order.seller.name) == ("", "en", "")
        assert Product.objects.get().title == "LAMP-1"

    def test_in_json_what_may_be_empty_may_be_null_or_left_out_and_a_quantity_may_be_a_number(self):
        cells = row(shipped_at=None, quantity=3)
        del cells["delivered_at"], cells["buyer_name"], cells["asin"]
        assert bring(json_lines(cells), kind="jsonl") == added(1)
        assert (Order.objects.get().delivered_at, bought()) == (None, {"LAMP-1": 3})

    def test_rows_of_one_order_may_stand_far_apart(self):
        between = [row(order_id=f"8{number:04}", buyer_email=f"b{number}@home.example") for number in range(1200)]
        assert bring(sheet(row(), *between, row(sku="BULB-2"))) == added(1201, rows=1202)
        assert bought() == {"BULB-2": 1, "LAMP-1": 1}

    def test_a_row_written_twice_counts_once(self):
        assert bring(sheet(row(), row())) == added(1, rows=2)
        assert bought() == {"LAMP-1": 1}

    def test_the_same_number_at_two_marketplaces_is_two_orders(self):
        assert bring(sheet(row(), row(marketplace="Bazaar"))) == added(2)
        assert Order.objects.values("buyer").distinct().count() == 1
        assert Conversation.objects.count() == 2

    def test_one_buyer_is_known_by_the_address_however_it_is_written(self):
        bring(sheet(row(), row(order_id="7732", buyer_email=" Ada@HOME.example ")))
        assert Address.objects.filter(participant__role="buyer").values_list("address").get() == ("ada@home.example",)

    def test_an_international_domain_is_kept_in_ascii(self):
        bring(sheet(row(buyer_email="ada@bücher.example")))
        assert Order.objects.get().buyer.addresses.get().address == "ada@xn--bcher-kva.example"

    @pytest.mark.parametrize("formula", ['=HYPERLINK("http://evil.example")', "+1+1", "-2", "@SUM(A1)", "\t=1", "'=1"])
    def test_a_cell_that_looks_like_a_formula_stays_text(self, formula):
        bring(sheet(row(title=formula, buyer_name=formula)))
        assert (Product.objects.get().title, Order.objects.get().buyer.name) == (formula.strip(), formula.strip())

    def test_invisible_characters_are_taken_out_of_what_people_read(self):
        bring(sheet(row(buyer_name="A\u200bda \u202eeve", title="Brass\r\nlamp")))
        assert (Order.objects.get().buyer.name, Product.objects.get().title) == ("Ada eve", "Brass lamp")

    def test_the_number_of_queries_does_not_grow_with_the_batch(self, django_assert_num_queries):
        def fresh(first, count):
            numbers = range(first, first + count)
            return sheet(*[row(order_id=f"8{n}", buyer_email=f"b{n}@home.example", sku=f"X{n}") for n in numbers])

        bring(sheet(row()))
        with CaptureQueriesContext(connection) as one:
            bring(fresh(0, 1))
        with django_assert_num_queries(len(one)):
            bring(fresh(1, 100))


class TestAgain:
    def test_the_same_file_again_changes_nothing(self):
        content = sheet(row(), row(sku="BULB-2"), row(order_id="7732", buyer_email="bo@home.example"))
        assert bring(content) == added(2, rows=3)
        before = everything()
        assert bring(content, now=LATER) == unchanged(2, rows=3)
        assert everything() == before

    def test_an_order_that_moved_on_is_changed(self):
        bring(sheet(row(status="shipped", delivered_at="")))
        assert bring(sheet(row()), now=LATER) == changed(1)
        order = Order.objects.get()
        assert (order.status, order.delivered_at) == ("delivered", datetime(2026, 3, 4, 12, tzinfo=UTC))
        assert order.updated_at == LATER

    def test_a_report_older_than_what_stands_is_left_aside(self):
        bring(sheet(row()))
        assert bring(sheet(row(status="placed", shipped_at="", delivered_at="", quantity="2"))) == unchanged(1)
        assert (Order.objects.get().status, bought()) == ("delivered", {"LAMP-1": 1})

    def test_items_are_added_and_changed_and_never_removed(self):
        bring(sheet(row(), row(sku="BULB-2")))
        assert bring(sheet(row(quantity="5"), row(sku="SHADE-3"))) == changed(1, rows=2)
        assert bought() == {"BULB-2": 1, "LAMP-1": 5, "SHADE-3": 1}

    def test_an_order_that_stands_without_a_conversation_gets_one(self):
        bring(sheet(row()), after=lambda _: None)
        assert Conversation.objects.count() == 0
        bring(sheet(row()))
        assert Conversation.objects.count() == 1

    def test_a_conversation_is_not_opened_twice(self, cast):
        assert bring(sheet(row(asin=""))) == unchanged(1)
        assert set(cast.order.conversation.aliases.all()) == {cast.buyer_alias, cast.seller_alias}


class TestHands:
    def test_an_order_does_not_pass_to_another_buyer(self, cast):
        bad = (2, "buyer_email", "the order stands already, with another buyer")
        assert bring(sheet(row(buyer_email="eve@home.example", quantity="9"))) == refused(bad)
        assert (Order.objects.get().buyer, bought()) == (cast.buyer, {"LAMP-1": 1})
        assert User.objects.filter(email="eve@home.example").count() == 0

    def test_an_order_does_not_pass_to_another_seller(self, cast):
        bad = (2, "seller_id", "the order stands already, with another seller")
        assert bring(sheet(row(seller_id="S-CYN", seller_email="cyn@rival.example"))) == refused(bad)
        assert Order.objects.get().seller == cast.seller

    def test_the_other_orders_of_the_file_come_in(self, cast):
        good = row(order_id="7732")
        bad = (2, "buyer_email", "the order stands already, with another buyer")
        report = bring(sheet(row(buyer_email="eve@home.example"), good))
        assert report == refused(bad, rows=2, orders_added=1)
        assert Order.objects.get(number="7732").buyer == cast.buyer

    def test_a_buyer_who_left_an_address_still_owns_the_orders_bought_with_it(self, cast):
        Address.objects.filter(address="ada@home.example").update(is_primary=False, retired_at=PLACED)
        assert bring(sheet(row(asin=""))) == unchanged(1)

    def test_whoever_has_a_retired_address_today_is_somebody_new(self, cast):
        Address.objects.filter(address="ada@home.example").update(is_primary=False, retired_at=PLACED)
        assert bring(sheet(row(order_id="7732"))) == added(1)
        assert Order.objects.get(number="7732").buyer != cast.buyer


class TestNews:
    """Of what reports say of a buyer, seller or product the latest placed order is believed."""

    def test_a_seller_moves_to_the_address_of_the_latest_order(self, cast):
        assert bring(sheet(row(order_id="7732", placed_at="2026-03-02T12:00:00Z", seller_email="ben@new.example")))
        assert dict(cast.seller.addresses.values_list("address", "retired_at")) == {
            "ben@shop.example": PLACED,
            "ben@new.example": None,
        }

    @pytest.mark.parametrize("placed", [[1, 2], [2, 1]])
    def test_it_does_not_matter_in_which_order_the_reports_come(self, placed):
        for day in placed:
            bring(
                sheet(
                    row(
                        order_id=f"{day}",
                        placed_at=f"2026-03-0{day}T00:00:00Z",
                        seller_email=f"ben{day}@shop.example",
                        seller_name=f"Ben {day}",
                        buyer_locale=["de", "fr"][day - 1],
                        title=f"Lamp {day}",
                    )
                )
            )
        seller = Participant.objects.get(role="seller")
        assert seller.name == "Ben 2"
        assert seller.addresses.get(retired_at=None, is_primary=True).address == "ben2@shop.example"
        assert Participant.objects.get(role="buyer").locale == "fr"
        assert Product.objects.get().title == "Lamp 2"

    @pytest.mark.parametrize("number", ["1", "9"])
    def test_an_old_order_brings_no_old_news(self, number):
        bring(sheet(row(order_id="5")))
        stale = row(order_id=number, **OLD, seller_email="ben@old.example", buyer_name="Adah", title="Lamp (old)")
        assert bring(sheet(stale)) == added(1)
        seller = Participant.objects.get(role="seller")
        assert seller.addresses.get().address == "ben@shop.example"
        assert (Participant.objects.get(role="buyer").name, Product.objects.get().title) == ("Ada", "Brass desk lamp")

    def test_one_file_is_believed_as_two_would_be(self):
        stale = row(order_id="9", **OLD, seller_email="ben@old.example", buyer_name="Adah", title="Lamp (old)")
        for rows in ([row(), stale], [stale, row()]):
            bring(sheet(*rows))
            seller = Participant.objects.get(role="seller")
            assert seller.addresses.filter(retired_at=None).get().address == "ben@shop.example"
            assert (Order.objects.get(number="9").buyer.name, Product.objects.get().title) == (
                "Ada",
                "Brass desk lamp",
            )

    @pytest.mark.parametrize("numbers", [("1", "2"), ("2", "1")])
    @pytest.mark.parametrize("files", ["one", "two"])
    def test_an_empty_cell_of_a_later_order_takes_nothing_back(self, numbers, files):
        told = row(order_id=numbers[0], **OLD, buyer_locale="de")
        silent = row(order_id=numbers[1], buyer_name="", buyer_locale="", seller_name="", title="", asin="")
        for rows in [[told, silent]] if files == "one" else [[silent], [told]]:
            bring(sheet(*rows))
        buyer, seller = Participant.objects.get(role="buyer"), Participant.objects.get(role="seller")
        assert (buyer.name, seller.name) == ("Ada", "Ben's Lamps")
        product = Product.objects.get()
        assert (product.title, product.asin) == ("Brass desk lamp", "B0LAMP0001")

    def test_an_empty_cell_says_nothing(self, cast):
        bring(sheet(row(asin="B0LAMP0001")))
        assert bring(sheet(row(buyer_name="", buyer_locale="", seller_name="", title="", asin=""))) == unchanged(1)
        assert (Product.objects.get().asin, Participant.objects.get(id=cast.buyer.id).name) == ("B0LAMP0001", "Ada")

    def test_somebody_may_buy_and_sell_in_different_orders(self, cast):
        bring(sheet(row(order_id="7732", buyer_email="ben@shop.example", seller_id="S-CYN",
                        seller_email="cyn@rival.example", seller_name="Cyn's Lights", buyer_name="Ben")))  # fmt: skip
        buyer = Order.objects.get(number="7732").buyer
        assert (buyer.role, [one.user for one in buyer.members.all()]) == ("buyer", [cast.ben])

    def test_a_changed_name_counts_as_a_change_of_the_order_that_told_it(self):
        bring(sheet(row()))
        assert bring(sheet(row(buyer_name="Ada L."))) == changed(1)


def everything():
    tables = (Order, Product, Participant, Address, User, Conversation)
    return {table.__name__: sorted(table.objects.values_list(), key=str) for table in tables}


def test_an_empty_report_is_an_empty_report():
    assert bring(sheet()) == ImportReport()
    assert numbers() == []
