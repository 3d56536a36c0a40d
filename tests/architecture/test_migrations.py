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
    models = house / "evenhand" / "orders" / "models.py"
    text = models.read_text()
    assert text.count("class Product(models.Model):") == 1
    head, tail = text.split("    sku = models", 1)
    models.write_text(f'{head}    shelf = models.CharField(max_length=9, default="")\n    sku = models{tail}')
    run = check(house, house / "data")
    assert (run.stderr, run.returncode) == ("No migration yet: Add field shelf to product.\n", 1)
