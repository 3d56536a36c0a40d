"""HTML replies as mail programs write them, without their quoted tails."""

import random
import re

import pytest

from evenhand.mail.html import to_text
from evenhand.mail.quotes import MARKER, NOTICE, HtmlCut, cut_html

ON = "On Fri, May 3, 2024 at 10:15 AM Ben &lt;<a href='mailto:ben@shop.example'>ben@shop.example</a>&gt; wrote:"
HEADERS = (
    "<b>From:</b> Ben &lt;ben@shop.example&gt;<br><b>Sent:</b> Friday, May 3, 2024 10:15 AM<br>"
    "<b>To:</b> Ada<br><b>Subject:</b> Lamp"
)

# Story, the HTML, and what is left of it.
CUT = [
    ("gmail", f'<div dir="ltr">Red.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{ON}<br></div><blockquote class="gmail_quote" style="x">Which?<div>Ben</div></blockquote></div>', '<div dir="ltr">Red.</div>'),
    ("gmail-2024", f'<div dir="ltr">Red.</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">{ON}<br></div><blockquote class="gmail_quote">Which?</blockquote></div>', '<div dir="ltr">Red.</div>'),
    ("gmail-unknown-language", '<div>Punane.</div><div class="gmail_quote"><div class="gmail_attr">Ben ütles:<br></div><blockquote class="gmail_quote">Mis?</blockquote></div>', "<div>Punane.</div>"),
    ("gmail-signature-below", f'<div>Red.</div><div class="gmail_quote">{ON}<br><blockquote class="gmail_quote">Which?</blockquote></div><br>-- <br><div class="gmail_signature">Ada</div>', '<div>Red.</div><br>-- <br><div class="gmail_signature">Ada</div>'),
    ("gmail-forward", '<div>Look.</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: Cyn &lt;cyn@rival.example&gt;<br>Date: Fri<br>Subject: Lamp<br></div><br>Cheap.</div>', "<div>Look.</div>"),
    ("apple", f'<html><body style="x">Red.<div><br><blockquote type="cite"><div>{ON}</div><br><div>Which?</div></blockquote></div><br></body></html>', '<html><body style="x">Red.</body></html>'),
    ("iphone", f'<body dir="auto"><div dir="ltr">Red.</div><div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">{ON}<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">Which?</div></blockquote></body>', '<body dir="auto"><div dir="ltr">Red.</div><div dir="ltr">Sent from my iPhone</div></body>'),
    ("thunderbird", '<body><p>Red.</p><div class="moz-cite-prefix">On 5/3/24 10:15, Ben wrote:<br></div><blockquote type="cite" cite="mid:1@shop.example"><p>Which?</p></blockquote></body>', "<body><p>Red.</p></body>"),
    ("thunderbird-forward", '<body><p>Look.</p><div class="moz-forward-container"><br>-------- Forwarded Message --------<table><tr><th>Subject: </th><td>Lamp</td></tr></table><p>Which?</p></div></body>', "<body><p>Look.</p></body>"),
    ("outlook-web", f'<div>Red.</div><div id="appendonsend"></div><hr style="x"><div id="divRplyFwdMsg"><font>{HEADERS}</font><div>&nbsp;</div></div><div>Which?</div></div>', "<div>Red.</div></div>"),
    ("outlook-web-unknown-language", '<div>Punane.</div><hr><div id="divRplyFwdMsg">Saatja Ben, reede</div><div>Mis?</div>', "<div>Punane.</div>"),
    ("outlook", f'<div class="WordSection1"><p>Red.</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p>{HEADERS}</p></div></div><p>Which?</p></div>', '<div class="WordSection1"><p>Red.</p></div>'),
    ("outlook-german", '<div><p>Rot.</p><div style="border:none;border-top:solid #B5C4DF 1.0pt"><p><b>Von:</b> Ben<br><b>Gesendet:</b> Freitag, 3. Mai 2024 10:15<br><b>An:</b> Ada</p></div><p>Welche?</p></div>', "<div><p>Rot.</p></div>"),
    ("outlook-2003", f"<div>Red.</div><div>-----Original Message-----<br>{HEADERS}</div><div>Which?</div>", "<div>Red.</div>"),
    ("outlook-mac", f'<div>Red.</div><span id="OLK_SRC_BODY_SECTION"><div>{HEADERS}</div><div>Which?</div></span>', "<div>Red.</div>"),
    ("outlook-mobile", f'<div dir="ltr">Red.</div><div id="ms-outlook-mobile-signature">Get Outlook for iOS</div><div id="mail-editor-reference-message-container"><hr>{HEADERS}<div>Which?</div></div>', '<div dir="ltr">Red.</div><div id="ms-outlook-mobile-signature">Get Outlook for iOS</div>'),
    ("hotmail", "<div>Red.<hr id='stopSpelling'>Date: Fri, 3 May 2024<br>Subject: Lamp<br>From: ben@shop.example<br><br>Which?</div>", "<div>Red.</div>"),
    ("yahoo", f'<div>Red.</div><div id="ydp1yahoo_quoted_1" class="ydp1yahoo_quoted"><div>{ON}</div><div>Which?</div></div>', "<div>Red.</div>"),
    ("yandex", '<div>Red.</div><div>03.05.2024, 10:15, "Ben" &lt;ben@shop.example&gt;:</div><blockquote><p>Which?</p></blockquote>', "<div>Red.</div>"),
    ("mail.ru", '<p>Да.</p><br>Пятница, 3 мая 2024, 10:15 +03:00 от Ben &lt;ben@shop.example&gt;:<br><blockquote style="x">Какой?</blockquote>', "<p>Да.</p>"),
    ("proton", f'<div>Red.</div><div class="protonmail_quote">{ON}<br><br><blockquote class="protonmail_quote" type="cite">Which?</blockquote><br></div>', "<div>Red.</div>"),
    ("zimbra", f'<div>Red.</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__">{HEADERS}</div><blockquote data-marker="__QUOTED_TEXT__">Which?</blockquote>', "<div>Red.</div>"),
    ("gmx", f'<div>Red.<div name="quote" style="x"><div name="quoted-content">{ON}<br>Which?</div></div></div>', "<div>Red.</div>"),
    ("roundcube", '<p>Red.</p><p id="reply-intro">On 2024-05-03 10:15, Ben wrote:</p><blockquote type="cite"><div>Which?</div></blockquote>', "<p>Red.</p>"),
    ("plain-in-html", "Red.<br>On 5/3/24 10:15, Ben wrote:<br>&gt; Which?<br>&gt; Ben<br>", "Red."),
    ("our-marker", f"<p>Red.</p><p><small>{MARKER}<br>Sent through Market. {NOTICE}</small></p>", "<p>Red.</p>"),
    ("address-as-a-tag", '<div>Red.</div><div>On Fri, May 3, 2024, at 10:15, Ben <ben@shop.example> wrote:</div><blockquote type="cite">Which?</blockquote>', "<div>Red.</div>"),
    ("picture-above-and-below", f'<p>This one: <img src="cid:1"></p><p><img src="cid:2"></p><p>{ON}</p><blockquote type="cite">Which?<img src="cid:3"></blockquote><p><img src="cid:4"></p>', '<p>This one: <img src="cid:1"></p><p><img src="cid:2"></p><p><br><img src="cid:4"></p>'),
    ("last-quote-of-several", '<blockquote type="cite">Blue?</blockquote><div>Yes.</div><blockquote type="cite">Thanks, Ben</blockquote>', '<blockquote type="cite">Blue?</blockquote><div>Yes.</div>'),
]  # fmt: skip


@pytest.mark.parametrize(("html", "left"), [pytest.param(html, left, id=name) for name, html, left in CUT])
def test_the_quoted_tail_is_removed(html, left):
    assert cut_html(html) == HtmlCut(left, quoted=True)


KEPT = {
    "no-quote": "<div>Red, please. See https://shop.example/?a=1&amp;b=2</div>",
    "answers-between": f'<div>Hi</div><div class="gmail_quote">{ON}<br><blockquote class="gmail_quote">Blue?</blockquote><div>Yes.</div><blockquote class="gmail_quote">Large?</blockquote><div>No.</div></div>',
    "answers-between-apple": f'<div>{ON}</div><blockquote type="cite">Blue?</blockquote><div>Yes.</div>',
    "answer-below": f'<div class="gmail_quote">{ON}<br><blockquote class="gmail_quote">Which?</blockquote></div><div>The red one.</div>',
    "answer-below-yahoo": '<div class="yahoo_quoted">Which?</div><div>The red one.</div>',
    "frame-without-words-above": f'<div></div><div id="x" class="yahoo_quoted">{ON}<div>Which? Red!</div></div>',
    "forward-without-words": '<div class="moz-forward-container">-------- Forwarded Message --------<br>Look.</div>',
    "gmail-forward-without-words": '<div class="gmail_quote">---------- Forwarded message ---------<br>From: Cyn &lt;cyn@rival.example&gt;<br>Date: Fri<br>Subject: Lamp<br><br>Cheap.</div>',
    "own-block-quote": "<p>Your page says:</p><blockquote>Ships in 2 days</blockquote>",
    "own-block-quote-at-the-end": "<p>Your page says</p><blockquote>Ships in 2 days</blockquote>",
    "answers-in-red": f'<p>My answers in red.</p><hr><div id="divRplyFwdMsg">{HEADERS}</div><p>Which? <font color="red">The blue.</font></p>',
    "table-with-line": '<p>My order</p><table style="border-top:solid 1px"><tr><td>From: Berlin</td></tr><tr><td>To: Rome</td></tr></table>',
    "line-drawn": "<p>Red.</p><hr><p>And a bulb.</p><hr>",
}  # fmt: skip


@pytest.mark.parametrize("html", [pytest.param(html, id=name) for name, html in KEPT.items()])
def test_all_is_kept_in_doubt(html):
    assert cut_html(html) == HtmlCut(html, quoted=False)


def test_no_words_outside_the_quote_are_lost_however_the_tags_are_broken():
    chance = random.Random(2045)
    pieces = [piece for _, html, _ in CUT for piece in re.split(r"(?=<)|(?<=>)", html) if piece]
    for number in range(400):
        broken = "".join(chance.choices(pieces, k=chance.randrange(1, 40)))
        cut = cut_html(f"<p>first{number} words</p>{broken}</blockquote></div></span>")
        assert cut.new.startswith(f"<p>first{number} words")


def test_unfinished_html_takes_no_more_than_one_pass():
    for piece in ("<", "<!--", "<a", "<hr><style>", "<!", "<div class=gmail_quote>", "<hr><div class='", "&gt;<b></i>"):
        html = "<p>Red.</p>" + piece * (64 * 1024 // len(piece))
        assert cut_html(html).new.startswith("<p>Red.")


def test_what_is_too_large_is_kept_unread():
    html = "<p>Red.</p><blockquote type=cite>" + "a" * 1024 * 1024 + "</blockquote>"
    assert cut_html(html) == HtmlCut(html, quoted=False)


def test_an_answer_below_an_unmarked_copy_of_ours_stays_and_the_copy_goes():
    notice = f"<p><small>{MARKER}<br>Sent through Market. {NOTICE}</small></p>"
    copy = f'<hr><div id="divRplyFwdMsg">{HEADERS}</div><div><p>Which colour?</p>{notice}</div>'
    cut = cut_html(f"<p>One moment.</p>{copy}<p>The red one.</p>")
    assert cut == HtmlCut("<p>One moment.</p><p><br>The red one.</p>", quoted=True)


def test_of_a_frame_with_no_words_above_nothing_but_our_notice_is_taken():
    html = f'<div id="divRplyFwdMsg">{HEADERS}</div><p>Which colour?</p><p>{MARKER}<br>Sent through Market. {NOTICE}</p><p>Red.</p>'
    assert (
        to_text(cut_html(html).new).split()
        == to_text(html.replace(f"{MARKER}<br>Sent through Market. {NOTICE}", "")).split()
    )


def test_a_quote_a_thousand_deep_is_cut_in_one_pass():
    deep = '<blockquote type="cite">' * 1000 + "Which?" + "</blockquote>" * 1000
    assert cut_html(f"<p>Red.</p>{ON}{deep}") == HtmlCut("<p>Red.</p>", quoted=True)
    assert cut_html(f"<p>Red.</p><div class=gmail_quote>{ON}{deep}</div>") == HtmlCut("<p>Red.</p>", quoted=True)
