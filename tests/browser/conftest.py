"""A demonstration that runs as a person would start it, and a Chromium to look at it with."""

import re

import pytest
from playwright.sync_api import sync_playwright

from tests.cli.programs import Program
from tests.programs import need

# A browser that talks to nobody but the page, and needs neither a screen nor a sandbox of its own.
_QUIETLY = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic",
)  # fmt: skip


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    need("chromium")
    data = tmp_path_factory.mktemp("demonstration") / "data"
    words = ("up", "--demo", "--data", data, "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0")
    with Program(*words, EVENHAND_WORKERS="1") as program:
        program.await_ready()
        program.url = f"http://{program.addresses['http']}"
        program.first_mail = program.hears("swaks --server", program.out).strip()
        program.ben = re.search(r"--to (\S+)", program.first_mail)[1]
        yield program
        assert program.ends(15)[0] == 0


@pytest.fixture(scope="module")
def _chromium():
    # The driver runs a loop in this thread, in which no other can run and Django will not use the database: it must
    # end with these tests.
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=need("chromium"), args=_QUIETLY)
        yield browser
        browser.close()


@pytest.fixture
def browse(demonstration, _chromium):
    """Open windows; a page that complains in its console fails the test."""
    opened, complaints = [], []

    def open_window(**wishes):
        context = _chromium.new_context(base_url=demonstration.url, locale="en-GB", **wishes)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        return page

    yield open_window
    for context in opened:
        context.close()
    assert complaints == []
