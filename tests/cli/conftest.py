"""The command line as a person at a terminal meets it: in this process where that is enough, else in one of its own."""

import os

import pytest
from click.testing import CliRunner

from evenhand.cli import evenhand


@pytest.fixture(autouse=True)
def _own_environment():
    """Flags become variables of the environment; each test gives them back."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def run():
    """Run a command with its words, and look at its output, its errors and its exit code."""

    def type_in(*words):
        return CliRunner().invoke(evenhand, [str(word) for word in words])

    return type_in
