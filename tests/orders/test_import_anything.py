"""Whatever bytes are handed in, nothing breaks, and each row is either stored or reported."""

import json

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenhand.orders.models import OrderItem
from tests.orders.sheets import COLUMNS, ROW, bring, json_lines, row, sheet

pytestmark = pytest.mark.django_db

# The database is wiped by hand after each example, which the fixture would do only once.
anything = settings(
    max_examples=150, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

ODD = st.sampled_from(
    ['"', '""', ",", "\n", "\r\n", "\r", "\x00", "\ufeff", "\u2028", "=1", " ", "\t", "\ud800", "İ", "\x1f", "7731"]
)
CELL = st.one_of(
    st.sampled_from(sorted(set(ROW.values()))), st.lists(st.one_of(ODD, st.text()), max_size=4).map("".join)
)
ROWS = st.lists(st.dictionaries(st.sampled_from(COLUMNS), CELL, max_size=3).map(lambda cells: row(**cells)), max_size=5)


def stored_or_reported(content, kind):
    with transaction.atomic():
        report = bring(content, kind=kind)
        counts = (report.orders_added, report.orders_changed, report.orders_unchanged)
        items = OrderItem.objects.count()
        again = bring(content, kind=kind)
        transaction.set_rollback(True)
    assert min(counts) == counts[1] == counts[2] == 0
    assert (again.orders_unchanged, again.orders_added, again.orders_changed) == (counts[0], 0, 0)
    assert (again.rows, again.refused) == (report.rows, report.refused)
    assert items <= report.rows
    assert bool(items) == bool(counts[0])
    return report, items


@given(content=st.binary(max_size=400), kind=st.sampled_from(["csv", "jsonl"]))
@anything
def test_any_bytes(db, content, kind):
    stored_or_reported(content, kind)


@given(tail=st.binary(max_size=400))
@anything
def test_any_bytes_below_a_header(db, tail):
    stored_or_reported(sheet() + tail, "csv")


@given(rows=ROWS)
@anything
def test_any_cells_in_csv(db, rows):
    content = sheet().decode() + "".join(csv_line(one) for one in rows)
    report, items = stored_or_reported(content.encode("utf-8", "surrogatepass"), "csv")
    assert items or report.refused or not rows


def csv_line(cells):
    quoted = ['"' + cells[name].replace('"', '""') + '"' for name in COLUMNS]
    return ",".join(quoted) + "\r\n"


@given(rows=ROWS)
@anything
def test_any_cells_in_json(db, rows):
    report, items = stored_or_reported(json_lines(*rows), "jsonl")
    assert report.rows == len(rows) or not rows
    assert items or report.refused


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | CELL,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*COLUMNS, "x"]), inner, max_size=4),
)


@given(values=st.lists(JSON, max_size=4))
@anything
def test_any_json(db, values):
    stored_or_reported("\n".join(json.dumps(one) for one in values).encode("utf-8", "surrogatepass"), "jsonl")


@given(place=st.integers(0, 2000), knife=st.binary(max_size=3), cut=st.integers(0, 3))
@anything
def test_a_good_file_with_a_wound(db, place, knife, cut):
    """A wound costs the orders whose rows it touches, and at most their neighbour's."""
    content = sheet(*[row(order_id=f"{number}", sku=f"X{number}") for number in range(5)])
    place %= len(content)
    begin = content.index(b"\n") + 1
    place = max(place, begin)
    report, items = stored_or_reported(content[:place] + knife + content[place + cut :], "csv")
    assert items + len({bad.line for bad in report.refused}) >= 4


@given(address=st.one_of(st.emails(), st.text(max_size=40).map(lambda text: text + "@home.example"), st.text()))
@settings(anything, max_examples=200)
def test_any_address(db, address):
    report, items = stored_or_reported(json_lines(row(buyer_email=address)), "jsonl")
    assert (items, len(report.refused)) in {(1, 0), (0, 1)}
