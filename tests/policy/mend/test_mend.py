"""Messages are mended by small edits: the finding goes, nothing new comes, every other character stays."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.cli.check.facts import facts_of
from evenhand.policy import Action, judge, pack_book
from evenhand.policy.mend import applied, mend
from evenhand.policy.packs import PACKS, load_pack

BOOK = pack_book("amazon-2025-04")


def mended(**row):
    return mend(facts_of(row), BOOK)


PAGES = [
    ('<p style="margin:0;color:red;padding:0">a</p>', '<p style="margin:0;padding:0">a</p>'),
    ('<p style="margin: 0; color: red; padding: 0">a</p>', '<p style="margin: 0; padding: 0">a</p>'),
    ('<p style="margin:0; color:red">a</p>', '<p style="margin:0;">a</p>'),
    ('<p class="x"  style="color:red; line-height:2">a</p>', '<p class="x">a</p>'),
    ("<P STYLE=color:red>a</P>", "<P>a</P>"),
    ("<p style='font:italic 14px/1.8 Arial;margin:0'>a</p>", "<p style='font-style:italic;font-size:14px;margin:0'>a</p>"),
    ('<p style="font:bold 15px Tahoma !important">a</p>', '<p style="font-weight:bold !important;font-size:15px !important">a</p>'),
    ('<p style="font:15px/1.7 inherit">a</p>', '<p style="font-size:15px">a</p>'),
    ('<font size="2" color="red" face=Arial>a</font>', '<font size="2">a</font>'),
    ("<style>@media screen{p{color : red;margin:0}}</style>a", "<style>@media screen{p{margin:0}}</style>a"),
    ("<p style='margin:0;font-family:&quot;A&amp;B&quot;,serif;padding:0'>a</p>", "<p style='margin:0;padding:0'>a</p>"),
    ("a<br>\n<br>\n<br><br/>b", "a<br>\n<br>\nb"),
    ("<div>a</div><div><br></div><div> </div><div><span><br></span></div><p>b</p>", "<div>a</div><div><br></div><p>b</p>"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), PAGES)
def test_looks_are_taken_out_and_the_rest_stays_as_it_was_typed(page, expected):
    made = mended(html=page)
    assert made.facts.html == expected
    assert [one.rule for one in made.verdict.findings if one.action is Action.FIX] == []


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"text": "a\r\n\r\n\r\n\r\nb\n"}, {"text": "a\r\n\r\nb\n"}),
        ({"text": "a\n\n \t\n\nb"}, {"text": "a\n\nb"}),
        ({"subject": "[Important] Hello", "text": "a"}, {"subject": "Hello", "text": "a"}),
        ({"subject": "The care card [IMPORTANT]", "text": "a"}, {"subject": "The care card", "text": "a"}),
    ],
)
def test_empty_lines_and_a_void_word_of_a_subject_are_taken_out(row, expected):
    made = mended(**row)
    assert {name: getattr(made.facts, name) for name in row} == expected


@pytest.mark.parametrize(
    "page",
    [
        # Without its colour the text would be seen, which it is not.
        '<p style="background:#fff;color:#fff">Get a voucher for a review.</p>',
        # The second colour would hold where the first is gone.
        "<font color=red color=blue>a</font>",
    ],
)
def test_what_would_bring_something_new_is_left_alone(page):
    made = mended(html=page)
    assert (made.facts.html, made.offers) == (page, ())
    assert "font-color-override" in {one.rule for one in made.verdict.findings}


def test_one_edit_that_does_not_do_keeps_no_other_from_being_made():
    bad, good = '<p style="background:#fff;color:#fff">psst</p>', '<p style="color:red">a</p>'
    assert mended(html=good * 3 + bad + good * 2).facts.html == "<p>a</p>" * 3 + bad + "<p>a</p>" * 2


def test_what_is_blocked_is_not_changed():
    row = {"text": "If you are happy, please leave a review 🚚", "subject": "Order 902-5550101-0000042"}
    made = mended(**row)
    assert {name: getattr(made.facts, name) for name in row} == row
    assert made.verdict.action is Action.BLOCK


@pytest.mark.parametrize("pack", PACKS)
def test_whatever_a_pack_lets_mend_is_mended_in_all_its_examples(pack):
    for rule in load_pack(pack).rules:
        for example in rule.finds if rule.action is Action.FIX else ():
            made = mend(facts_of({"text": "" if "html" in example else "a", **example}), pack_book(pack))
            assert made.offers, (rule.id, example)
            assert rule.id not in {one.rule for one in made.verdict.findings}


def mended_by_a_book(rule, **row):
    """What a message becomes where the operator's book lets this rule be mended."""
    rules = [replace(one, action=Action.FIX) for one in BOOK.published if one.id == rule]
    return mend(facts_of(row), replace(BOOK, published=rules)).facts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Your lantern left today 🚚", "Your lantern left today"),
        ("Your lantern left today 🚚🎉!\nBen", "Your lantern left today!\nBen"),
        ("🎁 Hello Ada", "Hello Ada"),
        ("It is ☀️ bright", "It is bright"),
        ("left🚚right", "leftright"),
    ],
)
def test_emoji_are_taken_out_with_one_blank_where_a_book_says_so(text, expected):
    assert mended_by_a_book("emoji", text=text).text == expected
    assert mended_by_a_book("emoji", html=f"<p>{text}</p>").html == f"<p>{expected}</p>"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ('<p style="text-align:center;margin:0">a</p>', '<p style="margin:0">a</p>'),
        ('<h2 align="right" class=x>a</h2>', "<h2 class=x>a</h2>"),
        # The element is for nothing else, and words would not stand where they stood.
        ("<center>a</center>", "<center>a</center>"),
        ("<style>p{text-align:center}</style><p>a</p>", "<style>p{text-align:center}</style><p>a</p>"),
    ],
)
def test_alignment_is_taken_out_where_a_book_says_so(page, expected):
    assert mended_by_a_book("alignment-override", html=page).html == expected


def test_an_offer_says_what_to_change_in_the_message_as_it_was_written():
    page = '<p style="margin:0;color:red">Hello</p>'
    (offer,) = [one for one in mended(html=page).offers if one.finding.part == "html"]
    assert (offer.finding.rule, page[offer.edit.start : offer.edit.end]) == ("font-color-override", "color:red")
    assert applied(page, [offer.edit]) == '<p style="margin:0;">Hello</p>'


PIECES = [
    *[pair for pair in PAGES if "<style>" not in pair[0]],
    ("<!-- color:red <p style='color:red'> -->word ", "<!-- color:red <p style='color:red'> -->word "),
    ("&amp; \u200b\u00e9\U0001f600 <b>bold</b> ", "&amp; \u200b\u00e9\U0001f600 <b>bold</b> "),
    ('<td bgcolor=red align="x">cell</td> ', '<td bgcolor=red align="x">cell</td> '),
    ('<a href="https://market.example/?color=red" title="font-family:x">go</a>', '<a href="https://market.example/?color=red" title="font-family:x">go</a>'),
    ("<p style='margin:0;;color'>odd</p>", "<p style='margin:0;;color'>odd</p>"),
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=8))
def test_of_any_page_only_what_was_found_goes(pieces):
    made = mended(html=" x ".join(before for before, _ in pieces))
    assert made.facts.html == " x ".join(after for _, after in pieces)


FRAGMENTS = [
    "<p style='color:red", ";margin:0'>", '<font face="a"', " color=b>", "</p>", "<br>", "\n\n\n\n", "word", "<div>", "</div>",
    "<style>p{color:red", ";line-height:2}", "</style>", "style=", '"', "'", "<", ">", "&quot;", "font:12px/2 x", "\x00", "\r\n",
    "background:#fff;", "color:#fff;", "<blockquote type=cite>", "[important] ", "\u0130", "!important",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join), st.sampled_from(["html", "text", "subject"]))
def test_mending_twice_is_mending_once_and_never_finds_more(message, part):
    facts = facts_of({"text": "a", part: message or "a"})
    once = mend(facts, BOOK)
    again = mend(once.facts, BOOK)
    assert again.facts == once.facts
    assert again.verdict == once.verdict
    assert (once.facts == facts) is (once.offers == ())
    before, after = (Counter(one.rule for one in verdict.findings) for verdict in (judge(facts, BOOK), once.verdict))
    assert after <= before


def test_a_hostile_page_is_left_as_it_is_after_some_trials():
    page = "<font color=a color=b>" * 2000 + "a"
    assert mended(html=page).facts.html == page
