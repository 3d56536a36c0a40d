"""Who may write, and what becomes of mail from those who may not: held or set aside, and hardly ever answered."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from evenhand.conversations.models import Message
from evenhand.relay.models import Delivery, Hold, Inbound, LastNotice
from evenhand.relay.trace import mint_trace, read_trace
from evenhand.relay.work import DNS_PATIENCE, work_spool
from tests.cast import place
from tests.relay.post import (
    ADA,
    BEN,
    CYN,
    AtOnce,
    Silent,
    copies,
    deliver,
    finished,
    mail,
    message_of,
    notices,
    opened,
    spool,
    text_of,
    work,
)
from tests.relay.vouching import FAIL, NONE, PASS, TEMPORARY

UNCONFIRMED = "it could not be confirmed that it came from its sender’s own mailbox"
UNKNOWN = "it came from an address that does not belong to either side"
AMBIGUOUS = "its sender could not be told for certain"
FAR = {"trusted": False, "peer": "198.51.100.7", "helo": "mx.home.example"}
ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")


def hold_of(row):
    """Why a row is held, for both sides and for the operator; neither names an address."""
    hold = Hold.objects.get(inbound=row)
    assert ADDRESS.findall(hold.public + hold.private) == []
    return hold.reason, hold.public


def ended(row):
    row.refresh_from_db()
    return row.state, row.outcome


@pytest.mark.django_db(transaction=True)
class TestSomeoneUntrusted:
    """Mail of a stranger's server: From must be a participant, and its domain must vouch for it."""

    def receive(self, alias, raw, **fields):
        return deliver_far(alias, raw, **fields)

    def test_a_participant_whose_domain_vouches_is_passed_on(self, cast, vouching):
        asked = vouching(PASS)
        row = deliver_far(cast.seller_alias, mail())
        assert ended(row) == ("done", "relayed")
        assert asked == [("198.51.100.7", "mx.home.example", ADA, "home.example")]
        assert [copy.address for copy in copies()] == [BEN]

    @pytest.mark.parametrize("answer", [FAIL, NONE])
    def test_l36_a_participant_nobody_vouches_for_is_held_and_asked(self, cast, vouching, answer):
        vouching(answer)
        row = deliver_far(cast.seller_alias, mail(text="secret words\n"))
        assert ended(row) == ("held", "unconfirmed")
        assert hold_of(row) == ("unconfirmed", UNCONFIRMED)
        assert (message_of(row), copies()) == (None, [])
        (notice,) = notices()
        assert (notice.address, notice.return_path, notice.conversation) == (ADA, "", cast.conversation)
        assert opened(notice)["Subject"] == "A message in your name is waiting"
        assert b"secret" not in finished(notice)

    def test_an_unknown_sender_who_is_vouched_for_is_told_once_a_day_and_nothing_of_the_conversation(
        self, cast, vouching
    ):
        vouching(PASS)
        eve = "eve@elsewhere.example"
        for alias in (cast.seller_alias, cast.buyer_alias, cast.seller_alias):
            row = deliver_far(alias, mail(eve, text="secret words\n"), reverse_path=eve)
            assert ended(row) == ("held", "unknown-sender")
        (notice,) = notices()
        assert (notice.address, notice.return_path, notice.conversation_id, notice.message_id) == (eve, "", None, None)
        for telling in (b"secret", ADA.encode(), BEN.encode(), b"Lamp", cast.order.number.encode()):
            assert telling not in finished(notice)
        assert opened(notice)["Auto-Submitted"] == "auto-generated"

    def test_a_stranger_cannot_use_up_the_notice_of_those_who_take_part(self, cast, vouching):
        vouching(PASS, FAIL)
        deliver_far(cast.seller_alias, mail("eve@elsewhere.example"), reverse_path="eve@elsewhere.example")
        deliver_far(cast.seller_alias, mail())
        assert {one.address for one in notices()} == {"eve@elsewhere.example", ADA}

    def test_a_machine_among_strangers_is_not_answered(self, cast, vouching):
        vouching(PASS)
        deliver_far(cast.seller_alias, mail("eve@elsewhere.example"), reverse_path="")
        deliver_far(
            cast.seller_alias,
            mail("eve@elsewhere.example", Auto_Submitted="auto-replied"),
            reverse_path="eve@elsewhere.example",
        )
        assert Delivery.objects.count() == 0

    def test_l47_an_unknown_sender_nobody_vouches_for_is_held_and_not_answered(self, cast, vouching):
        vouching(FAIL)
        row = deliver_far(cast.seller_alias, mail("eve@elsewhere.example"), reverse_path="eve@elsewhere.example")
        assert ended(row) == ("held", "unknown-sender")
        assert hold_of(row) == ("unknown-sender", UNKNOWN)
        assert (message_of(row), Delivery.objects.count()) == (None, 0)

    def test_the_recipients_own_address_is_their_own_alias(self, cast, vouching):
        vouching(PASS)
        row = deliver_far(cast.seller_alias, mail(BEN), reverse_path=BEN)
        assert ended(row) == ("done", "its author wrote to their own alias")
        assert (Message.objects.count(), Hold.objects.count(), Delivery.objects.count()) == (0, 0, 0)

    def test_a_silent_dns_is_neither_yes_nor_no(self, cast, vouching):
        vouching(TEMPORARY, PASS)
        row = Inbound.objects.get(id=spool(cast.seller_alias, mail(), **FAR))
        assert work_spool(AtOnce()) == 1
        assert (*ended(row), row.attempts, row.authentication) == ("queued", "the DNS could not be asked", 0, None)
        assert row.due_at > timezone.now() + timedelta(seconds=30)
        Inbound.objects.update(due_at=timezone.now())
        work(AtOnce())
        assert ended(row) == ("done", "relayed")

    def test_a_dns_that_stays_silent_for_a_day_is_left_to_a_person(self, cast, vouching):
        vouching(TEMPORARY)
        row = deliver_far(cast.seller_alias, mail(), ago=DNS_PATIENCE)
        assert ended(row) == ("held", "unconfirmed")

    def test_l40_a_break_while_asking_is_never_a_yes(self, cast, vouching):
        vouching(RuntimeError("the resolver broke"))
        row = Inbound.objects.get(id=spool(cast.seller_alias, mail(), **FAR))
        for _ in range(3):
            work(AtOnce())
            Inbound.objects.update(due_at=timezone.now())
        assert ended(row) == ("parked", "RuntimeError: the resolver broke")
        assert work_spool(Silent()) == 0

    def test_a_mail_with_several_authors_is_not_even_asked_about(self, cast, vouching):
        asked = vouching(PASS)
        row = deliver_far(cast.seller_alias, mail(f"{ADA}, eve@elsewhere.example"))
        assert (ended(row), asked) == (("held", "ambiguous-sender"), [])


def deliver_far(alias, raw, **fields):
    row = spool(alias, raw, **FAR, **fields)
    work(AtOnce())
    return Inbound.objects.get(id=row)


def test_a_trusted_server_in_front_needs_no_dns(cast):
    row = deliver(cast.seller_alias, mail(), trusted=True)
    assert ended(row) == ("done", "relayed")


@pytest.mark.parametrize("sender", [CYN, "ada+lamps@home.example", "a.da@home.example", "eve@home.example"])
def test_only_the_very_address_writes(cast, sender):
    row = deliver(cast.seller_alias, mail(sender), reverse_path=sender)
    assert hold_of(row) == ("unknown-sender", UNKNOWN)
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("sender", ["ADA@HOME.EXAMPLE", '"Ada"@home.example (at home)', f"=?utf-8?q?eve?= <{ADA}>"])
def test_an_address_may_be_written_differently(cast, sender):
    raw = mail().replace(f"From: Ada <{ADA}>".encode(), f"From: {sender}".encode())
    assert sender.encode() in raw
    assert ended(deliver(cast.seller_alias, raw)) in [("done", "relayed"), ("held", "ambiguous-sender")]


@pytest.mark.parametrize("change", [{"retired_at": timezone.now()}, {"verified_at": None}])
def test_an_address_that_was_retired_or_never_verified_may_not_write(cast, change):
    cast.buyer.addresses.create(address="ada@old.example", is_primary=False, **{"verified_at": timezone.now()} | change)
    row = deliver(cast.seller_alias, mail("ada@old.example"), reverse_path="ada@old.example")
    assert hold_of(row) == ("unknown-sender", UNKNOWN)


def test_an_old_address_is_protected_still(cast):
    cast.buyer.addresses.create(address="ada@old.example", is_primary=False, retired_at=timezone.now())
    deliver(cast.seller_alias, mail(text="I was ada@old.example before\n"))
    assert text_of(copies()[0]).startswith("I was [address removed] before\n")


@pytest.mark.parametrize(
    "sender",
    [
        f"{ADA}, eve@elsewhere.example",
        f"{ADA}, {ADA}",
        f"Friends: {ADA};",
        f"<{ADA}> <eve@elsewhere.example>",
        "Ada",
        "",
        "undisclosed-recipients:;",
        f"eve@elsewhere.example <{ADA}",
    ],
)
def test_a_sender_two_programs_might_read_differently_is_not_believed(cast, sender):
    raw = mail().replace(f"From: Ada <{ADA}>".encode(), f"From: {sender}".encode())
    row = deliver(cast.seller_alias, raw)
    assert hold_of(row) == ("ambiguous-sender", AMBIGUOUS)
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize(
    "field",
    [f"From: Ada <{ADA}>", "From: eve@elsewhere.example", "Subject: Another", "Date: now", "Message-ID: <b@c.example>",
     "To: eve@elsewhere.example", "Content-Type: text/html"],
)  # fmt: skip
def test_a_field_that_stands_twice_makes_a_signature_worthless(cast, field):
    row = deliver(cast.seller_alias, f"{field}\r\n".encode() + mail())
    assert hold_of(row) == ("ambiguous-sender", AMBIGUOUS)


def test_a_mail_without_an_author_is_nobodys(cast):
    row = deliver(cast.seller_alias, b"Subject: hello\r\n\r\nwho am I?\r\n")
    assert hold_of(row) == ("ambiguous-sender", AMBIGUOUS)


def test_a_null_reverse_path_never_authors_a_message_and_is_never_answered(cast):
    row = deliver(cast.seller_alias, mail(), reverse_path="")
    assert hold_of(row) == ("unconfirmed", UNCONFIRMED)
    assert (message_of(row), Delivery.objects.count()) == (None, 0)


def test_an_alias_retired_on_the_way_takes_nothing(cast):
    row = Inbound.objects.get(id=spool(cast.seller_alias, mail()))
    cast.conversation.aliases.filter(id=cast.seller_alias.id).update(retired_at=timezone.now())
    work()
    assert ended(row) == ("done", "the alias was retired while the mail was on its way")
    assert (Message.objects.count(), copies()) == (0, [])


@pytest.mark.parametrize("change", ["blocked_at", "not_after"])
def test_an_alias_blocked_or_past_its_time_takes_nothing(cast, change):
    row = Inbound.objects.get(id=spool(cast.seller_alias, mail()))
    at = timezone.now() - timedelta(seconds=30)
    cast.conversation.aliases.filter(id=cast.seller_alias.id).update(**{change: at})
    work()
    assert ended(row) == ("done", "the alias was retired while the mail was on its way")


def test_a_conversation_closed_on_the_way_takes_nothing(cast):
    row = Inbound.objects.get(id=spool(cast.seller_alias, mail()))
    type(cast.conversation).objects.update(closed_at=timezone.now())
    work()
    assert ended(row) == ("done", "the conversation is closed")
    assert (Message.objects.count(), copies()) == (0, [])


def test_p10_who_wrote_into_a_conversation_that_closed_meanwhile_is_told_once(cast):
    type(cast.conversation).objects.update(closed_at=timezone.now())
    deliver(cast.seller_alias, mail())
    deliver(cast.seller_alias, mail())
    (notice,) = notices()
    assert (notice.address, notice.return_path) == (ADA, "")
    assert "Your message was not passed on: the conversation is closed." in text_of(notice)
    assert [word for word in (BEN, "shop.example") if word.encode() in finished(notice)] == []


@pytest.mark.parametrize(
    ("raw", "fields"),
    [
        (mail(), {"reverse_path": ""}),
        (mail(sender=CYN), {}),
        (mail(sender=BEN), {}),
        (mail(Auto_Submitted="auto-replied"), {}),
        (mail(List_Id="<lamps.lists.example>"), {}),
        (mail(sender=f"{ADA}, {CYN}"), {}),
    ],
)
def test_l54_nobody_else_hears_that_a_conversation_is_closed(cast, raw, fields):
    type(cast.conversation).objects.update(closed_at=timezone.now())
    row = deliver(cast.seller_alias, raw, **fields)
    assert (ended(row), notices()) == (("done", "the conversation is closed"), [])


@pytest.mark.parametrize("verdict", ["fail", "none", "temporary"])
def test_l54_a_forged_mail_into_a_closed_conversation_is_not_answered(cast, verdict):
    row = spool(cast.seller_alias, mail(), trusted=False)
    Inbound.objects.filter(id=row).update(authentication={"verdict": verdict})
    type(cast.conversation).objects.update(closed_at=timezone.now())
    work()
    assert (Inbound.objects.get(id=row).outcome, notices()) == ("the conversation is closed", [])


def test_an_author_without_an_alias_of_their_own_cannot_be_answered_so_nothing_is_passed_on(cast):
    cast.conversation.aliases.filter(id=cast.buyer_alias.id).update(retired_at=timezone.now())
    row = deliver(cast.seller_alias, mail())
    assert ended(row) == ("done", "its author’s own alias was retired")
    assert (Message.objects.count(), copies()) == (0, [])


def test_a_mail_of_ours_that_comes_back_goes_nowhere(cast):
    deliver(cast.seller_alias, mail())
    (copy,) = copies()
    trace = opened(copy)["X-Evenhand-Trace"]
    row = deliver(cast.buyer_alias, mail(BEN, X_Evenhand_Trace=trace), reverse_path=BEN)
    assert ended(row) == ("done", "it is a mail of ours that came back")
    assert len(copies()) == 1


def test_a_trace_of_another_installation_stops_nothing(cast):
    forged = "1-aaaaaaaaaaaaaaaa-aaaaaaaaaaaaaaaaaaaaaaaaaa"
    assert ended(deliver(cast.seller_alias, mail(X_Evenhand_Trace=forged))) == ("done", "relayed")


def test_l59_our_trace_is_found_wherever_it_stands_in_the_header(cast):
    deliver(cast.seller_alias, mail())
    trace = opened(copies()[0])["X-Evenhand-Trace"]
    head = b"X-Evenhand-Trace: 1-aaaaaaaaaaaaaaaa-aaaaaaaaaaaaaaaaaaaaaaaaaa\r\nx-evenhand-TRACE:\r\n " + trace.encode()
    row = deliver(cast.buyer_alias, mail(BEN).replace(b"Subject:", head + b"\r\nSubject:", 1), reverse_path=BEN)
    assert ended(row) == ("done", "it is a mail of ours that came back")


@pytest.mark.parametrize(("passed", "end"), [(1, "relayed"), (3, "relayed"), (4, "loop")])
def test_l59_a_mail_may_pass_three_services_like_this_one(cast, passed, end):
    row = deliver(cast.seller_alias, mail(X_Evenhand_Trace=mint_trace("another", passed, bytes(10))))
    assert ended(row)[1] == end
    carried = [read_trace(settings.EVENHAND.secret_key, opened(one)["X-Evenhand-Trace"]) for one in copies()]
    assert carried == ([passed + 1] if end == "relayed" else [])


@pytest.mark.parametrize(("hops", "end"), [(25, ("done", "relayed")), (26, ("held", "loop"))])
def test_more_hops_than_twenty_five_are_a_circle(cast, hops, end):
    raw = b"Received: from a by b; Tue, 03 Mar 2026 09:30:00 +0100\r\n" * hops + mail()
    row = deliver(cast.seller_alias, raw)
    assert ended(row) == end
    assert Hold.objects.filter(public="it seems to travel in a circle").count() == (hops > 25)


@pytest.mark.parametrize(
    "raw",
    [
        mail(text="-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"),
        mail().replace(b"Content-Type: text/plain", b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; x"),
        mail().replace(
            b"Content-Type: text/plain",
            b"Content-Type: multipart/encrypted; protocol=application/pgp-encrypted; boundary=b; x",
        ),
    ],
    ids=["PGP in the text", "S/MIME", "PGP/MIME"],
)  # fmt: skip
def test_encrypted_mail_can_be_neither_judged_nor_masked(cast, raw):
    row = deliver(cast.seller_alias, raw)
    message = message_of(row)
    assert hold_of(row) == (
        "encrypted", "it is encrypted, so it can’t be checked; send it again without encryption",
    )  # fmt: skip
    assert (message.state, message.author, Delivery.objects.count()) == ("held", cast.buyer, 0)


def test_what_cannot_be_read_is_left_to_a_person(cast):
    row = deliver(cast.seller_alias, b"X: y\r\n" * 1001 + mail())
    assert hold_of(row) == ("unreadable", "it could not be read")
    assert (message_of(row), Delivery.objects.count()) == (None, 0)


def test_a_side_is_told_at_most_once_a_day_and_conversation(cast):
    other = place_another(cast)
    for alias in (cast.seller_alias, cast.seller_alias, other, cast.seller_alias):
        deliver_unconfirmed(alias)
    assert [notice.conversation_id for notice in notices()] == [cast.conversation.id, other.conversation_id]
    LastNotice.objects.update(at=timezone.now() - timedelta(days=1, minutes=1))
    deliver_unconfirmed(cast.seller_alias)
    assert len(notices()) == 3


def test_those_of_one_batch_are_told_once_too(cast):
    for _ in range(3):
        unconfirmed(cast.seller_alias)
    assert work() == 3
    assert (len(notices()), Hold.objects.count()) == (1, 3)


def place_another(cast):
    from evenhand.conversations.actions import open_conversation

    talk = open_conversation(place(cast.buyer, cast.seller, "7732"))
    return talk.aliases.get(participant=cast.seller)


def unconfirmed(alias):
    row = spool(alias, mail(), trusted=False)
    Inbound.objects.filter(id=row).update(authentication={"verdict": "none"})
    return row


def deliver_unconfirmed(alias):
    row = unconfirmed(alias)
    work()
    return Inbound.objects.get(id=row)


def test_the_side_a_held_mail_claims_to_be_from_sees_that_it_waits(cast, browse):
    row = deliver_unconfirmed(cast.seller_alias)
    page = reverse("conversation", args=[cast.conversation.id])
    assert row.author == cast.buyer
    assert [UNCONFIRMED in browse(user, page) for user in (cast.ada, cast.ben, cast.olga)] == [True, False, True]


def test_a_notice_tells_of_the_conversation_and_names_neither_side(cast):
    deliver_unconfirmed(cast.seller_alias)
    (notice,) = notices()
    read = opened(notice)
    assert (read["From"], read["To"], read["Auto-Submitted"], read["X-Auto-Response-Suppress"]) == (
        "Market <no-reply@m.market.example>", str(cast.buyer_alias), "auto-generated", "All",
    )  # fmt: skip
    assert text_of(notice).startswith("About order 7731\n\nA mail that says it is from you has come in,")
    assert {name: name.encode() in finished(notice) for name in (ADA, BEN, "Ben's")} == {
        ADA: False, BEN: False, "Ben's": False,
    }  # fmt: skip


@pytest.mark.parametrize("sender", [f"Ada <{ADA}>", "eve@elsewhere.example"])
def test_l39_thread_fields_and_recipients_in_the_header_choose_no_conversation(cast, sender):
    elsewhere = place_another(cast)
    raw = mail(sender, str(elsewhere), Cc=str(elsewhere))
    row = deliver(cast.seller_alias, raw)
    assert {one.conversation_id for one in (*Message.objects.all(), *Hold.objects.all())} == {cast.conversation.id}
    assert row.alias == cast.seller_alias
