"""A protected address is found, and taken out, however it is written; words that only look like it stay."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evenhand.mail import identity
from evenhand.mail.disguise import flats, fold, views
from evenhand.mail.identity import Scrubbed, find, find_ascii, identities, locate, scrub
from tests.mail.strategies import ADA, FORMS, filler, near_misses, planted

OWN = ("m.market.example",)
PROTECTED = identities((ADA,), allowed=OWN)


def protect(*addresses, other=()):
    found = identities(addresses, other, allowed=OWN)
    assert found is not None
    return found


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("address", [ADA, "ada.l@gmail.com", "a_b-c.d+old@mail.home-page.example"])
def test_each_form_of_an_address_is_found_and_taken_out(form, address):
    protected = protect(address)
    text = f"Please write to {FORMS[form](address)} soon."
    assert find(text, protected) is not None
    scrubbed = scrub(text, protected)
    assert find(scrubbed.text, protected) is None
    assert scrubbed.removed >= 1
    assert scrubbed.text.startswith("Please write to ")
    assert scrubbed.text.endswith((" soon.", "soon."))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Write to ada@home.example!", "Write to [address removed]!"),
        ("Write to Ada+Lamps@Home.Example, please", "Write to [address removed], please"),
        ("see https://home.example/lamp", "see https://[address removed]/lamp"),
        ("see www.home.example.", "see www.[address removed]."),
        ("da@home.example-->", "da@[address removed]-->"),
        (
            "home.example- or -home.example, --home.example--",
            "[address removed]- or -[address removed], --[address removed]--",
        ),
        ("a&#100;a&#64;home.example", "[address removed]"),
        ("50&#37; off, says ada@home.example", "50&#37; off, says [address removed]"),
        ("x ada%40home.example&y=%20z", "x [address removed]&y=%20z"),
        ("<p>ad<b>a@ho</b>me.example</p>", "<p>[address removed]<b></b></p>"),
        ('<a href="mailto:ada@home.example">Ada</a>', '<a href="mailto:[address removed]">Ada</a>'),
        ("ada@ho=\r\r\nme.example and more", "[address removed] and more"),
        ("ada@home.\nexample and more", "[address removed] and more"),
        ("1 ada@home.example 2 ADA@home.example", "1 [address removed] 2 [address removed]"),
    ],
)
def test_only_the_address_goes(text, left):
    assert scrub(text, PROTECTED).text == left


@pytest.mark.parametrize(
    "text",
    [
        "",
        "We are at home.\nExample: the lamp by the door.",
        "I feel at home. Example given.",
        "ada at home",
        "This is ada at home. Example: the lamp.",
        "ada, at home, for example",
        "the home. Example dot com",
        "ada at home dot examples",
        "otherhome.example",
        "home-example",
        "home.example2",
        "home.example.org",
        "at-home.example",
        "at--home.example",
        "home.example-shop",
        "home.example--shop",
        "ada@m.market.example",
        "ada@work.example",
        "5 % of 40 = 2, & so on; a\\b + c",
        "grüße aus Köln – 10 €, 東京都",
    ],
)
def test_what_only_looks_like_it_stays_as_it_is(text):
    assert scrub(text, PROTECTED) == Scrubbed(text, 0)


@pytest.mark.parametrize(
    "text",
    [
        "ada@gmail.com", "a.d.a@gmail.com", "A.da+lamps@GMail.com", "ada@googlemail.com", "ada=gmail.com@list.example",
        "SRS0=x=y=gmail.com=ada@relay.example",
    ],
)  # fmt: skip
def test_a_provider_that_ignores_dots_has_one_mailbox_of_many_spellings(text):
    assert find(text, protect("ada@gmail.com")) is not None


@pytest.mark.parametrize(
    "text", ["gmail.com", "write to me at gmail.com", "bob@gmail.com", "gmail.com=adam@relay.example"]
)
def test_a_public_provider_names_nobody(text):
    assert find(text, protect("ada@gmail.com")) is None


@pytest.mark.parametrize(
    "text",
    [
        "ada@bücher.example", "ada@BÜCHER.example", "ada@bu\u0308cher.example", "ada@xn--bcher-kva.example", "www.bücher.example",
        "b%C3%BCcher.example", "b=C3=BCcher.example", "b&uuml;cher.example", "bu&#776;cher.example", "XN--BCHER-KVA.EXAMPLE",
    ],
)  # fmt: skip
def test_a_domain_is_found_in_both_its_spellings(text):
    assert find(text, protect("ada@bücher.example")) is not None
    assert find(scrub(text, protect("ada@bücher.example")).text, protect("ada@bücher.example")) is None


def test_a_sharp_s_is_found_as_it_is_written_and_as_it_is_folded():
    protected = protect("ada@xn--strae-oqa.example")
    assert [
        find(text, protected) is not None for text in ("straße.example", "STRASSE.example", "xn--strae-oqa.example")
    ] == [True] * 3


def test_letters_beyond_ascii_in_the_local_part_are_found_composed_or_not():
    protected = protect("jürgen@gmail.com")
    assert find("JÜRGEN@gmail.com", protected) == "jürgen@gmail.com"
    assert find("ju\u0308rgen@gmail.com", protected) == "jürgen@gmail.com"
    assert find("jurgen@gmail.com", protected) is None


@pytest.mark.parametrize(
    "text",
    ["A1.x@mail.home.example", "A1.x@mail.home.example-", "from 192.0.2.7:25", "=?utf-8?q?A1.x=40mail.home.example?="],
)
def test_ids_hosts_and_client_addresses_are_protected_too(text):
    assert find(text, protect(other=("A1.x@mail.home.example", "192.0.2.7"))) is not None


def test_nothing_to_protect_is_no_search():
    assert identities(()) is None
    assert identities(("no address", "also@", "")) is None
    assert identities((), ("m.market.example", "market.example", ""), allowed=OWN) is None


def test_the_relay_and_what_lies_above_and_under_it_are_not_protected_as_domains():
    protected = protect("olga@market.example")
    assert find("reply to k3@m.market.example", protected) is None
    assert find("reply to olga@market.example", protected) == "olga@market.example"


def test_the_form_in_which_it_stood_is_told():
    told = [
        locate(text, PROTECTED).form
        for text in (
            "ada@home.example",
            "ada%40home.ex%61mple",
            "home.ex<b>am</b>ple",
            "ada@home.\nexample",
            "+AGgAbwBtAGUALgBlAHgAYQBtAHAAbABl-",
        )
    ]
    assert told == ["as it stands", "escapes decoded", "without tags", "lines joined", "utf-7"]


@pytest.mark.parametrize("codec", ["ascii", "utf-16-le", "utf-16-be", "utf-16", "utf-32-le", "utf-32-be"])
def test_bytes_are_searched_whatever_their_width(codec):
    assert find_ascii(b"\x89\xff" + ADA.upper().encode(codec) + b"\xfe", PROTECTED) == ADA
    assert find_ascii("eve@home.sample".encode(codec), PROTECTED) is None


def test_a_long_text_is_scrubbed_in_time():
    text = "The lamp & the shade: 5 % off – ask me. <br>\n" * 6_000 + "ada&#64;home.example" + " x%20y" * 9_000
    scrubbed = scrub(text, PROTECTED)
    assert scrubbed.removed == 1
    assert scrubbed.text == text.replace("ada&#64;home.example", "[address removed]")


# What the quick look must never miss


def slow(text, protected):
    return identity._search(text, protected)


texts = st.one_of(planted, near_misses, filler)


@settings(max_examples=1500)
@given(texts)
@example("ho\u034fme.example")
@example("h\u0308ome.example")
@example("u\u034f\u0308")
@example("hom\u200b\u0308e.example")
@example("&#8203;home.example")
@example("\ud800home.example")
@example("+ab+a-")
@example("+old+AEA-home.example")
def test_whatever_ascii_a_view_shows_is_in_a_squeezed_one(text):
    squeezed = b"\n".join(flats(text))
    for _, view, _ in views(text):
        for word in view.text.split():
            plain = "".join(char for char in word if char.isascii() and char not in ">|")
            assert plain.encode() in squeezed


@settings(max_examples=1500)
@given(texts, st.sampled_from([(ADA,), ("ada@bücher.example",), ("ada@gmail.com", "x@e.example")]))
def test_the_quick_look_says_no_only_where_the_search_finds_nothing(text, addresses):
    protected = protect(*addresses)
    assert locate(text, protected) == slow(text, protected)


@settings(max_examples=800)
@given(filler, st.sampled_from(sorted(FORMS)), filler)
def test_a_planted_address_is_found_between_any_words(before, form, after):
    # Words that join with the address to something else are no plant: a letter in front of the domain alone, an open tag.
    text = f"a. {fold(before).replace('<', '').replace('&', '').replace('=', '').replace('%', '')} {FORMS[form](ADA)} {after}"
    assert find(text, PROTECTED) is not None


@settings(max_examples=1500)
@given(st.lists(texts, max_size=4).map(" ".join))
def test_nothing_that_can_be_found_is_left(text):
    scrubbed = scrub(text, PROTECTED)
    assert find(scrubbed.text, PROTECTED) is None
    assert (scrubbed.removed > 0) == (find(text, PROTECTED) is not None)
    if not scrubbed.removed:
        assert scrubbed.text == text


@given(filler, filler)
def test_the_way_back_leads_to_the_letters_it_came_from(before, after):
    text = f"{before} mark&#64;er.example {after}"
    for _, view, _ in views(text):
        at = view.text.find("mark@er.example")
        if at >= 0 and "mark" not in before + after:
            start, end = view.source(at, at + 15)
            assert text[start:end] == "mark&#64;er.example"
