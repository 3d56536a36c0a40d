"""The form in which the record keeps what happened: one way to write it, and a commitment that says nothing."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.record.append import SALT_BYTES, canonical, event

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ID = UUID("01234567-89ab-7def-8123-456789abcdef")


def test_a_commitment_is_over_salt_and_content():
    made = event("accepted", at=AT, content={"inbound": ID}, conversation_id=ID, actor_id=ID)
    assert made.commitment == hashlib.sha256(made.salt + made.content).digest()
    assert (made.kind, made.at, made.conversation_id, made.actor_id) == ("accepted", AT, ID, ID)
    assert made.content == b'{"inbound":"01234567-89ab-7def-8123-456789abcdef"}'


def test_equal_contents_cannot_be_told_by_their_commitments():
    one, other = (event("accepted", at=AT, content={"inbound": ID}) for _ in range(2))
    assert one.content == other.content
    assert (len({one.id, other.id}), len({one.salt, other.salt}), len({one.commitment, other.commitment})) == (2, 2, 2)
    assert len(one.salt) == SALT_BYTES == 16


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (AT, b'"2026-03-01T12:00:00.000000+00:00"'),
        (AT.astimezone(timezone(timedelta(hours=5, minutes=45))), b'"2026-03-01T12:00:00.000000+00:00"'),
        (AT + timedelta(microseconds=1), b'"2026-03-01T12:00:00.000001+00:00"'),
        (ID, b'"01234567-89ab-7def-8123-456789abcdef"'),
        (b"\x00\xff", b'"00ff"'),
        (memoryview(b"\x00\xff"), b'"00ff"'),
        ([ID, None, 3, True, "ü"], '["01234567-89ab-7def-8123-456789abcdef",null,3,true,"ü"]'.encode()),
        ({"b": 1, "a": {"d": [], "c": ""}}, b'{"a":{"c":"","d":[]},"b":1}'),
    ],
)
def test_each_value_is_written_in_one_way(value, written):
    assert canonical({"x": value}) == b'{"x":' + written + b"}"


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")) | st.integers()))
def test_the_order_in_which_it_was_gathered_does_not_show(content):
    backwards = dict(reversed(content.items()))
    assert canonical(content) == canonical(backwards)
    assert json.loads(canonical(content)) == content


@pytest.mark.parametrize("value", [object(), {1, 2}, 1j])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(TypeError, match="has no canonical form"):
        canonical({"x": value})


@pytest.mark.parametrize("value", [float("nan"), datetime(2026, 3, 1)])  # noqa: DTZ001  the very thing that is refused
def test_what_could_be_written_in_two_ways_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        canonical({"value": value})
