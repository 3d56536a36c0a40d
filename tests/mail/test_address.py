"""Addresses are read exactly: case folded, domain in ASCII, and nothing that two programs read as two addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.mail.address import domain_of, is_address, normalise, split


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("ada@home.example", "ada@home.example"),
        (" Ada@Home.Example ", "ada@home.example"),
        ("ADA+Shop@HOME.EXAMPLE", "ada+shop@home.example"),
        ("a.d.a@home.example", "a.d.a@home.example"),
        ("ada@home.example.", "ada@home.example"),
        ("ada@Bücher.Example", "ada@xn--bcher-kva.example"),
        ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("jürgen@home.example", "jürgen@home.example"),
        ("o'hara=x{y}|z@home.example", "o'hara=x{y}|z@home.example"),
        ("x" * 64 + "@home.example", "x" * 64 + "@home.example"),
        ("root@localhost", "root@localhost"),
        ("a@_dmarc.home.example", "a@_dmarc.home.example"),
    ],
)
def test_an_address_has_one_stored_form(written, stored):
    assert normalise(written) == stored
    assert normalise(stored) == stored
    assert domain_of(stored) == stored.rpartition("@")[2]


@pytest.mark.parametrize(
    "text",
    [
        "", "@", "ada", "ada@", "@home.example", "ada@@home.example", "ada@home@home.example", "ada home@home.example",
        '"ada"@home.example', "ada@[192.0.2.1]", "@relay.example:ada@home.example", "ada(comment)@home.example",
        "<ada@home.example>", "ada@home.example, ben@shop.example", "ada;ben@home.example", "ada\\@home.example",
        ".ada@home.example", "ada.@home.example", "a..da@home.example", "ada@.home.example", "ada@home..example",
        "ada@-home.example", "ada@home-.example", "ada@ho me.example", "ada@home.example\r\nBcc: eve", "a\x00da@home.example",
        "ada\n@home.example", "ada@home\n.example", "ada\u2028@home.example", "ada\u00a0@home.example", "x" * 65 + "@home.example",
        "ada@" + "x" * 64 + ".example", "ada@" + "x." * 127 + "example", "ada@home.example:25", "ada@ho%me.example",
        "ada@\u200bhome.example\u0000",
    ],
)  # fmt: skip
def test_what_is_no_plain_address_is_none(text):
    assert split(text) is None
    assert not is_address(text)
    assert domain_of(text) is None


def test_sub_addresses_and_dots_make_different_addresses():
    assert len({normalise(one) for one in ("ada@home.example", "ada+x@home.example", "a.da@home.example")}) == 3


@given(st.text(max_size=80))
def test_whatever_the_text_the_stored_form_is_stable_and_on_one_line(text):
    for candidate in (text, f"{text}@home.example", f"ada@{text}"):
        stored = normalise(candidate)
        if stored is not None:
            assert normalise(stored) == stored
            assert not set(stored) & set('\r\n\x00 <>",;:()[]\\')
            assert stored.rpartition("@")[2].isascii()
