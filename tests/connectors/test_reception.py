"""The door knows its own reverse-paths by their check, before it asks the database."""

import asyncio

import psycopg
import pytest

from evenhand.connectors.reception import Reception
from evenhand.mail.msgid import bounce_address

KEY = "a secret of this installation"
NOWHERE = "postgresql://127.0.0.1:1/nowhere?connect_timeout=2"


def find(address):
    """Look an address up where there is no database: whoever asks it fails."""
    return asyncio.run(Reception(NOWHERE, 1024, KEY).find(address))


@pytest.mark.parametrize(
    "address",
    [
        bounce_address("another secret", bytes(16), "m.market.example"),
        "b-aaaaaaaaaaaaaaaaaaaaaaaaaa@m.market.example",
        bounce_address(KEY, bytes(16), "m.market.example").replace("b-a", "b-b"),
        "b-@m.market.example",
        "b-x+y@m.market.example",
        "mailer-daemon@m.market.example",
    ],
)
def test_l50_a_forged_reverse_path_costs_no_query(address):
    assert find(address) is None


@pytest.mark.parametrize(
    "address",
    [
        bounce_address(KEY, bytes(16), "m.market.example"),
        bounce_address(KEY, bytes(16), "m.market.example").upper(),
        "aaaaaaaaaaaaaaaaaaaaaaaaaa@m.market.example",
    ],
)
def test_what_may_be_ours_is_looked_up_and_never_guessed(address):
    with pytest.raises(psycopg.OperationalError):
        find(address)
