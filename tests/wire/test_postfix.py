"""Behind a Postfix and in front of one: mail comes over LMTP and leaves through it, as at larger sites."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from bench.port import free_port
from bench.postfix import postfix
from tests.programs import need
from tests.wire.catcher import Catcher
from tests.wire.desk import ADA, BEN, CYN
from tests.wire.house import House, until
from tests.wire.talk import Talk
from tests.wire.test_door import ENDINGS

need("postfix")
if os.geteuid():
    pytest.skip("Postfix is started by root only", allow_module_level=True)

SETTINGS = """\
relay_domains = m.market.example
relay_transport = lmtp:inet:127.0.0.1:{lmtp}
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
smtp_tls_security_level = none
smtpd_forbid_bare_newline = normalize
smtpd_forbid_bare_newline_exclusions =
"""


class Post:
    """A Postfix with its folder, and the mail server of all recipients behind it."""

    def __init__(self, folder, port, catcher):
        self.folder, self.door, self.catcher = folder, ("127.0.0.1", port), catcher

    def set(self, setting):
        for words in (
            ["postconf", "-c", self.folder / "etc", "-e", setting],
            ["postfix", "-c", self.folder / "etc", "reload"],
        ):
            subprocess.run(words, capture_output=True, check=True)

    def queue(self):
        """Why each recipient in the queue still waits."""
        told = subprocess.run(
            ["postqueue", "-c", self.folder / "etc", "-j"], capture_output=True, text=True, check=True
        ).stdout
        return [one.get("delay_reason", "") for line in told.splitlines() for one in json.loads(line)["recipients"]]

    def flush(self):
        subprocess.run(["postqueue", "-c", self.folder / "etc", "-f"], check=True)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The installation and the Postfix around it."""
    # Its processes run as a user of their own, who may not enter the folders of the test runner.
    folder, lmtp = Path(tempfile.mkdtemp(prefix="evenhand-postfix-")), free_port()
    pairs = [(ADA, BEN)] * (10 + len(ENDINGS)) + [(ADA, CYN)] * 3
    try:
        with Catcher() as catcher, postfix(folder, catcher.port, SETTINGS.format(lmtp=lmtp)) as running:
            made = House(
                tmp_path_factory.mktemp("behind"), pairs, smarthost=f"127.0.0.1:{running.port}", smtp="",
                lmtp=f"127.0.0.1:{lmtp}", trust_peers="127.0.0.1/32", workers=1,
            )  # fmt: skip
            with made as house:
                yield house, Post(folder, running.port, catcher)
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def house(site):
    return site[0]


@pytest.fixture(scope="module")
def post(site):
    return site[1]


@pytest.fixture(scope="module")
def dealt(house):
    found = list(house.orders().values())
    return {"ben": found[:-3], "cyn": found[-3:]}


@pytest.fixture
def order(dealt):
    return dealt["ben"].pop(0)


def test_a_question_and_its_answer_pass_through_postfix_four_times_and_stay_masked(house, post, order):
    question = ADA.letter(order.to_seller, "Is there a spare bulb?\n")
    ADA.send(post.door, order.to_seller, question)
    asked = post.catcher.sent_for(order.to_buyer)[0]
    assert (asked.recipient, asked.text.partition("\n")[0]) == (BEN.address, "Is there a spare bulb?")
    # The trace of our own server is there, nothing of hers.
    assert b"Received: from m.market.example" in asked.content
    assert [secret for secret in ADA.secrets if secret.encode() in asked.content] == []

    BEN.send(post.door, order.to_buyer, BEN.letter(order.to_buyer, "In the bag.\n", answers=[asked.msgid]))
    answered = post.catcher.sent_for(order.to_seller)[0]
    assert answered.recipient == ADA.address
    assert answered.cites == [question.partition(b"Message-ID: <")[2].partition(b">")[0].decode()]
    assert [secret for secret in BEN.secrets if secret.encode() in answered.content] == []
    assert [one["state"] for one in house.told(order)["messages"]] == ["relayed", "relayed"]


@pytest.mark.parametrize("limit", [1, 50])
def test_of_several_recipients_each_has_an_end_of_its_own(house, post, order, dealt, limit):
    post.set(f"lmtp_destination_recipient_limit={limit}")
    rival = dealt["cyn"].pop(0)
    unknown = f"{'a' * 26}@m.market.example"
    before = len([one for one in post.catcher.mails if "MAILER-DAEMON" in str(one.mail["From"])])
    raw = ADA.letter(order.to_seller, f"To both of you, {limit}.\n")
    ADA.send(post.door, [order.to_seller, unknown, rival.to_seller], raw)
    assert post.catcher.sent_for(order.to_buyer)[0].recipient == BEN.address
    assert post.catcher.sent_for(rival.to_buyer)[0].recipient == CYN.address
    # Her own server tells her of the one that failed, and of no other.
    bounce = post.catcher.wait(lambda one: "MAILER-DAEMON" in str(one.mail["From"]), before + 1)[before]
    failed = [line for line in bounce.content.decode().splitlines() if line.startswith("Final-Recipient:")]
    assert (bounce.recipient, failed) == (ADA.address, [f"Final-Recipient: rfc822; {unknown}"])
    assert b"550 5.1.1 No such recipient" in bounce.content
    until(lambda: post.queue() == [], "the empty queue")


def test_what_could_not_be_taken_while_the_database_was_away_comes_again_and_once(house, post, order):
    # Stopped, it does not start the database again before it is let go on.
    house.process.send_signal(signal.SIGSTOP)
    try:
        server = house.postmaster()
        server.kill()
        until(lambda: not server.is_running(), "the end of the database")
        ADA.send(post.door, order.to_seller, ADA.letter(order.to_seller, "At the worst moment.\n"))
        until(lambda: any("451 4.3.0" in reason for reason in post.queue()), "a mail that was told to come again")
    finally:
        house.process.send_signal(signal.SIGCONT)
    until(lambda: not post.flush() and not post.queue(), "the empty queue")
    arrived = post.catcher.sent_for(order.to_buyer)
    assert [one.text.partition("\n")[0] for one in arrived] == ["At the worst moment."]
    assert len(house.told(order)["messages"]) == 1


def test_a_mail_that_postfix_brings_twice_is_one_message(house, post, order, dealt):
    raw = ADA.letter(order.to_seller, "Once is enough.\n")
    # Each time with a Received field of its own in front, as after a connection that broke before the answer.
    ADA.send(post.door, order.to_seller, raw)
    ADA.send(post.door, order.to_seller, raw)
    until(lambda: post.queue() == [], "the empty queue")
    last = dealt["ben"].pop(0)
    ADA.send(post.door, last.to_seller, ADA.letter(last.to_seller, "Something else.\n"))
    post.catcher.sent_for(last.to_buyer)
    assert len(post.catcher.sent_for(order.to_buyer)) == 1
    assert len(house.told(order)["messages"]) == 1


def test_the_bounce_postfix_writes_comes_back_to_the_copy_and_the_author_reads_of_it(house, post, order):
    post.catcher.answers[BEN.address] = f"550 5.1.1 <{BEN.address}> has moved to new@{BEN.domain}"
    try:
        before = len(post.catcher.notices_to(ADA.address, 0))
        ADA.send(post.door, order.to_seller, ADA.letter(order.to_seller, "Are you there?\n"))
        notice = post.catcher.notices_to(ADA.address, before + 1)[before]
    finally:
        post.catcher.answers.clear()
    assert "could not be delivered by e-mail: the mailbox does not exist." in notice.text
    assert [secret for secret in BEN.secrets if secret in notice.content.decode()] == []
    copies = [(one["state"], one["status"]) for said in house.told(order)["messages"] for one in said["deliveries"]]
    assert copies == [("failed", "5.1.1")]
    until(lambda: post.queue() == [], "the empty queue")


@pytest.mark.parametrize("ending", ENDINGS, ids=repr)
def test_no_other_ending_brings_a_second_mail_through_postfix_in_front_and_behind(house, post, order, dealt, ending):
    victim = dealt["cyn"][-1]
    raw = ADA.letter(order.to_seller, "One mail.\n") + b"The end?" + ending
    smuggled = (
        f"MAIL FROM:<ada@home.example>\r\nRCPT TO:<{victim.to_seller}>\r\nDATA\r\n"
        "From: ada@home.example\r\nSubject: smuggled\r\n\r\nSend the money elsewhere.\r\n"
    )
    with Talk(post.door, ADA.client) as talk:
        talk.begin(order.to_seller)
        answer = talk.say(raw + smuggled.encode() + b".\r\n")
        assert answer.startswith(("250 2.0.0 Ok", "550 5.5.2"))
        # Had it been two, the answers would not be over.
        assert talk.say("RSET") == "250 2.0.0 Ok\r\n"
    until(lambda: post.queue() == [], "the empty queue")
    if answer.startswith("250"):
        (arrived,) = post.catcher.sent_for(order.to_buyer)
        assert arrived.recipient == BEN.address
    assert house.told(victim)["messages"] == house.told(victim)["held"] == []
    assert [one for one in post.catcher.mails if b"smuggled" in one.content.partition(b"\r\n\r\n")[0]] == []
