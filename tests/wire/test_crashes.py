"""Whatever is killed in the middle of the mail: what was answered 250 arrives, byte for byte, and nothing else does."""

import contextlib
import random
import smtplib
import threading
import time

import pytest

from tests.wire.catcher import Catcher
from tests.wire.desk import ADA, BEN
from tests.wire.house import House, until

MAILS = 160
KILLS = 4


@pytest.fixture
def fragile(tmp_path):
    """An installation of its own, that may be hurt, with its catcher and an order."""
    with Catcher() as catcher:
        house = House(
            tmp_path / "house", [(ADA, BEN)], smarthost=catcher.address, trust_peers="127.0.0.0/8", workers=2
        )  # fmt: skip
        with house:
            yield house, catcher, next(iter(house.orders().values()))


class Stream:
    """Sends numbered letters one after another, each again until it is answered 250, as a mail server does."""

    def __init__(self, door, order):
        self.accepted = []
        self._door, self._order = door, order
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        for number in range(MAILS):
            letter = ADA.letter(self._order.to_seller, f"Letter number {number}.\n", subject=f"Number {number}")
            while True:
                with contextlib.suppress(smtplib.SMTPException, OSError):
                    ADA.send(self._door, self._order.to_seller, letter)
                    self.accepted.append(number)
                    break
                time.sleep(0.2)

    def wait(self):
        self._thread.join(60)
        assert not self._thread.is_alive(), f"only {len(self.accepted)} were taken"


def end_leases(house):
    """Let the time pass after which a claim of a dead worker is nobody's."""
    with contextlib.suppress(Exception):
        house.query("UPDATE evenhand_inbound SET due_at = now() WHERE state = 'working'")
        house.query("UPDATE evenhand_delivery SET due_at = now() WHERE state IN ('sending', 'deferred')")
    return True


def arrived(catcher):
    """By number, every copy that came."""
    found = {}
    for one in catcher.mails:
        found.setdefault(int(one.mail["Subject"].removeprefix("Number ")), []).append(one)
    return found


@pytest.mark.parametrize("part", ["work", "listen", "postgres"])
def test_what_was_taken_arrives_though_the_part_that_works_on_it_is_killed(fragile, part):
    house, catcher, order = fragile
    chance = random.Random(part)
    stream = Stream(house.door(), order)
    for kill in range(KILLS):
        goal = (kill + 1) * MAILS // (KILLS + 2) + chance.randrange(10)
        until(lambda goal=goal: len(stream.accepted) >= goal, f"{goal} letters were taken")
        victims = [house.postmaster()] if part == "postgres" else house.processes(part)
        for victim in filter(None, victims):
            with contextlib.suppress(Exception):
                victim.kill()
    stream.wait()
    until(lambda: end_leases(house) and len(arrived(catcher)) == MAILS, "every letter arrived", 60)
    copies = arrived(catcher)
    assert sorted(copies) == list(range(MAILS))
    # A repeat is the same mail to the byte, and one kill makes no more of them than were on their way.
    assert [number for number, mails in copies.items() if len({one.content for one in mails}) > 1] == []
    assert [number for number, mails in copies.items() if len(mails) > 1 + KILLS] == []
    told = house.told(order)
    assert len(told["messages"]) == MAILS
    assert told["spooled"] == []


def test_a_stop_under_load_loses_nothing_and_is_quick(fragile):
    house, catcher, order = fragile
    stream = Stream(house.door(), order)
    until(lambda: len(stream.accepted) >= MAILS // 3, "a third was taken")
    code, seconds = house.stop()
    assert code == 0
    assert seconds < 30
    house.start()
    stream.wait()
    until(lambda: len(arrived(catcher)) == MAILS, "every letter arrived", 60)
    assert {len(mails) for mails in arrived(catcher).values()} == {1}
