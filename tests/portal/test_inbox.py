"""The inbox: what its rows say, how it is narrowed, and that a page costs the same however much there is."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evenhand.conversations.actions import open_conversation
from evenhand.conversations.models import Conversation, ReadMark
from evenhand.participants.models import Member, Role
from evenhand.portal.access import Viewer
from evenhand.portal.inbox import Tab, _branches, _narrowed
from evenhand.portal.paging import PAGE
from evenhand.relay.models import Hold, Inbound
from tests.cast import person, place


def names(browser, query=""):
    html = browser.get(reverse("inbox") + query).content.decode()
    return re.findall(r'<span class="row__name">.*?<bdi>(.*?)</bdi>', html)


@pytest.fixture
def crowd(cast, say):
    """Make buyers who each asked ben something, the first most recently."""

    def gather(count, start=0):
        for number in range(start, start + count):
            _, buyer = person(f"b{number}@mail.example", Role.BUYER, f"Buyer {number:03}")
            conversation = open_conversation(place(buyer, cast.seller, f"{9000 + number}"))
            say(conversation, buyer, f"Question {number}", ago=timedelta(hours=2 + number))

    return gather


def test_a_row_says_who_about_what_and_what_was_said_last(cast, browsers, say):
    say(cast.conversation, cast.buyer, "Does it\n  come with a bulb?")
    html = browsers["ben"].get(reverse("inbox")).content.decode()
    assert re.search(r'row__name">.*?<bdi>(.*?)</bdi>', html)[1] == "Ada"
    assert re.search(r'row__order">.*?7731</span><bdi>(.*?)</bdi>', html)[1] == "Brass desk lamp"
    assert re.search(r'row__excerpt"><bdi>(.*?)</bdi>', html)[1] == "Does it come with a bulb?"


def test_a_row_says_so_when_the_viewer_spoke_last(cast, browsers, say):
    say(cast.conversation, cast.buyer, "Thank you")
    html = browsers["ada"].get(reverse("inbox")).content.decode()
    assert "<bdi>You</bdi>: <bdi>Thank you</bdi>" in html


def test_a_conversation_without_words_is_listed_as_such(browsers, cast):
    assert "Nothing written yet" in browsers["ben"].get(reverse("inbox")).content.decode()


def test_a_row_is_unread_until_its_reader_has_marked_it(cast, browsers, say):
    message = say(cast.conversation, cast.buyer, "Hello")
    assert b"row--unread" in browsers["ben"].get(reverse("inbox")).content
    assert b"row--unread" not in browsers["ada"].get(reverse("inbox")).content
    ReadMark.objects.create(user=cast.ben, conversation=cast.conversation, read_at=message.sent_at)
    assert b"row--unread" not in browsers["ben"].get(reverse("inbox")).content


def test_a_held_message_puts_a_chip_on_its_authors_row_only(cast, browsers, say):
    message = say(cast.conversation, cast.buyer, "You crook", state="held")
    now = timezone.now()
    inbound = Inbound.objects.create(
        alias=cast.seller_alias, origin="portal", author=cast.buyer, digest=b"1", sha256=b"1", size=1,
        received_at=now, due_at=now, state="held",
    )  # fmt: skip
    Hold.objects.create(
        inbound=inbound, conversation=cast.conversation, message=message, reason="policy", public="its tone"
    )
    chips = {who: b"Held for review" in browsers[who].get(reverse("inbox")).content for who in ("ada", "ben", "olga")}
    assert chips == {"ada": True, "ben": False, "olga": True}


def test_a_lost_message_puts_a_chip_on_its_authors_row_only(cast, browsers, say, deliver):
    deliver(say(cast.conversation, cast.seller, "On its way"), "failed", status="5.1.1")
    chips = {who: b"Not delivered" in browsers[who].get(reverse("inbox")).content for who in ("ada", "ben", "olga")}
    assert chips == {"ada": False, "ben": True, "olga": True}


def test_the_tabs_narrow_the_list_to_what_waits_for_the_viewer(cast, browsers, crowd, say):
    crowd(3)
    second = Conversation.objects.get(order__number="9001")
    say(second, cast.seller, "An answer", ago=timedelta(minutes=5))
    third = Conversation.objects.get(order__number="9002")
    ReadMark.objects.create(user=cast.ben, conversation=third, read_at=timezone.now())
    ben = browsers["ben"]
    assert names(ben) == ["Buyer 001", "Buyer 000", "Buyer 002", "Ada"]
    assert names(ben, "?show=reply") == ["Buyer 000", "Buyer 002"]
    assert names(ben, "?show=unread") == ["Buyer 000"]
    third.closed_at = timezone.now()
    third.save()
    assert names(ben, "?show=reply") == ["Buyer 000"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("9001", ["Buyer 001"]),
        ("%239001", ["Buyer 001"]),
        ("900", ["Buyer 000", "Buyer 001", "Buyer 002"]),
        ("bUYER+002", ["Buyer 002"]),
        ("ada", ["Ada"]),
        ("nobody", []),
        ("%25", []),
    ],
)
def test_a_search_finds_order_numbers_and_names(browsers, crowd, words, found):
    crowd(3)
    assert names(browsers["ben"], f"?q={words}") == found


def test_a_search_does_not_reach_into_another_shop(browsers, crowd):
    crowd(3)
    assert names(browsers["cyn"], "?q=9001") == []


def test_the_operator_sees_every_conversation_with_both_names(browsers, cast):
    assert names(browsers["olga"]) == ["Ada · Ben&#x27;s Lamps"]


def test_pages_follow_each_other_without_gap_or_repeat(browsers, cast, crowd):
    crowd(PAGE + 5)
    # A moment shared by many is where an order by time alone would lose rows.
    Conversation.objects.filter(order__number__gte="9000").update(last_at=timezone.now())
    ben, query, seen = browsers["ben"], "", []
    for _ in range(2):
        seen.append(names(ben, query))
        older = re.search(r'rel="next" href="/(.*?)"', ben.get(reverse("inbox") + query).content.decode())
        query = older[1] if older else None
    assert query is None
    assert [len(page) for page in seen] == [PAGE, 6]
    assert sorted(seen[0] + seen[1]) == sorted([*(f"Buyer {n:03}" for n in range(PAGE + 5)), "Ada"])


def test_a_mangled_place_shows_the_first_page(browsers, cast):
    for place_ in ("x", "-", "99999999999999999999999-00", "1-1"):
        assert names(browsers["ben"], f"?after={place_}") == ["Ada"]


@pytest.mark.parametrize("who", ["ben", "olga"])
def test_a_page_costs_as_many_queries_with_thirty_rows_as_with_one(browsers, cast, crowd, say, deliver, who):
    deliver(say(cast.conversation, cast.seller, "Hello"), "failed")

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browsers[who].get(reverse("inbox")).status_code == 200
        return len(queries)

    one = cost()
    crowd(40)
    assert cost() == one


@pytest.mark.parametrize("tab", [Tab.ALL, Tab.REPLY, Tab.UNREAD])
def test_a_page_is_read_off_an_index_and_never_sorted(cast, tab):
    """With an index in the order of the page, a million conversations cost what thirty do."""
    viewer = Viewer(cast.ben, (cast.seller,))
    ((branch, counterpart),) = _branches(viewer)
    rows = _narrowed(branch, viewer, counterpart, tab, "").order_by("-last_at", "-id")[: PAGE + 1]
    with connection.cursor() as cursor:
        # A table of one row is scanned whole; asked what it would do otherwise, the planner tells its plan for many.
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    plan = rows.explain()
    assert "conversation_of_seller" in plan
    assert "Sort" not in plan


def test_someone_who_buys_and_sells_sees_both_in_one_list(cast, browsers, say):
    _, other = person("eve@mail.example", Role.BUYER, "Eve")
    Member.objects.create(user=cast.ada, participant=cast.rival)
    sold = open_conversation(place(other, cast.rival, "5555"))
    say(sold, other, "Is it blue?", ago=timedelta(minutes=1))
    say(cast.conversation, cast.seller, "Hello", ago=timedelta(minutes=2))
    assert names(browsers["ada"]) == ["Eve", "Ben&#x27;s Lamps"]
