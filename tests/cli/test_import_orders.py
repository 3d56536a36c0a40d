"""Orders come in from a file: once or again, with faults or without."""

import pytest

from evenhand.conversations.models import Conversation
from evenhand.orders.models import Order
from tests.orders.sheets import json_lines, row, sheet


@pytest.fixture
def file_of(tmp_path):
    """Write rows into a file of that name."""

    def write(name, *rows):
        path = tmp_path / name
        path.write_bytes(sheet(*rows) if path.suffix.lower() == ".csv" else json_lines(*rows))
        return path

    return write


@pytest.mark.parametrize("name", ["orders.csv", "orders.jsonl", "ORDERS.CSV"])
def test_each_order_opens_a_conversation_and_once_is_enough(db, run, file_of, name):
    path = file_of(name, row(), row(order_id="7741"), row(order_id="7741", sku="BULB-2"))
    first, second = run("import", "orders", path), run("import", "orders", path)
    assert (first.exit_code, first.stdout, first.stderr) == (
        0, "Rows: 3 read, 0 refused. Orders: 2 added, 0 changed, 0 unchanged.\n", "",
    )  # fmt: skip
    assert (second.exit_code, second.stdout) == (
        0, "Rows: 3 read, 0 refused. Orders: 0 added, 0 changed, 2 unchanged.\n",
    )  # fmt: skip
    assert Conversation.objects.filter(order__number__in=["7731", "7741"]).count() == 2


def test_faults_are_named_by_line_and_nothing_of_their_order_stays(db, run, file_of):
    path = file_of("orders.csv", row(), row(order_id="7741"), row(order_id="7741", sku="BULB-2", quantity="none"))
    done = run("import", "orders", path)
    [fault] = done.stderr.splitlines()
    assert fault.startswith("orders.csv line 4, quantity: ")
    assert (done.exit_code, done.stdout) == (1, "Rows: 3 read, 1 refused. Orders: 1 added, 0 changed, 0 unchanged.\n")
    assert list(Order.objects.values_list("number", flat=True)) == ["7731"]


@pytest.mark.parametrize(
    ("name", "why"),
    [("missing.csv", "does not exist"), ("", "is a directory"), ("orders.xlsx", "ends neither in .csv nor in .jsonl")],
)
def test_a_file_that_cannot_be_one_is_wrong_usage(run, tmp_path, name, why):
    (tmp_path / "orders.xlsx").write_bytes(b"PK")
    done = run("import", "orders", tmp_path / name)
    assert (done.exit_code, done.stdout) == (2, "")
    assert why in done.stderr
