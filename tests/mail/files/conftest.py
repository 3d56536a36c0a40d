"""Everything is loaded before the first file is cleaned, as in the process that reads mails."""

import pytest

from evenhand.mail.files import preload


@pytest.fixture(scope="session", autouse=True)
def _loaded():
    preload()
