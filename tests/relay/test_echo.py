"""A machine that answers as if it were a person is known by its words, and nobody else is."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from evenhand.conversations.models import Message
from evenhand.relay.echo import Uttered, is_echo
from evenhand.relay.models import Hold
from tests.relay.post import ADA, BEN, deliver, mail, message_of

NOW = datetime(2026, 3, 3, tzinfo=UTC)
ADAS, BENS = uuid.UUID(int=1), uuid.UUID(int=2)
WORDS = "Thank you for your request. It has the number 1234, and we shall answer it soon."


def said(by, text, ago=timedelta(minutes=5)):
    return Uttered(by, NOW - ago, text)


@pytest.mark.parametrize(
    ("text", "earlier", "expected"),
    [
        (WORDS, [said(ADAS, "Is it there?"), said(BENS, WORDS)], True),
        (WORDS.replace("1234", "99"), [said(ADAS, "Is it there?"), said(BENS, WORDS)], True),
        (WORDS, [said(ADAS, "a"), said(BENS, "Something else that is long enough to be told apart."), said(BENS, WORDS)], True),
        (WORDS, [said(ADAS, "Is it there?", timedelta(minutes=16)), said(BENS, WORDS, timedelta(hours=1))], False),
        (
            WORDS,
            [
                said(ADAS, "And now?", timedelta(minutes=16)), said(BENS, WORDS, timedelta(hours=1)),
                said(ADAS, "Is it there?", timedelta(hours=2)), said(BENS, WORDS, timedelta(hours=3)),
            ],
            True,
        ),
        (WORDS, [said(BENS, WORDS)], False),
        (WORDS, [said(ADAS, WORDS), said(BENS, "Is it there?")], False),
        (WORDS, [said(ADAS, WORDS)], False),
        (WORDS, [said(ADAS, "Is it there?"), said(BENS, WORDS, timedelta(hours=25))], False),
        ("Thanks!", [said(ADAS, "Sent."), said(BENS, "Thanks!")], False),
        (WORDS, [], False),
    ],
)  # fmt: skip
def test_only_the_same_words_after_an_answer_are_an_echo(text, earlier, expected):
    assert is_echo(text, BENS, earlier, NOW) is expected


@pytest.mark.parametrize(
    "words",
    [
        WORDS,
        f"Grüße, Nr. {7731}: wir melden uns bald bei Ihnen – 你好 🙂.",
        "long " * 1000,
        "٣ numbers of another script " * 3,
    ],
)
def test_what_a_machine_repeats_waits_for_a_person(cast, words):
    deliver(
        cast.buyer_alias,
        mail(f"Ben <{BEN}>", text=f"{words}\n", msgid=f"{uuid.uuid4()}@shop.example"),
        reverse_path=BEN,
    )
    deliver(cast.seller_alias, mail(text="Hello?\n"), reverse_path=ADA)
    row = deliver(
        cast.buyer_alias,
        mail(f"Ben <{BEN}>", text=f"{words}\n", msgid=f"{uuid.uuid4()}@shop.example"),
        reverse_path=BEN,
    )
    assert (row.state, message_of(row).state, Hold.objects.get().reason) == ("held", "held", "loop")
    assert Message.objects.filter(state="relayed").count() == 2
