"""No word or file of a mail goes missing in silence: it travels, or its author is told what did not."""

import base64
import io

import pytest
from PIL import Image

from tests.relay.post import ADA, BEN, PNG, copies, deliver, files_of, html_of, message_of, notices, text_of, told

HEAD = (
    f"From: Ada <{ADA}>\r\nTo: x@m.market.example\r\nSubject: Lamp\r\nDate: Tue, 03 Mar 2026 09:30:00 +0100\r\n"
    "Message-ID: <odd@home.example>\r\nMIME-Version: 1.0\r\n"
)


def of(media_type, body):
    return f"{HEAD}Content-Type: {media_type}\r\n\r\n{body}".encode()


def alternative(*parts):
    body = "".join(f"--b\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n{text}\r\n" for kind, text in parts)
    return of("multipart/alternative; boundary=b", f"{body}--b--\r\n")


def picture(content=PNG, kind="image/png"):
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def test_two_texts_of_one_mail_that_say_different_things_are_both_relayed(cast):
    deliver(
        cast.seller_alias, alternative(("text/plain", "Where is my lamp?"), ("text/plain", "And where is the bulb?"))
    )
    (copy,) = copies()
    assert "Where is my lamp?" in text_of(copy)
    assert "And where is the bulb?" in text_of(copy)


def test_a_text_that_says_the_same_again_is_said_once(cast):
    page = "<p>Where is  my <b>lamp</b>?</p>"
    deliver(
        cast.seller_alias,
        alternative(("text/plain", "Where is my lamp?"), ("text/plain", "Where is my\r\nlamp?"), ("text/html", page)),
    )
    (copy,) = copies()
    assert text_of(copy).count("lamp?") == 1


def test_two_pages_that_say_different_things_are_both_relayed(cast):
    deliver(cast.seller_alias, alternative(("text/html", "<p>Where is it?</p>"), ("text/html", "<p>It is broken.</p>")))
    (copy,) = copies()
    assert "Where is it?" in text_of(copy)
    assert "It is broken." in text_of(copy)
    assert "It is broken." in html_of(copy)


def test_a_picture_written_into_the_page_travels_as_a_file(cast):
    deliver(cast.seller_alias, of("text/html", f'<p>Look: <img src="{picture()}"> broken</p>'))
    (copy,) = copies()
    assert [name for name, *_ in files_of(copy)] == ["photo-1.png"]
    assert "data:" not in html_of(copy)


def test_a_page_with_a_large_picture_in_it_is_not_too_long_to_be_read(cast):
    large = io.BytesIO()
    Image.effect_noise((1200, 1200), 90).save(large, "PNG")
    page = f'<p>Hello</p><img src="{picture(large.getvalue())}"><p>It is broken.</p>'
    message = message_of(deliver(cast.seller_alias, of("text/html", page)))
    (copy,) = copies()
    assert (len(page) > 1_000_000, message.state, len(files_of(copy))) == (True, "relayed", 1)
    assert "It is broken." in text_of(copy)


def test_a_picture_that_cannot_be_opened_is_told_to_its_author(cast):
    message = message_of(deliver(cast.seller_alias, of("text/html", f'<p>Look <img src="{picture(PNG[:30])}"></p>')))
    assert told(message) != []
    assert notices() != []


@pytest.mark.parametrize("kind", ["text/markdown", "text/x-markdown", "text/x-web-markdown", "text/unheard-of"])
def test_words_of_any_text_type_are_words(cast, kind):
    deliver(cast.seller_alias, of(kind, f"Is the **lamp** of {BEN} or {ADA} broken?"))
    (copy,) = copies()
    assert "Is the **lamp**" in text_of(copy)
    assert ADA not in text_of(copy)


def test_enriched_text_is_read_without_its_marks(cast):
    deliver(cast.seller_alias, of("text/enriched", "Is the <bold>lamp</bold> << 5 W?<param>red</param>"))
    (copy,) = copies()
    assert "Is the lamp < 5 W?" in text_of(copy)


def test_rich_text_alone_is_read(cast):
    deliver(cast.seller_alias, of("text/rtf", r"{\rtf1\ansi{\fonttbl\f0 Arial;}\f0 Is the {\b lamp} broken?\par}"))
    (copy,) = copies()
    assert "Is the lamp broken?" in text_of(copy)


def test_a_mail_that_is_nothing_but_a_mail_is_told_to_its_author(cast):
    inner = "From: Cyn <cyn@rival.example>\r\nSubject: cheaper\r\n\r\nthe inner mail\r\n"
    message = message_of(deliver(cast.seller_alias, of("message/rfc822", inner)))
    assert told(message)[0][0] == "attachment-mail"
    (notice,) = notices()
    assert notice.address == ADA
    assert "the inner mail" not in text_of(notice)
