"""Starts one installation for the run, with a mail server of all recipients behind it, and deals out orders."""

import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from tests.wire.catcher import Catcher
from tests.wire.desk import ADA, BEN, CYN
from tests.wire.house import House

ORDERS = 120
RIVAL = 10


@pytest.fixture(scope="module")
def open_folder():
    """
    A folder in which a database that falls can be started again.

    Run by root, the database is another user's, and pytest closes the folder of all its temporary ones to others
    whenever any run of it begins on this machine.
    """
    with tempfile.TemporaryDirectory(prefix="evenhand-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def catcher():
    with Catcher() as running:
        yield running


@pytest.fixture(scope="session")
def house(tmp_path_factory, catcher):
    """An installation that trusts this machine and sends to the catcher; orders of ada's from ben, and from cyn."""
    made = House(
        tmp_path_factory.mktemp("house"), [(ADA, BEN)] * ORDERS + [(ADA, CYN)] * RIVAL,
        smarthost=catcher.address, trust_peers="127.0.0.0/8", lmtp="127.0.0.1:0", workers=1, size_limit=3_000_000,
    )  # fmt: skip
    with made as running:
        yield running


@pytest.fixture(scope="session")
def untold(house):
    dealt = list(house.orders().values())
    return {"ben": dealt[:ORDERS], "cyn": dealt[ORDERS:]}


@pytest.fixture
def order(untold):
    """An order of ada's from ben that nothing has been said about."""
    return untold["ben"].pop(0)


@pytest.fixture
def another_order(untold):
    return untold["ben"].pop(0)


@pytest.fixture
def rival_order(untold):
    """An order of ada's from cyn."""
    return untold["cyn"].pop(0)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Beside a failure, show what the installation said."""
    report = yield
    if report.failed:
        for made in House.made:
            with suppress(FileNotFoundError):
                report.sections.append((f"the log of {made.data.parent.name}", made.log.read_text("utf-8")[-3000:]))
    return report


def pytest_collection_modifyitems(items):
    """Search for leaks at the end, when everything has left that will."""
    items.sort(key=lambda item: "wire/test_leaks" in item.path.as_posix())
