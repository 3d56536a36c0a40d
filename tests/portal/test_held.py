"""“Did you write this?”: whom it is asked, and that only an answer does anything."""

from dataclasses import replace

import pytest
from django.urls import reverse

from evenhand.mail.authentication import AuthenticationResult
from evenhand.relay import work as working
from evenhand.relay.models import Delivery, Hold, Inbound
from tests.relay.post import AtOnce, copies, finished, mail, notices, spool, work

pytestmark = pytest.mark.django_db(transaction=True)


class Doubting:
    def authenticate(self, raw, **_):
        return AuthenticationResult("fail", detail="nobody vouches")


@pytest.fixture(autouse=True)
def _doubts(settings):
    settings.AUTHENTICATOR = "tests.portal.test_held.Doubting"
    working._authenticator.cache_clear()
    yield
    working._authenticator.cache_clear()


@pytest.fixture
def row(cast, settings):
    settings.EVENHAND = replace(settings.EVENHAND, public_url="https://messages.market.example")
    raw = mail(text="Is it still there? Ask ben@shop.example.\n", subject="The lamp of ben@shop.example")
    made = spool(cast.seller_alias, raw, trusted=False)
    work(AtOnce())
    return Inbound.objects.get(id=made)


def page_of(row):
    return reverse("held", args=[row.id])


def state(row):
    row.refresh_from_db()
    return row.state, row.outcome


def test_the_mail_that_tells_of_it_links_to_the_page_and_says_no_word_of_it(row):
    (notice,) = notices()
    told = finished(notice).decode()
    assert f"https://messages.market.example{page_of(row)}" in told.replace("=\r\n", "")
    assert "still there" not in told


def test_l68_looking_changes_nothing(row, browsers):
    for _ in range(2):
        response = browsers["ada"].get(page_of(row))
        assert response.status_code == 200
    browsers["ada"].head(page_of(row))
    browsers["ada"].get(page_of(row) + "?answer=mine")
    assert state(row) == ("held", "unconfirmed")
    words = response.content.decode()
    assert "Is it still there?" in words
    assert "ben@shop.example" not in words


@pytest.mark.parametrize("who", ["ben", "cyn", "olga"])
def test_to_everybody_else_there_is_no_such_page(row, browsers, who):
    assert browsers[who].get(page_of(row)).status_code == 404
    assert browsers[who].post(page_of(row), {"answer": "mine"}).status_code == 404
    assert state(row) == ("held", "unconfirmed")


def test_a_stranger_signs_in_first(row, browsers):
    response = browsers["nobody"].post(page_of(row), {"answer": "mine"})
    assert (response.status_code, response["Location"].partition("?")[0]) == (302, reverse("account_login"))
    assert state(row) == ("held", "unconfirmed")


def test_without_the_token_of_the_page_nothing_is_answered(row, cast):
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.post(page_of(row), {"answer": "mine"}).status_code == 403
    assert state(row) == ("held", "unconfirmed")


def test_yes_passes_it_on_at_once(row, browsers, cast):
    response = browsers["ada"].post(page_of(row), {"answer": "mine"}, follow=True)
    assert response.redirect_chain == [(reverse("conversation", args=[cast.conversation.id]) + "#latest", 302)]
    words = response.content.decode()
    assert "Is it still there?" in words
    assert state(row) == ("done", "relayed")
    assert [copy.address for copy in copies()] == ["ben@shop.example"]
    after = browsers["ada"].get(page_of(row)).content.decode()
    assert "You have confirmed this mail" in after
    assert "Is it still there?" not in after


def test_no_ends_it(row, browsers):
    browsers["ada"].post(page_of(row), {"answer": "not-mine"})
    assert state(row) == ("done", "disowned: not by whom it says it is from")
    assert Delivery.objects.filter(message__isnull=False).count() == 0
    assert "does not wait any more" in browsers["ada"].get(page_of(row)).content.decode()


def test_a_second_answer_is_told_that_it_is_late(row, browsers):
    browsers["ada"].post(page_of(row), {"answer": "not-mine"})
    response = browsers["ada"].post(page_of(row), {"answer": "mine"}, follow=True)
    assert "It does not wait any more." in response.content.decode()
    assert copies() == []


@pytest.mark.parametrize("answer", ["", "yes", "MINE"])
def test_no_other_answer_counts(row, browsers, answer):
    response = browsers["ada"].post(page_of(row), {"answer": answer})
    assert (response.status_code, response["Location"]) == (302, page_of(row))
    assert state(row) == ("held", "unconfirmed")


@pytest.mark.parametrize("reason", ["policy", "ambiguous-sender", "leak"])
def test_a_hold_that_is_not_the_authors_to_end_has_no_page(row, browsers, reason):
    Hold.objects.update(reason=reason)
    assert browsers["ada"].get(page_of(row)).status_code == 404


def test_the_conversation_shows_the_way_there_to_its_author_alone(row, browsers, cast):
    place = reverse("conversation", args=[cast.conversation.id])
    shown = {who: page_of(row) in browsers[who].get(place).content.decode() for who in ("ada", "ben", "olga")}
    assert shown == {"ada": True, "ben": False, "olga": False}
