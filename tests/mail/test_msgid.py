"""Ids and bounce addresses of ours name nothing but the relay's domain."""

from hypothesis import given
from hypothesis import strategies as st

from evenhand.mail.address import normalise
from evenhand.mail.header import message_ids
from evenhand.mail.msgid import bounce_address, mint, vouched


@given(st.binary(min_size=16, max_size=32))
def test_an_id_is_chance_and_the_relay_s_domain(entropy):
    minted = mint(entropy, "m.market.example")
    local, _, domain = minted.partition("@")
    assert domain == "m.market.example"
    assert set(local) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert message_ids(f"<{minted}>") == (minted,)
    assert len(local) == -(-len(entropy) * 8 // 5)


@given(st.binary(min_size=16, max_size=36))
def test_a_bounce_address_is_an_address_in_its_stored_form(entropy):
    address = bounce_address("key", entropy, "m.market.example")
    assert normalise(address) == address
    assert address.startswith("b-")
    assert len(address.partition("@")[0]) <= 64


@given(st.binary(min_size=16, max_size=16))
def test_l50_only_what_was_minted_with_the_key_is_vouched_for(entropy):
    local = bounce_address("key", entropy, "m.market.example").partition("@")[0]
    assert vouched("key", local)
    assert not vouched("another", local)
    assert not vouched("key", "b-" + mint(entropy, "x").partition("@")[0])


def test_l50_no_letter_of_a_bounce_address_may_differ():
    local = bounce_address("key", bytes(range(16)), "m.market.example").partition("@")[0]
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    changed = [
        local[:place] + letter + local[place + 1 :]
        for place in range(2, len(local))
        for letter in letters
        if letter != local[place]
    ]
    assert len(changed) == 42 * 31
    assert [one for one in changed if vouched("key", one)] == []
    assert [
        one
        for one in ("", "b-", local[:-1], local + "a", local.upper(), f"c{local[1:]}", f"{local}é", "b-" + "1" * 42)
        if vouched("key", one)
    ] == []


def test_different_chance_makes_different_names():
    assert mint(bytes(16), "m.example") != mint(bytes(15) + b"\x01", "m.example")
    assert bounce_address("k", bytes(16), "m.example") != bounce_address("k", bytes(15) + b"\x01", "m.example")
