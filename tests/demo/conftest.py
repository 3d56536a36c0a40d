"""The demonstration with its doors open."""

from dataclasses import replace

import pytest
from django.test import Client

from evenhand.configuration import Endpoint


@pytest.fixture
def demonstration(db, settings):
    """Settings as --demo leaves them."""
    settings.EVENHAND = replace(settings.EVENHAND, demo=True, smtp=Endpoint("127.0.0.1", 2525))
    settings.ROOT_URLCONF = "tests.demo.doors"


@pytest.fixture
def visitor(demonstration):
    """The browser of somebody who is nobody yet."""
    return Client(enforce_csrf_checks=True)
