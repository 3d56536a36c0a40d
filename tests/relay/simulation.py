"""A house in miniature that Hypothesis plays with: the real relay and database, a far end and a clock of its own."""

import contextlib
import hashlib
import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

from django.db import InterfaceError, OperationalError, connection
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from evenhand.conversations.models import Message
from evenhand.crashpoints import POINTS, reach, rehearse
from evenhand.relay import deliver, failures, holds, intake, outbox, presence, work
from evenhand.relay.channel import Deferred, Failed, Sent
from evenhand.relay.models import Delivery, Inbound, Worker
from evenhand.relay.outbox import Outcome
from evenhand.relay.work import work_spool
from tests.cast import introduce, place
from tests.relay.post import Silent, mail, spool

WORKING = [one for one in POINTS if one.partition(".")[0] in {"spool", "work", "process", "store"}]
SENDING = [one for one in POINTS if one.partition(".")[0] in {"outbox", "deliver"}]
ANSWERS = ("taken", "taken", "taken", "put off", "refused", "cut off after the dot")
_NUMBER = re.compile(r"This is letter (\d+), and no other\.")


class Killed(BaseException):
    """The process died here: no code of its own runs any more."""


class Clock:
    """What the relay takes for the machine's clock; the database keeps its own."""

    skew = timedelta(0)

    @classmethod
    def now(cls, zone=UTC):
        return datetime.now(zone) + cls.skew


class House(RuleBasedStateMachine):
    """Mails come in, workers work and die, the far end answers as it likes, the database goes away, clocks jump."""

    def __init__(self):
        super().__init__()
        self.offered, self.accepted = defaultdict(list), set()
        self.arrived, self.crashes_after_dot = [], 0
        self.crashes = 0
        self.number = 0
        self.worker = None
        self.clocked = [one for one in (work, intake, holds, failures, deliver, outbox) if hasattr(one, "datetime")]
        self.kept = {one: one.datetime for one in self.clocked}

    @initialize()
    def open(self):
        self._empty()
        cast = introduce()
        from evenhand.conversations.actions import open_conversation

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
            for one in self.clocked:
                one.datetime = self.kept[one]
            self._empty()

    # What happens.

    @rule(which=st.integers(0, 1))
    def send(self, which):
        self.number += 1
        raw = mail(text=f"This is letter {self.number}, and no other.\n", to=str(self.aliases[which]))
        spool(self.aliases[which], raw, ago=timedelta(0))
        self.offered[which].append(self.number)
        self.last = (which, raw)

    @rule()
    def send_again(self):
        """A sender that was not answered comes again with the same bytes."""
        if self.number:
            which, raw = self.last
            spool(self.aliases[which], raw, ago=timedelta(0))

    @rule(point=st.sampled_from([*WORKING, *[None] * len(WORKING)]), passes=st.integers(1, 4), outage=st.booleans())
    def work(self, point, passes, outage):
        self._in_peril(point, passes, outage, lambda: work_spool(Silent(), worker=self.worker))

    @rule(
        point=st.sampled_from([*SENDING, *[None] * len(SENDING)]), passes=st.integers(1, 3), outage=st.booleans(),
        answers=st.lists(st.sampled_from(ANSWERS), min_size=4, max_size=4),
    )  # fmt: skip
    def deliver(self, point, passes, outage, answers):
        self._in_peril(point, passes, outage, lambda: self._deliver(list(answers)))

    @rule(hours=st.integers(-2, 2))
    def clock_jumps(self, hours):
        Clock.skew = timedelta(hours=hours)

    @rule()
    def time_passes(self):
        """What waits comes due; the leases of the living end too."""
        Inbound.objects.filter(state="queued").update(due_at="2026-01-01T00:00Z")
        Delivery.objects.filter(state="deferred").update(due_at="2026-01-01T00:00Z")

    # What must always hold.

    @invariant()
    def one_id_one_content(self):
        known = defaultdict(set)
        for msgid, content, _ in self.arrived:
            known[msgid].add(content)
        assert all(len(contents) == 1 for contents in known.values()), "two contents under one Message-ID"

    @invariant()
    def no_more_repeats_than_crashes(self):
        repeats = len(self.arrived) - len({msgid for msgid, _, _ in self.arrived})
        assert repeats <= self.crashes_after_dot, f"{repeats} repeats after {self.crashes_after_dot} crashes"

    @invariant()
    def in_order(self):
        places = {}
        for place_, (_, _, number) in enumerate(self.arrived):
            places.setdefault(number, place_)
        for numbers in self.offered.values():
            came = [places[number] for number in numbers if number in places]
            assert came == sorted(came), "out of order"

    # How it is done.

    def _in_peril(self, point, passes, outage, act):
        left = passes

        def die(name):
            nonlocal left
            if name != point:
                return
            left -= 1
            if left == 0:
                rehearse(None)
                # What the dead had open, the database rolls back.
                connection.connection.close()
                if not outage:
                    raise Killed

        rehearse(die if point else None)
        before = len(self.arrived)
        try:
            act()
        except Killed:
            self._bury(before)
        except (OperationalError, InterfaceError):
            # The worker lives; its connection does not. As in its loop, it connects anew and looks again.
            connection.close()
            self._bury(before)
        finally:
            rehearse(None)

    def _bury(self, before):
        """A worker is gone; another is there, and frees what it had."""
        connection.close()
        self.crashes += 1
        # At most those of one group were handed over without the house knowing.
        self.crashes_after_dot += len(self.arrived) - before
        self._reap()
        self._hire()

    def _hire(self):
        self.worker = Worker.objects.create(name="simulated").number

    def _reap(self):
        with contextlib.closing(_line()) as line:
            presence.reap(line, list(Worker.objects.values_list("number", flat=True)))

    def _deliver(self, answers):
        claimed = outbox.claim(len(answers), self.worker)
        ended = []
        for copy, answer in zip(claimed, answers, strict=False):
            reach("deliver.trying")
            ended.append(Outcome(copy, self._try(copy, answer), copy.now()))
            reach("deliver.ended")
        if ended:
            deliver._record(ended)

    def _try(self, copy, answer):
        content = copy.content
        assert content is not None
        found = _NUMBER.search(content.decode())
        if answer == "put off":
            return Deferred("rcpt", "4.2.2")
        if answer == "refused":
            return Failed("rcpt", "5.1.1")
        if found:
            msgid = Delivery.objects.values_list("msgid", flat=True).get(id=copy.id)
            self.arrived.append((msgid, hashlib.sha256(content).digest(), int(found[1])))
        if answer == "cut off after the dot":
            self.crashes_after_dot += 1
            return Deferred("dot", "4.4.2")
        return Sent()

    def _settle(self):
        """At the end all goes well: whatever was accepted has come to an end a person can see, once on the page."""
        self._reap()
        self._hire()
        for _ in range(60):
            self.time_passes()
            # What an operator would put back.
            Inbound.objects.filter(state="parked").update(state="queued", attempts=0)
            Delivery.objects.filter(state="parked").update(state="queued")
            work_spool(Silent(), worker=self.worker)
            self._deliver(["taken"] * 4)
            if not Inbound.objects.filter(state__in=["queued", "working"]).exists() and not (
                Delivery.objects.filter(state__in=["queued", "sending", "deferred"]).exists()
            ):
                break
        accepted = sorted(number for numbers in self.offered.values() for number in numbers)
        shown = Counter(int(_NUMBER.search(text)[1]) for text in Message.objects.values_list("text", flat=True))
        assert shown == Counter(accepted)
        failed = Delivery.objects.filter(message__isnull=False, state="failed").count()
        arrived = {number for _, _, number in self.arrived}
        assert len(arrived) >= len(accepted) - failed
        self.one_id_one_content()
        self.no_more_repeats_than_crashes()
        self.in_order()

    def _empty(self):
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables "
                "WHERE schemaname = 'public' AND tablename LIKE 'evenhand%'"
            )
            cursor.execute(f"TRUNCATE {cursor.fetchone()[0]} CASCADE")


def _line():
    import psycopg
    from django.conf import settings

    return psycopg.connect(
        psycopg.conninfo.make_conninfo(settings.DATABASE_CONNINFO, dbname=connection.settings_dict["NAME"]),
        autocommit=True,
    )
