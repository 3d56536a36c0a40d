"""Transcripts at the door: what is said to whom, and that nothing slips in beside it."""

import random

import pytest

from tests.wire.desk import ADA
from tests.wire.house import until
from tests.wire.talk import Talk, stuffed

TAKEN = "250 2.0.0 Taken\r\n"
LARGEST = 3_000_000


@pytest.fixture
def talk(house):
    with Talk(house.door()) as opened:
        yield opened


def spooled(house, order):
    """The bytes of every mail that was taken in for an order's seller, in their order."""
    rows = house.query(
        "SELECT raw FROM evenhand_inbound inbound JOIN evenhand_alias alias ON alias.id = inbound.alias_id "
        "WHERE alias.conversation_id = %s ORDER BY inbound.id",
        order.conversation,
    )
    return [bytes(row[0]) for row in rows]


def letter(order, text="It flickers.\n", **more):
    return ADA.letter(order.to_seller, text, **more)


# --- who is let in ---


def test_l69_unknown_retired_expired_blocked_and_closed_are_answered_alike_to_the_byte(house, untold):
    orders = [untold["ben"].pop(0) for _ in range(5)]
    live, retired, expired, blocked, closed = orders
    for one, change in (
        (retired, "retired_at = now()"),
        (expired, "not_after = now()"),
        (blocked, "blocked_at = now()"),
    ):
        local = one.to_seller.partition("@")[0]
        house.query(f"UPDATE evenhand_alias SET {change} WHERE local_part = %s", local)
    house.query("UPDATE evenhand_conversation SET closed_at = now() WHERE id = %s", closed.conversation)
    local, _, domain = live.to_seller.partition("@")
    wrong = [
        retired.to_seller, expired.to_seller, blocked.to_seller, closed.to_seller, f"{'a' * 26}@{domain}",
        f"{local}+x@{domain}", f"{local}@elsewhere.example", "postmaster@shop.example",
        f"b-{'a' * 26}@{domain}", f"{local}%{domain}@{domain}",
    ]  # fmt: skip
    with Talk(house.door()) as talk:
        talk.say("EHLO mail.home.example")
        talk.say("MAIL FROM:<ada@home.example>")
        assert {talk.say(f"RCPT TO:<{one}>") for one in wrong} == {"550 5.1.1 No such recipient\r\n"}
        assert talk.say(f"RCPT TO:<{live.to_seller.upper()}>") == "250 2.1.5 OK\r\n"


def test_l56_the_twenty_first_unknown_recipient_ends_the_visit(talk, order):
    talk.say("EHLO mail.home.example")
    talk.say("MAIL FROM:<ada@home.example>")
    answers = [talk.say(f"RCPT TO:<guess{number}@m.market.example>") for number in range(20)]
    assert set(answers) == {"550 5.1.1 No such recipient\r\n"}
    # Neither a new transaction nor a known recipient in between makes it forget.
    talk.say("RSET")
    talk.say("MAIL FROM:<ada@home.example>")
    assert talk.say(f"RCPT TO:<{order.to_seller}>").startswith("250")
    assert talk.say("RCPT TO:<one-more@m.market.example>").startswith("421 4.7.0")
    assert talk.is_closed()


def test_a_mail_without_a_reverse_path_is_taken_and_held_for_it_never_authors_a_message(house, catcher, talk, order):
    raw = letter(order)
    talk.begin(order.to_seller, sender="")
    assert talk.say(stuffed(raw)) == TAKEN
    held = until(lambda: house.query(
        "SELECT hold.reason, hold.private FROM evenhand_hold hold WHERE conversation_id = %s", order.conversation
    ), "a hold")  # fmt: skip
    assert held == [("unconfirmed", "a null reverse-path never authors a message")]
    assert [one for one in catcher.mails if order.to_buyer in str(one.mail["From"])] == []


# --- how much is let in ---


def test_the_size_is_announced_and_a_declared_larger_one_is_refused_at_once(house, talk, order):
    assert f"250-SIZE {LARGEST}\r\n" in talk.say("EHLO mail.home.example")
    assert talk.say(f"MAIL FROM:<ada@home.example> SIZE={LARGEST + 1}").startswith("552")
    assert talk.say(f"MAIL FROM:<ada@home.example> SIZE={LARGEST}").startswith("250")


@pytest.mark.parametrize("door", ["smtp", "lmtp"])
def test_a_mail_that_is_larger_than_declared_is_refused_and_not_stored(house, order, another_order, door):
    hello = "EHLO mail.home.example" if door == "smtp" else "LHLO mail.home.example"
    lines = b"x" * 998 + b"\r\n"
    with Talk(house.door(door)) as talk:
        talk.begin(order.to_seller, another_order.to_seller, hello=hello)
        talk.send(stuffed(letter(order) + lines * (LARGEST // 1000 + 1)))
        answers = [talk.hear() for _ in range(2 if door == "lmtp" else 1)]
        assert {one[:9] for one in answers} == {"552 5.3.4"}
        assert talk.say("NOOP").startswith("250")
    assert spooled(house, order) == spooled(house, another_order) == []


@pytest.mark.parametrize("door", ["smtp", "lmtp"])
def test_a_line_of_a_mebibyte_passes_and_a_longer_one_does_not(house, order, another_order, door):
    hello = "EHLO mail.home.example" if door == "smtp" else "LHLO mail.home.example"
    longest = letter(order) + b"x" * (1024 * 1024 - 1) + b"\r\n"
    with Talk(house.door(door)) as talk:
        talk.begin(order.to_seller, hello=hello)
        assert talk.say(stuffed(longest)) == TAKEN
        assert [talk.say("MAIL FROM:<ada@home.example>"), talk.say(f"RCPT TO:<{another_order.to_seller}>")]
        talk.say("DATA")
        assert talk.say(stuffed(longest.replace(b"xxx\r\n", b"xxxxxx\r\n"))).startswith("500 5.6.0")
        assert talk.say("NOOP").startswith("250")
    assert spooled(house, another_order) == []


def test_an_endless_line_is_cut_off_and_costs_no_more_memory_than_two_mails(house, talk, order):
    (listener,) = house.processes("listen")
    talk.begin(order.to_seller)
    before = listener.memory_info().rss
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        talk.flood(b"x" * 256 * 1024, 400)
    assert listener.memory_info().rss - before < 40 * 1024 * 1024
    assert spooled(house, order) == []


# --- where a mail ends ---

ENDINGS = [
    b"\n.\n", b"\n.\r\n", b"\n.\r", b"\r.\r", b"\r.\n", b"\r.\r\n", b"\r\n.\n", b"\r\n.\r", b"\r\n\x00.\r\n",
    b"\r\n.\x00\r\n", b"\r\r\n.\r\r\n", b"\n\r.\n\r", b"\r\n..\r\n",
]  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS, ids=repr)
def test_l43_no_other_ending_lets_a_second_mail_slip_in(house, talk, order, another_order, ending):
    smuggled = (
        f"MAIL FROM:<ada@home.example>\r\nRCPT TO:<{another_order.to_seller}>\r\nDATA\r\n"
        f"From: ada@home.example\r\nSubject: smuggled\r\n\r\nSend the money elsewhere.\r\n"
    ).encode()
    raw = letter(order) + b"The end?" + ending + smuggled
    talk.begin(order.to_seller)
    talk.send(raw + b".\r\n")
    assert talk.hear() == TAKEN
    # Had it been two, there would be more answers before the one to this.
    assert talk.say("NOOP").startswith("250 OK")
    assert spooled(house, another_order) == []
    assert spooled(house, order) == [
        raw.replace(b"\r\n..\r\n", b"\r\n.\r\n") if ending == b"\r\n..\r\n" else raw.replace(b"\r\n.", b"\r\n")
    ]


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (b".\r\n", b""),
        (b"a\r\n.\r\n", b"a\r\n"),
        (b"\r\n.\r\n", b"\r\n"),
        (b"..\r\n.\r\n", b".\r\n"),
        (b"..\r\n..\r\n....\r\n.\r\n", b".\r\n.\r\n...\r\n"),
        (b"From: x\r\n\r\n..hidden\r\n .\r\nlast\r\n.\r\n", b"From: x\r\n\r\n.hidden\r\n .\r\nlast\r\n"),
    ],
    ids=["empty", "ends within five bytes", "a line end", "one dot", "only dots", "stuffed"],
)  # fmt: skip
def test_dots_are_taken_off_and_the_end_is_found_wherever_it_comes(house, talk, order, sent, stored):
    talk.begin(order.to_seller)
    assert talk.say(sent) == TAKEN
    assert talk.say("NOOP").startswith("250")
    assert spooled(house, order) == [stored]


def test_a_mail_that_comes_in_single_bytes_is_the_same_mail(house, talk, order):
    raw = letter(order, "..\n.\nThe end.\n")
    talk.begin(order.to_seller)
    for byte in stuffed(raw):
        talk.send(bytes([byte]))
    assert talk.hear() == TAKEN
    assert spooled(house, order) == [raw]


# --- how it may be said ---


def test_commands_may_come_all_at_once_and_each_is_answered(house, talk, order, another_order):
    first, second = letter(order), ADA.letter(another_order.to_seller, "Another.\n")
    talk.send(
        b"EHLO mail.home.example\r\nMAIL FROM:<ada@home.example>\r\n"
        + f"RCPT TO:<{order.to_seller}>\r\nDATA\r\n".encode() + stuffed(first)
        + f"MAIL FROM:<ada@home.example>\r\nRCPT TO:<{another_order.to_seller}>\r\nDATA\r\n".encode() + stuffed(second)
        + b"QUIT\r\n"
    )  # fmt: skip
    codes = [talk.hear()[:3] for _ in range(10)]
    assert codes == ["250", "250", "250", "354", "250", "250", "250", "354", "250", "221"]
    assert (spooled(house, order), spooled(house, another_order)) == ([first], [second])


def test_commands_in_lower_case_are_commands(house, talk, order):
    talk.say("ehlo mail.home.example")
    talk.say("mail from:<ada@home.example>")
    talk.say(f"rcpt to:<{order.to_seller}>")
    assert talk.say("data").startswith("354")
    assert talk.say(stuffed(letter(order))) == TAKEN


def test_a_reset_forgets_the_recipients(house, talk, order, another_order):
    talk.say("EHLO mail.home.example")
    talk.say("MAIL FROM:<ada@home.example>")
    talk.say(f"RCPT TO:<{another_order.to_seller}>")
    assert talk.say("RSET").startswith("250")
    assert talk.say("DATA").startswith("503")
    talk.say("MAIL FROM:<ada@home.example>")
    talk.say(f"RCPT TO:<{order.to_seller}>")
    talk.say("DATA")
    raw = letter(order)
    assert talk.say(stuffed(raw)) == TAKEN
    assert (spooled(house, order), spooled(house, another_order)) == ([raw], [])


def test_what_is_no_command_is_answered_kindly_and_ends_the_visit_if_it_goes_on(talk):
    junk = random.Random(5)
    talk.say("EHLO mail.home.example")
    assert talk.say(b"\x00\xff\xfe\r\n").startswith("5")
    assert talk.say(b"MAIL FROM:<\xff\xfe@home.example>\r\n").startswith("5")
    for _ in range(120):
        talk.send(bytes(junk.randrange(32, 127) for _ in range(40)) + b"\r\n")
        if not talk.hear().startswith("5"):
            break
    assert talk.is_closed()


def test_bytes_above_127_are_kept_as_they_came(house, catcher, talk, order):
    raw = letter(order, "Grüße aus Köln – schön!\n")
    assert b"Content-Transfer-Encoding: 8bit" in raw
    talk.say("EHLO mail.home.example")
    talk.say("MAIL FROM:<ada@home.example> BODY=8BITMIME")
    talk.say(f"RCPT TO:<{order.to_seller}>")
    talk.say("DATA")
    assert talk.say(stuffed(raw)) == TAKEN
    assert spooled(house, order) == [raw]
    assert catcher.sent_for(order.to_buyer)[0].text.startswith("Grüße aus Köln – schön!\n")


def test_an_internationalised_sender_may_speak_and_an_undecodable_one_may_not(house, talk, order):
    assert "250-SMTPUTF8\r\n" in talk.say("EHLO mail.home.example")
    assert talk.say("MAIL FROM:<jürgen@home.example> SMTPUTF8").startswith("250")
    talk.say(f"RCPT TO:<{order.to_seller}>")
    talk.say("DATA")
    raw = "From: Jürgen <jürgen@home.example>\r\nSubject: Grüße\r\n\r\nHallo\r\n".encode()
    assert talk.say(stuffed(raw)) == TAKEN
    paths = house.query("SELECT reverse_path FROM evenhand_inbound ORDER BY id DESC LIMIT 1")
    assert (paths, spooled(house, order)) == ([("jürgen@home.example",)], [raw])


# --- for whom it is ---


def test_l62_two_recipients_of_two_conversations_are_two_messages(house, catcher, talk, order, rival_order):
    raw = letter(order, "Who has it in stock?\n")
    talk.begin(order.to_seller, rival_order.to_seller)
    assert talk.say(stuffed(raw)) == TAKEN
    reached = [catcher.sent_for(one.to_buyer)[0].recipient for one in (order, rival_order)]
    assert reached == ["ben@shop.example", "cyn@rival.example"]


def test_both_aliases_of_one_conversation_are_one_message(house, catcher, talk, order):
    raw = letter(order, "To everybody.\n")
    talk.begin(order.to_seller, order.to_buyer, order.to_seller)
    assert talk.say(stuffed(raw)) == TAKEN
    catcher.sent_for(order.to_buyer)
    outcomes = until(lambda: _all_done(house, order), "the end of both")
    assert outcomes == ["its author wrote to their own alias", "relayed"]
    assert len(house.told(order)["messages"]) == 1


def _all_done(house, order):
    rows = house.query(
        "SELECT outcome, state FROM evenhand_inbound inbound JOIN evenhand_alias alias ON alias.id = inbound.alias_id "
        "WHERE alias.conversation_id = %s",
        order.conversation,
    )
    return sorted(row[0] for row in rows) if all(row[1] == "done" for row in rows) else None


def test_over_lmtp_each_recipient_has_an_answer_of_its_own(house, catcher, order, rival_order):
    raw = letter(order, "Over LMTP.\n")
    with Talk(house.door("lmtp")) as talk:
        assert talk.say("EHLO mail.home.example").startswith("500")
        talk.say("LHLO mail.home.example")
        talk.say("MAIL FROM:<ada@home.example>")
        answers = [
            talk.say(f"RCPT TO:<{one}>")[:9]
            for one in (order.to_seller, "guess@m.market.example", rival_order.to_seller)
        ]
        assert answers == ["250 2.1.5", "550 5.1.1", "250 2.1.5"]
        talk.say("DATA")
        talk.send(stuffed(raw))
        assert [talk.hear(), talk.hear(), talk.say("NOOP")[:3]] == [TAKEN, TAKEN, "250"]
    assert [catcher.sent_for(one.to_buyer)[0].recipient for one in (order, rival_order)] == [
        "ben@shop.example", "cyn@rival.example",
    ]  # fmt: skip
