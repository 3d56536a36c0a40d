"""The five contracts of the house, each shown to fail when someone breaks it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]
FLOORS = "Floors: imports go downward only"
CELLAR = "A pure cellar: no framework, no system, no clock"
NETWORK = "Network only in connectors"
MODELS = "Actions stand on models"
RULES = "Rules are strangers"

WAITS = "async def wait():\n    await asyncio.open_connection('mx.example', 25)"
SINS = {
    "a room below reaches a connector": (FLOORS, "relay/models.py", "from evenhand.connectors import probes"),
    "the record knows orders": (FLOORS, "record/ids.py", "from evenhand.orders.models import Order"),
    "one door knows another": (FLOORS, "portal/health.py", "from evenhand.doctor import check"),
    "mail knows policy": (FLOORS, "mail/digest.py", "from evenhand import policy"),
    "a room imports the roof inside a function": (
        FLOORS,
        "orders/reported.py",
        "def late():\n    from evenhand import models\n\n    return models",
    ),
    "a room nobody planned": (FLOORS, "parlour/__init__.py", '"""Tea."""'),
    "mail knows Django": (CELLAR, "mail/digest.py", "from django.conf import settings"),
    "mail writes a log": (CELLAR, "mail/quotes/plain.py", "import logging"),
    "mail reads the clock": (CELLAR, "mail/compose.py", "STARTED = datetime.now(UTC)"),
    "mail hands the clock on": (CELLAR, "mail/compose.py", "def later(clock=datetime.now):\n    return clock"),
    "policy reads the clock under another name": (
        CELLAR,
        "policy/rules/hours.py",
        '"""Hours."""\nfrom datetime import date as day\n\nTODAY = day.today()',
    ),
    "policy reads the environment": (CELLAR, "policy/__init__.py", "from os import environ"),
    "a page calls out": (NETWORK, "portal/health.py", "from urllib.request import urlopen"),
    "a room opens a stream": (NETWORK, "relay/models.py", f"import asyncio\n\n{WAITS}"),
    "a room makes a server of its event loop": (
        NETWORK,
        "relay/models.py",
        "async def serve(loop, factory):\n    await loop.create_server(factory, port=25)",
    ),
    "the demonstration sends mail itself": (NETWORK, "demo/post.py", "import smtplib"),
    "a table knows the verbs": (
        MODELS,
        "participants/models.py",
        "from evenhand.participants.actions import Profile",
    ),
    "a table knows the verbs of a room below": (
        MODELS,
        "conversations/models.py",
        "from evenhand.orders.actions import store_orders",
    ),
}


def lint(house):
    """Which contracts are broken there, and the linter's exit status."""
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=house, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert len(re.findall(r" (?:KEPT|BROKEN)$", run.stdout, re.MULTILINE)) == 5, run.stdout + run.stderr
    return set(re.findall(r"^(.*) BROKEN$", run.stdout, re.MULTILINE)), run.returncode


@pytest.fixture
def house(tmp_path):
    """A copy of the house in which a sin harms nobody."""
    for part in ("evenhand", "tools"):
        shutil.copytree(
            HOUSE / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__", "static", "templates")
        )
    shutil.copy(HOUSE / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_house_keeps_all_five():
    assert lint(HOUSE) == (set(), 0)


@pytest.mark.parametrize(("contract", "file", "line"), SINS.values(), ids=SINS.keys())
def test_a_sin_breaks_its_contract_and_no_other(house, contract, file, line):
    path = house / "evenhand" / file
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    assert lint(house) == ({contract}, 1)


def test_a_rule_that_imports_another_breaks_its_contract_and_no_other(house):
    rules = house / "evenhand" / "policy" / "rules"
    (rules / "first.py").write_text('"""A rule."""\n')
    (rules / "second.py").write_text('"""A rule."""\nfrom evenhand.policy.rules import first\n')
    assert lint(house) == ({RULES}, 1)


def test_what_only_looks_like_a_sin_is_left_alone(house):
    with (house / "evenhand" / "mail" / "digest.py").open("a") as module:
        module.write("\ndef age(facts):\n    return facts.now - facts.time\n")
    with (house / "evenhand" / "portal" / "health.py").open("a") as module:
        module.write("\nfrom urllib.parse import quote\nfrom http import HTTPStatus\n")
    with (house / "evenhand" / "connectors" / "probes.py").open("a") as module:
        module.write("\nimport socket\n")
    assert lint(house) == (set(), 0)
