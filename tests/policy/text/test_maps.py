"""Whatever is seen or folded leads back to what the author typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.policy import Facts, judge, pack_book
from evenhand.policy.text.fold import fold
from evenhand.policy.text.mapped import Mapped
from evenhand.policy.text.page import read_page
from evenhand.policy.text.plain import read_plain

ODD = st.text(st.sampled_from("abc REVIEWrе\u200b\u00adｒ5⭐★ß\u0301İ.-_*@<>&;\n\t\r'\"=/"), max_size=60)


def in_order(made: Mapped, source: str):
    """Each character comes from a place of the source, and later ones from no earlier places."""
    last = 0
    for at in range(len(made.text)):
        start, end = made.span(at, at + 1)
        assert 0 <= start <= end <= len(source)
        assert start >= last
        last = start


@given(ODD | st.text(max_size=40))
def test_folded_text_leads_back(source):
    in_order(fold(source), source)


@given(ODD | st.text(max_size=40))
def test_seen_text_leads_back(source):
    in_order(read_page(source).seen, source)
    in_order(read_plain(source), source)


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"], exclude_characters="*`"), max_size=60))
def test_text_without_a_disguise_is_only_put_in_lower_case(source):
    folded = fold(" ".join(source.split())).text
    if not any(one.isdigit() or one in "@$!.-_/|" for one in source):
        assert folded == " ".join(source.split()).lower()


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Hi. Please give us fi\u200bve st\u00adars.", "fi\u200bve st\u00adars"),
        ("Please give us ⭐⭐⭐⭐⭐!", "⭐⭐⭐⭐⭐"),
        ("Please give us a p o s i t i v e review.", "p o s i t i v e review"),
        ("Plеаsе givе us fivе stаrs.", "fivе stаrs"),
        ("Please give us a p0s1t1ve review.", "p0s1t1ve review"),
    ],
)
def test_a_disguised_finding_shows_what_was_typed(written, words):
    found = judge(Facts(written, None, "seller"), pack_book("amazon-2018-10")).findings
    places = [written[one.start : one.end] for one in found if one.rule == "positive-only"]
    assert any(words in place for place in places)


def test_a_finding_in_a_page_is_placed_in_its_source():
    page = "<p>Hi&nbsp;Ada, please give us <b>fi</b>ve&#32;<i>stars</i>.</p>"
    found = judge(Facts("", None, "seller", html=page), pack_book("amazon-2018-10")).findings
    (one,) = [one for one in found if one.rule == "positive-only"]
    assert page[one.start : one.end].endswith("<b>fi</b>ve&#32;<i>stars")


def test_words_that_nobody_sees_do_not_break_a_word_and_words_of_the_other_side_do_not_count():
    hidden = 'Please leave a five <span style="display:none">xx</span>star review.'
    assert "positive-only" in {
        one.rule for one in judge(Facts("", None, "seller", html=hidden), pack_book("amazon-2018-10")).findings
    }
    quoted = "Hello Ada,\nthe lid left today.\n\nOn 3 May ada wrote:\n> Can I get a coupon for my next order? Call me on 020 7946 0112.\n"
    assert judge(Facts(quoted, None, "seller"), pack_book("amazon-2018-10")).findings == ()
