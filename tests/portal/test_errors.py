"""What a reader is told when something is wrong, and what a load balancer is."""

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from evenhand.portal import health, inbox


def title(response):
    html = response.content.decode()
    return html[html.index("<h1>") + 4 : html.index("</h1>")]


def test_an_unknown_page_says_what_to_do_next(browsers):
    for who in ("ada", "nobody"):
        response = browsers[who].get("/nowhere/")
        assert response.status_code == 404
        assert title(response) == "There is nothing here for you"
        assert "To the inbox" in response.content.decode()


def test_another_mans_conversation_and_none_at_all_read_the_same(browsers, cast):
    real = browsers["cyn"].get(reverse("conversation", args=[cast.conversation.id]))
    invented = browsers["cyn"].get("/conversations/00000000-0000-7000-8000-000000000000/")

    def without_token(response):
        import re

        return re.sub(r'value="[^"]{40,}"', "", response.content.decode())

    assert real.status_code == invented.status_code == 404
    assert without_token(real) == without_token(invented)


def test_a_forged_form_is_refused_in_plain_words(cast):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = browser.post(reverse("reply", args=[cast.conversation.id]), {"text": "Hello"})
    assert response.status_code == 403
    assert title(response) == "This page was open for too long"


def test_a_reader_who_may_only_read_is_told_so(browsers, cast):
    response = browsers["olga"].post(reverse("reply", args=[cast.conversation.id]), {"text": "Hello"})
    assert response.status_code == 403
    assert title(response) == "You may read this, but not do that"


def test_a_malformed_request_is_refused_in_plain_words(browsers):
    response = browsers["ada"].post(reverse("account_login"), {f"f{n}": "" for n in range(1001)})
    assert response.status_code == 400
    assert title(response) == "That request could not be read"


def test_a_crash_shows_a_page_without_its_reasons(browsers, monkeypatch):
    def crash(*_):
        raise RuntimeError("the private reason")

    monkeypatch.setattr(inbox, "_places", crash)
    browsers["ada"].raise_request_exception = False
    response = browsers["ada"].get(reverse("inbox"))
    assert response.status_code == 500
    assert title(response) == "Something broke on our side"
    assert "private reason" not in response.content.decode()


@pytest.mark.django_db
def test_a_healthy_process_says_so_and_starts_no_session():
    response = Client().get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response.cookies == {}


def test_a_process_without_its_database_says_so(monkeypatch):
    class Broken:
        def cursor(self):
            raise DatabaseError

    monkeypatch.setattr(health, "connection", Broken())
    assert Client().get("/healthz").status_code == 503


def test_what_no_page_writes_into_an_address_or_a_form_is_no_crash(browsers, cast):
    conversation = reverse("conversation", args=[cast.conversation.id])
    ben = browsers["ben"]
    found = [
        ben.get("/?q=%00lamp").status_code,
        ben.post(f"{conversation}read/", {"until": "0001-01-01T00:00:00+23:59"}).status_code,
        ben.post(f"{conversation}read/", {"until": "9999-12-31T23:59:59-23:59"}).status_code,
        *(ben.post(f"{conversation}reply/", {}, CONTENT_LENGTH=length).status_code for length in ("²", "9" * 5000)),
    ]
    assert found == [200, 404, 404, 413, 413]
