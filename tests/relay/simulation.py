"""A house in miniature that Hypothesis plays with: the real relay and database, a far end and a clock of its own."""

import hashlib
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Q
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from evenhand.conversations.actions import open_conversation
from evenhand.conversations.models import Message
from evenhand.crashpoints import POINTS, rehearse
from evenhand.relay import deliver, failures, holds, intake, outbox, presence, work
from evenhand.relay.channel import Deferred, Failed, Sent
from evenhand.relay.models import Delivery, Inbound, Worker
from evenhand.relay.outbox import Outcome, Pending
from evenhand.relay.work import work_spool
from tests.cast import introduce, place
from tests.relay.post import Silent, mail, spool

WORKERS = 2
WORKING = [one for one in POINTS if one.partition(".")[0] in {"spool", "work", "process", "store"}]
CLAIMING = ["outbox.claiming", "outbox.claimed"]
RECORDING = [one for one in POINTS if one.startswith("outbox.") and one not in CLAIMING] + ["deliver.telling"]
ANSWERS = ("taken", "taken", "taken", "put off", "put off", "refused", "cut off after the dot")
_NUMBER = re.compile(r"This is letter (\d+), and no other\.")
_LONG_AGO = "2026-01-01T00:00Z"


class Killed(BaseException):
    """The process died here: no code of its own runs any more."""


class Clock:
    """What the relay takes for the machine's clock; the database keeps its own."""

    skew = timedelta(0)

    @classmethod
    def now(cls, zone=UTC):
        return datetime.now(zone) + cls.skew


@dataclass(eq=False)
class Attempt:
    """
    One try of a copy, as the world sees it.

    It is excused once its worker was given up before the result was written, or its answer was lost: then the house
    cannot know whether the copy arrived, and one more is no fault. What arrives of one given up is late.
    """

    pending: Pending
    number: int | None
    is_excused: bool = False
    outcome: Outcome | None = None


@dataclass(eq=False)
class Hand:
    """A worker: its number, the connection that holds its lock, and what it has claimed and not written the end of."""

    number: int
    line: psycopg.Connection
    trying: list[Attempt] = field(default_factory=list)
    ended: list[Attempt] = field(default_factory=list)
    is_given_up: bool = False

    def let_go(self):
        """Lose the lock, and for certain: a server may take its time to see that a connection is gone."""
        self.line.execute("SELECT pg_advisory_unlock_all()")
        self.line.close()

    def give_up(self):
        self.is_given_up = True
        for one in [*self.trying, *self.ended]:
            one.is_excused = True


@dataclass(frozen=True)
class Arrival:
    """What the far end took."""

    msgid: str
    digest: bytes
    number: int
    attempt: Attempt
    is_late: bool


def _sometimes(points):
    """At a point one time in three, else at none."""
    return st.one_of(st.none(), st.none(), st.sampled_from(points))


_who, _anybody = st.integers(0, WORKERS - 1), st.integers(0, WORKERS)
_sends = st.tuples(st.just("send"), st.integers(0, 1), st.integers(1, 3))
_works = st.tuples(st.just("work"), _who, _sometimes(WORKING), st.integers(1, 4), st.booleans())
_claims = st.tuples(st.just("claim"), _who, st.integers(1, 3), _sometimes(CLAIMING), st.booleans())
_tries = st.tuples(st.just("try"), _anybody, st.integers(0, 3), st.sampled_from(ANSWERS))
_records = st.tuples(st.just("record"), _anybody, _sometimes(RECORDING), st.booleans())
_put_offs = st.tuples(st.just("put_off_and_follow"), st.integers(0, 1), _who)
_deaths = st.tuples(st.sampled_from(["kill", "lose_the_lock"]), _who)
_mends = st.sampled_from([("look_around",), ("time_passes",)])
_others = st.one_of(st.just(("send_again",)), st.tuples(st.just("clock_jumps"), st.integers(-2, 2)))
STEPS = st.one_of(
    _sends, _sends, _works, _works, _claims, _tries, _tries, _tries, _tries, _records, _records, _put_offs, _deaths,
    _mends, _mends, _others,
)  # fmt: skip


class House(RuleBasedStateMachine):
    """
    Mails come in, workers work and die, the far end answers as it likes, the database goes away, clocks jump.

    Several workers are under way at once, and what each does to a copy (claim it, try it, write how that ended) are
    steps of their own, so that any others can come between them. One that lost its lock goes on with what it has.
    """

    def __init__(self):
        super().__init__()
        self.offered = defaultdict(list)
        self.arrived, self.stopped = [], set()
        self.number = 0
        self.hands, self.ghosts = [], []
        self.clocked = [one for one in (work, intake, holds, failures, deliver, outbox) if hasattr(one, "datetime")]
        self.kept = {one: one.datetime for one in self.clocked}

    @initialize()
    def open(self):
        _empty()
        cast = introduce()
        other = open_conversation(place(cast.buyer, cast.seller, "9001"))
        self.aliases = [cast.seller_alias, other.aliases.get(participant=cast.seller)]
        for one in self.clocked:
            one.datetime = Clock
        Clock.skew = timedelta(0)
        self._hire()

    def teardown(self):
        rehearse(None)
        try:
            if hasattr(self, "aliases"):
                self._settle()
        finally:
            for one in [*self.hands, *self.ghosts]:
                one.line.close()
            for one in self.clocked:
                one.datetime = self.kept[one]
            _empty()

    # What happens. One rule for all of it, since Hypothesis would leave out some rules of many in each story, and a
    # mail goes its way only by all of them.

    @rule(step=STEPS)
    def step(self, step):
        act, *how = step
        getattr(self, f"_{act}")(*how)

    def _send(self, which, count):
        for _ in range(count):
            self.number += 1
            raw = mail(text=f"This is letter {self.number}, and no other.\n", to=str(self.aliases[which]))
            spool(self.aliases[which], raw, ago=timedelta(0))
            self.offered[which].append(self.number)
            self.last = (which, raw)

    def _send_again(self):
        """A sender that was not answered comes again with the same bytes."""
        if self.number:
            which, raw = self.last
            spool(self.aliases[which], raw, ago=timedelta(0))

    def _work(self, who, point, passes, outage):
        hand = self.hands[who]
        self._in_peril(hand, point, passes, outage, lambda: work_spool(Silent(), worker=hand.number))

    def _claim(self, who, limit, point, outage):
        hand = self.hands[who]
        self._in_peril(hand, point, 1, outage, lambda: self._take(hand, limit))

    def _try(self, who, which, answer):
        hand = self._anybody(who)
        if not hand.trying and not hand.is_given_up:
            self._take(hand, 1)
        if hand.trying:
            self._hand_over(hand, hand.trying[which % len(hand.trying)], answer)

    def _record(self, who, point, outage):
        hand = self._anybody(who)
        if hand.ended:
            self._in_peril(hand, point, 1, outage, lambda: self._write(hand))

    def _put_off_and_follow(self, which, who):
        """A mail is put off, and the next of its conversation is there already; a step of its own, as chance is slow."""
        hand = self.hands[who]
        self._send(which, 2)
        self._work(who, None, 1, outage=False)
        for answer in ("put off", "taken"):
            self._claim(who, 9, None, outage=False)
            for one in [*hand.trying]:
                self._hand_over(hand, one, answer)
            self._record(who, None, outage=False)

    def _kill(self, who):
        self._bury(self.hands[who])

    def _lose_the_lock(self, who):
        """A worker's connection breaks; before it notices, others take it for dead."""
        hand = self.hands.pop(who)
        hand.let_go()
        self.ghosts.append(hand)
        self._hire()
        self._look_around()
        assert outbox.claim(9, hand.number) == [], "who was given up may claim nothing more"
        assert work.spool.claim(9, hand.number) == [], "who was given up may claim nothing more"

    def _clock_jumps(self, hours):
        Clock.skew = timedelta(hours=hours)

    def _time_passes(self):
        """What waits comes due; so do mails that a living worker let go of when the database was away."""
        living = [one.number for one in self.hands]
        Inbound.objects.filter(Q(state="queued") | Q(state="working", claimed_by__in=living)).update(due_at=_LONG_AGO)
        Delivery.objects.filter(state="deferred").update(due_at=_LONG_AGO)

    # What must always hold.

    @invariant()
    def one_id_one_content(self):
        known = defaultdict(set)
        for one in self.arrived:
            known[one.msgid].add(one.digest)
        assert all(len(contents) == 1 for contents in known.values()), "two contents under one Message-ID"

    @invariant()
    def one_number_one_id(self):
        known = defaultdict(set)
        for one in self.arrived:
            known[one.number].add(one.msgid)
        assert all(len(ids) == 1 for ids in known.values()), "two Message-IDs for one letter"

    @invariant()
    def what_a_worker_has_is_its_own(self):
        """Nobody else has it, and nobody who comes late says how it ended, unless it was sent."""
        held = {one.pending.id: one.pending for hand in self.hands for one in [*hand.trying, *hand.ended]}
        assert len(held) == sum(len(hand.trying) + len(hand.ended) for hand in self.hands), "two have the same copy"
        rows = Delivery.objects.filter(id__in=held).exclude(state="sent").values_list("id", "state", "attempts")
        assert [row for row in rows if row[1:] != ("sending", held[row[0]].attempts)] == [], "taken out of its hands"

    @invariant()
    def no_more_repeats_than_crashes(self):
        """Of each copy: whatever came of tries nobody is excused for came once."""
        came = Counter(one.msgid for one in self.arrived if not one.attempt.is_excused)
        assert max(came.values(), default=1) == 1, "a repeat that no crash explains"

    @invariant()
    def in_order(self):
        places = {}
        for place_, one in enumerate(self.arrived):
            if not one.is_late:
                places.setdefault(one.number, place_)
        for numbers in self.offered.values():
            came = [places[number] for number in numbers if number in places and number not in self.stopped]
            assert came == sorted(came), "out of order"

    # How it is done.

    def _anybody(self, who):
        """A worker that lives, or the one that was given up last."""
        return self.hands[who] if who < WORKERS else (self.ghosts or self.hands)[-1]

    def _in_peril(self, hand, point, passes, outage, act):
        left = passes

        def die(name):
            nonlocal left
            if name == "outbox.recorded":
                hand.ended.clear()
            if name != point:
                return
            left -= 1
            if left == 0:
                rehearse(None)
                # What the dead had open, the database rolls back.
                connection.connection.close()
                if not outage:
                    raise Killed

        rehearse(die)
        try:
            act()
        except Killed:
            self._bury(hand)
        except (OperationalError, InterfaceError):
            # The worker lives; its connection does not. As in its loop, it connects anew and looks again.
            connection.close()
        finally:
            rehearse(None)
        if connection.connection is not None and connection.connection.closed:
            connection.close()

    def _bury(self, hand):
        """A worker is gone; another takes its place."""
        connection.close()
        if not hand.line.closed:
            hand.let_go()
        hand.give_up()
        self.ghosts = [one for one in self.ghosts if one is not hand]
        self.hands = [one for one in self.hands if one is not hand]
        self._hire()

    def _hire(self):
        while len(self.hands) < WORKERS:
            number = Worker.objects.create(name="simulated").number
            hand = Hand(number, _line())
            assert presence._hold(hand.line, number)
            self.hands.append(hand)

    def _look_around(self):
        """The living free what the dead had, and see which mails and copies stop for a person."""
        line = self.hands[0].line
        gone = sorted(presence.look_around(line, self.hands[0].number))
        assert not {one.number for one in self.hands} & set(gone), "one who lives is taken for dead"
        presence.reap(line, gone)
        for one in self.ghosts:
            one.give_up()
        self._note_stopped()

    def _note_stopped(self):
        """What waits for a person may be passed by what comes later."""
        for rows in (
            Inbound.objects.filter(state="parked").values_list("raw", flat=True),
            Delivery.objects.filter(state="parked").values_list("content", flat=True),
        ):
            self.stopped.update(int(_NUMBER.search(bytes(raw).decode())[1]) for raw in rows)

    def _take(self, hand, limit):
        for one in outbox.claim(limit, hand.number):
            found = _NUMBER.search(one.content.decode()) if one.message_id else None
            hand.trying.append(Attempt(one, int(found[1]) if found else None))

    def _hand_over(self, hand, attempt, answer):
        hand.trying.remove(attempt)
        hand.ended.append(attempt)
        ended = {"put off": Deferred("rcpt", "4.2.2"), "refused": Failed("rcpt", "5.1.1")}.get(answer)
        if ended is None:
            ended = Sent()
            if answer == "cut off after the dot":
                attempt.is_excused, ended = True, Deferred("dot", "4.4.2")
            if attempt.number is not None:
                msgid = Delivery.objects.values_list("msgid", flat=True).get(id=attempt.pending.id)
                digest = hashlib.sha256(attempt.pending.content).digest()
                self.arrived.append(Arrival(msgid, digest, attempt.number, attempt, hand.is_given_up))
        attempt.outcome = Outcome(attempt.pending, ended, attempt.pending.now())

    def _write(self, hand):
        deliver._record([one.outcome for one in hand.ended])

    def _settle(self):
        """At the end all goes well: whatever was accepted has come to an end a person can see, once on the page."""
        for hand in [*self.hands]:
            self._bury(hand)
        self._look_around()
        hand = self.hands[0]
        for _ in range(60):
            self._time_passes()
            # What an operator would put back.
            self._note_stopped()
            Inbound.objects.filter(state="parked").update(state="queued", attempts=0)
            Delivery.objects.filter(state="parked").update(state="queued", due_at=_LONG_AGO)
            work_spool(Silent(), worker=hand.number)
            self._in_peril(hand, None, 1, False, lambda: self._take(hand, 16))
            for one in [*hand.trying]:
                self._hand_over(hand, one, "taken")
            self._in_peril(hand, None, 1, False, lambda: hand.ended and self._write(hand))
            if not Inbound.objects.filter(state__in=["queued", "working"]).exists() and not (
                Delivery.objects.filter(state__in=["queued", "sending", "deferred"]).exists()
            ):
                break
        accepted = sorted(number for numbers in self.offered.values() for number in numbers)
        shown = Counter(int(_NUMBER.search(text)[1]) for text in Message.objects.values_list("text", flat=True))
        assert shown == Counter(accepted)
        ended = {
            int(_NUMBER.search(text)[1]): state
            for text, state in Delivery.objects.filter(message__isnull=False).values_list("message__text", "state")
        }
        assert sorted(ended) == accepted
        assert set(ended.values()) <= {"sent", "failed"}
        arrived = {one.number for one in self.arrived}
        assert [number for number, state in ended.items() if state == "sent" and number not in arrived] == []
        self.one_id_one_content()
        self.one_number_one_id()
        self.no_more_repeats_than_crashes()
        self.in_order()


def _empty():
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables "
            "WHERE schemaname = 'public' AND tablename LIKE 'evenhand%'"
        )
        cursor.execute(f"TRUNCATE {cursor.fetchone()[0]} CASCADE")


def _line():
    return psycopg.connect(
        psycopg.conninfo.make_conninfo(settings.DATABASE_CONNINFO, dbname=connection.settings_dict["NAME"]),
        autocommit=True,
    )
