"""What the smarthost is never told: an address that would be read as something else than an address."""

import asyncio
import socket
import uuid

import pytest

from evenhand.configuration import Configuration, Endpoint
from evenhand.connectors.smarthost import Smarthost
from evenhand.relay.channel import Copy, Failed

HOSTILE = [
    "ben@shop.example\r\nRCPT TO:<eve@evil.example>", "ben@shop.example\r\n", "ben@shop.example\n", "ben\r\n@shop.example",
    "ben@shop.example\r", "ben@shop.example\x00", "ben@shop.example>", "<ben@shop.example>", "ben@shop.example> SIZE=1",
    "ben @shop.example", '"ben\r\nDATA"@shop.example', '"ben"@shop.example', "ben@shop.example,eve@evil.example",
    "@evil.example:ben@shop.example", "ben@\u00fc\r\nx.example", "ben@shop\u2028.example", "ben\u2028@shop.example",
    "ben@[192.0.2.1]", "ben", "ben@", "@shop.example", "ben\x7f@shop.example", "ben\t@shop.example", "ben\x85@shop.example",
]  # fmt: skip


@pytest.fixture
def listening():
    """A port on which nobody is expected."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


@pytest.mark.parametrize("address", HOSTILE, ids=ascii)
@pytest.mark.parametrize("where", ["address", "return_path"])
def test_l44_such_an_address_ends_before_anybody_is_called(listening, address, where):
    host, port = listening.getsockname()
    channel = Smarthost(Configuration(smarthost=Endpoint(host, port)))
    known = {"address": "ben@shop.example", "return_path": "b-1@m.market.example"} | {where: address}
    copy = Copy(id=uuid.uuid4(), content=b"Subject: x\r\n\r\nx\r\n", **known)
    assert asyncio.run(channel.deliver(copy)) == Failed("mail", "5.1.3", "the address cannot be written as a command")
    with pytest.raises(BlockingIOError):
        listening.accept()
