"""A table that changed without a migration is found before it is shipped."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]


def check(house, data):
    environ = {**os.environ, "EVENHAND_DATA": str(data), "DATABASE_URL": ""}
    return subprocess.run(
        [sys.executable, "-m", "tools.migrations"],
        cwd=house, env=environ, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def add_a_column(house):
    models = house / "evenhand" / "orders" / "models.py"
    head, tail = models.read_text().split("    sku = models", 1)
    models.write_text(f'{head}    shelf = models.CharField(max_length=9, default="")\n    sku = models{tail}')


@pytest.fixture
def house(tmp_path):
    for part in ("evenhand", "tools"):
        shutil.copytree(
            HOUSE / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__", "static", "templates")
        )
    return tmp_path


def test_the_migrations_make_the_tables_as_they_stand(tmp_path):
    run = check(HOUSE, tmp_path)
    assert (run.stderr, run.returncode) == ("", 0)


def test_a_new_column_without_a_migration_is_named(house):
    add_a_column(house)
    run = check(house, house / "data")
    assert (run.stderr, run.returncode) == ("No migration yet: Add field shelf to product.\n", 1)


def test_the_migration_that_lacks_can_be_written(house):
    add_a_column(house)
    run = subprocess.run(
        [sys.executable, "-m", "tools.migrations", "give_products_a_shelf"],
        cwd=house, env={**os.environ, "DATABASE_URL": ""}, capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert len(list((house / "evenhand" / "migrations").glob("*_give_products_a_shelf.py"))) == 1
    assert check(house, house / "data").returncode == 0
