"""The page of a conversation: what it shows of messages, how far they came, and what it must never show."""

import base64
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evenhand.conversations.models import Finding, ReadMark
from evenhand.portal.paging import PAGE
from evenhand.relay.models import Hold, Inbound

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'"


def page(browsers, who, cast, query=""):
    return browsers[who].get(reverse("conversation", args=[cast.conversation.id]) + query).content.decode()


def texts(html):
    return re.findall(r'<p class="said__text" dir="auto">(.*?)</p>', html, re.DOTALL)


def progress(html):
    found = re.findall(r'<p class="progress.*?>(.*?)</p>', html, re.DOTALL)
    return [" ".join(re.sub(r"<.*?>", "", one).split()) for one in found]


def test_messages_stand_oldest_first_with_author_and_way(cast, browsers, say):
    say(cast.conversation, cast.seller, "Second", ago=timedelta(minutes=5))
    say(cast.conversation, cast.buyer, "First", ago=timedelta(minutes=9))
    html = page(browsers, "ada", cast)
    assert texts(html) == ["First", "Second"]
    assert re.findall(r'said__author">(.*?)</strong>', html) == ["You", "<bdi>Ben&#x27;s Lamps</bdi>"]
    assert html.count("on the web, <time") == 2


def test_the_order_stands_beside_the_messages(cast, browsers):
    html = page(browsers, "ben", cast)
    facts = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html)
    assert [(name, re.sub(r"<.*?>", "", value)) for name, value in facts] == [
        ("Status", "Delivered"),
        ("Placed", "1 Mar 2026"),
        ("Shipped", "2 Mar 2026"),
        ("Delivered", "4 Mar 2026"),
        ("Buyer", "Ada"),
        ("Seller", "Ben&#x27;s Lamps"),
    ]
    assert "1 ×</span> <span><bdi>Brass desk lamp</bdi>" in html


def test_each_side_is_told_the_alias_of_the_other(cast, browsers):
    told = {who: re.findall(r'id="alias">(.*?)</a>', page(browsers, who, cast)) for who in ("ada", "ben", "olga")}
    assert told == {"ada": [str(cast.seller_alias)], "ben": [str(cast.buyer_alias)], "olga": []}


@pytest.mark.parametrize("end", ["retired_at", "blocked_at", "not_after"])
def test_an_alias_that_takes_no_mail_is_not_told(cast, browsers, end):
    setattr(cast.seller_alias, end, timezone.now() - timedelta(minutes=1))
    cast.seller_alias.save()
    assert str(cast.seller_alias) not in page(browsers, "ada", cast)


@pytest.mark.parametrize(
    ("state", "fields", "words"),
    [
        ("queued", {}, "On its way to the recipient’s mail server"),
        ("sending", {}, "On its way to the recipient’s mail server"),
        ("sent", {"ended_at": timedelta(seconds=2)}, "Delivered to the recipient’s mail server, 14:02 UTC"),
        ("deferred", {}, "Waiting: will be tried again at 14:02 UTC"),
        (
            "failed",
            {"status": "5.1.1"},
            "Could not be delivered: the mailbox does not exist. It can still be read here.",
        ),
        (
            "failed",
            {"status": ""},
            "Could not be delivered: the mail server did not take it. It can still be read here.",
        ),
    ],
)
def test_an_author_is_told_how_far_the_copy_has_come(cast, browsers, say, deliver, state, fields, words):
    message = say(cast.conversation, cast.buyer, "Hello")
    message.sent_at = datetime(2026, 3, 5, 14, 2, tzinfo=UTC)
    message.save()
    ended = {name: message.sent_at + value if name == "ended_at" else value for name, value in fields.items()}
    deliver(message, state, **ended)
    assert progress(page(browsers, "ada", cast)) == [words]
    assert progress(page(browsers, "olga", cast)) == [words]


def test_a_message_without_a_copy_is_shown_here(cast, browsers, say):
    say(cast.conversation, cast.buyer, "Hello")
    assert progress(page(browsers, "ada", cast)) == ["Shown to the recipient here"]


def test_a_reader_hears_of_the_copy_only_when_it_was_lost(cast, browsers, say, deliver):
    deliver(say(cast.conversation, cast.seller, "One"), "sent")
    deliver(say(cast.conversation, cast.seller, "Two"), "failed", status="5.2.2")
    assert progress(page(browsers, "ada", cast)) == [
        "The copy to your mailbox could not be delivered: the mailbox is full"
    ]


def test_a_message_on_its_way_asks_again_by_itself_and_a_delivered_one_does_not(cast, browsers, say, deliver):
    moving = deliver(say(cast.conversation, cast.buyer, "Hello"), "queued")
    address = reverse("progress", args=[moving.message_id])
    assert f'hx-get="{address}"' in page(browsers, "ada", cast)
    moving.state, moving.ended_at = "sent", timezone.now()
    moving.save()
    answer = browsers["ada"].get(address).content.decode()
    assert "hx-get" not in answer
    assert progress(answer)[0].startswith("Delivered")


def test_a_blocked_message_says_why_and_what_helps(cast, browsers, say):
    message = say(cast.conversation, cast.buyer, "Ring me", state="blocked", reason="it breaks a house rule")
    Finding.objects.create(
        message=message, rule="off-channel-contact", clause="Guideline 2.3", part="text", excerpt="Ring me",
        reason="A number leads away.", fix="Leave it out.", action="block",
    )  # fmt: skip
    html = page(browsers, "ada", cast)
    assert progress(html) == ["Not sent: it breaks a house rule"]
    found = html[html.index('<ul class="findings"') :]
    found = found[: found.index("</ul>")]
    assert re.sub(r"\s*<.*?>\s*", "|", found).replace("||", "|").split("|")[1:] != []
    assert [one for one in re.sub(r"<.*?>", "\n", found).split("\n") if one.strip()] == [
        "A number leads away.",
        "In the text",
        "Ring me",
        "What helps: Leave it out.",
        "Rule: Guideline 2.3",
    ]


def spool(cast, author, state="held"):
    now = timezone.now()
    return Inbound.objects.create(
        alias=cast.seller_alias, origin="mail", author=author, digest=b"1", sha256=b"1", size=1,
        received_at=now, due_at=now, state=state,
    )  # fmt: skip


def test_a_held_message_says_for_what(cast, browsers, say):
    message = say(cast.conversation, cast.buyer, "You crook", state="held")
    Hold.objects.create(
        inbound=spool(cast, cast.buyer), conversation=cast.conversation, message=message, reason="policy",
        public="a person reads it first", private="tone 0.91",
    )  # fmt: skip
    html = page(browsers, "ada", cast)
    assert progress(html) == ["Held for review: a person reads it first"]
    assert "tone 0.91" not in html
    assert "underway" not in html


def test_what_is_not_a_message_yet_is_announced_to_its_author(cast, browsers):
    spool(cast, cast.buyer, "working")
    seen = {who: "A message is being sent." in page(browsers, who, cast) for who in ("ada", "ben", "olga")}
    assert seen == {"ada": True, "ben": False, "olga": True}


def test_a_mail_held_before_it_became_a_message_is_announced_to_its_author(cast, browsers):
    Hold.objects.create(
        inbound=spool(cast, cast.buyer), conversation=cast.conversation, reason="unreadable", public="it is encrypted"
    )
    words = "A message is held for review: it is encrypted"
    seen = {who: words in page(browsers, who, cast) for who in ("ada", "ben", "olga")}
    assert seen == {"ada": True, "ben": False, "olga": True}


def test_quoted_text_is_folded_and_formatting_is_framed(cast, browsers, say):
    message = say(cast.conversation, cast.buyer, "Yes", quoted="> Is it?", html="<b>Yes</b>")
    html = page(browsers, "ben", cast)
    assert '<blockquote class="said__text said__quoted" dir="auto">&gt; Is it?</blockquote>' in html
    assert f'sandbox loading="lazy" src="{reverse("body", args=[message.id])}"' in html
    assert "<b>Yes</b>" not in html


def test_l66_the_formatting_is_a_page_that_can_do_nothing(cast, browsers, say):
    message = say(cast.conversation, cast.buyer, "Yes", html="<b>Yes</b>")
    response = browsers["ben"].get(reverse("body", args=[message.id]))
    assert "<b>Yes</b>" in response.content.decode()
    assert response["Content-Security-Policy"] == (
        "default-src 'none'; img-src data:; style-src 'self'; frame-ancestors 'self'; sandbox"
    )
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_a_message_without_formatting_has_no_such_page(cast, browsers, say):
    message = say(cast.conversation, cast.buyer, "Yes")
    assert browsers["ben"].get(reverse("body", args=[message.id])).status_code == 404


def test_earlier_messages_come_a_page_at_a_time(cast, browsers, say):
    for number in range(PAGE + 4):
        say(cast.conversation, cast.buyer, f"Line {number}", ago=timedelta(minutes=number))
    # Two of one moment at the fold: the id decides, and neither is lost.
    html = page(browsers, "ben", cast)
    assert texts(html) == [f"Line {number}" for number in reversed(range(PAGE))]
    query = re.search(r'href="[^"]*(\?before=.*?)"', html)[1]
    earlier = page(browsers, "ben", cast, query)
    assert texts(earlier) == [f"Line {number}" for number in reversed(range(PAGE, PAGE + 4))]
    assert "To the latest messages" in earlier
    part = (
        browsers["ben"]
        .get(reverse("conversation", args=[cast.conversation.id]) + query, headers={"HX-Request": "true"})
        .content.decode()
    )
    assert texts(part) == texts(earlier)
    assert "<html" not in part


def test_a_page_costs_as_many_queries_with_thirty_messages_as_with_one(cast, browsers, say, deliver, attach):
    def message(number):
        said = say(cast.conversation, cast.buyer, "Hello", ago=timedelta(minutes=number))
        deliver(said, "sent")
        attach(said)
        Finding.objects.create(message=said, rule="r", part="text", reason="x", action="warn")

    def cost():
        with CaptureQueriesContext(connection) as queries:
            page(browsers, "ada", cast)
        return len(queries)

    message(1)
    one = cost()
    for number in range(2, 40):
        message(number)
    assert cost() == one


def test_no_page_gives_away_the_address_of_the_counterpart(cast, browsers, say, attach, deliver):
    secret, shop = "ben@shop.example", "shop.example"
    cast.seller.name = f"Ben ({secret})"
    cast.seller.save()
    cast.conversation.subject = f"Re: your mail to {secret}"
    message = say(
        cast.conversation, cast.seller, f"Write to {secret} or BEN@Shop.Example", quoted=f"> From: {secret}",
        html=f'<a href="mailto:{secret}">{secret}</a>',
    )  # fmt: skip
    file = attach(message, name=f"{secret}.pdf")
    deliver(message, "sent")
    answer = deliver(say(cast.conversation, cast.buyer, "Thank you"), "failed", status="5.1.1")
    assert answer.address == secret
    # Ben himself sees all of it, so there is something that could leak.
    assert secret in page(browsers, "ben", cast)
    assert secret in browsers["ben"].get(reverse("body", args=[message.id])).content.decode()
    for address in (
        reverse("inbox"),
        reverse("inbox") + "?q=Ben",
        reverse("conversation", args=[cast.conversation.id]),
        reverse("body", args=[message.id]),
        reverse("progress", args=[message.id]),
        reverse("progress", args=[answer.message_id]),
        reverse("attachment", args=[file.id]),
    ):
        response = browsers["ada"].get(address)
        assert response.status_code == 200
        seen = response.content.decode(errors="replace") + str(response.headers)
        assert shop not in seen.lower(), address


def test_no_page_shows_the_address_of_the_counterpart_in_base64(cast, browsers, say):
    packed = base64.b64encode(b"write to ben@shop.example").decode()
    message = say(
        cast.conversation, cast.seller, f"Look:\n{packed}", quoted=f"> {packed}", html=f"<p>Look:</p><p>{packed}</p>"
    )
    pages = (
        reverse("inbox"),
        reverse("conversation", args=[cast.conversation.id]),
        reverse("body", args=[message.id]),
    )
    for address in pages:
        seen = {name: browsers[name].get(address).content.decode() for name in ("ada", "ben")}
        assert (packed in seen["ben"], packed in seen["ada"]) == (True, False), address
        assert "[address removed]" in seen["ada"]


def test_hostile_words_stay_words(cast, browsers, say, attach):
    cast.buyer.name = HOSTILE
    cast.buyer.save()
    cast.conversation.subject = HOSTILE
    message = say(cast.conversation, cast.buyer, HOSTILE, quoted=HOSTILE, state="relayed", reason=HOSTILE)
    attach(message, name=HOSTILE, refused=HOSTILE)
    Finding.objects.create(
        message=message, rule=HOSTILE[:60], clause=HOSTILE, part="text", excerpt=HOSTILE, reason=HOSTILE, fix=HOSTILE,
        action="warn",
    )  # fmt: skip
    for who in ("ada", "ben", "olga"):
        for html in (page(browsers, who, cast), browsers[who].get(reverse("inbox")).content.decode()):
            assert "&lt;script&gt;alert(1)" in html
            assert "<script>alert" not in html
            assert "<img src=x" not in html


def test_looking_at_a_page_marks_nothing_as_read_but_the_page_asks_to(cast, browsers, say):
    message = say(cast.conversation, cast.buyer, "Hello")
    html = page(browsers, "ben", cast)
    assert ReadMark.objects.count() == 0
    until = re.search(r'name="until" value="(.*?)"', html)[1]
    sent = browsers["ben"].post(
        reverse("mark_read", args=[cast.conversation.id]), {"until": until}, headers={"HX-Request": "true"}
    )
    assert sent.status_code == 204
    assert ReadMark.objects.get(user=cast.ben).read_at == message.sent_at


def test_a_read_mark_never_moves_back_nor_into_the_future(cast, browsers):
    def mark(until):
        browsers["ben"].post(reverse("mark_read", args=[cast.conversation.id]), {"until": until})
        return ReadMark.objects.get(user=cast.ben).read_at

    later = datetime(2026, 3, 2, tzinfo=UTC)
    assert mark(later.isoformat()) == later
    assert mark("2026-03-01T00:00:00+00:00") == later
    assert mark("9999-01-01T00:00:00+00:00") <= timezone.now()


@pytest.mark.parametrize("until", ["", "yesterday", "2026-03-01", "2026-13-01T00:00:00+00:00", "2026-03-01T00:00:00"])
def test_a_read_mark_without_a_moment_is_refused(cast, browsers, until):
    sent = browsers["ben"].post(reverse("mark_read", args=[cast.conversation.id]), {"until": until})
    assert sent.status_code == 404
    assert ReadMark.objects.count() == 0


def test_a_closed_conversation_can_be_read_but_has_no_form(cast, browsers, say):
    say(cast.conversation, cast.buyer, "Hello")
    cast.conversation.closed_at = timezone.now()
    cast.conversation.save()
    html = page(browsers, "ada", cast)
    assert texts(html) == ["Hello"]
    assert "<textarea" not in html
    assert "This conversation is closed." in html
    assert str(cast.seller_alias) not in html


AWAY = "may be away: an automatic reply came"


def test_l32_an_automatic_reply_shows_that_its_author_is_away_and_nothing_of_its_text(cast, browsers, say):
    say(cast.conversation, cast.seller, "Yes, it is in stock.", ago=timedelta(hours=3))
    say(
        cast.conversation, cast.seller, "I am away. Call my deputy Dana.", ago=timedelta(hours=2), state="away",
        reason="it is an automatic reply",
    )  # fmt: skip
    seen = {who: page_of(browsers[who], cast.conversation) for who in ("ada", "ben", "olga")}
    assert {who: (AWAY in page, "Dana" in page) for who, page in seen.items()} == {
        "ada": (True, False), "ben": (False, True), "olga": (False, True),
    }  # fmt: skip
    assert "Away: an automatic reply, kept on record, not passed on and not counted as an answer" in seen["ben"]
    cast.conversation.refresh_from_db()
    assert (cast.conversation.message_count, cast.conversation.last_excerpt) == (1, "Yes, it is in stock.")


def test_who_has_written_since_is_away_no_longer(cast, browsers, say):
    say(cast.conversation, cast.seller, "I am away.", ago=timedelta(hours=2), state="away")
    say(cast.conversation, cast.seller, "Back again.", ago=timedelta(hours=1))
    assert AWAY not in page_of(browsers["ada"], cast.conversation)


def page_of(browser, conversation):
    return browser.get(f"/conversations/{conversation.id}/").content.decode()
