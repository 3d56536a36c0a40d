"""The gate sees what a reader sees: letters that pass for others, run backwards, or are a link's hexadecimal digits."""

import pytest

from evenhand.mail.gate import search
from evenhand.mail.identity import identities
from tests.mail.strategies import ADA

PROTECTED = identities((ADA,), allowed=("m.market.example",))


def search_for(text, encoding="utf-8"):
    head = f"From: <k3@m.market.example>\r\nContent-Type: text/plain; charset={encoding}\r\n\r\n"
    hit = search(head.encode() + text.encode(encoding), PROTECTED)
    return hit and (hit.where, hit.form)


def shifted(first):
    return "".join(chr(first + ord(char) - 0x61) if char.isalpha() else char for char in ADA)


@pytest.mark.parametrize(
    ("written", "form"),
    [
        (ADA.replace("a", "а"), "look-alikes"),
        (ADA.replace("o", "о").replace("e", "е").replace("p", "р").replace("x", "х"), "look-alikes"),
        (ADA.replace("o", "ο").replace("a", "α"), "look-alikes"),
        (ADA.upper().replace("A", "Α").replace("H", "Η").replace("M", "М"), "look-alikes"),
        ("ᴀᴅᴀ@ʜᴏᴍᴇ.ᴇxᴀᴍᴘʟᴇ", "look-alikes"),
        (shifted(0x1F150), "look-alikes"),
        (shifted(0x1F170), "look-alikes"),
        (shifted(0x1F1E6), "look-alikes"),
        ("".join(chr(0xE0000 + ord(char)) for char in ADA), "look-alikes"),
        ("\u202e" + ADA[::-1], "read backwards"),
        ("\u202e" + ADA[::-1] + "\u202c", "read backwards"),
    ],
)
def test_it_is_found_as_it_looks(written, form):
    assert search_for(f"Write to {written} soon.") == ("the body", f"plain, {form}")


@pytest.mark.parametrize("before", ["https://shop.example/u/", "https://shop.example/?e=", "cafe", "abc"])
@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_the_hexadecimal_digits_of_a_link_are_read(before, case):
    digits = case(ADA.encode().hex())
    assert search_for(f"See {before}{digits} now") == ("the body", "plain, hexadecimal inside")


@pytest.mark.parametrize("key", [0, 0x54, 0xFF])
def test_a_link_that_a_site_put_in_the_place_of_an_address_is_read(key):
    digits = bytes([key, *(byte ^ key for byte in ADA.encode())]).hex()
    found = search_for(f"See https://shop.example/cdn-cgi/l/email-protection#{digits} now")
    assert found == ("the body", "plain, hexadecimal inside")


@pytest.mark.parametrize(
    "text",
    [
        "Подскажите, пожалуйста, есть ли в наличии лампа? Она нужна дома, например завтра.",
        "Καλημέρα, η λάμπα είναι στο σπίτι; Παράδειγμα: χθες.",
        "\u202eשלום\u202c ada, at home. Example: now",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "🇩🇪 🅰🅱 Größe",
    ],
)
def test_what_people_write_in_other_scripts_and_digests_pass(text):
    assert search_for(text) is None
