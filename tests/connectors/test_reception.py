"""The door knows its own reverse-paths by their check; all answers take as long, so the database is always asked."""

import asyncio

import pytest

from evenhand.connectors.reception import Reception
from evenhand.mail.msgid import bounce_address

KEY = "a secret of this installation"


class Nobody:
    """A database in which nobody is found, and that remembers for whom it was asked."""

    def __init__(self):
        self.asked = []

    async def ask(self, _statement, parameters):
        self.asked += parameters[1]
        return []


def find(address):
    """Look an address up; returns what was found, and for whom the database was asked."""

    async def ask():
        reception = Reception("", 1024, KEY)
        reception._looking_up = Nobody()
        return await reception.find(address), reception._looking_up.asked

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "address",
    [
        bounce_address("another secret", bytes(16), "m.market.example"),
        "b-aaaaaaaaaaaaaaaaaaaaaaaaaa@m.market.example",
        bounce_address(KEY, bytes(16), "m.market.example").replace("b-a", "b-b"),
        "b-@m.market.example",
        "b-x+y@m.market.example",
    ],
)
def test_l50_a_forged_reverse_path_is_not_looked_for(address):
    found, asked = find(address)
    assert (found, len(asked), address in asked) == (None, 1, False)


@pytest.mark.parametrize(
    "address",
    [
        bounce_address(KEY, bytes(16), "m.market.example"),
        bounce_address(KEY, bytes(16), "m.market.example").upper(),
        "aaaaaaaaaaaaaaaaaaaaaaaaaa@m.market.example",
    ],
)
def test_what_may_be_ours_is_looked_up_and_never_guessed(address):
    assert find(address) == (None, [address.lower()])
