"""Where a virus scanner is set, nothing passes unscanned: not while it is away, not for its size, not by mistake."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection

from evenhand.configuration import Endpoint
from evenhand.policy import house_book
from evenhand.relay import scanning
from evenhand.relay import spool as spool_rows
from evenhand.relay.intake import UploadedPart, submit
from evenhand.relay.models import Hold, Inbound
from evenhand.relay.process import Desk, process
from evenhand.relay.scan import Clean, Infected, Scan, Unscanned
from evenhand.relay.scanning import REST_SECONDS, Scanning
from evenhand.relay.scene import scenes
from evenhand.relay.work import process_now
from tests.relay.post import (
    JPEG,
    AtOnce,
    File,
    Silent,
    copies,
    files_of,
    finished,
    mail,
    message_of,
    notices,
    opened,
    reading_of,
    spool,
    text_of,
    told,
    work,
)
from tests.relay.sentry import AWAY, EVIL, Sentry
from tests.relay.vouching import FAIL, PASS

PHOTO = File("lamp.jpg", JPEG, "image/jpeg")
BAD = File("notes.txt", EVIL, "text/plain")
FAR = {"trusted": False, "peer": "198.51.100.7", "helo": "mx.home.example"}
DAY = timedelta(days=1)


@pytest.fixture
def scanner(settings, monkeypatch):
    """Set a scanner, and return what it is asked; it says of bytes with these parts in them what it is told to."""
    settings.EVENHAND = replace(settings.EVENHAND, scanner=Endpoint("127.0.0.1", 3310))
    settings.SCANNER = "tests.relay.sentry.Sentry"
    monkeypatch.setattr(scanning, "REST_SECONDS", 0.0)
    # What is done aside closes the connection of its thread, which is here the test's own.
    monkeypatch.setattr(connection, "close", lambda: None)

    def says(instead=None):
        monkeypatch.setattr(Sentry, "instead", instead or {})
        monkeypatch.setattr(Sentry, "asked", [])
        return Sentry.asked

    scanning.scanning.cache_clear()
    yield says
    scanning.scanning.cache_clear()


def arrive(alias, raw, **fields):
    row = spool(alias, raw, **fields)
    work(AtOnce())
    return row


def standing(row):
    return Inbound.objects.values_list("state", "outcome").get(id=row)


def come_due():
    Inbound.objects.filter(state="queued").update(due_at="2026-01-01T00:00Z")


def typed(cast, *files, text="See here"):
    return submit(
        conversation=cast.conversation, author=cast.buyer, user_id=cast.ada.id, text=text,
        files=[UploadedPart(one.name, one.content) for one in files], token=uuid.uuid4(),
    )  # fmt: skip


def test_the_mail_and_each_of_its_files_are_scanned_and_then_it_passes(cast, scanner):
    asked = scanner()
    raw = mail(files=[PHOTO])
    row = arrive(cast.seller_alias, raw)
    assert [content for content, _ in asked] == [raw, JPEG]
    assert standing(row) == ("done", "relayed")
    (copy,) = copies()
    assert [name for name, _, _ in files_of(copy)] == ["photo-1.jpg"]
    assert [list(message_of(row).verdict.not_checked), told(message_of(row))] == [[], []]


def test_words_from_outside_are_scanned_too(cast, scanner):
    asked = scanner()
    raw = mail()
    assert standing(arrive(cast.seller_alias, raw)) == ("done", "relayed")
    assert [content for content, _ in asked] == [raw]


def test_infected_never_arrives_and_its_author_is_told_which_file(cast, scanner):
    scanner()
    row = arrive(cast.seller_alias, mail(files=[PHOTO, BAD]))
    message = message_of(row)
    assert (message.state, copies()) == ("blocked", [])
    assert told(message) == [("attachment-infected", "notes.txt", "block")]
    (notice,) = notices()
    assert notice.recipient == cast.buyer
    assert "- The virus scanner found something harmful in the file: Eicar-Test.\n" in text_of(notice)
    assert EVIL not in finished(notice)


def test_l65_what_the_scanner_sees_in_the_mail_and_we_in_no_file_is_stopped_too(cast, scanner):
    scanner({b"Subject: Lamp": Infected("Hidden-Test")})
    row = arrive(cast.seller_alias, mail(files=[PHOTO]))
    assert (message_of(row).state, copies()) == ("blocked", [])
    assert told(message_of(row)) == [("attachment-infected", "message", "block")]


def test_l65_what_we_see_in_a_file_and_the_scanner_not_in_the_mail_is_stopped_too(cast, scanner):
    asked = scanner()
    raw = (
        mail(files=[BAD]).replace(EVIL, b"ZG8gZXZpbCB3aGVuIG9wZW5lZA==").replace(b"Encoding: 7bit", b"Encoding: base64")
    )
    raw = raw.replace(b"base64", b"7bit", 1)
    assert EVIL not in raw
    row = arrive(cast.seller_alias, raw)
    assert [content for content, _ in asked] == [raw, EVIL]
    assert (message_of(row).state, copies()) == ("blocked", [])


def test_p3_what_comes_later_waits_behind_a_mail_that_waits_for_the_scanner(cast, scanner):
    scanner({b"first": AWAY})
    first = arrive(cast.seller_alias, mail(subject="The first"))
    # Only the first could not be scanned: the second would be passed on before it.
    second = arrive(cast.seller_alias, mail(subject="The second"))
    assert (standing(first)[0], standing(second)[0], copies()) == ("queued", "queued", [])
    scanner()
    come_due()
    work(AtOnce())
    work(AtOnce())
    assert [opened(one)["Subject"] for one in copies()] == ["The first", "The second"]


def test_p3_a_scanned_mail_does_not_pass_an_unscanned_one_that_is_claimed_with_it(cast, scanner):
    scanner({b"first": AWAY})
    first = spool(cast.seller_alias, mail(subject="The first"))
    second = spool(cast.seller_alias, mail(subject="The second"))
    for _ in range(3):
        come_due()
        work(AtOnce())
    assert (standing(first)[0], standing(second)[0], copies()) == ("queued", "queued", [])


def test_p3_nothing_waits_behind_an_unscanned_mail_for_longer_than_an_hour(cast, scanner):
    scanner({b"first": AWAY})
    first = arrive(cast.seller_alias, mail(subject="The first"), ago=timedelta(minutes=61))
    second = arrive(cast.seller_alias, mail(subject="The second"))
    assert (standing(first)[0], standing(second)) == ("queued", ("done", "relayed"))


@pytest.mark.parametrize("part", [b"Subject: Lamp", JPEG], ids=["mail", "file"])
def test_l67_while_the_scanner_is_away_nothing_passes_and_when_it_is_back_all_does(cast, scanner, part):
    scanner({part: AWAY})
    row = arrive(cast.seller_alias, mail(files=[PHOTO]))
    for _ in range(5):
        assert standing(row) == ("queued", f"not scanned yet: {AWAY.reason}")
        assert (message_of(row), copies()) == (None, [])
        come_due()
        work(AtOnce())
    scanner()
    come_due()
    work(AtOnce())
    assert (standing(row), len(copies())) == (("done", "relayed"), 1)


def test_l67_when_it_is_away_for_a_day_a_person_decides(cast, scanner):
    scanner({b"Subject": AWAY})
    row = arrive(cast.seller_alias, mail(files=[PHOTO]), ago=DAY)
    hold = Hold.objects.get(inbound=row)
    assert (hold.reason, hold.public, hold.private, copies(), notices()) == (
        "unscanned", "it could not be scanned for viruses", AWAY.reason, [], [],
    )  # fmt: skip
    assert message_of(row).verdict.not_checked == [["attachment-infected", f"it was not scanned: {AWAY.reason}"]]


@pytest.mark.parametrize("part", [b"Subject: Lamp", JPEG], ids=["mail", "file"])
def test_l67_what_is_too_large_to_be_scanned_waits_for_a_person_at_once(cast, scanner, part):
    scanner({part: Unscanned("too large", again=False)})
    row = arrive(cast.seller_alias, mail(files=[PHOTO]))
    assert [*Hold.objects.values_list("inbound", "reason", "private"), copies()] == [
        (row, "unscanned", "too large"),
        [],
    ]


def test_what_is_infected_is_stopped_though_the_rest_could_not_be_scanned(cast, scanner):
    scanner({b"Subject: Lamp": Unscanned("too large", again=False)})
    assert message_of(arrive(cast.seller_alias, mail(files=[PHOTO, BAD]))).state == "blocked"


@pytest.mark.parametrize(
    "known",
    [None, Scan(), Scan({"0" * 64: Clean()}), Scan.read({"0" * 64: ["clean"]})],
    ids=["not asked", "nothing", "other bytes", "stored"],
)
def test_l67_a_mail_that_comes_to_the_rules_unscanned_by_a_mistake_of_ours_is_held(cast, scanner, known):
    spool(cast.seller_alias, mail(files=[PHOTO]))
    (row,) = spool_rows.claim(1)
    ending = process(replace(row, scan=known), reading_of(row), scenes([row])[row.id], _desk())
    assert (ending.outcome, ending.hold[2], ending.sendings) == ("unscanned", "it was never scanned", [])


@pytest.mark.parametrize("stored", [{}, {"x": "clean"}, {"x": ["clean", ""]}, {"x": ["infected"]}, {"x": None}])
def test_l67_a_stored_word_that_is_none_counts_for_nothing(stored):
    assert {*Scan.read(stored).found.values()} <= {Unscanned("it was never scanned")}


def test_l67_if_the_scanner_breaks_the_mail_is_parked_and_not_passed_on(cast, scanner):
    scanner({b"Subject": RuntimeError("broken")})
    row = arrive(cast.seller_alias, mail())
    for _ in range(2):
        come_due()
        work(AtOnce())
    assert (standing(row), copies()) == (("parked", "RuntimeError: broken"), [])


def test_a_mail_is_scanned_once_it_is_known_whose_it_is(cast, scanner, vouching):
    asked = scanner()
    vouching(FAIL)
    assert standing(arrive(cast.seller_alias, mail(), **FAR)) == ("held", "unconfirmed")
    assert asked == []
    vouching(PASS)
    assert standing(arrive(cast.seller_alias, mail(), **FAR)) == ("done", "relayed")
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        (mail(Auto_Submitted="auto-replied"), "it is an automatic reply"),
        (mail(sender="Cyn <cyn@rival.example>"), "unknown-sender"),
    ],
)
def test_nobody_waits_for_the_scanner_where_nothing_is_passed_on(cast, scanner, raw, outcome):
    scanner({b"Subject": AWAY})
    fields = {"ago": DAY} if outcome == "unknown-sender" else {}
    assert standing(arrive(cast.seller_alias, raw, **fields))[1] == outcome


def test_mails_for_one_alias_keep_their_order_while_they_are_scanned(cast, scanner):
    scanner()
    rows = [spool(cast.seller_alias, mail(text=f"Letter {number}\n", files=[PHOTO])) for number in range(5)]
    work(AtOnce())
    assert [copy.message_id for copy in copies()] == [message_of(row).id for row in rows]


def test_without_a_scanner_nobody_is_asked_and_nothing_is_said(cast):
    row = spool(cast.seller_alias, mail(files=[PHOTO, BAD]))
    work(Silent())
    assert standing(row) == ("done", "relayed")
    assert (Inbound.objects.get(id=row).scan, list(message_of(row).verdict.not_checked)) == (None, [])


class TestOnAPage:
    def test_a_file_is_scanned_while_its_author_waits(self, cast, scanner):
        asked = scanner()
        row = typed(cast, PHOTO)
        assert process_now(row) == message_of(row).id
        assert (message_of(row).state, JPEG in [content for content, _ in asked]) == ("relayed", True)
        assert max(seconds for _, seconds in asked) <= 5
        assert set(Scan.read(Inbound.objects.get(id=row).scan).found.values()) == {Clean()}

    def test_what_is_infected_is_stopped_and_its_author_sees_it_there(self, cast, scanner):
        scanner()
        row = typed(cast, BAD)
        process_now(row)
        assert (message_of(row).state, copies(), notices()) == ("blocked", [], [])
        assert told(message_of(row)) == [("attachment-infected", "notes.txt", "block")]

    def test_l67_while_the_scanner_is_away_the_message_waits_and_nobody_has_to(self, cast, scanner):
        scanner({JPEG: AWAY})
        row = typed(cast, PHOTO)
        assert (process_now(row), copies()) == (None, [])
        assert standing(row) == ("queued", f"not scanned yet: {AWAY.reason}")
        scanner()
        work(AtOnce())
        assert (standing(row), len(copies())) == (("done", "relayed"), 1)

    def test_words_alone_wait_for_no_scanner(self, cast, scanner):
        asked = scanner({b"": AWAY})
        row = typed(cast)
        assert process_now(row) == message_of(row).id
        assert (message_of(row).state, asked) == ("relayed", [])


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


class Slow:
    """Takes so many seconds for each answer, and says always the same."""

    def __init__(self, clock, answer, takes=0.0):
        self.clock, self.answer, self.takes, self.given = clock, answer, takes, []

    def scan(self, content, *, seconds):
        self.given.append((content, seconds))
        self.clock.now += self.takes
        return self.answer


def test_the_time_for_a_mail_is_shared_by_its_pieces():
    clock = Clock()
    slow = Slow(clock, Clean(), takes=4)
    scan = Scanning(slow, clock).scan([b"a", b"b", b"a", b"c", b"d"], 10)
    assert slow.given == [(b"a", 10), (b"b", 6), (b"c", 2)]
    assert scan.lacks == Unscanned("the scanner took too long for the whole mail")
    assert [scan.of(one) for one in (b"a", b"c")] == [Clean(), Clean()]


def test_a_scanner_that_did_not_answer_is_left_alone_for_a_while():
    clock = Clock()
    gone = Slow(clock, AWAY)
    asking = Scanning(gone, clock)
    for _ in range(3):
        assert asking.scan([b"a", b"b"]).lacks.again
    assert len(gone.given) == 1
    clock.now += REST_SECONDS
    gone.answer = Clean()
    assert asking.scan([b"a", b"b"]).lacks is None


def _desk():
    return Desk(settings.EVENHAND, house_book(), datetime.now(UTC))
