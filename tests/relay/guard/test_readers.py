"""Mails are read where they can do no harm: what takes too long, too much memory or the reader's life stops only itself."""

import base64
import contextlib
import os
import subprocess
import sys

import psutil
import pytest

from evenhand.mail.parse import Unreadable
from evenhand.mail.reading import Reading
from evenhand.relay.guard import Job, Overrun, Readers, readers


def mail(subject, body="Hello"):
    return Job(f"From: ada@home.example\nSubject: {subject}\n\n{body}\n".encode(), "ada@home.example", False, False)


@pytest.fixture(scope="module")
def misbehaving():
    made = Readers(program="tests.relay.guard.misbehaving")
    yield made
    made.close()


def subjects(answers):
    return [one.content.subject if isinstance(one, Reading) else one for one in answers]


def test_what_a_mail_says_comes_back_as_it_was_read_here():
    from evenhand.mail.reading import read

    raw = (
        b"From: Ada <ada@home.example>\nSubject: caf\xe9\nTo: \xff\xfe\nMessage-ID: <1@home.example>\n"
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nNew \xf0\x9f\x98\x80\n\nOn Monday Ben wrote:\n> old\n--b\n"
        b'Content-Type: text/html\n\n<p>Hi<script>x</script>\n--b\nContent-Type: image/png; name="\xe9.png"\n\n'
        b"\x89PNG\r\n\x1a\n\x00\xff\n--b--\n"
    )
    here = read(raw, reverse_path="", is_report=False, written_here=False)
    assert readers().read(Job(raw, "", False, False)) == here
    assert len(here.content.files) == 1


def test_half_a_character_costs_that_character_and_not_the_mail():
    job = Job(
        b"From: ada@home.example\nX-Note: =?utf-16-le?b?ANg=?=\nSubject: =?utf-16-le?b?ANg=?=\n\nHi\n", "", False, False
    )
    assert isinstance(readers().read(job), Reading)


@pytest.mark.parametrize(
    "charset", ["utf-7", "iso-2022-kr", "cp1125", "no-such-charset", "../../etc/passwd", "idna", "hex"]
)
def test_a_sealed_reader_knows_every_charset_and_shrugs_at_the_others(charset):
    job = Job(f"Content-Type: text/plain; charset={charset}\n\nplain words\n".encode(), "", False, False)
    assert readers().read(job).content.text == "plain words"


def test_the_reader_can_open_nothing_and_knows_no_secret(misbehaving):
    assert "DATABASE_URL" in os.environ
    assert misbehaving.read(mail("break out")) == Unreadable("could open nothing")


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ("crash", "it killed its reader"),
        ("eat", "it needed too much memory"),
        ("raise", "its reader failed: KeyError at misbehaving.py:"),
        ("lie", "its reader gave an answer that cannot be understood"),
    ],
)
def test_a_mail_that_gets_the_better_of_its_reader_stops_only_itself(misbehaving, subject, reason):
    answers = misbehaving.read_batch([mail("before"), mail(subject), mail("after")])
    assert subjects(answers)[0] == "before"
    assert isinstance(answers[1], Overrun)
    assert subjects(answers)[2] == "after"
    assert answers[1].reason.startswith(reason)
    assert "ada@" not in answers[1].reason
    assert misbehaving.read(mail("next")).content.subject == "next"


@pytest.mark.parametrize("subject", ["spin", "sleep"])
def test_a_mail_that_takes_too_long_keeps_the_others_waiting_for_a_moment_only(misbehaving, monkeypatch, subject):
    monkeypatch.setattr("evenhand.relay.guard.pool.QUICK_SECONDS", 0.5)
    answers = misbehaving.read_batch([mail("before"), mail(subject), mail("after")])
    assert subjects(answers) == ["before", Overrun("it took longer than 0.5 s"), "after"]


def test_the_processor_time_of_one_mail_is_bounded_by_the_reader_itself(misbehaving, monkeypatch):
    monkeypatch.setattr("evenhand.relay.guard.pool.WALL_SECONDS", 100.0)
    assert misbehaving.read(mail("spin")) == Overrun("it killed its reader")


def test_what_a_batch_has_no_time_for_is_left_for_the_next(misbehaving, monkeypatch):
    monkeypatch.setattr("evenhand.relay.guard.pool.QUICK_SECONDS", 30.0)
    # Starting a reader takes time of its own, which is not what is measured here.
    misbehaving.read(mail("first"))
    monkeypatch.setattr("evenhand.relay.guard.pool.BATCH_SECONDS", 0.3)
    assert subjects(misbehaving.read_batch([mail("before"), mail("sleep"), mail("after")])) == ["before", None, None]


def test_a_reader_retires_between_two_mails_and_nobody_notices():
    made = Readers()
    many = [mail(f"number {n}") for n in range(1100)]
    assert subjects(made.read_batch(many)) == [f"number {n}" for n in range(1100)]
    made.close()


def test_large_mails_pass_both_ways_at_once():
    bodies = [chr(97 + n) * 50 + ("\n" + chr(97 + n) * 70) * 20_000 for n in range(6)]
    made = Readers()
    answers = made.read_batch([mail("large", body) for body in bodies])
    assert [one.content.text[0] for one in answers] == list("abcdef")
    made.close()


def test_readers_end_with_the_process_that_asked_them():
    script = (
        "from evenhand.relay.guard import Job, readers; import os\n"
        "readers().start(); print(readers()._idle[0]._process.pid, flush=True); os._exit(0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, env=dict(os.environ)
    )
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(int(done.stdout)).wait(timeout=20)


def test_what_is_packed_is_searched_by_another_reader_than_the_one_that_read_it():
    from evenhand.relay.guard import Search, searchers
    from tests.mail.files.makers import docx_members, packed

    def finished(text):
        members = docx_members()
        members["word/document.xml"] = members["word/document.xml"].replace("</w:t>", f" {text}</w:t>", 1)
        content = base64.encodebytes(packed(members))
        return b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n" + content

    def search(text):
        return searchers().search(Search(finished(text), ("zoe@garden.example",), (), ("m.market.example",)))

    assert searchers() is not readers()
    assert search("nobody") is None
    assert search("zoe@garden.example").form != "unreadable"


def test_a_search_that_gets_no_answer_is_no_clean_bill(misbehaving):
    from evenhand.relay.guard import Search

    assert isinstance(misbehaving.search(Search(b"Subject: die", ("ada@home.example",), (), ())), Overrun)


def test_what_a_library_stumbles_over_it_writes_into_no_log(capfd):
    failed = b"Subject: Mail delivery failed\n\nYour mail could not be delivered.\n"
    made = Readers()
    try:
        made.read(Job(b"From: " + b"a:" * 1500 + b" MAILER-DAEMON@home.example\n" + failed, "", True, False))
    finally:
        made.close()
    assert capfd.readouterr() == ("", "")
