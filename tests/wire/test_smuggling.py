"""
Nothing we send on ends before its end, whatever an author wrote into it, and whoever reads it next.

Servers that take other endings than CR LF dot CR LF for the end of a mail (CVE-2023-51764 and its kin) would read what
follows as commands of ours. The way in stands in `test_door`.
"""

import re
from email import message_from_bytes

import pytest

from tests.wire.desk import ADA, BEN
from tests.wire.house import House, until
from tests.wire.sink import Sink
from tests.wire.talk import Talk, stuffed
from tests.wire.test_door import ENDINGS

# What a careless server might take for the end of a mail: any line end, with or without NUL, around a lone dot.
SLOPPY = re.compile(rb"(?:\r\n|\r|\n|\x00)+\.\x00*(?:\r\n|\r|\n)")
STRAY = re.compile(rb"\r(?!\n)|(?<!\r)\n|\x00")


@pytest.fixture(scope="module")
def sink():
    with Sink() as running:
        yield running


@pytest.fixture(scope="module")
def house(tmp_path_factory, sink):
    made = House(
        tmp_path_factory.mktemp("onward"), [(ADA, BEN)] * (3 * len(ENDINGS) + 1), smarthost=sink.address,
        trust_peers="127.0.0.0/8", workers=1,
    )  # fmt: skip
    with made as running:
        yield running


@pytest.fixture(scope="module")
def dealt(house):
    return list(house.orders().values())


def parts(marker, ending):
    """A mail's text with an ending and commands in it."""
    return (
        marker
        + b" The end?"
        + ending
        + b"MAIL FROM:<eve@evil.example>\r\nRCPT TO:<x@y.example>\r\nDATA\r\nSmuggled.\r\n"
    )


@pytest.mark.parametrize("place", ["text", "HTML", "file"])
@pytest.mark.parametrize("ending", ENDINGS, ids=repr)
def test_what_we_hand_on_has_one_end(house, sink, dealt, ending, place):
    order = dealt.pop(0)
    marker = f"{order.number} asks".encode()
    words = parts(marker, ending)
    if place == "text":
        raw = ADA.letter(order.to_seller, "x\n").partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + words
    elif place == "HTML":
        head = ADA.letter(order.to_seller, "x\n").partition(b"\r\n\r\n")[0].replace(b"text/plain", b"text/html")
        raw = head + b"\r\n\r\n<pre>" + words + b"</pre>\r\n"
    else:
        raw = ADA.letter(order.to_seller, marker.decode() + "\n", files=[("notes.txt", "text/plain", words)])
    with Talk(house.door(), ADA.client) as talk:
        talk.begin(order.to_seller)
        assert talk.say(stuffed(raw)).startswith("250")
    if place == "file" and b"\x00" in ending:
        # What is called a text and is none waits for a person: nothing of it is handed on.
        until(lambda: [one["state"] for one in house.told(order)["messages"]] == ["held"], "the hold")
        assert order.to_buyer.encode() not in b"".join(sink.commands)
        return
    data = sink.wait(order.to_buyer.encode())
    assert STRAY.findall(data) == []
    assert SLOPPY.findall(b"\r\n" + data) == []
    # What was smuggled arrives as words.
    leaves = [part for part in message_from_bytes(data).walk() if not part.is_multipart()]
    words = b"".join(part.get_payload(decode=True) for part in leaves)
    assert b"Smuggled." in words
    assert max(len(line) for line in data.split(b"\r\n")) <= 998


def test_no_command_of_ours_came_out_of_a_mail(house, sink, dealt):
    order = dealt.pop()
    ADA.send(house.door(), order.to_seller, ADA.letter(order.to_seller, "Something plain.\n"))
    sink.wait(order.to_buyer.encode())
    shapes = {re.sub(rb"<[^>]*>", b"<>", line) for line in sink.commands}
    assert shapes <= {
        b"EHLO m.market.example\r\n",
        b"MAIL FROM:<>\r\n",
        b"RCPT TO:<>\r\n",
        b"DATA\r\n",
        b"RSET\r\n",
        b"QUIT\r\n",
    }
    assert {line for line in sink.commands if b"y.example" in line or b"evil.example" in line} == set()
