"""Real and hostile mail that others collected: every one is read, none raises, none takes long."""

import time

import pytest

from evenhand.mail.classify import Kind, classify
from evenhand.mail.gate import search
from evenhand.mail.identity import identities
from evenhand.mail.parse import Mail, parse
from tests.shared import shared_folder

MESSAGES = sorted(path for path in (shared_folder("mail/corpus") / "messages").rglob("*") if path.is_file())


def test_there_is_a_corpus_to_read():
    assert len(MESSAGES) > 900


def test_every_mail_is_a_value_and_takes_no_longer_than_a_second():
    slow, unreadable = [], []
    for path in MESSAGES:
        raw = path.read_bytes()
        began = time.process_time()
        found = parse(raw)
        if time.process_time() - began > 1:
            slow.append(path.name)
        if isinstance(found, Mail):
            for text in (found.subject, found.text, found.html, *found.cited):
                text.encode("utf-8")
        else:
            unreadable.append((path.name, found.reason))
    assert slow == []
    assert [one for one in unreadable if "parser stopped" in one[1]] == []
    assert len(unreadable) < 10


def test_reports_and_automatic_mail_are_told_from_people():
    kinds = {}
    for path in MESSAGES:
        raw = path.read_bytes()
        found = parse(raw)
        reverse_path = "" if b"eturn-path: <>" in raw[:2000].lower() else "x@example.example"
        kinds[path.name] = classify(found, reverse_path) if isinstance(found, Mail) else None
    feedback = {name: kind for name, kind in kinds.items() if "__arf-" in name}
    # One of them, a mail client's answer to an unsubscribe link, carries no report at all.
    assert {name for name, kind in feedback.items() if kind is not Kind.FEEDBACK} <= {"maildir__bsd__arf-26.eml"}
    assert {kind for name, kind in kinds.items() if "rfc3834-" in name} == {Kind.AUTO_REPLY}
    assert len([name for name, kind in kinds.items() if kind is Kind.DSN]) >= 150


@pytest.mark.timeout(300)
def test_the_gate_finds_an_address_that_any_of_them_carries():
    protected = identities(("ada@home.example",))
    # Addresses of the corpus itself stand for hers: what is in the bytes as it stands, must be a hit or unreadable.
    missed = []
    for path in MESSAGES:
        raw = path.read_bytes()
        if len(raw) > 100_000:
            continue
        head, blank, body = raw.partition(b"\n\n") if b"\n\n" in raw else raw.partition(b"\r\n\r\n")
        planted = head + b"\nX-Seen: ada@home.example" + blank + body
        if search(planted, protected) is None:
            missed.append(path.name)
    assert missed == []
