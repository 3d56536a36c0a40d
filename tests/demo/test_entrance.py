"""Four cards, and one click to be the person on each."""

import re
import shlex

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from evenhand.demo.load import load


@pytest.fixture
def market(demonstration):
    load(now=timezone.now())


def token_in(page):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]


@pytest.mark.parametrize("who", ["ada", "ben", "cyn", "olga"])
def test_a_click_signs_in_as_one_of_the_four(market, visitor, who):
    page = visitor.get("/demo/")
    assert page.status_code == 200
    answer = visitor.post("/demo/", {"who": who, "csrfmiddlewaretoken": token_in(page)})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    inbox = visitor.get("/")
    assert (inbox.status_code, inbox.wsgi_request.user.email.partition("@")[0]) == (200, who)


def test_the_next_click_is_another_person(market, visitor):
    for who in ("ada", "ben"):
        visitor.post("/demo/", {"who": who, "csrfmiddlewaretoken": token_in(visitor.get("/demo/"))})
    assert visitor.get("/").wsgi_request.user.email == "ben@shop.example"


@pytest.mark.parametrize("who", ["jonas", "ben@shop.example", ""])
def test_nobody_else_can_be_played(market, visitor, who):
    answer = visitor.post("/demo/", {"who": who, "csrfmiddlewaretoken": token_in(visitor.get("/demo/"))})
    assert answer.status_code == 404
    assert visitor.get("/").status_code == 302


def test_another_site_cannot_press_the_button(market, visitor):
    assert visitor.post("/demo/", {"who": "ada"}).status_code == 403


def test_the_page_holds_a_first_mail_to_send(market, visitor):
    from evenhand.conversations.models import Alias

    text = visitor.get("/demo/").context["first_mail"].swaks
    words = shlex.split(text)
    assert words[:5] == ["swaks", "--server", "127.0.0.1:2525", "--from", "ada@home.example"]
    local, _, domain = words[words.index("--to") + 1].partition("@")
    alias = Alias.objects.get(local_part=local, domain=domain)
    assert (alias.participant.name, alias.conversation.buyer.name) == ("Ben's Lamps", "Ada")


def test_without_the_demonstration_there_is_no_door(db, client):
    assert [client.get(path).status_code for path in ("/demo/", "/demo/mail/")] == [404, 404]
    with pytest.raises(NoReverseMatch):
        reverse("demo")
