"""Whatever is said at the door, in whatever pieces: no traceback in the log, and no 250 for a mail that is not stored."""

import contextlib
import itertools
import socket

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.wire.house import until
from tests.wire.talk import stuffed

TAKEN = b"250 2.0.0 Taken\r\n"
NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def recipient(house):
    return next(iter(house.orders().values()))


def commands(address):
    """Pieces of dialogue: mostly sensible, often not."""
    sensible = st.sampled_from([
        b"EHLO x\r\n", b"LHLO x\r\n", b"HELO x\r\n", b"MAIL FROM:<ada@home.example>\r\n", b"MAIL FROM:<ada@home.example> SIZE=20\r\n",
        f"RCPT TO:<{address}>\r\n".encode(), b"RCPT TO:<nobody@m.market.example>\r\n", b"DATA\r\n", b"RSET\r\n",
        b"NOOP\r\n", b"\r\n.\r\n", b".\r\n", b"\n.\n", b"QUIT\r\n", b"STARTTLS\r\n", b"BDAT 3 LAST\r\nabc",
    ])  # fmt: skip
    mail = st.binary(max_size=60).map(lambda text: stuffed(b"Subject: ada@home\r\n\r\n" + text))
    begun = st.just(b"EHLO x\r\nMAIL FROM:<ada@home.example>\r\n" + f"RCPT TO:<{address}>\r\nDATA\r\n".encode())
    damaged = st.tuples(sensible, st.integers(0, 60), st.binary(max_size=4)).map(
        lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] :]
    )
    return st.lists(st.one_of(sensible, begun, mail, damaged, st.binary(max_size=80)), max_size=14).map(b"".join)


def heard(door, said, cuts):
    """Say all of it in pieces, close our side, and give all that was answered."""
    with socket.create_connection(door, timeout=20) as line:
        with contextlib.suppress(ConnectionError):
            begin = 0
            for end in [*sorted(cuts), len(said)]:
                line.sendall(said[begin:end])
                begin = max(begin, min(end, len(said)))
            line.sendall(b"\r\nQUIT\r\n\r\n.\r\nQUIT\r\n")
        answers = b""
        with contextlib.suppress(ConnectionError):
            while chunk := line.recv(65536):
                answers += chunk
        return answers


@pytest.mark.parametrize("door", ["smtp", "lmtp"])
def test_whatever_is_said_ends_in_order_and_what_is_taken_is_stored(house, recipient, door):
    before = house.log.read_text("utf-8")

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(said=commands(recipient.to_seller), cuts=st.lists(st.integers(0, 400), max_size=4))
    def say(said, cuts):
        stored = count(house)
        # Nobody has said the same before, so that every mail that is taken is a row more.
        answers = heard(house.door(door), said.replace(b"ada@home", b"ada%d@home" % next(NUMBERS)), cuts)
        lines = answers.split(b"\r\n")
        assert lines[0].startswith(b"220 "), answers
        assert [one for one in lines[:-1] if not one[:3].isdigit()] == [], answers
        assert (count(house) > stored) == (TAKEN in answers), answers
        assert count(house) - stored <= answers.count(TAKEN)

    say()
    until(lambda: house.processes("listen"), "the listener")
    assert "Traceback" not in house.log.read_text("utf-8")[len(before) :]


def count(house):
    return house.query("SELECT count(*) FROM evenhand_inbound")[0][0]
