"""Answering on the page: sent once, refused kindly, and never losing what was typed."""

import re
import sys
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from evenhand.conversations.models import Message, ReadMark
from evenhand.portal.draft import LIMIT
from tests.portal.relay import Relay

HTMX = {"HX-Request": "true"}


@pytest.fixture
def relay(monkeypatch):
    made = Relay()
    monkeypatch.setitem(sys.modules, "evenhand.relay.intake", made)
    monkeypatch.setitem(sys.modules, "evenhand.relay.work", made)
    return made


def send(browser, cast, text="Thank you", headers=None, **fields):
    sent = {"text": text, "token": str(uuid.uuid4()), **fields}
    return browser.post(reverse("reply", args=[cast.conversation.id]), sent, headers=headers or {})


def problem(response):
    found = re.search(r'id="reply-problem"[^>]*>(.*?)</p>', response.content.decode(), re.DOTALL)
    return found[1]


@pytest.mark.parametrize(("who", "side"), [("ada", "buyer"), ("ben", "seller")])
def test_a_reply_is_sent_in_the_name_of_its_side(cast, browsers, relay, who, side):
    response = send(browsers[who], cast, "Line one\r\nline two")
    assert response["Location"] == reverse("conversation", args=[cast.conversation.id]) + "#latest"
    message = Message.objects.get()
    assert (message.text, message.author, message.author_user_id, message.conversation) == (
        "Line one\nline two",
        getattr(cast, side),
        getattr(cast, who).id,
        cast.conversation,
    )


def test_the_files_travel_with_it(cast, browsers, relay):
    files = [SimpleUploadedFile("a.png", b"A"), SimpleUploadedFile("b.pdf", b"B")]
    send(browsers["ada"], cast, "", files=files)
    assert list(Message.objects.get().attachments.values_list("name", "size").order_by("ordinal")) == [
        ("a.png", 1),
        ("b.pdf", 1),
    ]


def test_a_second_click_is_no_second_message(cast, browsers, relay):
    page = browsers["ada"].get(reverse("conversation", args=[cast.conversation.id])).content.decode()
    token = re.search(r'name="token" value="(.*?)"', page)[1]
    first = send(browsers["ada"], cast, token=token)
    second = send(browsers["ada"], cast, token=token)
    assert first["Location"] == second["Location"]
    assert Message.objects.count() == 1
    send(browsers["ada"], cast)
    assert Message.objects.count() == 2


def test_each_form_has_a_token_of_its_own(cast, browsers):
    address = reverse("conversation", args=[cast.conversation.id])
    pages = [browsers["ada"].get(address).content.decode() for _ in range(2)]
    assert len({re.search(r'name="token" value="(.*?)"', page)[1] for page in pages}) == 2


def test_a_form_without_its_token_is_still_a_message(cast, browsers, relay):
    assert send(browsers["ada"], cast, token="mangled").status_code == 302
    assert Message.objects.count() == 1


@pytest.mark.parametrize("text", ["", "  \r\n\t "])
def test_an_empty_reply_is_refused(cast, browsers, relay, text):
    response = send(browsers["ada"], cast, text)
    assert response.status_code == 422
    assert problem(response) == "There is nothing to send yet. Write a message or attach a file."
    assert relay.spool == {}


def test_too_large_a_reply_is_refused_and_what_was_typed_is_kept(cast, browsers, relay):
    token = str(uuid.uuid4())
    file = SimpleUploadedFile("big.bin", b"x" * LIMIT)
    response = send(browsers["ada"], cast, "My <careful> words", token=token, files=[file])
    assert response.status_code == 422
    assert problem(response) == "The files have 10.0 MB in all; one message may carry 10 MB. Attach smaller ones."
    html = response.content.decode()
    assert "My &lt;careful&gt; words</textarea>" in html
    assert f'name="token" value="{token}"' in html
    assert "Please choose your files once more." in html
    assert relay.spool == {}


def test_a_reply_of_exactly_the_limit_is_sent(cast, browsers, relay):
    send(browsers["ada"], cast, "ab", files=[SimpleUploadedFile("big.bin", b"x" * (LIMIT - 2))])
    assert Message.objects.count() == 1


def test_a_request_far_past_the_limit_is_refused_unread(cast, browsers, relay):
    response = browsers["ada"].post(
        reverse("reply", args=[cast.conversation.id]), {"text": "x"}, headers={"Content-Length": str(10**9)}
    )
    assert response.status_code == 413
    assert "That was too large to send" in response.content.decode()


def test_too_long_a_text_is_refused_and_kept(cast, browsers, relay):
    response = send(browsers["ada"], cast, "word " * 4001)
    assert problem(response) == ("The text has 20,005 characters; one message may have 20,000. Send it in two.")
    assert "word word" in response.content.decode()


def test_too_many_files_are_refused(cast, browsers, relay):
    files = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(11)]
    assert problem(send(browsers["ada"], cast, files=files)) == "That is 11 files; one message may carry 10."


def test_a_closed_conversation_takes_no_reply_but_gives_the_words_back(cast, browsers, relay):
    cast.conversation.closed_at = timezone.now()
    cast.conversation.save()
    response = send(browsers["ada"], cast, "One more thing")
    assert response.status_code == 422
    assert problem(response) == "This conversation has been closed, so nothing more can be sent in it."
    assert "One more thing</textarea>" in response.content.decode()
    assert relay.spool == {}


@pytest.mark.parametrize(("who", "status"), [("cyn", 404), ("olga", 403), ("nobody", 302)])
def test_who_has_no_side_sends_nothing(cast, browsers, relay, who, status):
    assert send(browsers[who], cast).status_code == status
    assert relay.spool == {}


def test_a_reply_that_takes_its_time_is_said_to_be_on_its_way(cast, browsers, relay):
    relay.is_slow = True
    browser = browsers["ada"]
    assert send(browser, cast).status_code == 302
    html = browser.get(reverse("conversation", args=[cast.conversation.id])).content.decode()
    assert "Your message is being sent. It will show up here in a moment." in html
    assert "Your message is being sent." in send(browser, cast, headers=HTMX).content.decode()


def test_with_script_the_new_message_is_put_in_place(cast, browsers, relay):
    token = str(uuid.uuid4())
    response = send(browsers["ada"], cast, "Thank you", headers=HTMX, token=token)
    html = response.content.decode()
    assert response.status_code == 200
    assert '<p class="said__text" dir="auto">Thank you</p>' in html
    assert "<html" not in html
    fresh = re.search(r'name="token" value="(.*?)" hx-swap-oob="outerHTML:#reply input\[name=token\]"', html)[1]
    assert fresh != token


def test_with_script_a_problem_leaves_the_form_as_it_is(cast, browsers, relay):
    response = send(browsers["ada"], cast, "", headers=HTMX)
    assert (response.status_code, response["HX-Retarget"], response["HX-Reswap"]) == (
        422,
        "#reply-problem",
        "outerHTML",
    )
    assert problem(response) == "There is nothing to send yet. Write a message or attach a file."
    assert "<textarea" not in response.content.decode()


def test_a_reply_marks_as_read_what_it_answers(cast, browsers, relay, say):
    message = say(cast.conversation, cast.seller, "Hello")
    send(browsers["ada"], cast, until=message.sent_at.isoformat())
    assert ReadMark.objects.get().read_at == message.sent_at
