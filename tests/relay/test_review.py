"""A held message is an operator's to decide: what they let pass goes on as the same message, and what nobody may, stays."""

import threading
import uuid
from dataclasses import replace

import pytest
from django.db import connection
from django.utils import timezone

from evenhand.configuration import Endpoint
from evenhand.conversations.models import Attachment, Message
from evenhand.policy import Action, Book, Finding
from evenhand.policy.parameters import Parameters
from evenhand.policy.verdict import NotChecked
from evenhand.record.models import Event
from evenhand.relay import docket, review, scanning
from evenhand.relay import work as works
from evenhand.relay.models import Delivery, Hold, Inbound, ThreadId
from evenhand.relay.review import AlreadyDecided, Became, Done, HeldAgain, Judge, NotHeld, NotYours, became_of
from evenhand.relay.scan import Infected, Unscanned
from tests.mail.files.makers import OOXML, docx_members, packed
from tests.relay.post import (
    ADA,
    BEN,
    PDF,
    PNG,
    AtOnce,
    File,
    copies,
    deliver,
    files_of,
    mail,
    message_of,
    notices,
    opened,
    spool,
    text_of,
    told,
    work,
)
from tests.relay.sentry import AWAY, Sentry
from tests.relay.vouching import FAIL

pytestmark = pytest.mark.django_db(transaction=True)

OLGA = Judge("Olga")
DOCX = f"{OOXML}.wordprocessingml.document"
LOCKED = File("plan.heic", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64), "image/heic")
AUTOMATIC = "Thank you for your request. It has the number 1234, and we shall answer it soon.\n"


def signed_letter():
    """A document in whose words its author tells their address."""
    members = docx_members()
    members["word/document.xml"] = members["word/document.xml"].replace("</w:t>", f" {ADA}</w:t>", 1)
    return File("letter.docx", packed(members), DOCX)


def asks(*names, action=Action.HOLD):
    return {
        name: lambda facts, _, name=name: [
            Finding(name, action, "text", f"It says {facts.text}.", "Say it kindly.", "Clause 3")
        ]
        for name in names
    }


@pytest.fixture
def rules(monkeypatch):
    """Let the house's book hold some rules."""

    def set_rules(named):
        types = frozenset({"text/plain", "application/pdf", "image/png", DOCX})
        book = Book("a book of tests", Parameters(types), named)
        monkeypatch.setattr(works, "chosen_book", lambda _name: book)

    return set_rules


@pytest.fixture
def scanner(settings, monkeypatch):
    """Set a scanner that says of bytes with these parts in them what it is told to."""
    settings.EVENHAND = replace(settings.EVENHAND, scanner=Endpoint("127.0.0.1", 3310))
    settings.SCANNER = "tests.relay.sentry.Sentry"
    monkeypatch.setattr(scanning, "REST_SECONDS", 0.0)
    monkeypatch.setattr(connection, "close", lambda: None)

    def says(instead=None):
        monkeypatch.setattr(Sentry, "instead", instead or {})
        monkeypatch.setattr(Sentry, "asked", [])
        return Sentry.asked

    scanning.scanning.cache_clear()
    yield says
    scanning.scanning.cache_clear()


def hold_of(row):
    return Hold.objects.get(inbound=row)


def release(row, **fields):
    """Release a mail and have it worked; what came of it."""
    assert review.release(row.id, OLGA, "all is well", **fields) == Done()
    work(AtOnce())
    return became_of(row.id)


def rows_of(message):
    return (
        Message.objects.filter(inbound_id=message.inbound_id).count(), message.findings.count(),
        ThreadId.objects.filter(message=message).values("participant").distinct().count(),
        ThreadId.objects.filter(message=message).count(),
    )  # fmt: skip


@pytest.mark.parametrize("action", [Action.HOLD, Action.QUEUE, Action.FIX])
def test_whatever_a_rule_of_a_pack_has_wait_goes_on_once_it_is_released(cast, rules, action):
    found = Finding("daily-cap", action, "text", "It is one too many.", clause="So many a day.", pack="a-pack")
    rules({"daily-cap": lambda _facts, _parameters: [found]})
    row = deliver(cast.seller_alias, mail())
    listed = docket.find(row.id)
    assert (row.state, listed.details, listed.clauses) == (
        "held", ["text: It is one too many."], ["So many a day."],
    )  # fmt: skip
    assert (release(row), len(copies())) == (Became("relayed"), 1)


def test_a_fact_that_nobody_can_give_asks_for_no_person(cast, rules):
    lacking = {
        name: lambda _facts, _parameters, name=name: [NotChecked(name, "buyer_preferences")]
        for name in ("buyer-opted-out", "critical-channel")
    }
    rules(lacking)
    assert message_of(deliver(cast.seller_alias, mail())).state == "relayed"
    rules({**asks("one-rule"), "buyer-opted-out": lacking["buyer-opted-out"]})
    row = deliver(cast.seller_alias, mail(text="hm\n"))
    assert (hold_of(row).private, docket.find(row.id).details) == ("one-rule: It says hm.", ["text: It says hm."])
    rules({**asks("one-rule"), **lacking})
    assert release(row) == Became("relayed")


def test_what_a_rule_asked_about_goes_on_as_the_message_it_is_already(cast, rules):
    rules(asks("one-rule"))
    row = deliver(cast.seller_alias, mail(text="hm\n", files=[File("a.png", PNG, "image/png")]))
    before = message_of(row)
    files = list(before.attachments.values_list("id", "name", "cleaned"))
    assert (before.state, copies()) == ("held", [])
    assert release(row) == Became("relayed")
    after = message_of(row)
    assert (after.id, after.sent_at, after.author, after.state, after.reason) == (
        before.id, before.sent_at, before.author, "relayed", "",
    )  # fmt: skip
    (copy,) = copies()
    assert (copy.message_id, copy.address, text_of(copy).partition("\n")[0]) == (before.id, BEN, "hm")
    assert list(after.attachments.values_list("id", "name", "cleaned")) == files
    assert (rows_of(after), after.verdict.action) == ((1, 1, 2, 2), "hold")
    cast.conversation.refresh_from_db()
    assert (cast.conversation.message_count, cast.conversation.last_excerpt) == (1, "hm")


def test_who_decided_when_and_why_is_recorded(cast, rules):
    rules(asks("one-rule"))
    row = deliver(cast.seller_alias, mail())
    review.release(row.id, Judge("Olga", cast.olga.pk, cast.operator.id), "a joke\x00\n among friends")
    hold = hold_of(row)
    assert (hold.decided_by, hold.decided_by_id, hold.why, hold.dropped_at) == (
        "Olga", cast.olga.pk, "a joke among friends", None,
    )  # fmt: skip
    event = Event.objects.get(kind="released")
    assert (event.actor_id, event.conversation_id, event.at) == (
        cast.operator.id, cast.conversation.id, hold.released_at,
    )  # fmt: skip
    assert bytes(event.content).decode() == (
        f'{{"by":"Olga","hold":"policy","inbound":"{row.id}","message":"{message_of(row).id}",'
        f'"user":{cast.olga.pk},"why":"a joke among friends"}}'
    )


def test_a_flood_and_an_echo_can_be_let_pass(cast, settings):
    settings.EVENHAND = replace(settings.EVENHAND, conversation_hourly=1)
    deliver(cast.seller_alias, mail())
    row = deliver(cast.seller_alias, mail(text="And the shade?\n"))
    assert hold_of(row).reason == "rate"
    assert release(row) == Became("relayed")
    settings.EVENHAND = replace(settings.EVENHAND, conversation_hourly=0)
    deliver(cast.buyer_alias, mail(BEN, text=AUTOMATIC, msgid=f"{uuid.uuid4()}@shop.example"), reverse_path=BEN)
    deliver(cast.seller_alias, mail(text="Hello?\n"))
    echo = deliver(cast.buyer_alias, mail(BEN, text=AUTOMATIC, msgid=f"{uuid.uuid4()}@shop.example"), reverse_path=BEN)
    assert hold_of(echo).reason == "loop"
    assert release(echo) == Became("relayed")
    assert len(copies()) == 5


def test_a_mail_that_seemed_to_travel_in_a_circle_becomes_a_message_when_it_is_released(cast):
    raw = b"".join(b"Received: by hop%d.example\r\n" % number for number in range(30)) + mail()
    row = deliver(cast.seller_alias, raw)
    assert (hold_of(row).reason, message_of(row)) == ("loop", None)
    assert release(row) == Became("relayed")
    assert hold_of(row).message == message_of(row)


def test_what_comes_to_light_only_after_a_release_is_held_again_and_needs_a_word_of_its_own(cast, rules):
    rules(asks("one-rule"))
    raw = b"".join(b"Received: by hop%d.example\r\n" % number for number in range(30)) + mail(text="hm\n")
    row = deliver(cast.seller_alias, raw)
    first = hold_of(row).pk
    assert release(row) == Became("held", "a person will look at it first (one-rule: It says hm.)")
    # A page that was opened before shows another reason than the one it would decide about.
    assert review.release(row.id, OLGA, "", hold=first) == HeldAgain()
    assert copies() == []
    assert release(row, hold=hold_of(row).pk) == Became("relayed")
    assert rows_of(message_of(row)) == (1, 1, 2, 2)


def test_a_rule_that_joined_the_book_since_asks_again(cast, rules):
    rules(asks("one-rule"))
    row = deliver(cast.seller_alias, mail(text="hm\n"))
    review.release(row.id, OLGA, "well")
    rules(asks("one-rule", "new-rule"))
    work()
    assert (became_of(row.id).word, copies()) == ("held", [])
    assert release(row) == Became("relayed")
    assert [rule for rule, _, _ in told(message_of(row))] == ["one-rule", "new-rule"]


def test_a_rule_that_could_not_be_asked_is_let_pass_by_who_was_told_so(cast, rules):
    def broken(_facts, _parameters):
        raise KeyError

    rules({"one-rule": broken})
    row = deliver(cast.seller_alias, mail())
    assert hold_of(row).private == "one-rule: the rule stopped (KeyError)"
    assert release(row) == Became("relayed")


def test_a_block_is_nobodys_to_lift(cast, rules):
    rules(asks("one-rule"))
    row = deliver(cast.seller_alias, mail(text="hm\n"))
    review.release(row.id, OLGA, "well")
    rules(asks("one-rule", action=Action.BLOCK))
    work()
    assert (became_of(row.id), copies()) == (Became("stopped", "It says hm."), [])


def test_a_file_that_could_not_be_checked_stays_behind_and_the_words_go_on(cast):
    row = deliver(cast.seller_alias, mail(files=[LOCKED, File("a.png", PNG, "image/png")]))
    assert hold_of(row).reason == "policy"
    assert release(row) == Became("relayed")
    (copy,) = copies()
    assert [kind for _, kind, _ in files_of(copy)] == ["image/png"]
    left, passed = Attachment.objects.order_by("ordinal")
    assert (left.refused != "", left.cleaned, passed.refused) == (True, "", "")


def test_a_private_address_in_the_finished_copy_stays_whoever_releases_it(cast):
    row = deliver(cast.seller_alias, mail(files=[signed_letter()]))
    assert (hold_of(row).reason, copies()) == ("leak", [])
    for _ in range(2):
        assert release(row).word == "held"
        assert (hold_of(row).reason, hold_of(row).released_at, copies()) == ("leak", None, [])
    assert (rows_of(message_of(row))[0], Event.objects.filter(kind="released").count()) == (1, 2)


def test_an_address_is_still_sought_in_what_a_rule_asked_about(cast, rules):
    rules(asks("one-rule"))
    row = deliver(cast.seller_alias, mail(files=[signed_letter()]))
    assert hold_of(row).reason == "policy"
    assert (release(row).word, hold_of(row).reason, copies()) == ("held", "leak", [])


class TestUnscanned:
    def held(self, cast, scanner, *files):
        scanner({b"Subject: Lamp": Unscanned("too large", again=False)})
        row = deliver_scanned(cast, *files)
        assert hold_of(row).reason == "unscanned"
        return row

    def test_it_is_scanned_before_it_leaves(self, cast, scanner):
        row = self.held(cast, scanner)
        asked = scanner()
        assert (release(row), len(asked)) == (Became("relayed"), 1)

    def test_without_a_scan_it_does_not_leave(self, cast, scanner):
        row = self.held(cast, scanner)
        assert release(row) == Became("held", "it could not be scanned for viruses (too large)")
        Inbound.objects.update(received_at="2026-01-01T00:00Z")
        scanner({b"Subject": AWAY})
        assert release(row) == Became("held", f"it could not be scanned for viruses ({AWAY.reason})")
        assert copies() == []

    def test_malware_is_nobodys_to_let_pass(self, cast, scanner):
        row = self.held(cast, scanner)
        scanner({b"Subject: Lamp": Infected("Hidden-Test")})
        assert release(row).word == "stopped"
        assert (message_of(row).state, copies()) == ("blocked", [])

    def test_what_was_scanned_is_not_scanned_again(self, cast, scanner, rules):
        rules(asks("one-rule"))
        scanner()
        row = deliver_scanned(cast)
        asked = scanner()
        assert (release(row), asked) == (Became("relayed"), [])


def deliver_scanned(cast, *files):
    row = spool(cast.seller_alias, mail(files=files))
    work(AtOnce())
    return Inbound.objects.get(id=row)


def test_a_conversation_that_was_closed_since_stays_closed(cast, rules):
    rules(asks("one-rule"))
    row = deliver(cast.seller_alias, mail())
    cast.conversation.closed_at = timezone.now()
    cast.conversation.save()
    assert release(row) == Became("aside", "the conversation is closed")
    assert (message_of(row).state, rows_of(message_of(row))[0], copies()) == ("recorded", 1, [])


def test_a_recipient_without_a_mailbox_reads_it_in_the_portal(cast, rules):
    rules(asks("one-rule"))
    row = deliver(cast.seller_alias, mail())
    cast.seller.addresses.update(is_primary=False)
    assert (release(row), copies()) == (Became("relayed"), [])


def test_what_is_still_encrypted_or_of_nobody_known_stays(cast):
    sealed = deliver(cast.seller_alias, mail(text="-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n"))
    foreign = deliver(cast.seller_alias, mail("eve@elsewhere.example"))
    assert [hold_of(row).reason for row in (sealed, foreign)] == ["encrypted", "unknown-sender"]
    assert [release(row).word for row in (sealed, foreign)] == ["held", "held"]
    assert copies() == []


def test_who_has_proved_an_address_since_wrote_what_came_from_it(cast):
    row = deliver(cast.seller_alias, mail("ada@work.example"))
    cast.buyer.addresses.create(address="ada@work.example", verified_at=timezone.now(), is_primary=False)
    assert release(row) == Became("relayed")


def test_a_mail_that_waits_for_its_author_is_not_the_operators(cast, vouching):
    vouching(FAIL)
    row = spool(cast.seller_alias, mail(), trusted=False)
    work(AtOnce())
    assert review.release(row, OLGA, "") == review.drop(row, OLGA, "") == NotYours()
    assert Inbound.objects.get(id=row).state == "held"


def test_what_waits_for_nobody_cannot_be_decided(cast):
    row = deliver(cast.seller_alias, mail())
    assert review.release(row.id, OLGA, "") == review.drop(row.id, OLGA, "") == NotHeld()
    assert Event.objects.filter(kind__in=["released", "dropped"]).count() == 0


class TestDropping:
    def test_it_goes_nowhere_and_its_author_reads_why(self, cast, rules):
        rules(asks("one-rule"))
        row = deliver(cast.seller_alias, mail())
        assert review.drop(row.id, OLGA, "it threatens the seller") == Done()
        assert work() == 0
        row.refresh_from_db()
        assert (row.state, row.outcome) == ("done", "dropped by the operator: it threatens the seller")
        assert (message_of(row).state, message_of(row).reason) == ("blocked", "it threatens the seller")
        assert (copies(), row.raw is not None) == ([], True)
        (notice,) = notices()
        assert (notice.address, opened(notice)["Subject"]) == (ADA, "Your message was not passed on")
        assert "- it threatens the seller\n" in text_of(notice)
        assert Event.objects.filter(kind="dropped").count() == 1

    def test_of_automatic_mails_there_is_one_a_day(self, cast, rules):
        rules(asks("one-rule"))
        rows = [deliver(cast.seller_alias, mail(text=f"hm {number}\n")) for number in range(2)]
        for row in rows:
            review.drop(row.id, OLGA, "no")
        assert len(notices()) == 1

    def test_a_reason_that_tells_of_the_other_side_is_not_mailed(self, cast, rules):
        rules(asks("one-rule"))
        row = deliver(cast.seller_alias, mail())
        assert review.drop(row.id, OLGA, f"{BEN} does not want it") == Done()
        assert notices() == []

    def test_whose_it_is_nobody_knows_nobody_is_told(self, cast):
        row = deliver(cast.seller_alias, mail("eve@elsewhere.example"))
        assert review.drop(row.id, OLGA, "spam") == Done()
        assert Delivery.objects.count() == 0


@pytest.mark.parametrize("first", [review.release, review.drop])
@pytest.mark.parametrize("second", [review.release, review.drop])
def test_only_the_first_decision_counts_and_the_second_hears_whose_it_was(cast, rules, first, second):
    rules(asks("one-rule"))
    row = deliver(cast.seller_alias, mail())
    assert first(row.id, OLGA, "well") == Done()
    hold = hold_of(row)
    word = "released" if first is review.release else "dropped"
    expected = AlreadyDecided("Olga", hold.released_at or hold.dropped_at, word)
    assert second(row.id, Judge("Otto"), "no") == expected
    work()
    assert second(row.id, Judge("Otto"), "no") == expected
    assert len(copies()) == (first is review.release)


@pytest.mark.parametrize(("first", "second"), [(review.release, review.drop), (review.drop, review.release)])
def test_of_two_at_once_one_decides_and_the_other_waits_to_hear_it(cast, rules, monkeypatch, first, second):
    rules(asks("one-rule"))
    row = deliver(cast.seller_alias, mail())
    said, noted, threads = {}, review.note_events, []

    def decide(name, word):
        try:
            said[name] = word(row.id, Judge(name), name)
        finally:
            connection.close()

    def note(cursor, events):
        """Before the first commits, have the second come so far that it waits for it, or is done without."""
        if not threads:
            threads.append(threading.Thread(target=decide, args=("Otto", second)))
            threads[0].start()
            while not said:
                cursor.execute(_WAITS)
                if cursor.fetchone()[0]:
                    break
        noted(cursor, events)

    monkeypatch.setattr(review, "note_events", note)
    decide("Olga", first)
    threads[0].join(30)
    hold = hold_of(row)
    word = "released" if first is review.release else "dropped"
    assert said == {"Olga": Done(), "Otto": AlreadyDecided("Olga", hold.released_at or hold.dropped_at, word)}
    assert (hold.why, Event.objects.filter(kind__in=["released", "dropped"]).count()) == ("Olga", 1)


# The locks are as they are now; what the database says of its sessions is as it was when first asked for.
_WAITS = "SELECT count(*) FROM pg_locks, pg_sleep(0.01) WHERE NOT granted"


@pytest.mark.parametrize("decide", [review.release, review.drop])
def test_what_dies_before_it_is_written_whole_leaves_no_trace(cast, rules, monkeypatch, decide):
    rules(asks("one-rule"))
    row = deliver(cast.seller_alias, mail())
    before = (hold_of(row).__dict__ | {"_state": 0}, Inbound.objects.values().get(), Message.objects.values().get())
    last = "note_events" if decide is review.release else "queue"

    def die(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(review, last, die)
        with pytest.raises(KeyboardInterrupt):
            decide(row.id, OLGA, "well")
    after = (hold_of(row).__dict__ | {"_state": 0}, Inbound.objects.values().get(), Message.objects.values().get())
    assert after == before
    assert Event.objects.filter(kind__in=["released", "dropped"]).count() == 0


def test_a_worker_that_dies_over_a_released_mail_leaves_it_for_the_next(cast, rules, monkeypatch):
    rules(asks("one-rule"))
    row = deliver(cast.seller_alias, mail(files=[File("a.pdf", PDF, "application/pdf")]))
    review.release(row.id, OLGA, "well")

    def die(_batch):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(works, "store", die)
        with pytest.raises(KeyboardInterrupt):
            work()
    assert (message_of(row).state, message_of(row).attachments.count(), copies()) == ("held", 1, [])
    Inbound.objects.update(due_at="2026-01-01T00:00Z")
    work()
    assert (became_of(row.id), len(copies()), message_of(row).attachments.count()) == (Became("relayed"), 1, 1)
