"""Whatever dies, what was answered 250 arrives; and what ends in order loses and repeats nothing."""

import contextlib
import random
import re
import time
from collections import Counter

import psutil
import pytest

from tests.wire.catcher import Catcher
from tests.wire.desk import ADA, BEN
from tests.wire.house import PATIENCE, House, until
from tests.wire.stream import Stream

# Each part starts a dozen times, which takes a busy machine its time.
pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def far_end():
    with Catcher() as running:
        yield running


@pytest.fixture(scope="module")
def frail_house(open_folder, far_end):
    made = House(
        open_folder / "frail", [(ADA, BEN)] * 40, smarthost=far_end.address, trust_peers="127.0.0.0/8",
        workers=2,
    )  # fmt: skip
    with made as running:
        yield running


@pytest.fixture(scope="module")
def dealt(frail_house):
    return list(frail_house.orders().values())


def numbers(mails):
    """The number of each mail's letter."""
    return [int(re.search(r"This is letter (\d+), and no other\.", one.text)[1]) for one in mails]


def let_deferred_come_due(house):
    """Let the time pass after which what was put off is tried again. What the dead had claimed is free without that."""
    house.query("UPDATE evenhand_delivery SET due_at = now() WHERE state = 'deferred'")


def wait_for_rest(house):
    """Wait until nothing is under way any more."""

    def at_rest():
        try:
            let_deferred_come_due(house)
            return house.query(
                "SELECT (SELECT count(*) FROM evenhand_inbound WHERE state IN ('queued', 'working')) "
                "+ (SELECT count(*) FROM evenhand_delivery WHERE state IN ('queued', 'sending', 'deferred')) = 0"
            ) == [(True,)]
        except OSError:
            return False

    until(at_rest, "the end of all work", 2 * PATIENCE)


def test_what_was_answered_250_arrives_though_workers_listener_and_database_are_killed(frail_house, far_end, dealt):
    chance, count, orders = random.Random(20), 200, dealt[:20]
    victims = ["work", "listen", "database", "work", "database", "listen", "work"]
    with Stream(ADA, frail_house, orders, count) as stream:
        for number, victim in enumerate(victims, 1):
            until(lambda due=count * number // 10: len(stream.accepted) >= due, "the next moment", 2 * PATIENCE)
            time.sleep(chance.uniform(0, 0.1))
            kill(frail_house, victim)
    assert sorted(stream.accepted) == list(range(count))
    # Nobody was told “never”: whoever came at a bad moment was told to come again.
    assert [code for code in stream.refusals if code // 100 != 4] == []

    wait_for_rest(frail_house)
    places = {order.to_buyer for order in orders}
    arrived = [one for one in far_end.mails if str(one.mail["From"]).partition("<")[2].rstrip(">") in places]
    assert set(numbers(arrived)) == set(range(count))
    copies = Counter(one.msgid for one in arrived)
    # A repeat is the same copy, to the byte: whoever has its id shows it once.
    assert len({one.content for one in arrived}) == len(copies) == count
    assert max(copies.values()) <= 1 + len(victims)
    rows = frail_house.query(
        "SELECT (SELECT count(*) FROM evenhand_inbound), (SELECT count(*) FROM evenhand_message), "
        "(SELECT count(*) FROM evenhand_delivery), (SELECT count(*) FROM evenhand_inbound WHERE state = 'parked')"
    )
    assert rows == [(count, count, count, 0)]


def kill(house, victim):
    """SIGKILL a part, or the database with all that serve it."""
    if victim == "database":
        server = until(house.postmaster, "a database to kill")
        for one in [server, *server.children()]:
            # Those that serve it leave by themselves when they see it gone.
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        return
    until(lambda: house.processes(victim), f"a {victim} to kill")[0].kill()


def test_ended_by_sigterm_under_load_it_loses_and_repeats_nothing(frail_house, far_end, dealt):
    count, orders = 120, dealt[20:30]
    with Stream(ADA, frail_house, orders, count) as stream:
        until(lambda: len(stream.accepted) >= 40, "some mails", 2 * PATIENCE)
        code, seconds = frail_house.stop()
        assert code == 0
        assert seconds < 30
        taken = len(stream.accepted)
        assert 40 <= taken < count
        frail_house.start()
    wait_for_rest(frail_house)
    places = {order.to_buyer for order in orders}
    arrived = [one for one in far_end.mails if str(one.mail["From"]).partition("<")[2].rstrip(">") in places]
    assert sorted(numbers(arrived)) == list(range(count))
    assert [code for code in stream.refusals if code // 100 != 4] == []


def test_while_the_smarthost_is_away_copies_wait_visibly_and_leave_when_it_is_back(frail_house, far_end, dealt):
    order = dealt[30]
    far_end.stop()
    try:
        ADA.send(frail_house.door(), order.to_seller, ADA.letter(order.to_seller, "Anybody out there?\n"))
        waiting = until(lambda: copies(frail_house, order, "deferred"), "the deferral")
    finally:
        far_end.start()
    (attempt,) = waiting[0]["attempts"]
    assert (attempt["outcome"], attempt["phase"], attempt["status"]) == ("deferred", "connect", "4.4.1")
    wait_for_rest(frail_house)
    arrived = far_end.sent_for(order.to_buyer)
    assert [one.text.partition("\n")[0] for one in arrived] == ["Anybody out there?"]
    assert [len(one["attempts"]) for one in copies(frail_house, order, "sent")] == [2]


def test_a_recipient_that_is_full_for_now_gets_the_same_bytes_later(frail_house, far_end, dealt):
    order = dealt[31]
    far_end.answers[BEN.address] = f"451 4.2.2 <{BEN.address}> is full for now"
    try:
        ADA.send(frail_house.door(), order.to_seller, ADA.letter(order.to_seller, "Is your box full?\n"))
        waiting = until(lambda: copies(frail_house, order, "deferred"), "the deferral")
    finally:
        far_end.answers.clear()
    (attempt,) = waiting[0]["attempts"]
    assert (attempt["phase"], attempt["status"]) == ("rcpt", "4.2.2")
    assert attempt["detail"] == "4.2.2 <[address removed]> is full for now"
    wait_for_rest(frail_house)
    assert len(far_end.sent_for(order.to_buyer)) == 1


def test_a_recipient_that_is_refused_for_good_costs_the_author_one_notice_that_names_nobody(
    frail_house, far_end, dealt
):
    order = dealt[32]
    before = len(far_end.notices_to(ADA.address, 0))
    far_end.answers[BEN.address] = f"550 5.2.1 <{BEN.address}> is closed, write to new@{BEN.domain}"
    try:
        for words in ("Where are you?\n", "Hello?\n"):
            ADA.send(frail_house.door(), order.to_seller, ADA.letter(order.to_seller, words))
        until(lambda: len(copies(frail_house, order, "failed")) == 2, "both failures")
    finally:
        far_end.answers.clear()
    wait_for_rest(frail_house)
    (notice,) = far_end.notices_to(ADA.address, before + 1)[before:]
    assert "could not be delivered by e-mail: the mailbox is switched off." in notice.text
    assert [secret for secret in BEN.secrets if secret in notice.content.decode()] == []


def copies(house, order, state):
    """The copies of an order's messages that are in a state."""
    return [one for said in house.told(order)["messages"] for one in said["deliveries"] if one["state"] == state]
