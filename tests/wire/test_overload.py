"""What breaks around the door, and comes back: mail is put off meanwhile, and what was answered 250 arrives."""

import contextlib
import os
import signal
import smtplib
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from tests.wire.catcher import Catcher
from tests.wire.desk import ADA, BEN
from tests.wire.house import House, until
from tests.wire.talk import Talk, stuffed

RECOVERY = 60
LETTER = 200_000


@pytest.fixture(scope="module")
def far_end():
    with Catcher() as running:
        yield running


@pytest.fixture(scope="module")
def strained_house(tmp_path_factory, far_end):
    made = House(
        tmp_path_factory.mktemp("strained"), [(ADA, BEN)] * 20, smarthost=far_end.address, trust_peers="127.0.0.0/8",
        workers=1, connections=60, size_limit=3_000_000, bytes_in_flight=8_000_000, disk_reserve=0,
    )  # fmt: skip
    with made as running:
        yield running


@pytest.fixture(scope="module")
def dealt(strained_house):
    return list(strained_house.orders().values())


@pytest.fixture(autouse=True)
def no_traceback(strained_house):
    before = strained_house.log.read_text("utf-8")
    yield
    assert "Traceback" not in strained_house.log.read_text("utf-8")[len(before) :]


def offer(house, order, text):
    """Send a letter once; gives the code of the answer, 0 if there was none."""
    try:
        ADA.send(house.door(), order.to_seller, ADA.letter(order.to_seller, text))
    except smtplib.SMTPRecipientsRefused as error:
        return error.recipients[order.to_seller][0]
    except smtplib.SMTPResponseException as error:
        return error.smtp_code
    except (smtplib.SMTPServerDisconnected, OSError):
        return 0
    return 250


def arrived(far_end, order, count):
    """The first words of the mails that arrived, once so many have."""
    return sorted(one.text.partition("\n")[0] for one in far_end.sent_for(order.to_buyer, count))


def database(house):
    """The processes of the database, those that serve connections too."""
    first = house.postmaster()
    return [first, *first.children()]


def test_while_the_database_is_frozen_mail_is_put_off_and_taken_soon_after(strained_house, far_end, dealt):
    order = dealt.pop()
    frozen = database(strained_house)
    for one in frozen:
        one.suspend()
    try:
        # Within seconds the door knows, and says so before a client has sent anything.
        until(lambda: _put_off(strained_house), "the first refusal", 30)
        assert offer(strained_house, order, "While it was away.\n") == 451
    finally:
        for one in frozen:
            one.resume()
    began = time.monotonic()
    until(lambda: offer(strained_house, order, "After it came back.\n") == 250, "a mail that is taken", RECOVERY)
    assert time.monotonic() - began < RECOVERY
    assert arrived(far_end, order, 1) == ["After it came back."]


def _put_off(house):
    with Talk(house.door()) as talk:
        talk.say("EHLO x")
        return talk.say("MAIL FROM:<ada@home.example>").startswith("451 4.3.0")


def test_without_file_handles_nobody_is_let_in_and_everybody_is_once_there_are_some(strained_house, far_end, dealt):
    order = dealt.pop()
    (listener,) = strained_house.processes("listen")
    before = listener.rlimit(psutil.RLIMIT_NOFILE)
    highest = max(int(one.name) for one in Path(f"/proc/{listener.pid}/fd").iterdir())
    listener.rlimit(psutil.RLIMIT_NOFILE, (highest + 1, before[1]))
    try:
        with contextlib.ExitStack() as stack:
            greeted = [stack.enter_context(Talk(strained_house.door())).greeting[:4] for _ in range(40)]
        # The first find a number that was free; the others are hung up on.
        assert (greeted[-1], set(greeted) - {"220 "}) == ("", {""})
    finally:
        listener.rlimit(psutil.RLIMIT_NOFILE, before)
    until(lambda: offer(strained_house, order, "There is room again.\n") == 250, "a mail that is taken", RECOVERY)
    until(lambda: "There is room again." in arrived(far_end, order, 1), "the mail that was taken then", RECOVERY)


def test_a_listener_with_few_file_handles_takes_fewer_connections_and_tells_the_rest(strained_house, tmp_path):
    """Started so, it knows how many it can have, and refuses the others in words."""
    environment = strained_house._environment() | {"EVENHAND_SMTP": "127.0.0.1:0", "EVENHAND_CONNECTIONS": "500"}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            ["sh", "-c", 'ulimit -n 100; exec "$0" -m evenhand listen', sys.executable], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=log, text=True, env=environment,
        )  # fmt: skip
    with process:
        try:
            host, _, port = process.stdout.readline().split("smtp=")[1].strip().rpartition(":")
            with contextlib.ExitStack() as stack:
                greeted = [stack.enter_context(Talk((host, int(port)))).greeting[:4] for _ in range(60)]
            assert greeted == ["220 "] * 36 + ["421 "] * 24
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert "Traceback" not in (tmp_path / "log").read_text("utf-8")


def test_many_large_mails_at_once_cost_no_more_memory_than_is_set_and_all_that_were_taken_are_stored(
    strained_house, dealt
):
    order = dealt.pop()
    (listener,) = strained_house.processes("listen")
    before, peak = listener.memory_info().rss, 0
    answers = [""] * 40
    threads = [
        threading.Thread(target=_send_large, args=(strained_house, order, number, answers)) for number in range(40)
    ]
    for one in threads:
        one.start()
    while any(one.is_alive() for one in threads):
        peak = max(peak, listener.memory_info().rss)
        time.sleep(0.01)
    codes = sorted({one[:9] for one in answers})
    assert "250 2.0.0" in codes
    assert set(codes) <= {"250 2.0.0", "451 4.3.1"}
    assert peak - before < 5 * 8_000_000
    ((stored,),) = strained_house.query(
        "SELECT count(*) FROM evenhand_inbound WHERE size > 2000000 AND reverse_path LIKE 'large%%'"
    )
    assert stored == sum(one.startswith("250") for one in answers)


def _send_large(house, order, number, answers):
    raw = stuffed(ADA.letter(order.to_seller, "Large.\n") + (b"%02d" % number + b"x" * 74 + b"\r\n") * 32_000)
    with Talk(house.door()) as talk:
        talk.say("EHLO x")
        said = talk.say(f"MAIL FROM:<large{number}@home.example> SIZE={len(raw)}")
        if said.startswith("250"):
            talk.say(f"RCPT TO:<{order.to_seller}>")
            said = talk.say("DATA")
        answers[number] = talk.say(raw) if said.startswith("354") else said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a small disk")
def test_while_the_disk_is_full_mail_is_put_off_and_taken_soon_after(tmp_path, far_end):
    small = tmp_path / "data"
    small.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400m,mode=755", "tmpfs", small], check=False)
    if made.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        with House(
            tmp_path, [(ADA, BEN)], smarthost=far_end.address, trust_peers="127.0.0.0/8", workers=1,
            disk_reserve=20_000_000,
        ) as house:  # fmt: skip
            _fill_and_free(house, small, far_end)
    finally:
        subprocess.run(["umount", "--lazy", small], check=True)


def _fill_and_free(house, small, far_end):
    (order,) = house.orders().values()
    assert offer(house, order, "Before.\n") == 250
    until(lambda: far_end.sent_for(order.to_buyer, 1), "the first mail")
    filler = small / "filler"
    room = os.statvfs(small)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize - 10_000_000)
    until(lambda: offer(house, order, "While it was full.\n") == 452, "the refusal")
    filler.unlink()
    began = time.monotonic()
    until(lambda: offer(house, order, "After.\n") == 250, "a mail that is taken", RECOVERY)
    assert time.monotonic() - began < RECOVERY
    until(lambda: "After." in arrived(far_end, order, 2), "the mail that was taken then", RECOVERY)


def test_it_does_not_start_on_a_database_that_would_lose_accepted_mail(strained_house):
    strained_house.query("ALTER SYSTEM SET synchronous_commit = off")
    strained_house.query("SELECT pg_reload_conf()")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "evenhand", "listen"], capture_output=True, text=True, timeout=60, check=False,
            env=strained_house._environment() | {"EVENHAND_SMTP": "127.0.0.1:0"}, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    finally:
        strained_house.query("ALTER SYSTEM RESET synchronous_commit")
        strained_house.query("SELECT pg_reload_conf()")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "The database would lose accepted mail: synchronous_commit is off.\n"


def test_it_ends_in_time_though_clients_dribble_and_the_database_is_frozen(strained_house, dealt):
    with contextlib.ExitStack() as stack:
        _end_under_strain(strained_house, dealt.pop(), stack)


def _end_under_strain(strained_house, order, stack):
    talks = [stack.enter_context(Talk(strained_house.door())) for _ in range(50)]
    for one in talks[:20]:
        one.begin(order.to_seller)
        one.send(b"From: ada@home.example\r\n")
    listener = strained_house.processes("listen")[0]
    frozen = database(strained_house)
    for one in frozen:
        one.suspend()
    try:
        talks[0].send(b".\r\n")
        began = time.monotonic()
        listener.terminate()
        psutil.wait_procs([listener], timeout=30)
        assert time.monotonic() - began < 30
        assert not listener.is_running() or listener.status() == psutil.STATUS_ZOMBIE
    finally:
        for one in frozen:
            one.resume()
    assert [one.hear()[:9] for one in talks[20:]] == ["421 4.3.2"] * 30
