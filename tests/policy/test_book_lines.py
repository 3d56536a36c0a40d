"""On which line of a TOML text each value stands: as the parser reads it, for every way of writing it."""

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.policy.book.lines import TooDeep, lines_of

WAYS = """
a = 1 # "a = 9"
'b b'.c."d\\"" = QQQ
x = 1QQQ
e = [1979-05-27 07:32:00, # ] }
  "]", '}', [ "#", { f = [
    2 ] } ],
]
[g]
h = { i = "}", j.k = [1] }
[g.l]
m = \"""
\\\""" [n] \"""\""
[[o]]
p = 1
[[o]]
p = 2
[[o.q]]
r = true
[[o.q]]
[o.q.s]
t = +inf""".replace("QQQ", "'" * 3)


def ways_of(value, way=()):
    """Every way that leads somewhere."""
    if way:
        yield way
    for key, one in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ()):
        yield from ways_of(one, (*way, key))


def test_every_way_of_writing_a_value_has_its_line():
    assert lines_of(WAYS) == {
        ("a",): 2, ("b b",): 3, ("b b", "c"): 3, ("b b", "c", 'd"'): 3,
        ("e",): 5, ("e", 0): 5, ("e", 1): 6, ("e", 2): 6, ("e", 3): 6, ("e", 3, 0): 6, ("e", 3, 1): 6,
        ("e", 3, 1, "f"): 6, ("e", 3, 1, "f", 0): 7,
        ("g",): 9, ("g", "h"): 10, ("g", "h", "i"): 10, ("g", "h", "j"): 10, ("g", "h", "j", "k"): 10,
        ("g", "h", "j", "k", 0): 10, ("g", "l"): 11, ("g", "l", "m"): 12,
        ("o",): 14, ("o", 0): 14, ("o", 0, "p"): 15, ("o", 1): 16, ("o", 1, "p"): 17,
        ("o", 1, "q"): 18, ("o", 1, "q", 0): 18, ("o", 1, "q", 0, "r"): 19,
        ("o", 1, "q", 1): 20, ("o", 1, "q", 1, "s"): 21, ("o", 1, "q", 1, "s", "t"): 22,
    }  # fmt: skip
    assert set(ways_of(tomllib.loads(WAYS))) == set(lines_of(WAYS))


@pytest.mark.parametrize(
    "place", sorted(files("evenhand.policy").joinpath("packs").rglob("*.toml"), key=str), ids=lambda one: one.stem
)
def test_whatever_the_packs_write_has_its_line(place):
    text = place.read_text("utf-8")
    lines = lines_of(text)
    rows = text.split("\n")
    for way in ways_of(tomllib.loads(text)):
        # A key stands on its line; what is in a list stands on one of its own.
        assert isinstance(way[-1], int) or way[-1] in rows[lines[way] - 1]


@given(st.text(alphabet="ab.\"'[]{}=,#\\\n 1-", max_size=60))
def test_any_text_comes_to_an_end_and_what_parses_has_its_lines(text):
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        lines_of(text)
    else:
        assert set(ways_of(data)) <= set(lines_of(text))


def test_what_is_nested_past_reason_is_told_before_the_parser_sees_it():
    with pytest.raises(TooDeep) as caught:
        lines_of("\na = " + "[" * 100_000)
    assert caught.value.line == 2
