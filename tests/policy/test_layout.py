"""How a page is measured: what is set where, how far text stands in, how wide pictures are, what is empty, what loads."""

import pytest

from evenhand.cli.check.facts import facts_of
from evenhand.policy import Action, judge, pack_book
from evenhand.policy.layout import lay_out

GMAIL = (
    '<div dir="ltr">Dear Ada,<div><br></div><div>order 902-5550101-0000042 left today. May it come on Thursday?</div></div>'
    '<br><div class="gmail_quote"><div>On Monday Ada wrote:<br></div><blockquote class="gmail_quote" '
    'style="margin:0px 0px 0px 40ex"><font color="red">When?</font><br><br><br>I wait.</blockquote></div>'
)
OUTLOOK = (
    '<html><head><style><!-- @font-face {font-family:"Cambria Math";} @page Section1 {margin:200pt;} '
    'p.MsoNormal {margin:0cm; font-size:11.0pt;} --></style></head><body><p class="MsoNormal">Hello Ada,</p>'
    '<p class="MsoNormal">&nbsp;</p><p class="MsoNormal">order 902-5550101-0000042 left today.</p></body></html>'
)
TABLE = (
    '<table width="600"><tr><td style="padding:20px 30px"><p>About order 902-5550101-0000042.</p><ol><li>drill'
    '<ol><li>wide</li></ol></li></ol><img src="cid:a" width="400" alt="the hook in the wall"></td></tr></table>'
)
LOOKS = {"styling", "content"}


@pytest.mark.parametrize("page", [GMAIL, OUTLOOK, TABLE])
@pytest.mark.parametrize("pack", ["amazon-2025-04", "house-overlay"])
def test_what_mail_programs_write_of_themselves_is_no_breach(page, pack):
    verdict = judge(facts_of({"html": page}), pack_book(pack))
    assert [one.rule for one in verdict.findings if one.group in LOOKS] == []


def pointed(page, rule):
    verdict = judge(facts_of({"html": page}), pack_book("amazon-2025-04"))
    found = [one for one in verdict.findings if one.rule == rule]
    return [page[one.start : one.end] for one in found]


@pytest.mark.parametrize(
    ("page", "rule", "places"),
    [
        ('<p style="margin:0;color:red;padding:0">a</p>', "font-color-override", ["color:red;"]),
        ('<p style="color:red">a</p><p style="color:red">b</p>', "font-color-override", ["color:red", "color:red"]),
        ("<p style='font:14px/1.8 Arial'>a</p>", "line-height-override", ["/1.8"]),
        ("<p style='font:14px/1.8 Arial'>a</p>", "font-family-override", ["Arial"]),
        ('<font size="2" color="red" face=Arial>a</font>', "font-family-override", ["face=Arial"]),
        ('<font size="2" color="red" face=Arial>a</font>', "font-color-override", ['color="red"']),
        ("<style>@media screen{p{color : red;margin:0}}</style>a", "font-color-override", ["color : red;"]),
        ("<style>/* color:red */p{margin:0}</style>a", "font-color-override", []),
        ("<p style='font-family:&quot;Arial&quot;,serif'>a</p>", "font-family-override", ["font-family:&quot;Arial&quot;,serif"]),
        ("a<br>\n<br>\n<br><br/>b", "too-many-line-breaks", ["<br>", "<br/>"]),
        ("<div>a</div><div><br></div><div> </div><div><br></div><p>b</p>", "too-many-line-breaks", ["<div> </div>", "<br>"]),
        ("<br><br><br><br>a<br><br><br><br>", "too-many-line-breaks", []),
    ],
)  # fmt: skip
def test_what_is_to_be_taken_out_is_pointed_at(page, rule, places):
    assert pointed(page, rule) == places


@pytest.mark.parametrize(
    ("page", "share"),
    [
        ('<div style="margin:0 10%"><div style="padding-left:60px">a</div></div>', 0.3),
        ('<div style="margin:1em 2em 1em 4em">a</div>', 0.16),
        ('<div style="margin:0 auto">a</div>', None),
        ('<div style="margin-left:-30%">a</div>', None),
        ("<blockquote><blockquote>a</blockquote></blockquote>", 160 / 600),
        ("<style>.in{padding-inline:90px}</style><p class=in>a</p>", 0.3),
        ('<div style="margin:0 40%"></div>a', None),
    ],
)
def test_sides_are_added_up_over_what_is_nested(page, share):
    assert [one.share for one in lay_out(page).indents] == ([] if share is None else [pytest.approx(share)])


@pytest.mark.parametrize(
    ("picture", "share"),
    [
        ('<img src="cid:a" width="300" style="width:90%">', 0.9),
        ('<img src="cid:a" style="width:100%;max-width:300px">', 0.5),
        ('<img src="cid:a" width=120>', 0.2),
        ('<table width="50%"><tr><td><img src="cid:a" width="100%"></td></tr></table>', 0.5),
        ('<img src="cid:a">', None),
    ],
)
def test_pictures_are_as_wide_as_they_are_set(picture, share):
    assert [one.share for one in lay_out(picture).pictures] == [share if share is None else pytest.approx(share)]


@pytest.mark.parametrize(
    ("page", "turned"),
    [
        ('<p style="text-align:right">مرحبا</p>', []),
        ('<p align="left">مرحبا</p>', ["left"]),
        ('<p dir="rtl">Hello</p>', ["right"]),
        ('<div align="center"><p style="text-align:left">Hello</p></div>', []),
        ('<p style="text-align:end">Hello</p>', ["right"]),
        ("<table><tr><th>Hello</th></tr></table>", []),
        ('<hr align="center">Hello', []),
    ],
)
def test_text_is_aligned_as_its_script_is(page, turned):
    assert [one.value for one in lay_out(page).turned] == turned


@pytest.mark.parametrize(
    ("text", "surplus"),
    [("a\n\nb", 0), ("a\n\n\nb", 1), ("a\n \n\t\n\n\nb\n\n\n\n", 3), ("\n\n\n\na", 0), ("a\r\n\r\n\r\n\r\nb", 2)],
)
def test_empty_lines_of_plain_text_are_counted_between_words_only(text, surplus):
    verdict = judge(facts_of({"text": text}), pack_book("amazon-2025-04"))
    (found,) = [one for one in verdict.findings if one.rule == "too-many-line-breaks"] or [None]
    assert (text[found.start : found.end].count("\n") if found else 0) == surplus
    assert found is None or found.action is Action.FIX


@pytest.mark.parametrize(
    "piece", ["<p>", "<style>a{b:c;", '<p style="a:(', "<font color=", "<br><div>", "<td></p>", "\u200b"]
)
def test_hostile_pages_are_measured_in_time_linear_to_their_length(piece):
    lay_out(piece * (200_000 // len(piece)))
