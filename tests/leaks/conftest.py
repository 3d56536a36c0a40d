"""What the tests of leaks share: the pages, looked at by one of the cast."""

import pytest
from django.test import Client
from django.urls import reverse


@pytest.fixture
def reads():
    """Fetch a page by its name as one of the cast."""

    def fetch(user, name, *args):
        browser = Client()
        browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return browser.get(reverse(name, args=args))

    return fetch
