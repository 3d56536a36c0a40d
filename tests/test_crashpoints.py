"""The points at which a rehearsal kills: each stands in the code once, and none acts where people are served."""

import ast
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import evenhand
from evenhand import crashpoints
from evenhand.crashpoints import MARK, POINTS, VARIABLE, reach, rehearse

HOME = Path(evenhand.__file__).parent


@pytest.fixture(autouse=True)
def _at_rest():
    yield
    rehearse(None)


def named():
    """Every name that the code reaches, with how often it stands there."""
    found = Counter()
    for path in HOME.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "reach":
                assert isinstance(node.args[0], ast.Constant), f"a name that is not plain in {path}"
                found[node.args[0].value] += 1
    return found


def test_every_point_stands_in_the_code_once_and_there_are_eighty():
    assert named() == dict.fromkeys(POINTS, 1)
    assert len(POINTS) >= 80


def test_nothing_happens_at_a_point_unless_something_is_rehearsed():
    assert crashpoints._rehearsal is None
    assert reach("work.stored") is None


def test_a_rehearsal_in_this_process_is_told_of_every_point():
    told = []
    rehearse(told.append)
    reach("work.stored")
    reach("outbox.claimed")
    assert told == ["work.stored", "outbox.claimed"]


def passing(folder, *names, variable=VARIABLE):
    """A process that comes by these points."""
    lines = ["from evenhand.crashpoints import reach", *(f"reach({name!r})" for name in names), "print('alive')"]
    return subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], env=os.environ | {variable: str(folder)}, capture_output=True,
        text=True, timeout=30, check=False,
    )  # fmt: skip


def test_at_an_armed_point_the_process_dies_at_the_pass_that_was_asked_for(tmp_path):
    (tmp_path / MARK).touch()
    (tmp_path / "armed-work.stored").write_text("kill 3")
    assert passing(tmp_path, "work.stored", "work.stored").stdout == "alive\n"
    done = passing(tmp_path, *["work.stored"] * 3)
    assert (done.returncode, done.stdout) == (-9, "")
    # Whoever was killed has taken the order along.
    assert passing(tmp_path, *["work.stored"] * 3).stdout == "alive\n"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["died-work.stored", MARK, "seen-work.stored"]


def test_a_folder_without_the_mark_is_refused_and_nobody_is_killed(tmp_path):
    (tmp_path / "armed-work.stored").write_text("kill 1")
    done = passing(tmp_path, "work.stored")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        1, f"RuntimeError: {VARIABLE} names a folder without the file {MARK}: nothing here may be killed",
    )  # fmt: skip


def test_without_the_variable_an_armed_folder_is_not_looked_at(tmp_path):
    (tmp_path / MARK).touch()
    (tmp_path / "armed-work.stored").write_text("kill 1")
    assert passing(tmp_path, "work.stored", variable="EVENHAND_TEST_ELSE").stdout == "alive\n"
