"""A mail's whole journey: what the other side receives is a new mail, and nothing in it names the author's mailbox."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from evenhand.conversations.models import Conversation, Message
from evenhand.mail.quotes import MARKER
from evenhand.relay.models import Delivery
from tests.relay.post import (
    ADA,
    BEN,
    JPEG,
    PDF,
    File,
    copies,
    deliver,
    files_of,
    finished,
    html_of,
    mail,
    message_of,
    opened,
    spool,
    text_of,
    told,
    work,
)  # fmt: skip

FOOTER = (
    f"{MARKER}\nSent through Market. Answer to this address only; neither side is shown the other's own.\n"
)  # fmt: skip


@pytest.fixture
def directions(cast):
    """Each way a mail may go: alias written to, who writes, from where, and the alias they are known by."""
    return {
        "to the seller": (cast.seller_alias, cast.buyer, f"Ada Lovelace <{ADA}>", cast.buyer_alias, BEN, "Ada", "Ben's Lamps"),
        "to the buyer": (cast.buyer_alias, cast.seller, f"Ben <{BEN}>", cast.seller_alias, ADA, "Ben's Lamps", "Ada"),
    }  # fmt: skip


@pytest.mark.parametrize("way", ["to the seller", "to the buyer"])
def test_a_mail_goes_from_alias_to_alias(directions, way):
    reached, author, sender, own, mailbox, from_name, to_name = directions[way]
    row = deliver(reached, mail(sender, str(reached), "Does it come with a bulb?\n"), reverse_path=sender)
    message = message_of(row)
    (copy,) = copies()
    read = opened(copy)
    assert (row.state, row.outcome, message.state, message.author, message.text) == (
        "done", "relayed", "relayed", author, "Does it come with a bulb?",
    )  # fmt: skip
    assert (copy.address, copy.message, copy.recipient_id, copy.state, copy.attempts) == (
        mailbox, message, reached.participant_id, "queued", 0,
    )  # fmt: skip
    assert (read["From"], read["To"], read["Subject"]) == (
        f"{from_name} <{own}>", f"{to_name} <{reached}>", "Lamp",
    )  # fmt: skip
    assert text_of(copy) == "Does it come with a bulb?\n\n" + FOOTER


def test_neither_mailbox_stands_in_the_bytes_that_leave(cast):
    raw = mail(to=str(cast.seller_alias), msgid="A1@laptop.home.example", text="From me\n")
    deliver(cast.seller_alias, raw, helo="laptop.home.example", peer="198.51.100.7")
    (copy,) = copies()
    for secret in (b"home.example", b"shop.example", b"A1@", b"198.51.100.7"):
        assert (secret in raw + b"198.51.100.7" + BEN.encode(), secret in finished(copy)) == (True, False)


def test_the_header_holds_the_listed_fields_and_no_other(cast):
    first = deliver(cast.seller_alias, mail(msgid="A1@home.example"))
    known = copies()[0].msgid
    deliver(cast.buyer_alias, mail(f"Ben <{BEN}>", In_Reply_To=f"<{known}>"), reverse_path=BEN)
    carried = mail(
        html="<p>Hello</p>", files=[File("bill.pdf", PDF, "application/pdf")], msgid="A2@home.example",
        References="<A1@home.example>", Cc="eve@elsewhere.example", Sender=f"Ada <{ADA}>",
        Comments="private", Organization="Home", X_Mailer="Pigeon 3", X_Originating_IP="[198.51.100.7]",
        Received="from laptop by mx", Return_Path=f"<{ADA}>", Disposition_Notification_To=ADA, Importance="high",
        List_Unsubscribe=f"<mailto:{ADA}>", Thread_Topic="Lamp", Autocrypt=f"addr={ADA}; keydata=AAAA",
        Authentication_Results="mx; spf=pass", DKIM_Signature="v=1; d=home.example", Content_Language="de",
        X_Auto_Response_Suppress="All", Resent_From=ADA, Keywords="lamp", Sensitivity="personal",
    )  # fmt: skip
    deliver(cast.seller_alias, carried)
    last = opened(copies()[-1])
    assert message_of(first) is not None
    # Signed where there is a key.
    assert sorted(name for name in last.keys() if name != "DKIM-Signature") == sorted(  # noqa: SIM118  a mail is no dict
        [
            "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "X-Auto-Response-Suppress",
            "X-Evenhand-Trace", "MIME-Version", "Content-Type",
        ]
    )  # fmt: skip
    assert last["X-Auto-Response-Suppress"] == "DR, RN, NRN"
    assert sorted({name for part in last.walk() for name in part.keys()} - set(last.keys())) == [  # noqa: SIM118
        "Content-Disposition",
        "Content-Transfer-Encoding",
    ]


def test_the_date_is_of_now_and_tells_no_time_zone(cast):
    deliver(cast.seller_alias, mail(date="Tue, 03 Mar 2026 09:30:00 +0545"))
    date = opened(copies()[0])["Date"]
    assert str(date).endswith(" +0000")
    assert abs(parsedate_to_datetime(str(date)) - datetime.now(UTC)) < timedelta(minutes=1)


def test_message_id_and_reverse_path_are_minted_for_each_copy(cast):
    for number in range(2):
        deliver(cast.seller_alias, mail(msgid=f"A{number}@home.example"))
    one, other = copies()
    assert (opened(one)["Message-ID"], opened(other)["Message-ID"]) == (f"<{one.msgid}>", f"<{other.msgid}>")
    for copy in (one, other):
        assert re.fullmatch(r"[a-z2-7]{26}@m\.market\.example", copy.msgid)
        assert re.fullmatch(r"b-[a-z2-7]{42}@m\.market\.example", copy.return_path)
    assert len({one.msgid, other.msgid}) == len({one.return_path, other.return_path}) == 2


def test_what_is_quoted_below_stays_in_the_record_and_does_not_travel_again(cast):
    quote = f"On 2 March 2026, Ben's Lamps <{cast.seller_alias}> wrote:\n> It ships on Monday.\n> Yours, Ben\n"
    row = deliver(cast.seller_alias, mail(text=f"Thank you!\n\n{quote}"))
    message = message_of(row)
    assert (message.text, message.quoted) == ("Thank you!", quote.rstrip("\n"))
    assert text_of(copies()[0]) == "Thank you!\n\n" + FOOTER


def test_a_mail_that_is_one_quote_is_meant_as_it_stands(cast):
    quote = f"On 2 March 2026, Ben's Lamps <{cast.seller_alias}> wrote:\n> It ships on Monday.\n"
    message = message_of(deliver(cast.seller_alias, mail(text=quote)))
    assert (message.text, message.quoted) == (quote.rstrip("\n"), "")


def test_our_own_footer_does_not_pile_up(cast):
    deliver(cast.seller_alias, mail())
    received = text_of(copies()[0])
    quoted = "".join(f"> {line}\n" for line in received.splitlines())
    answer = f"It does.\n\nOn Tue, 3 Mar 2026, Ada <{cast.buyer_alias}> wrote:\n{quoted}"
    deliver(cast.buyer_alias, mail(f"Ben <{BEN}>", text=answer), reverse_path=BEN)
    assert text_of(copies()[1]) == "It does.\n\n" + FOOTER


def test_an_address_in_subject_text_and_html_is_taken_out_and_told(cast):
    raw = mail(
        subject=f"Write to {ADA}", text=f"or to {ADA} directly\n",
        html=f'<p>or to <a href="http://home.example/x">{ADA}</a> directly</p>',
    )  # fmt: skip
    message = message_of(deliver(cast.seller_alias, raw))
    (copy,) = copies()
    assert opened(copy)["Subject"] == "Write to [address removed]"
    assert text_of(copy) == "or to [address removed] directly\n\n" + FOOTER
    assert html_of(copy).startswith('<p>or to <a rel="noopener noreferrer nofollow">[address removed]</a> directly</p>')
    assert b"home.example" not in finished(copy)
    assert told(message) == [("masked-address", "subject", "fix"), ("masked-address", "text", "fix")]
    assert message.text == f"or to {ADA} directly"


def test_an_address_in_the_html_alone_is_told_too(cast):
    raw = mail(text="See my page\n", html='<p>See <a href="http://home.example/">my page</a></p>')
    message = message_of(deliver(cast.seller_alias, raw))
    assert b"home.example" not in finished(copies()[0])
    assert html_of(copies()[0]).startswith('<p>See <a rel="noopener noreferrer nofollow">my page</a></p>')
    assert told(message) == [("masked-address", "html", "fix")]


def test_html_is_made_harmless_before_it_travels(cast):
    raw = mail(
        text="Hello\n",
        html='<p onclick="x()" style="a" class="b" id="c">Hello <img src="http://t.example/1.gif"><script>x()</script>'
        '<b>ben</b></p>',
    )  # fmt: skip
    message = message_of(deliver(cast.seller_alias, raw))
    assert message.html == "<p>Hello <b>ben</b></p>"
    assert html_of(copies()[0]).replace("\r\n", "\n").startswith("<p>Hello <b>ben</b></p>\n<p><small>")


def test_a_mail_of_html_alone_is_read_and_sent_as_both(cast):
    raw = (
        f"From: {ADA}\r\nTo: x@y.example\r\nSubject: Lamp\r\nMessage-ID: <h1@home.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/html; charset=utf-8\r\n\r\n<p>Is it <i>brass</i>?</p>\r\n"
    ).encode()
    message = message_of(deliver(cast.seller_alias, raw))
    assert message.text == "Is it brass?"
    assert text_of(copies()[0]) == "Is it brass?\n\n" + FOOTER
    assert html_of(copies()[0]).startswith("<p>Is it <i>brass</i>?</p>")


def test_files_travel_under_names_that_say_only_their_kind(cast):
    files = [File("ada-lovelace-home.jpg", JPEG, "image/jpeg"), File("C:\\ada\\bill.pdf", PDF, "application/pdf")]
    message = message_of(deliver(cast.seller_alias, mail(files=files)))
    (copy,) = copies()
    assert files_of(copy) == [
        ("photo-1.jpg", "image/jpeg", JPEG),
        ("document-2.pdf", "application/pdf", PDF),
    ]
    assert b"lovelace" not in finished(copy)
    assert list(message.attachments.order_by("ordinal").values_list("ordinal", "name", "media_type", "size")) == [
        (1, "ada-lovelace-home.jpg", "image/jpeg", len(JPEG)),
        (2, "bill.pdf", "application/pdf", len(PDF)),
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada Lovelace", "Ada"),
        (ADA, "Buyer"),
        ("home.example", "Buyer"),
        ("Market Support", "Buyer"),
        ('Ada" <eve@elsewhere.example>', "Ada"),
        ("Zoë", "Zoë"),
    ],
)
def test_a_buyer_is_shown_by_a_first_name_that_is_no_address(cast, name, shown):
    cast.buyer.name = name
    cast.buyer.save()
    deliver(cast.seller_alias, mail())
    assert opened(copies()[0])["From"] == f"{shown} <{cast.buyer_alias}>"


def test_the_name_in_from_is_not_the_name_that_is_shown(cast):
    deliver(cast.seller_alias, mail(sender=f'"Market Support" <{ADA}>'))
    assert opened(copies()[0])["From"] == f"Ada <{cast.buyer_alias}>"


def test_the_conversation_remembers_the_last_word(cast):
    deliver(cast.seller_alias, mail(text="first\n"), ago=timedelta(minutes=9))
    deliver(cast.buyer_alias, mail(f"Ben <{BEN}>", text="second,\n\nin two lines\n"), reverse_path=BEN)
    talk = Conversation.objects.get(id=cast.conversation.id)
    latest = Message.objects.latest("sent_at")
    assert (talk.message_count, talk.last_author, talk.last_excerpt, talk.last_at) == (
        2, cast.seller, "second, in two lines", latest.sent_at,
    )  # fmt: skip


def test_what_is_worked_late_does_not_become_the_last_word(cast):
    deliver(cast.seller_alias, mail(text="new\n"), ago=timedelta(minutes=1))
    deliver(cast.seller_alias, mail(text="old\n"), ago=timedelta(minutes=9))
    talk = Conversation.objects.get(id=cast.conversation.id)
    assert (talk.message_count, talk.last_excerpt) == (2, "new")


def test_two_mails_of_one_conversation_in_one_batch_both_count(cast):
    spool(cast.seller_alias, mail(text="one\n"), ago=timedelta(minutes=2))
    spool(cast.buyer_alias, mail(f"Ben <{BEN}>", text="two\n"), reverse_path=BEN, ago=timedelta(minutes=1))
    assert work() == 2
    talk = Conversation.objects.get(id=cast.conversation.id)
    assert (talk.message_count, talk.last_author, talk.last_excerpt) == (2, cast.seller, "two")
    assert [copy.address for copy in copies()] == [BEN, ADA]


def test_a_recipient_without_a_mailbox_reads_it_on_the_page(cast):
    cast.seller.addresses.update(is_primary=False, retired_at=datetime.now(UTC))
    message = message_of(deliver(cast.seller_alias, mail()))
    assert (message.state, Delivery.objects.count()) == ("relayed", 0)


def test_the_house_in_front_may_bear_the_name_above_ours(cast):
    """A mail server before us greets with the domain ours lies under; aliases do not thereby betray anybody."""
    row = deliver(cast.seller_alias, mail(), helo="market.example", peer="203.0.113.5")
    assert (row.state, row.outcome) == ("done", "relayed")


def test_a_greeting_and_a_client_address_are_taken_out_of_the_text(cast):
    raw = mail(text="sent from pigeon.attic.example at 93.184.216.34\n")
    deliver(cast.seller_alias, raw, helo="pigeon.attic.example", peer="93.184.216.34")
    assert text_of(copies()[0]) == "sent from [address removed] at [address removed]\n\n" + FOOTER
