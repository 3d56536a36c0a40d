"""Replies in thirty languages: what is passed on, what is folded, and that the text and the HTML tell the same."""

import pytest

from evenhand.mail.html import to_text
from evenhand.mail.quotes import cut_both, cut_html, cut_text
from tests.mail.frames import html_of
from tests.mail.replies import REPLIES
from tests.mail.replies_rarer import RARER

STORIES = [pytest.param(reply, id=reply.name) for reply in (*REPLIES, *RARER)]


def letters(text):
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def said(reply):
    return "\n\n".join(part for part in (reply.new, reply.farewell) if part)


@pytest.mark.parametrize("reply", STORIES)
def test_the_words_and_the_farewell_go_on_and_the_rest_is_folded(reply):
    cut = cut_text(reply.text)
    assert cut.said == said(reply)
    assert cut.quoted == reply.tail
    assert "\n\n".join(cut.footers) == reply.folded


@pytest.mark.parametrize("reply", STORIES)
def test_the_farewell_is_no_new_word_where_it_is_known_and_is_one_where_not(reply):
    cut = cut_text(reply.text)
    assert (cut.new, cut.farewell) in {(reply.new, reply.farewell), (said(reply), "")}


@pytest.mark.parametrize("reply", STORIES)
def test_the_html_says_what_the_text_says(reply):
    cut, html = cut_both(reply.text, html_of(reply))
    assert cut == cut_text(reply.text)
    assert letters(to_text(html)) == letters(said(reply))


@pytest.mark.parametrize("reply", STORIES)
def test_a_mail_of_html_alone_is_cut_as_if_it_had_a_text(reply):
    html = html_of(reply)
    cut, shorter = cut_both(to_text(html), html)
    assert letters(cut.said) == letters(said(reply))
    assert letters(to_text(shorter)) == letters(said(reply))


@pytest.mark.parametrize("reply", STORIES)
def test_the_html_by_itself_loses_none_of_the_words(reply):
    assert letters(to_text(cut_html(html_of(reply)).new)).startswith(letters(said(reply)))


@pytest.mark.parametrize(
    "text",
    [
        "Jó napot,\n\naz iOS Outlook nem működik nálam.",
        "Jó napot, így nyitom meg:\n\nAz iOS Outlook beszerzése nem sikerült.",
        "Dobrý den,\n\nBen Lamps píše v Út 12. 11. 2024 v 08:03:\n\nPřijedu zítra.",
        "Hoi,\n\nBen schreef op di 12-11-2024 om 08:03:\n\nIk kom morgen.",
        "Γεια σας,\n\nΕστάλη από το κατάστημα στις 12.",
        "Chào anh,\n\nĐược gửi từ kho hôm qua.",
    ],
)
def test_what_a_person_says_as_a_program_would_is_kept(text):
    assert cut_text(text).said == text
