"""The bounds of the door: how many come in, how much they may say, how long they may stay, and what it all ends with."""

import asyncio
import ssl

import pytest

from evenhand.configuration import read_configuration
from evenhand.connectors.listener import answers, line
from evenhand.connectors.listener.crowd import Rate
from evenhand.connectors.reception import Gathering
from tests.connectors.visitors import ALIAS, Door, local_door, story, until
from tests.wire.talk import stuffed

TAKEN = "250 2.0.0 Taken\r\n"
RAW = b"From: ada@home.example\r\n\r\nHello.\r\n"


# --- how many ---


@story
async def test_the_eleventh_connection_from_one_place_is_told_to_come_again_and_others_are_not():
    async with Door() as door:
        first = [await door.visit("127.0.0.2") for _ in range(10)]
        eleventh = await door.visit("127.0.0.2", greeted=False)
        assert await eleventh.hear() == "421 4.7.0 Too many connections, try again later\r\n"
        assert await eleventh.is_closed()
        await door.visit("127.0.0.3")
        # Whoever leaves makes room, however they leave.
        assert (await first[0].say("QUIT")).startswith("221")
        first[1].writer.transport.abort()
        await until(lambda: len(door.hall.crowd) == 9)
        for _ in range(2):
            await door.visit("127.0.0.2")


@story
async def test_a_trusted_server_and_one_that_speaks_lmtp_may_open_as_many_as_there_are():
    trusted = read_configuration({"EVENHAND_TRUST_PEERS": "127.0.0.2/32"}, write_secret=False).trust_peers
    async with Door(trust_peers=trusted, connections=30) as door:
        for _ in range(30):
            await door.visit("127.0.0.2")
        refused = await door.visit("127.0.0.2", greeted=False)
        assert (await refused.hear()).startswith("421 4.7.0")
    async with local_door() as door:
        for _ in range(30):
            await door.visit("127.0.0.9")


@story
async def test_mails_from_one_place_are_put_off_past_so_many_a_minute():
    async with Door(mails_per_minute=3) as door:
        for number in range(3):
            visit = await door.visit("127.0.0.2")
            await visit.begin()
            assert await visit.say(stuffed(RAW + b"%d\r\n" % number)) == TAKEN
        late, other = await door.visit("127.0.0.2"), await door.visit("127.0.0.3")
        for one, code in ((late, "450 4.7.1"), (other, "250 2.1.0")):
            await one.say("EHLO mail.home.example")
            assert (await one.say("MAIL FROM:<ada@home.example>"))[:9] == code


def test_a_rate_fills_again_by_and_by_and_remembers_only_so_many_places():
    rate = Rate(60, places=2)
    assert [rate.allows("a", 0.0) for _ in range(61)] == [True] * 60 + [False]
    assert [rate.allows("a", 1.0), rate.allows("a", 1.0)] == [True, False]
    assert [rate.allows(place, 1.0) for place in ("b", "c")] == [True, True]
    assert [rate.allows("a", 1.0), Rate(0).allows("a", 0.0)] == [True, True]


# --- how much ---


@story
async def test_what_is_on_its_way_at_once_is_bounded_and_given_back_however_a_mail_ends():
    async with Door(size_limit=100_000, bytes_in_flight=200_000) as door:
        first, second, third = [await door.visit() for _ in range(3)]
        assert (await first.begin(size=90_000)).startswith("354")
        # A mere promise takes nothing: the third may promise too, and is told only when it wants to send.
        await third.all_said("EHLO x", "MAIL FROM:<ada@home.example> SIZE=90000", f"RCPT TO:<{ALIAS}>")
        assert (await second.begin(size=90_000)).startswith("354")
        assert await third.say("DATA") == "451 4.3.1 Too much is on its way at once, try again later\r\n"
        fourth = await door.visit()
        await fourth.say("EHLO x")
        assert (await fourth.say("MAIL FROM:<ada@home.example> SIZE=90000")).startswith("451 4.3.1")
        assert await first.say(stuffed(RAW)) == TAKEN
        second.writer.transport.abort()
        await until(lambda: door.hall.budget.taken == 0)
        assert (await third.say("DATA")).startswith("354")
        third.writer.write(b"x" * 150_000)
        assert (await third.say(b"\r\n.\r\n")).startswith("552 5.3.4")
        assert door.hall.budget.taken == 0
        assert (await third.begin(size=90_000)).startswith("354")


@story
async def test_who_declares_no_size_takes_room_as_bytes_come_and_hears_at_the_end_that_there_was_none():
    async with Door(size_limit=100_000, bytes_in_flight=150_000) as door:
        large, small = [await door.visit() for _ in range(2)]
        await large.begin(size=100_000)
        assert (await small.begin()).startswith("354")
        small.writer.write(b"y" * 70_000)
        assert (await small.say(b"\r\n.\r\n")).startswith("451 4.3.1")
        # Nothing was closed, and what fits is taken.
        assert (await small.begin()).startswith("354")
        assert await small.say(stuffed(RAW)) == TAKEN
        assert door.spool.taken == [RAW]


@story
async def test_a_client_that_sends_on_past_twice_the_limit_is_cut_off():
    async with Door(size_limit=100_000) as door:
        visit = await door.visit()
        await visit.begin()
        visit.writer.write(b"z" * 400_000)
        assert (await visit.hear())[:9] in {"552 5.3.4", ""}
        assert await visit.is_closed()
        await until(lambda: (door.hall.budget.taken, len(door.hall.crowd)) == (0, 0))


@story
async def test_a_hundred_and_first_recipient_is_put_off():
    async with Door() as door:
        visit = await door.visit()
        await visit.all_said("EHLO x", "MAIL FROM:<>")
        answered = [(await visit.say(f"RCPT TO:<{ALIAS}>"))[:9] for _ in range(101)]
        assert answered == ["250 2.1.5"] * 100 + ["452 4.5.3"]


@story
async def test_five_hundred_commands_without_a_mail_end_the_visit_and_a_mail_begins_the_count_anew():
    async with Door() as door:
        visit = await door.visit()
        for _ in range(490):
            await visit.say("NOOP")
        await visit.begin()
        assert await visit.say(stuffed(RAW)) == TAKEN
        assert [await visit.say("NOOP") for _ in range(499)] == ["250 OK\r\n"] * 499
        assert await visit.say("NOOP") == "250 OK\r\n"
        assert (await visit.hear()).startswith("421 4.7.0")
        assert await visit.is_closed()


@story
async def test_a_hundred_errors_end_the_visit():
    async with Door() as door:
        visit = await door.visit()
        assert {(await visit.say("MAKE ME A SANDWICH"))[:9] for _ in range(100)} == {"500 5.5.1"}
        assert (await visit.hear()).startswith("421 4.7.0")


# --- how it is said ---


@story
async def test_a_long_command_is_refused_and_a_line_without_end_ends_the_visit():
    async with Door() as door:
        visit = await door.visit()
        assert (await visit.say("NOOP " + "x" * 3000)).startswith("500 5.5.2")
        visit.writer.write(b"AUTH " + b"x" * 5_000_000)
        assert await visit.hear() in {"421 4.5.2 A line without end, closing\r\n", ""}
        assert await visit.is_closed()


@pytest.mark.parametrize("said", [b"EHLO x\n", b"EHLO x\rMAIL FROM:<>\r\n", b"EHLO \0x\r\n", b"EHLO x\r\r\n"], ids=repr)
@story
async def test_a_line_ends_with_cr_lf_and_holds_neither_of_them_nor_nul(said):
    async with Door() as door:
        visit = await door.visit()
        assert (await visit.say(said)).startswith("500 5.5.2")
        assert (await visit.say("MAIL FROM:<>")).startswith("503")


@story
async def test_what_is_said_before_the_greeting_is_answered_after_it():
    async with Door() as door:
        visit = await door.visit(greeted=False)
        visit.writer.write(b"EHLO x\r\nMAIL FROM:<>\r\n")
        assert [(await visit.hear())[:4] for _ in range(3)] == ["220 ", "250-", "250 "]


@story
async def test_the_door_offers_what_it_does_and_tells_nothing_about_who_is_here():
    async with Door(size_limit=1000) as door:
        visit = await door.visit()
        assert await visit.say("EHLO x") == (
            "250-m.market.example\r\n250-SIZE 1000\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 PIPELINING\r\n"
        )
        assert await visit.say("HELO x") == "250 m.market.example\r\n"
        assert await visit.say(f"VRFY {ALIAS}") == await visit.say("VRFY nobody") == "252 2.1.5 Send it and see\r\n"
        for command in (f"EXPN {ALIAS}", "AUTH PLAIN x", "BDAT 5 LAST", "ETRN @home.example", "TURN", "STARTTLS"):
            assert await visit.say(command) == "502 5.5.1 Not offered\r\n"
        assert await visit.say(f"HELP {ALIAS}") == "214 2.0.0 See RFC 5321\r\n"


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("<ada@home.example>", "250 2.1.0"),
        ("<>", "250 2.1.0"),
        (" <ada@home.example> BODY=8BITMIME SIZE=99 SMTPUTF8", "250 2.1.0"),
        ("ada@home.example", "250 2.1.0"),
        ('<"ada l"@home.example>', "250 2.1.0"),
        ("<ada@[192.0.2.1]>", "250 2.1.0"),
        ("<@a.example,@b.example:ada@home.example>", "250 2.1.0"),
        ("<ada>", "553 5.1.7"),
        ("<a@b@c>", "501 5.5.4"),
        ("<ada@home.example", "501 5.5.4"),
        ("<ada@home.example>SIZE=1", "501 5.5.4"),
        ("<ada@home.example> SIZE=²", "501 5.5.4"),
        ("<ada@home.example> SIZE=", "501 5.5.4"),
        ("<ada@home.example> BODY=BINARYMIME", "501 5.5.4"),
        ("<ada@home.example> RET=FULL", "555 5.5.4"),
        ("<ada@home.example> SIZE=99999999999999999999", "552 5.3.4"),
        ("<" + "(" * 900 + ">", "501 5.5.4"),
    ],
)
@story
async def test_a_sender_is_read_tolerantly_and_in_few_steps(path, answer):
    async with Door() as door:
        visit = await door.visit()
        await visit.say("EHLO x")
        assert (await visit.say(f"MAIL FROM:{path}"))[:9] == answer


# --- how long ---


@story
async def test_a_silent_client_is_sent_away(monkeypatch):
    monkeypatch.setattr(line, "IDLE_SECONDS", 0.05)
    async with Door() as door:
        visit = await door.visit()
        assert await visit.hear() == "421 4.4.2 Waited too long, closing\r\n"
        assert await visit.is_closed()


@pytest.mark.parametrize("is_in_data", [False, True], ids=["in a command", "in DATA"])
@story
async def test_a_client_that_dribbles_is_sent_away_all_the_same(monkeypatch, is_in_data):
    monkeypatch.setattr(line, "MAIL_SECONDS", 0.3)
    async with Door() as door:
        visit = await door.visit()
        if is_in_data:
            await visit.begin()
        dribble = asyncio.create_task(_dribble(visit, b"x" if is_in_data else b"NOOP\r\n"))
        told = await visit.hear()
        while told.startswith("250"):
            told = await visit.hear()
        dribble.cancel()
        assert told == "421 4.4.2 Waited too long, closing\r\n"
        await until(lambda: (door.hall.budget.taken, len(door.hall.crowd)) == (0, 0))
        assert door.spool.taken == []


async def _dribble(visit, chunk):
    while True:
        visit.writer.write(chunk)
        await asyncio.sleep(0.02)


@story
async def test_a_client_that_asks_and_never_reads_is_cut_off(monkeypatch):
    monkeypatch.setattr(line, "MAIL_SECONDS", 0.3)
    monkeypatch.setattr(line, "COMMANDS_LIMIT", 10**9)
    monkeypatch.setattr(line, "LAST_WORD_SECONDS", 0.1)
    async with Door() as door:
        visit = await door.visit()
        visit.writer.transport.pause_reading()
        visit.writer.write(b"EHLO x\r\n" * 200_000)
        await until(lambda: len(door.hall.crowd) == 0)


# --- TLS ---


@pytest.mark.parametrize("leaves", [b"this is no handshake\r\n" * 20, b""], ids=["garbage", "leaves"])
@story
async def test_a_handshake_that_comes_to_nothing_leaves_no_connection_behind(leaves):
    async with Door(tls=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)) as door:
        visit = await door.visit()
        await visit.say("EHLO x")
        assert (await visit.say("STARTTLS")).startswith("220")
        if leaves:
            visit.writer.write(leaves)
        else:
            visit.writer.close()
        await until(lambda: len(door.hall.crowd) == 0)


# --- when something is short ---


@story
async def test_while_the_disk_is_nearly_full_mail_is_put_off_and_told_why(tmp_path):
    async with Door(folder=tmp_path, disk_reserve=2**60) as door:
        await door.hall.shortage.look()
        visit = await door.visit()
        await visit.say("EHLO x")
        assert await visit.say("MAIL FROM:<>") == "452 4.3.1 No room now, try again later\r\n"


@story
async def test_while_too_much_waits_in_the_spool_or_the_database_is_away_mail_is_put_off():
    async with Door(spool_limit=1000) as door:
        shortage, told = door.hall.shortage, []
        for waits, illness in ((1000, None), (1001, None), (0, None), (0, TimeoutError()), (0, None)):
            door.spool.waits, door.spool.illness = waits, illness
            # The spool is counted at every fifth look.
            for _ in range(5):
                await shortage.look()
            told.append(shortage.answer)
        assert told == ["", answers.LATER, "", answers.LATER, ""]


# --- the end ---


@story
async def test_asked_to_leave_the_idle_go_at_once_and_a_mail_under_way_is_taken_first():
    async with Door() as door:
        idle, busy, storing = [await door.visit() for _ in range(3)]
        await idle.all_said("EHLO x", "MAIL FROM:<>")
        await busy.begin()
        await storing.begin()
        door.spool.hold.clear()
        storing.writer.write(stuffed(RAW + b"1\r\n"))
        await until(lambda: door.hall.budget.taken > 0)
        for one in door.hall.crowd:
            one.leave()
        assert await idle.hear() == "421 4.3.2 Closing for now, try again later\r\n"
        assert await idle.is_closed()
        door.spool.hold.set()
        for one, said in ((busy, stuffed(RAW + b"2\r\n")), (storing, b"")):
            assert [await one.say(said), await one.hear()] == [TAKEN, f"{answers.CLOSING}\r\n"]
        assert len(door.spool.taken) == 2


@story
async def test_a_question_nobody_waits_for_any_more_is_not_kept():
    answer, asked = asyncio.Event(), []

    async def slowly(questions):
        asked.append(list(questions))
        await answer.wait()
        return questions

    gathering = Gathering(slowly, lambda _: 1)
    first = asyncio.create_task(gathering.ask("first"))
    await until(lambda: asked)
    given_up, kept = asyncio.create_task(gathering.ask("given up")), asyncio.create_task(gathering.ask("kept"))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.sleep(0)
    answer.set()
    assert [await first, await kept, asked] == ["first", "kept", [["first"], ["kept"]]]
