"""Whoever is killed at a named step, what was answered 250 arrives, once or as the same bytes again, and in order."""

from dataclasses import replace

import pytest

from bench.soak.crash import DRILLS, Run
from bench.soak.history import Arrived, Outage, Struck, compare
from bench.soak.starting import STARTING, survives
from evenhand.crashpoints import POINTS

# Processes start and die here by the dozen, which takes a busy machine its time.
pytestmark = pytest.mark.timeout(600)

WORST = (
    "listen.half", "listen.committed", "listen.durable", "blob.renamed", "submit.inserted", "process.searched",
    "store.notified", "outbox.claimed", "deliver.ended", "outbox.events", "presence.freed", "peer.dot",
    "scanner.sent", "spool.scan-noting",
)  # fmt: skip


@pytest.fixture(scope="module")
def rehearsed(open_folder):
    """A run in which somebody died at each of these points, and the database once while somebody stood at one."""
    with Run(open_folder / "run", seed=7, pause=0.2) as run:
        reached = {point: run.drill(point) for point in WORST}
        reached["database"] = run.drill_database("listen.committed", run.stack.kill_backend, "backend")
        found = run.finish()
        yield run, reached, found, run.portal()


def test_somebody_died_at_each_point(rehearsed):
    _, reached, _, _ = rehearsed
    assert [point for point, died in reached.items() if not died] == []


def test_nothing_is_lost_altered_doubled_or_out_of_order(rehearsed):
    run, _, found, pages = rehearsed
    assert found.accepted > 20
    assert found.faults == {"lost": 0, "phantom": 0, "twins": 0, "altered": 0, "reordered": 0, "unexcused": 0}
    assert pages == {"missing on the page": 0, "twice on the page": 0}
    assert run.clients.refusals == []


def test_a_crash_after_the_final_dot_repeats_and_no_mail_is_repeated_more_often_than_somebody_died(rehearsed):
    _, _, found, _ = rehearsed
    assert found.repeats >= 1
    assert found.most_repeats <= 3


def test_one_who_is_killed_while_reviving_the_database_is_followed_by_a_good_start(open_folder):
    assert survives("up.reviving", open_folder / "start")


def test_every_point_is_in_one_of_the_two_drills():
    assert {*DRILLS, *STARTING} == {*POINTS, "peer.half", "peer.dot", "peer.answered"}


FIRST, SECOND = Arrived(1, "a", b"x"), Arrived(2, "b", b"y")


@pytest.mark.parametrize(
    ("arrived", "fault"),
    [
        ([FIRST], "lost"),
        ([FIRST, SECOND, Arrived(3, "c", b"z")], "phantom"),
        ([FIRST, SECOND, Arrived(2, "c", b"y")], "twins"),
        ([FIRST, SECOND, Arrived(2, "b", b"other")], "altered"),
        ([SECOND, FIRST], "reordered"),
        ([FIRST, FIRST, SECOND], "unexcused"),
        ([FIRST, SECOND], None),
    ],
)
def test_the_comparison_finds_each_kind_of_fault(arrived, fault):
    faults = compare({"c": [1, 2]}, arrived, struck=Struck(put_back={"b"})).faults
    assert {name for name, count in faults.items() if count} == ({fault} if fault else set())


@pytest.mark.parametrize(
    ("struck", "excused"),
    [
        (Struck({71: 6.0}), True),
        (Struck({72: 6.0}), False),
        (Struck({71: 9.5}), False),
        (Struck(database=(Outage(6.0, 6.5),)), True),
        (Struck(database=(Outage(1.0, 4.9),)), True),
        (Struck(database=(Outage(1.0, 3.0),)), False),
        (Struck(database=(Outage(9.5, 9.8),)), False),
        (Struck(put_back={"a"}), True),
    ],
)
def test_a_repeat_is_excused_by_a_death_between_the_final_dot_and_the_recorded_result_and_by_no_other(struck, excused):
    again = [replace(FIRST, at=5.0, by=71), replace(FIRST, at=9.0, by=73)]
    assert (compare({"c": [1]}, again, struck=struck).unexcused == ()) is excused


def test_one_death_excuses_one_repeat():
    thrice = [replace(FIRST, at=at, by=by) for at, by in ((5.0, 71), (9.0, 72), (12.0, 73))]
    assert compare({"c": [1]}, thrice, struck=Struck({71: 6.0})).unexcused == ("a",)
    assert compare({"c": [1]}, thrice, struck=Struck({71: 6.0, 72: 10.0})).unexcused == ()


def test_what_waits_for_a_person_may_be_passed():
    assert compare({"c": [1, 2]}, [SECOND, FIRST], {1}).reordered == ()
    assert compare({"c": [1, 2]}, [SECOND, FIRST], {2}).reordered == ((1, 2),)
