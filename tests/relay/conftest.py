"""What the relay's tests share: an authenticator that says what it is told to, and a browser."""

import pytest
from django.test import Client

from evenhand.relay import work
from tests.relay.vouching import Vouching


@pytest.fixture
def vouching(settings, monkeypatch):
    """Let the authenticator give these answers, and return what it is asked."""
    settings.AUTHENTICATOR = "tests.relay.vouching.Vouching"

    def answer(*answers):
        monkeypatch.setattr(Vouching, "answers", list(answers))
        monkeypatch.setattr(Vouching, "asked", [])
        return Vouching.asked

    work._authenticator.cache_clear()
    yield answer
    work._authenticator.cache_clear()


@pytest.fixture
def browse():
    """Read a page as one of the cast."""

    def read(user, address):
        browser = Client()
        browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return browser.get(address).content.decode()

    return read
