"""Rows that cannot be imported: each is named by line, column and reason, and costs its own order and no other."""

import json

import pytest

from evenhand.orders.imports import ImportReport
from evenhand.orders.models import Order
from tests.orders.sheets import COLUMNS, ROW, added, bought, bring, json_lines, numbers, refused, row, sheet

pytestmark = pytest.mark.django_db

CONTROL = "has control characters in it"
NO_MOMENT = "is not a date and time of ISO 8601, such as 2026-03-01T12:00:00+01:00"
NO_OFFSET = "has no offset from UTC; write 2026-03-01T12:00:00Z or …+01:00"
NO_QUANTITY = "is not a whole number from 1 to 1,000,000"
OWN_DOMAIN = "is an address under our own relay domain m.market.example; mail to it would loop"

BAD_CELLS = [
    *((column, "", "is missing") for column in ("order_id", "marketplace", "status", "seller_id", "sku")),
    *((column, " \t ", "is missing") for column in ("order_id", "placed_at", "buyer_email", "quantity")),
    *((column, "A\u200bB", CONTROL) for column in ("order_id", "marketplace", "status", "seller_id", "sku", "asin")),
    *((column, "A\x1bB", CONTROL) for column in ("order_id", "asin")),
    ("order_id", "7" * 101, "is longer than 100 characters"),
    ("marketplace", "M" * 101, "is longer than 100 characters"),
    ("status", "s" * 41, "is longer than 40 characters"),
    ("seller_id", "S" * 101, "is longer than 100 characters"),
    ("sku", "L" * 101, "is longer than 100 characters"),
    ("asin", "B" * 21, "is longer than 20 characters"),
    ("title", "t" * 501, "is longer than 500 characters"),
    ("buyer_name", "n" * 201, "is longer than 200 characters"),
    ("seller_name", "n" * 201, "is longer than 200 characters"),
    *((column, "yesterday", NO_MOMENT) for column in ("placed_at", "shipped_at", "delivered_at")),
    *((column, "2026-02-30T12:00:00Z", NO_MOMENT) for column in ("placed_at", "shipped_at", "delivered_at")),
    ("placed_at", "03/01/2026", NO_MOMENT),
    ("placed_at", "2026-03-01T12:00:00", NO_OFFSET),
    ("placed_at", "2026-03-01", NO_OFFSET),
    ("placed_at", "0001-01-01T00:00:00+14:00", "is not in this age"),
    ("shipped_at", "9999-12-31T23:59:59-14:00", "is not in this age"),
    ("buyer_locale", "German", "is not a locale such as de or en-GB"),
    ("buyer_locale", "de_DE", "is not a locale such as de or en-GB"),
    *(("quantity", text, NO_QUANTITY) for text in ("0", "-1", "1.0", "1e3", "one", "1000001", "9" * 5000, "٣", "²")),
    ("buyer_email", "", "is missing"),
    ("seller_email", "", "is missing"),
    ("buyer_email", "ada@m.market.example", OWN_DOMAIN),
    ("seller_email", "Ben@Shop.M.Market.EXAMPLE", OWN_DOMAIN),
    ("buyer_email", "ben@shop.example", "is the seller's address too; nobody buys from themselves"),
]


@pytest.mark.parametrize(("column", "cell", "reason"), BAD_CELLS)
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_bad_cell_is_named_by_line_column_and_reason(kind, column, cell, reason):
    content = sheet(row(**{column: cell})) if kind == "csv" else json_lines(row(**{column: cell}))
    assert bring(content, kind=kind) == refused((2 if kind == "csv" else 1, column, reason))
    assert numbers() == []


@pytest.mark.parametrize(
    "address",
    [
        "ada",
        "ada@",
        "@home.example",
        "ada@home@example",
        "ada home@home.example",
        "ada@home..example",
        ".ada@home.example",
        "ada@[192.0.2.1]",
        '"ada x"@home.example',
        "Ada <ada@home.example>",
        "ada@home.example, bo@home.example",
        "mailto:ada@home.example",
        "ada@-home.example",
        "a" * 65 + "@home.example",
        "ada@" + "a." * 130 + "example",
        "ada\u202e@home.example",
        "ada@home.example\r\nBcc: eve@evil.example",
    ],
)
@pytest.mark.parametrize("column", ["buyer_email", "seller_email"])
def test_what_is_no_address_is_refused(column, address):
    [bad] = bring(json_lines(row(**{column: address})), kind="jsonl").refused
    assert (bad.line, bad.column, bad.reason[:17]) == (1, column, "is not an address")
    assert numbers() == []


def test_every_bad_cell_of_a_row_is_named():
    report = bring(sheet(row(status="", quantity="none", buyer_email="ada")))
    assert [(bad.line, bad.column) for bad in report.refused] == [(2, "status"), (2, "buyer_email"), (2, "quantity")]


GOOD = (row(order_id="7732"), row(order_id="7733", sku="BULB-2"))


class TestOneBadRow:
    @pytest.mark.parametrize("place", [0, 1, 2])
    def test_refuses_its_whole_order_and_no_other(self, place):
        rows = [row(), row(sku="BULB-2"), row(sku="SHADE-3")]
        rows[place]["quantity"] = "0"
        report = bring(sheet(*rows, *GOOD))
        assert report == refused((2 + place, "quantity", NO_QUANTITY), rows=5, orders_added=2)
        assert numbers() == ["7732", "7733"]

    def test_refuses_its_order_at_its_own_marketplace_only(self):
        assert bring(sheet(row(), row(quantity="0"), row(marketplace="Bazaar"))).orders_added == 1
        assert Order.objects.get().marketplace == "Bazaar"

    def test_without_a_marketplace_refuses_the_number_at_every_one(self):
        assert bring(sheet(row(), row(marketplace=""), row(marketplace="Bazaar"), row(order_id="7732"))).rows == 4
        assert numbers() == ["7732"]

    def test_leaves_an_order_that_stands_as_it_was(self):
        bring(sheet(row()))
        bring(sheet(row(quantity="7"), row(sku="BULB-2", quantity="0")))
        assert bought() == {"LAMP-1": 1}

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("7731,Market,delivered", "has 3 columns where the header has 16; a field with a comma in it needs quotes"),
            (
                "7731,Market,a" + ",x" * 14,
                "has 17 columns where the header has 16; a field with a comma in it needs quotes",
            ),
            (
                '7731,"Market"s,delivered' + ",x" * 13,
                "has a quote in the middle of a field; double it and quote the field",
            ),
            ('7731,"Market,delivered' + ",x" * 13, "opens a quote that is never closed"),
            ("7731,Mark\ret,delivered" + ",x" * 13, "has a carriage return in the middle of a field; quote the field"),
            ("7731,Mark\x00et" + ",x" * 14, "has a NUL byte in it; the file may be damaged"),
            ("7731," + "x" * 140_000, "is longer than 131,072 bytes"),
        ],
    )
    def test_that_cannot_be_taken_apart_refuses_its_order_too(self, line, reason):
        content = (
            sheet(row(), row(order_id="7732")) + line.encode() + b"\n" + sheet(row(order_id="7733"))[len(head()) :]
        )
        report = bring(content)
        assert report == refused((4, None, reason), rows=4, orders_added=2)
        assert numbers() == ["7732", "7733"]

    def test_in_latin_1_is_refused_and_the_rest_of_the_file_is_not(self):
        content = sheet(row(buyer_name="Zoë"), row(order_id="7732")).replace("Zoë".encode(), "Zoë".encode("latin-1"))
        # As long as the row is, the byte stands where an editor would find it.
        place = content.splitlines()[1].index(b"\xeb") + 1
        reason = f"is not UTF-8 (byte 0xEB at {place}); save the file again as “CSV UTF-8”"
        assert bring(content) == refused((2, None, reason), rows=2, orders_added=1)
        assert numbers() == ["7732"]


def head():
    return sheet()


class TestQuotes:
    def test_a_field_may_hold_commas_quotes_and_line_ends(self):
        title = 'Lamp, "brass",\r\nwith\n\nshade'
        assert bring(sheet(row(title=title), row(order_id="7732", sku="BULB-2"))) == added(2)
        assert Order.objects.get(number="7731").items.get().product.title == 'Lamp, "brass", with shade'

    def test_a_row_is_named_by_the_line_on_which_it_starts(self):
        report = bring(sheet(row(title="two\nlines"), row(order_id="7732", quantity="0")))
        assert report == refused((4, "quantity", NO_QUANTITY), rows=2, orders_added=1)

    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_a_quote_never_closed_costs_its_own_row_only(self, end):
        broken = end.join(["7731", "7732", "7733"])
        lines = sheet(*[row(order_id=number) for number in broken.split(end)], end=end).decode().split(end)
        lines[2] = lines[2].replace("Brass", '"Brass')
        report = bring(end.join(lines).encode())
        assert report == refused((3, None, "opens a quote that is never closed"), rows=3, orders_added=2)
        assert numbers() == ["7731", "7733"]

    def test_a_quote_never_closed_in_the_last_row_is_told(self):
        lines = sheet(row(), row(order_id="7732")).decode().splitlines()
        report = bring("\n".join([*lines[:2], lines[2].replace("Brass", '"Brass')]).encode())
        assert report == refused((3, None, "opens a quote that is never closed"), rows=2, orders_added=1)
        assert numbers() == ["7731"]

    def test_an_open_quote_does_not_swallow_a_row_with_a_stray_quote_in_it(self):
        content = sheet(row(), row(order_id="7732", sku="SCREEN-19"))
        first, second = b"Brass desk lamp,1\r\n7732", b"Brass desk lamp,1\r\n"
        content = content.replace(first, b'"' + first)
        content = content.removesuffix(second) + b'Screen of 19",1\r\n'
        report = bring(content)
        assert report == refused((2, None, "opens a quote that is never closed"), rows=2, orders_added=1)
        assert Order.objects.get().items.get().product.title == 'Screen of 19"'

    def test_two_open_quotes_do_not_close_each_other(self):
        lines = sheet(*[row(order_id=number) for number in ("7731", "7732", "7733")]).decode().splitlines()
        for place in (1, 2):
            lines[place] = lines[place].replace("Brass", '"Brass')
        report = bring("\n".join(lines).encode())
        reason = "opens a quote that is never closed"
        assert report == refused((2, None, reason), (3, None, reason), rows=3, orders_added=1)
        assert numbers() == ["7733"]


ORDER_CELLS = {
    "status": "shipped",
    "placed_at": "2026-03-01T12:00:01Z",
    "shipped_at": "",
    "delivered_at": "2026-03-05T12:00:00Z",
    "buyer_email": "bo@home.example",
    "buyer_name": "Bo",
    "buyer_locale": "de",
    "seller_id": "S-CYN",
    "seller_name": "Cyn",
    "seller_email": "cyn@rival.example",
}


class TestContradictions:
    @pytest.mark.parametrize("column", ORDER_CELLS)
    def test_rows_that_differ_about_their_order_refuse_it(self, column):
        rows = [row(), row(order_id="7732"), row(**{"sku": "BULB-2", column: ORDER_CELLS[column]})]
        bad = (4, column, "differs from line 2, which is of the same order")
        assert bring(sheet(*rows)) == refused(bad, rows=3, orders_added=1)
        assert numbers() == ["7732"]

    @pytest.mark.parametrize(("column", "cell"), [("quantity", "2"), ("title", "Tin desk lamp"), ("asin", "B1")])
    def test_rows_that_differ_about_one_product_refuse_their_order(self, column, cell):
        bad = (4, column, "differs from line 3, which is of the same order")
        assert bring(sheet(row(sku="BULB-2"), row(), row(**{column: cell}))) == refused(bad, rows=3)

    def test_the_same_in_another_spelling_is_no_contradiction(self):
        rows = [row(), row(sku="BULB-2", placed_at="2026-03-01T13:00:00+01:00", buyer_email="ADA@home.example")]
        assert bring(sheet(*rows)) == added(1, rows=2)

    def test_an_order_of_a_thousand_items_comes_in_and_one_more_is_refused(self):
        rows = [row(sku=f"S{n}") for n in range(1000)]
        rows += [row(order_id="7732", sku=f"S{n}") for n in range(1001)]
        bad = (2002, "order_id", "is on more than 1,000 rows")
        assert bring(sheet(*rows)) == refused(bad, rows=2001, orders_added=1)
        assert len(bought()) == 1000


class TestJson:
    @pytest.mark.parametrize(
        ("line", "column", "reason"),
        [
            ('{"order_id": "7731"', None, "is not JSON: Expecting ',' delimiter"),
            ('{"order_id": "7731", "sku": NaNs}', None, "is not JSON: Expecting ',' delimiter"),
            ('"7731"', None, "is not a JSON object"),
            ("7731", None, "is not a JSON object"),
            ("null", None, "is not a JSON object"),
            ("{" * 5000, None, "is not JSON: Expecting property name enclosed in double quotes"),
            ('{"order_id": "7731", "x": ' + "[" * 5000, None, "is not JSON: too large or too deep"),
            ('{"order_id": "7731", "quantity": ' + "9" * 5000 + "}", None, "is not JSON: too large or too deep"),
            (json.dumps(row())[:-1] + ', "sku": "B"}', None, "names a column twice"),
            (json.dumps(row(colour="red")), "colour", "is no column of orders"),
            (json.dumps(row(quantity=0)), "quantity", NO_QUANTITY),
            (json.dumps(row(quantity=1.5)), "quantity", "must be a whole number"),
            (json.dumps(row(quantity=True)), "quantity", "must be a whole number"),
            (json.dumps(row(title=["a"])), "title", "must be text"),
            (json.dumps(row(buyer_name=7)), "buyer_name", "must be text"),
            (json.dumps(row(sku=None)), "sku", "is missing"),
            (json.dumps(row(order_id=7731)), "order_id", "must be text"),
            (json.dumps(row(sku="\ud800")), "sku", CONTROL),
            (json.dumps(row(title="\ud800")), "title", "has half a character in it (a lone surrogate)"),
            (json.dumps(row(sku="A\x00B")), "sku", CONTROL),
        ],
    )
    def test_a_line_that_is_no_row_is_told(self, line, column, reason):
        assert bring(line.encode() + b"\n", kind="jsonl") == refused((1, column, reason))

    @pytest.mark.parametrize(
        "line", ['{"order_id": "7731", "sku": ', '{"order_id": 7731}', '{"order_id":"7731","x":1}']
    )
    def test_a_broken_line_refuses_its_order_and_no_other(self, line):
        content = json_lines(row(), row(order_id="7732")) + line.encode()
        assert bring(content, kind="jsonl").orders_added == 1
        assert numbers() == ["7732"]

    @pytest.mark.parametrize("depth", [10, 200, 400, 600, 900])
    def test_an_order_id_of_nested_boxes_is_refused(self, depth):
        line = '{"order_id": ' + '{"a":' * depth + "1" + "}" * depth + "}"
        report = bring(line.encode() + b"\n" + json_lines(row()), kind="jsonl")
        assert {bad.line for bad in report.refused} == {1}
        assert numbers() == ["7731"]

    def test_a_zero_character_in_words_is_taken_out(self):
        bring(json_lines(row(title="Brass\x00 lamp")), kind="jsonl")
        assert Order.objects.get().items.get().product.title == "Brass lamp"

    def test_a_single_object_over_several_lines_is_not_taken_for_rows(self):
        assert bring(json.dumps(ROW, indent=1).encode(), kind="jsonl").orders_added == 0

    def test_blank_lines_are_passed_over(self):
        assert bring(b"\n  \r\n" + json_lines(row()) + b"\n\n", kind="jsonl") == added(1)


def test_blank_lines_and_rows_of_nothing_are_passed_over_and_counted_as_lines():
    empty = ("," * (len(COLUMNS) - 1)).encode()
    content = b"\n\r\n" + head() + b"\n" + empty + b"\n   \n" + sheet(row(quantity="0"))[len(head()) :]
    assert bring(content) == refused((7, "quantity", NO_QUANTITY))


def test_past_a_limit_refused_rows_are_counted_and_not_named(monkeypatch):
    monkeypatch.setattr("evenhand.orders.imports.report.REFUSED_LIMIT", 3)
    report = bring(sheet(*[row(quantity="0")] * 5))
    assert [(bad.line, bad.column) for bad in report.refused] == [
        (2, "quantity"),
        (3, "quantity"),
        (4, "quantity"),
        (6, None),
    ]
    assert report.refused[-1].reason == "and more: only 3 refused rows are named"
    assert isinstance(report, ImportReport)
