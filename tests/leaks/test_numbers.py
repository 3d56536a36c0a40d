"""Each known way of leaking, spoofing and abuse has a number, and each number a story among the tests that is named after it."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
NUMBERS = range(1, 73)
WAITING = {
    71: "nothing calls webhooks yet, so none leads to an inner address",
    72: "no seller writes templates yet, so none runs anything",
}


def stories():
    """The names of the tests that tell of each number."""
    found = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for name, number in re.findall(r"^ *(?:async )?def (test_l(\d\d)_\w+)", path.read_text("utf-8"), re.MULTILINE):
            found.setdefault(int(number), []).append(name)
    return found


@pytest.mark.parametrize("number", [one for one in NUMBERS if one not in WAITING], ids="L{}".format)
def test_each_number_has_its_story(number):
    assert stories().get(number, []) != []


def test_no_story_is_told_of_a_number_that_waits_or_is_none():
    assert sorted(set(stories()) - (set(NUMBERS) - set(WAITING))) == []
