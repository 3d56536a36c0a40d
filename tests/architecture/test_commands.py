"""What `make` offers, and what it says on a machine that lacks something."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.programs import need

HOUSE = Path(__file__).resolve().parents[2]


@pytest.fixture
def make(tmp_path):
    """Run make in a fresh checkout, on a machine with the programs given and nothing else of note."""
    program = need("make")
    shutil.copy(HOUSE / "Makefile", tmp_path)
    (tmp_path / "bin").mkdir()

    def run(*arguments, **programs):
        for name, script in programs.items():
            path = tmp_path / "bin" / name
            path.write_text(f"#!/bin/sh\n{script}\n")
            path.chmod(0o755)
        environ = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "HOME": os.environ.get("HOME", "/")}
        return subprocess.run(
            [program, *arguments], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False, timeout=30
        )

    return run


OLD = 'case "$*" in -V) echo Python 3.9.2;; *version_info*) exit 1;; esac'
BARE = 'case "$*" in *ensurepip*|*pip*) exit 1;; esac'
DEBIAN = """case "$*" in
  *ensurepip*) exit 1;;
  *--without-pip*) mkdir -p .uv/bin;;
  *"pip --python .uv/bin/python install"*) touch .uv/bin/uv;;
esac"""


def test_make_alone_lists_the_commands(make):
    run = make()
    assert run.returncode == 0
    assert [*re.findall(r"^  make ([\w-]+)", run.stdout, re.MULTILINE)] == [
        "help", "demo", "test", "check", "bench", "policy-eval", "train", "soak", "format", "map", "pages", "migration", "install",
    ]  # fmt: skip


def test_the_places_of_the_demonstration_can_be_chosen(make):
    run = make("-n", "-o", ".venv/installed", "demo", "HTTP=127.0.0.1:9000", "DATA=/srv/show")
    assert run.stdout == (
        "exec .venv/bin/evenhand up --demo --data /srv/show --http 127.0.0.1:9000 "
        "--smtp 127.0.0.1:2525 --domain relay.localhost\n"
    )


def test_an_old_python_is_named(make):
    run = make(".uv/bin/uv", "PYTHON=python3.9", **{"python3.9": OLD})
    assert run.returncode == 2
    assert run.stderr.startswith("Evenhand needs Python 3.11 or later; python3.9 is Python 3.9.2. Name another:")


def test_a_python_without_pip_is_told_how_to_get_one(make):
    run = make(".uv/bin/uv", "PYTHON=bare", bare=BARE)
    assert run.returncode == 2
    assert "sudo apt-get install python3-venv" in run.stderr


def test_where_ensurepip_is_missing_the_pip_of_the_system_serves(make, tmp_path):
    run = make(".uv/bin/uv", "PYTHON=debian", debian=DEBIAN)
    assert run.returncode == 0, run.stderr
    assert (tmp_path / ".uv" / "bin" / "uv").exists()
