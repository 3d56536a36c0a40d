"""Every mail of the corpus, sent by ada to ben: none is lost, none raises, none tells ben who ada is."""

import re
from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.conf import settings

from evenhand.mail.reading import read
from evenhand.policy import house_book
from evenhand.relay.guard import Job, readers
from evenhand.relay.process import Desk, process
from evenhand.relay.spool import Spooled
from tests.relay.post import ADA, reading_of
from tests.relay.test_planted import SCENE
from tests.shared import shared_folder
from tests.wire.scanner import finds

FOLDER = shared_folder("mail/corpus")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
STATES = {"relayed", "held", "blocked", "recorded", "away"}
_ADDRESS = re.compile(rb"[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9](?:[\w-]{0,62}\.){1,5}[A-Za-z]{2,20}")
_FIELD = re.compile(
    rb"^(?:from|to|cc|sender|reply-to|return-path):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE
)
_FROM = re.compile(rb"^from:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE)

_HEAD = b"From: jo@there.example\nSubject: Lamp\nContent-Type: text/plain; charset=utf-8\n\n"


def files():
    """Every file of the corpus by its name; what is no mail of itself is the text of one."""
    found = {str(path.relative_to(FOLDER)): path.read_bytes() for path in sorted(FOLDER.rglob("*")) if path.is_file()}
    return {name: raw if name.startswith("messages/") else _HEAD + raw for name, raw in found.items()}


FILES = files()


def of_ada(raw):
    """Make a mail ada's: she is its author, and everybody it names as sender or recipient, wherever they stand."""
    named = {one for field in _FIELD.findall(raw) for one in _ADDRESS.findall(field)}
    for address in sorted(named, key=len, reverse=True):
        raw = re.sub(re.escape(address), ADA.encode(), raw, flags=re.IGNORECASE)
    end = b"\r\n" if b"\r\n" in raw else b"\n" if b"\n" in raw else b"\r"
    author = b"From: Ada <" + ADA.encode() + b">" + end + b"X-Seen: " + ADA.encode()
    found = _FROM.search(raw)
    return raw[: found.start()] + author + raw[found.end() :] if found else author + end + raw


def journey(raw):
    """Work a mail of ada's to ben, as a trusted server has handed it in."""
    spooled = Spooled(
        UUID(int=4), UUID(int=5), None, "mail", None, None, ADA, raw, "127.0.0.1", "pigeon.home.example", True, None, NOW, 1
    )  # fmt: skip
    return process(spooled, reading_of(spooled), SCENE, Desk(settings.EVENHAND, house_book(), NOW))


@pytest.mark.timeout(600)
def test_every_mail_has_an_end_that_somebody_sees_and_none_tells_who_wrote_it():
    ends, silent, leaks = Counter(), [], []
    for name, raw in FILES.items():
        hers = of_ada(raw)
        assert ADA.encode() in hers
        ending = journey(hers)
        state = ending.message_state.value if ending.message_id else "held" if ending.hold else "recorded"
        ends[state] += 1
        if state not in STATES or not (ending.reason or (state == "relayed" and ending.sendings)):
            silent.append((name, state))
        leaks += [
            (name, secret)
            for _, sending in ending.sendings
            if not sending.is_notice and sending.content is not None
            for secret in finds(sending.content, (ADA, "home.example"))
        ]
    assert (silent, leaks) == ([], [])
    assert ends.total() == len(FILES)
    # If most were held, little would have been shown about what is passed on.
    assert ends["relayed"] > len(FILES) // 4, ends


def test_a_guarded_reader_reads_what_is_read_here():
    for name, raw in list(FILES.items())[::25]:
        here = read(raw, reverse_path=ADA, is_report=False, written_here=False)
        assert readers().read(Job(raw, ADA, is_report=False, written_here=False)) == here, name
