"""What is stored about an order is told to the rules: a second request is one, whichever way the first went."""

import json
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.utils import timezone

from evenhand.cli import evenhand
from evenhand.conversations.actions import open_conversation
from evenhand.conversations.models import Message, Verdict
from evenhand.orders.models import Product
from evenhand.relay.intake import submit
from evenhand.relay.work import process_now
from tests.cast import place
from tests.relay.post import BEN, File, copies, deliver, mail, message_of, notices, spool, text_of, told, work

ASKS = "Here is the manual. Please leave a review of the lamp.\n"


@pytest.fixture
def book(settings):
    """Let sellers be judged by a pack."""

    def choose(name):
        settings.EVENHAND = replace(settings.EVENHAND, book=name)

    choose("amazon-2018-10")
    return choose


@pytest.fixture
def fresh(cast):
    """Let the order be two days old."""
    now = timezone.now()
    dates = {"placed_at": now - timedelta(days=2), "shipped_at": now - timedelta(days=1), "delivered_at": None}
    for name, at in dates.items():
        setattr(cast.order, name, at)
    cast.order.save()
    return cast


def writes(cast, text, **fields):
    """Ben writes from his mail program; the message it became."""
    return message_of(deliver(cast.buyer_alias, mail(f"Ben <{BEN}>", text=text, **fields), reverse_path=BEN))


def types(cast, text):
    """Ben writes on the page; the message it became."""
    row = submit(conversation=cast.conversation, author=cast.seller, user_id=cast.ben.id, text=text, token=uuid.uuid4())
    return Message.objects.get(id=process_now(row))


def rules_of(message):
    return [(one.rule, one.action) for one in message.findings.order_by("id")]


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize(("first", "second"), [(writes, types), (types, writes), (writes, writes), (types, types)])
def test_a_second_request_for_an_order_is_stopped_whichever_way_the_first_went(fresh, first, second):
    asked, again = first(fresh, ASKS), second(fresh, "Do you have a minute to review the lamp?\n")
    assert (asked.state, asked.verdict.review_request, rules_of(asked)) == ("relayed", True, [])
    assert (again.state, rules_of(again), len(copies())) == ("blocked", [("one-review-request", "block")], 1)
    assert [one.rule for one in second(fresh, "The bulb is in the box.\n").findings.all()] == []


@pytest.mark.usefixtures("book")
def test_two_requests_that_are_worked_in_one_batch_are_two(fresh):
    rows = [spool(fresh.buyer_alias, mail(f"Ben <{BEN}>", text=f"{ASKS}{n}\n"), reverse_path=BEN) for n in range(2)]
    assert work() == 2
    assert [message_of(row).state for row in rows] == ["relayed", "blocked"]


@pytest.mark.usefixtures("book")
def test_a_request_that_never_went_out_does_not_count(fresh):
    blocked = writes(fresh, "If you are happy, please leave a review.\n")
    assert (blocked.state, blocked.verdict.review_request) == ("blocked", True)
    assert writes(fresh, ASKS).state == "relayed"


@pytest.mark.usefixtures("book")
def test_a_request_about_another_order_of_the_same_buyer_is_the_first_of_its_own(fresh):
    other = place(fresh.buyer, fresh.seller, "7732")
    other.placed_at = timezone.now()
    other.save()
    theirs = open_conversation(other).aliases.get(participant=fresh.buyer)
    assert writes(fresh, ASKS).state == "relayed"
    row = deliver(theirs, mail(f"Ben <{BEN}>", text=ASKS), reverse_path=BEN)
    assert message_of(row).state == "relayed"


def test_a_request_from_before_a_pack_was_chosen_counts(fresh, book):
    book("")
    first = writes(fresh, ASKS)
    assert (first.state, first.verdict.review_request) == ("relayed", None)
    book("amazon-2018-10")
    assert rules_of(writes(fresh, ASKS)) == [("one-review-request", "block")]


@pytest.mark.usefixtures("book")
def test_the_author_is_told_in_their_language_with_the_clause_and_how_to_mend_it(fresh):
    fresh.seller.locale = "de"
    fresh.seller.save()
    writes(fresh, ASKS)
    writes(fresh, "Please review the lamp.\n")
    (notice,) = notices()
    words = " ".join(text_of(notice).split())
    assert ("- Für diese Bestellung wurde schon um eine Bewertung gebeten; hier wird es wieder getan. ") in words
    assert "Nehmen Sie die Bitte heraus: Je Bestellung ist nur eine erlaubt. Rule one-review-request: " in words


def test_what_nothing_stored_tells_of_is_not_checked_and_is_shown(fresh, book):
    book("amazon-2025-04")
    message = writes(fresh, f"Your order {fresh.order.number} has left our house this morning.\n")
    assert (message.state, rules_of(message)) == ("relayed", [])
    unchecked = {rule for rule, _ in message.verdict.not_checked}
    assert "buyer-opted-out" in unchecked
    assert unchecked.isdisjoint({
        "one-review-request", "message-window", "daily-cap", "sender-not-authorised", "recipient-not-customer",
        "order-frequency", "order-id-wrong", "wrong-thread", "order-id-missing",
    })  # fmt: skip


def test_more_unanswered_messages_than_may_be_are_told_and_go_on(fresh, book):
    book("amazon-2025-04")
    for number in range(4):
        assert rules_of(writes(fresh, f"Your order 7731 is parcel {number} of five.\n")) == []
    fifth = writes(fresh, "Your order 7731 is parcel five of five.\n")
    assert (fifth.state, rules_of(fifth)) == ("relayed", [("order-frequency", "warn")])
    (notice,) = notices()
    assert text_of(notice).startswith("About order 7731\n\nYour message was passed on. The next time, mind this:\n\n- ")


def test_the_number_of_another_order_of_the_buyer_is_no_stranger(fresh, book):
    book("house-overlay")
    fresh.order.number = "902-5550101-0000042"
    fresh.order.save()
    place(fresh.buyer, fresh.seller, "902-5550101-0000043")
    both = "Your orders 902-5550101-0000042 and 902-5550101-0000043 travel together.\n"
    assert rules_of(writes(fresh, both)) == []
    foreign = "Your orders 902-5550101-0000042 and 902-5550199-0000077 travel together.\n"
    assert [rule for rule, _ in rules_of(writes(fresh, foreign))] == ["order-id-wrong"]


def test_a_link_to_what_was_bought_is_told_from_one_to_something_else(fresh, book):
    book("amazon-2018-10")
    Product.objects.update(asin="B0LAMP0001")
    bought = "https://www.amazon.com/review/create-review?asin=B0LAMP0001"
    assert rules_of(writes(fresh, f"Please leave a review: {bought}\n")) == []


@pytest.mark.usefixtures("book")
def test_the_words_of_a_text_file_are_judged_too(fresh):
    note = File("note.txt", b"If you are happy, please leave a review.\n", "text/plain")
    message = writes(fresh, "See the note.\n", files=[note])
    assert told(message) == [("happy-only", "note.txt", "block")]


@pytest.mark.usefixtures("book")
def test_an_appointment_is_not_taken_for_a_way_around_the_service(fresh):
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//shop//EN", "BEGIN:VEVENT", "UID:1@shop.example",
        "DTSTAMP:20260301T100000Z", "DTSTART:20260305T100000Z", "SUMMARY:Delivery of the lamp",
        f"ORGANIZER:mailto:{BEN}", "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    visit = File("delivery.ics", "\r\n".join(lines).encode(), "text/calendar")
    message = writes(fresh, "We deliver it on Thursday.\n", files=[visit])
    assert (message.state, rules_of(message), [one.refused for one in message.attachments.all()]) == (
        "relayed", [], [""],
    )  # fmt: skip


@pytest.mark.usefixtures("book")
def test_what_was_decided_is_read_at_a_terminal_with_the_pack_and_its_version(fresh):
    def shown(*more):
        return CliRunner().invoke(evenhand, ["messages", "--order", "7731", *more]).stdout

    writes(fresh, ASKS)
    types(fresh, "Do you have a minute to review the lamp?\n")
    first, second = Verdict.objects.order_by("message__sent_at")
    assert (first.book, first.book[:23]) == (second.book, "house 1, amazon-2018-10")
    assert f"    Verdict: deliver by {first.book}, asks for a review\n" in shown()
    assert f"    Verdict: block by {second.book}, asks for a review\n    - one-review-request in text: " in shown()
    told = json.loads(shown("--json"))["messages"]
    assert [one["verdict"]["review_request"] for one in told] == [True, True]
