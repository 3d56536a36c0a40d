"""Ids and bounce addresses of ours name nothing but the relay's domain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.mail.address import normalise
from evenhand.mail.header import message_ids
from evenhand.mail.msgid import bounce_address, mint


@given(st.binary(min_size=16, max_size=32))
def test_l07_an_id_is_chance_and_the_relay_s_domain(entropy):
    minted = mint(entropy, "m.market.example")
    local, _, domain = minted.partition("@")
    assert domain == "m.market.example"
    assert set(local) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert message_ids(f"<{minted}>") == (minted,)
    assert len(local) == -(-len(entropy) * 8 // 5)


@given(st.binary(min_size=16, max_size=36))
def test_a_bounce_address_is_an_address_in_its_stored_form(entropy):
    address = bounce_address(entropy, "m.market.example")
    assert normalise(address) == address
    assert address.startswith("b-")


@pytest.mark.parametrize("make", [mint, bounce_address])
def test_different_chance_makes_different_names(make):
    assert make(bytes(16), "m.example") != make(bytes(15) + b"\x01", "m.example")
