"""A book that olga wrote decides about ben's mails, and each verdict keeps which one it was."""

from dataclasses import replace

import pytest

from evenhand.conversations.models import Verdict
from evenhand.policy.packs import load_pack
from evenhand.relay.models import Hold
from tests.policy.books import OWN
from tests.relay.post import BEN, copies, deliver, mail, message_of, notices, text_of

BOOK = (
    """\
name = "The Market of Lamps and Shades"
version = "2026-11-25 final"
packs = ["amazon-2020-11", "legal-overlay", "house-overlay"]

[rules.happy-only]
action = "block"
reason = "Ask all or nobody."

[rules.order-id-missing]
action = "off"

"""
    + OWN
)


@pytest.fixture
def written(settings, tmp_path):
    """Let sellers be judged by a book in a file."""
    place = tmp_path / "market.toml"
    place.write_text(BOOK, "utf-8")
    settings.EVENHAND = replace(settings.EVENHAND, book=str(place))


def from_ben(text):
    return mail(f"Ben <{BEN}>", text=text)


@pytest.mark.usefixtures("written")
def test_a_rule_of_its_own_holds_the_mail_and_the_verdict_names_packs_and_book(cast):
    deliver(cast.seller_alias, mail())
    row = deliver(cast.buyer_alias, from_ben("It is not cheaper\nelsewhere.\n"), reverse_path=BEN)
    message = message_of(row)
    assert (row.outcome, message.state, len(copies())) == ("policy", "held", 1)
    (found,) = message.findings.filter(rule="no-price-talk")
    assert (found.part, found.start, found.end, found.action) == ("text", 10, 27, "hold")
    assert (found.clause, found.fix) == ("What things cost elsewhere is no subject.", "Leave the comparison out.")
    assert Hold.objects.filter(message=message).count() == 1
    house, *packs, title = message.verdict.book.split(", ")
    assert (house, packs) == (
        "house 1",
        [f"{name} {load_pack(name).digest}" for name in ("amazon-2020-11", "legal-overlay", "house-overlay")],
    )
    name, _, digest = title.rpartition(" ")
    assert (name, len(digest)) == ("The Market of Lamps and Shades 2026-11-25 final", 8)


@pytest.mark.usefixtures("written")
def test_a_seller_reads_the_reason_in_the_words_of_the_book(cast):
    deliver(cast.seller_alias, mail())
    row = deliver(cast.buyer_alias, from_ben("If you like the lamp, please leave a review.\n"), reverse_path=BEN)
    assert row.outcome == "blocked"
    (notice,) = notices()
    assert "Ask all or nobody." in text_of(notice)
    assert "This asks for a review only if the buyer is satisfied." not in text_of(notice)


def test_the_longest_name_of_a_book_has_room():
    most = len("house 1, ") + sum(
        len(f"{name} 12345678, ") for name in ("amazon-2018-10", "legal-overlay", "house-overlay")
    )
    assert most + 40 + 1 + 20 + 1 + 8 <= Verdict._meta.get_field("book").max_length
