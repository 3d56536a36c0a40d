"""Starts the embedded database for the run and introduces the cast of four."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

_DATA = Path(tempfile.mkdtemp(prefix="evenhand-test-"))
os.environ["DJANGO_SETTINGS_MODULE"] = "evenhand.settings"
os.environ["EVENHAND_DATA"] = str(_DATA)
os.environ["EVENHAND_DOMAIN"] = "m.market.example"
os.environ["EVENHAND_MARKETPLACE"] = "Market"

_database = None
if not os.environ.get("DATABASE_URL"):
    from evenhand.database import EmbeddedDatabase

    _database = EmbeddedDatabase(_DATA)
    _database.start()
    os.environ["DATABASE_URL"] = _database.url

# The test runner's own set-up comes before this file is read, when no database address is known yet.
import django  # noqa: E402

django.setup()

# A machine that tests is busy: a mail that takes a moment longer is not worked aside for it.
from evenhand.relay.guard import pool  # noqa: E402

pool.QUICK_SECONDS = 20.0


def pytest_unconfigure(config: pytest.Config) -> None:
    if _database is not None:
        _database.leave()
    shutil.rmtree(_DATA, ignore_errors=True)


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The data folder of the installation under test."""
    return _DATA


@pytest.fixture
def cast(db: None):
    """Ada (buyer), ben (seller), cyn (rival seller), olga (operator), and an order of ada's from ben."""
    from tests.cast import introduce

    return introduce()
