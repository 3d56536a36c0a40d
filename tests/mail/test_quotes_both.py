"""The two renderings of one mail, which must say the same after they are cut."""

import pytest

from evenhand.mail.html import to_text
from evenhand.mail.quotes import cut_both

ON = "On Fri, May 3, 2024 at 10:15 AM Ben <ben@shop.example> wrote:"
ON_HTML = "On Fri, May 3, 2024 at 10:15 AM Ben &lt;ben@shop.example&gt; wrote:"


def gmail(above, quote, below=""):
    return (
        f'<div dir="ltr">{above}</div><br><div class="gmail_quote"><div class="gmail_attr">{ON_HTML}<br></div>'
        f'<blockquote class="gmail_quote">{quote}</blockquote></div>{below}'
    )


def test_words_below_a_framed_quote_are_kept_in_the_text_where_nothing_marks_the_quote():
    text = f"Thanks, one moment.\n\n{ON}\n\nWhich colour?\n\nThe red one."
    rich = gmail("Thanks, one moment.", "Which colour?", "<div>The red one.</div>")
    cut, html = cut_both(text, rich)
    assert (cut.said, cut.quoted) == (text, "")
    assert html == rich


def test_a_signature_below_a_framed_quote_is_folded_in_both():
    cut, html = cut_both(
        f"The red one.\n\n{ON}\n\nWhich colour?\n\n-- \nAda Lind\nLindenweg 4",
        gmail("The red one.", "Which colour?", '<br>-- <br><div class="gmail_signature">Ada Lind<br>Lindenweg 4</div>'),
    )
    assert (cut.said, cut.footers) == ("The red one.", ("-- \nAda Lind\nLindenweg 4",))
    assert to_text(html) == "The red one."


@pytest.mark.parametrize("below", ["", "> ", ">"])
def test_a_quote_that_only_the_frame_tells_is_folded_in_the_text(below):
    tail = f"Ben ütles reedel kell kümme.\n\n{below}Mis värv?"
    cut, html = cut_both(
        f"Punane.\n\n{tail}", '<p>Punane.</p><div class="gmail_quote">Ben ütles reedel kell kümme.<br><blockquote '
        'class="gmail_quote">Mis värv?</blockquote></div>'
    )  # fmt: skip
    assert cut.quoted.replace("\n\n", "\n").split("\n")[-1] == f"{below}Mis värv?"
    assert to_text(html).startswith("Punane.")


def test_a_quote_that_only_the_marks_tell_is_folded_in_the_html():
    cut, html = cut_both(
        f"The red one.\n\n{ON}\n> Which colour?\n> Ben",
        f"<p>The red one.</p><p>{ON_HTML}</p><p>Which colour?<br>Ben</p>",
    )
    assert cut.said == "The red one."
    assert to_text(html) == "The red one."


def test_where_the_renderings_differ_each_is_kept_as_its_own_signs_tell():
    text = "Another text altogether."
    cut, html = cut_both(text, gmail("The red one.", "Which colour?"))
    assert (cut.said, cut.quoted) == (text, "")
    assert to_text(html) == "The red one."


def test_answers_between_the_lines_stay_in_both():
    text = f"{ON}\n> Blue?\n\nYes.\n\n> Large?\n\nNo."
    html = f"<div>{ON_HTML}</div><blockquote type=cite>Blue?</blockquote><p>Yes.</p><blockquote type=cite>Large?</blockquote><p>No.</p>"
    cut, kept = cut_both(text, html)
    assert (cut.said, kept) == (text, html)


def test_a_person_may_sign_in_both_and_the_telephone_in_none():
    cut, html = cut_both(
        "The red one.\n\nKind regards,\nAda\n\nSent from my iPhone",
        "<div>The red one.</div><div><br></div><div>Kind regards,<br>Ada</div><div><br></div><div>Sent from my iPhone</div>",
    )
    assert (cut.said, cut.folded) == ("The red one.\n\nKind regards,\nAda", "Sent from my iPhone")
    assert to_text(html).split() == cut.said.split()


def test_html_without_words_and_text_without_html_are_what_they_are():
    assert cut_both("The red one.", "")[1] == ""
    assert cut_both("", "<p></p>")[1] == "<p></p>"
