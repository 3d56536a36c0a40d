"""An import as it runs: in bounded memory, beside another one, broken off half-way, and telling how far it has come."""

import gc
import io
import threading
import tracemalloc
from itertools import count

import pytest
from django.db import connection

from evenhand.conversations.actions import open_conversations
from evenhand.conversations.models import Alias, Conversation
from evenhand.orders.imports import import_orders
from evenhand.orders.models import Order, OrderItem
from evenhand.participants.models import Member, Participant, User
from tests.cast import PLACED
from tests.orders.sheets import added, bring, json_lines, numbers, refused, row, sheet, unchanged


def many(first, last, sellers=3):
    """Orders of as many buyers, from a few sellers, with two items each."""
    for number in range(first, last):
        own = {
            "order_id": f"{number:06}",
            "buyer_email": f"buyer{number}@home.example",
            "seller_id": f"S-{number % sellers}",
            "seller_email": f"seller{number % sellers}@shop.example",
        }
        yield row(**own)
        yield row(**own, sku="BULB-2", title="Bulb")


class TestProgress:
    @pytest.fixture(autouse=True)
    def _small_steps(self, db, monkeypatch):
        monkeypatch.setattr("evenhand.orders.imports.run.BATCH", 2)
        monkeypatch.setattr("evenhand.orders.imports.run.ROWS", 3)

    @pytest.mark.parametrize("kind", ["csv", "jsonl"])
    def test_it_never_goes_back_and_ends_at_the_size_of_the_file(self, kind):
        rows = list(many(0, 10))
        content = b"\n\n" + (sheet(*rows) if kind == "csv" else json_lines(*rows)) + b"\n\n"
        told = []
        assert bring(content, kind=kind, progress=told.append) == added(10, rows=20)
        assert told == sorted(told)
        assert (told[-1], len(set(told)) > 10) == (len(content), True)

    @pytest.mark.parametrize("spoil", [{"quantity": "0"}, {"status": "lost"}])
    def test_refused_rows_are_a_part_of_the_way(self, spoil):
        rows = list(many(0, 10))
        rows[5] |= spoil
        told = []
        content = sheet(*rows)
        assert bring(content, progress=told.append).orders_added == 9
        assert (told == sorted(told), told[-1]) == (True, len(content))


class TestBrokenOff:
    def test_whole_orders_stand_and_the_file_may_be_imported_again(self, db, monkeypatch):
        monkeypatch.setattr("evenhand.orders.imports.run.BATCH", 4)
        content, batches = sheet(*many(0, 10)), count()

        def die_in_the_second(orders):
            open_conversations(orders)
            if next(batches) == 1:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            bring(content, after=die_in_the_second)
        assert numbers() == ["000000", "000001", "000002", "000003"]
        assert (OrderItem.objects.count(), Conversation.objects.count(), Alias.objects.count()) == (8, 4, 8)
        assert Participant.objects.filter(role="buyer").count() == 4
        assert bring(content).orders_added == 6
        assert (OrderItem.objects.count(), Conversation.objects.count(), Alias.objects.count()) == (20, 10, 20)
        assert bring(content) == unchanged(10, rows=20)

    def test_a_file_that_breaks_while_it_is_read_leaves_nothing(self, db):
        class Broken(io.BytesIO):
            def readline(self, size=-1):
                line = super().readline(size)
                if b"000003" in line:
                    raise OSError("the disk went away")
                return line

        with pytest.raises(OSError, match="went away"):
            import_orders(Broken(sheet(*many(0, 5))), kind="csv", now=PLACED, after=open_conversations)
        assert numbers() == []


class TestTwoAtOnce:
    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("orders", [(range(60), range(60)), (range(60), range(30, 90))], ids=["same", "overlap"])
    def test_each_order_comes_in_once(self, orders, monkeypatch):
        monkeypatch.setattr("evenhand.orders.imports.run.BATCH", 7)
        files = [sheet(*many(one.start, one.stop)) for one in orders]
        reports, start = [], threading.Barrier(2)

        def run(content):
            try:
                start.wait()
                reports.append(bring(content))
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=[content]) for content in files]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        whole = len(set(orders[0]) | set(orders[1]))
        assert [report.refused for report in reports] == [[], []]
        assert sum(report.orders_added for report in reports) == whole
        assert sum(report.orders_unchanged for report in reports) == 120 - whole
        assert (Order.objects.count(), OrderItem.objects.count()) == (whole, 2 * whole)
        assert (Conversation.objects.count(), Alias.objects.count()) == (whole, 2 * whole)
        assert (Participant.objects.count(), User.objects.count(), Member.objects.count()) == (whole + 3,) * 3

    @pytest.mark.django_db(transaction=True)
    def test_who_names_another_buyer_second_is_refused(self):
        start, reports = threading.Barrier(2), []

        def run(buyer):
            try:
                start.wait()
                reports.append(bring(sheet(row(buyer_email=buyer))))
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=[one]) for one in ("ada@home.example", "eve@home.example")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lost = refused((2, "buyer_email", "the order stands already, with another buyer"))
        assert sorted(reports, key=lambda report: report.orders_added) == [lost, added(1)]


class _Endless(io.RawIOBase):
    """A file that is written while it is read, so that only the import's own memory counts."""

    def __init__(self, rows):
        self._lines = (sheet(one).split(b"\n", 1)[1] for one in rows)
        self._waiting = sheet()

    def readline(self, size=-1):
        line, self._waiting = self._waiting, next(self._lines, b"")
        return line

    def seekable(self):
        return False


def test_memory_does_not_grow_with_the_file(db, monkeypatch):
    monkeypatch.setattr("evenhand.orders.imports.run.BATCH", 50)

    def open_and_tidy(orders):
        open_conversations(orders)
        # What waits for the garbage collector is no growth, but would be counted.
        gc.collect()

    def lines(orders):
        return (
            row(order_id=f"{number:06}", buyer_email=f"buyer{number % 100}@home.example", sku=f"X{item}")
            for number in orders
            for item in range(10)
        )

    peaks = []
    # The first run fills the caches of addresses and times, which are bounded too but larger than these files.
    for orders in (range(100), range(100, 200), range(200, 1200)):
        tracemalloc.start()
        report = import_orders(_Endless(lines(orders)), kind="csv", now=PLACED, after=open_and_tidy)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert report == added(len(orders), rows=10 * len(orders))
    assert peaks[2] < peaks[1] * 1.25
