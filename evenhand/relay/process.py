"""The journey of one message, as one list of steps: from stored bytes to its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from evenhand.configuration import Configuration
from evenhand.conversations.models import Origin
from evenhand.crashpoints import reach
from evenhand.mail.classify import Kind
from evenhand.mail.parse import Unreadable
from evenhand.mail.reading import Reading, Returned
from evenhand.policy import Action, Book, Verdict, hinders, judge
from evenhand.relay import bounces, notices
from evenhand.relay.content import facts_of, handed_out, letter_of, said_by
from evenhand.relay.echo import is_echo
from evenhand.relay.egress import inspect, protected_by
from evenhand.relay.ending import Ending
from evenhand.relay.history import Histories
from evenhand.relay.mending import mended_for
from evenhand.relay.models import HoldReason
from evenhand.relay.rates import Rates
from evenhand.relay.release import DOUBTS, objecting, waits, without_what_was_held
from evenhand.relay.rewrite import rewrite
from evenhand.relay.route import Aside, Refusal, Route, find_route
from evenhand.relay.scanning import facts_of_scan, why_unscanned
from evenhand.relay.scene import Scene
from evenhand.relay.spool import Spooled

__all__ = ["Desk", "process"]

Hold = tuple[HoldReason, str, str]
"""Why a mail waits for a person: the kind, the words for both sides, those for the operator."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What every message is worked on with: the settings, the house rules, the time, and what was before."""

    configuration: Configuration
    book: Book
    now: datetime
    rates: Rates = field(default_factory=Rates)
    histories: Histories = field(default_factory=Histories)


def process(  # noqa: C901  the journey is one list
    spooled: Spooled, reading: Reading | Returned | Unreadable, scene: Scene | None, desk: Desk
) -> Ending:
    """
    Take one stored message to its end: passed on, held, blocked, or recorded and left.

    Its bytes were read by a guarded reader. Everything else it needs was read before and everything it decides is
    written after, by the caller, in one transaction: so this can be run again, or thrown away, without a trace. Only
    the bytes of files and of large copies are stored on the way, under the name of their content, since they must be
    durable before the rows that name them.
    """
    ending = Ending(spooled, scene, desk.now)
    reach("process.begun")
    if isinstance(reading, Returned):
        return bounces.note(ending, reading)
    if scene is None:
        return ending.aside("nothing is known of the alias it came for")
    if isinstance(reading, Unreadable):
        return ending.held(HoldReason.UNREADABLE, "it could not be read", reading.reason)
    kind, mail, content = reading.kind, reading.mail, reading.content

    recorded_only = _RECORDED_ONLY[kind] if spooled.origin == Origin.MAIL else ""
    route = find_route(spooled, mail, kind, scene, desk.configuration.secret_key)
    match route:
        case Aside(why, told):
            if told and kind is Kind.PERSON:
                notices.about_shut(ending, told, why, desk.configuration)
            return ending.aside(why)
        case Refusal():
            return ending.aside(recorded_only) if recorded_only else _refuse(ending, route, desk)
        case Route():
            pass

    reach("process.routed")
    protected = protected_by(route.author, spooled, mail, desk.configuration.domain)
    ending.append(said_by(route.author.id, content, protected, signed=mail.signed))
    reach("process.said")
    if recorded_only:
        return ending.away(recorded_only) if kind is Kind.AUTO_REPLY else ending.aside(recorded_only)
    hold = _unjudged(ending, reading, route, scene)
    if hold:
        return ending.held(*hold)

    scanned = facts_of_scan(spooled, reading, desk.configuration)
    history = desk.histories.of(spooled.id, scene)
    facts = facts_of(content, route, scene, desk.now, scanned, history, spooled.origin)
    verdict = ending.verdict = judge(facts, desk.book, route.author.locale)
    ending.findings += verdict.findings
    reach("process.judged")
    if verdict.action >= Action.BOUNCE:
        notices.about_block(ending, route, verdict, desk.configuration)
        return ending.blocked(verdict.why())
    content, verdict = mended_for(content, facts, verdict, desk.book)
    hold = _judged(ending, reading, verdict, why_unscanned(scanned)) or _too_many(ending, route, scene, desk.rates)
    if hold:
        return ending.held(*hold)

    let_pass = without_what_was_held(verdict)
    ending.leave_out(let_pass)
    letter, removed = letter_of(content, let_pass, mail, protected)
    ending.findings += removed
    if letter.left_out and not (letter.text.strip() or letter.html.strip() or letter.files):
        notices.about_nothing_left(ending, route.author, verdict, desk.configuration)
        return ending.blocked(_NOTHING_LEFT)
    reach("process.cleaned")
    copy = rewrite(letter, route, scene, desk.configuration, desk.now)
    reach("process.composed")
    leak = inspect(copy.finished, protected)
    reach("process.searched")
    if leak is not None:
        return ending.held(HoldReason.LEAK, _WOULD_TELL, f"{leak.form} in {leak.where}")
    ending.hand_out(handed_out(copy))
    notices.about_passed(ending, route.author, let_pass, desk.configuration)
    # Who has no mailbox reads it in the portal: it was searched all the same.
    return ending.relayed(copy.sending if route.recipient.mailbox else None)


def _unjudged(ending: Ending, reading: Reading, route: Route, scene: Scene) -> Hold | None:
    """What waits without being judged: a notice about a machine's words would be answered by it, and so on."""
    spooled, said = ending.spooled, ending.said
    if (
        spooled.origin == Origin.MAIL
        and not spooled.release.waives(HoldReason.LOOP)
        and said
        and is_echo(said.text, route.author.id, scene.uttered, spooled.received_at)
    ):
        return HoldReason.LOOP, _ECHO, "a machine may be answering a machine"
    if reading.mail.encrypted or reading.content.behind:
        return HoldReason.ENCRYPTED, *_sealed(reading.content.behind)
    return None


def _judged(ending: Ending, reading: Reading, verdict: Verdict, unscanned: str) -> Hold | None:
    """What waits because a rule, or something that could not be checked, asks for a person."""
    release, content, doubts = ending.spooled.release, reading.content, reading.mail.doubts
    if unscanned:
        return HoldReason.UNSCANNED, _UNSCANNED, unscanned
    is_waiting = not verdict.action.goes or any(waits(one) for one in verdict.findings)
    if is_waiting and not release.waives_rules(objecting(verdict)):
        return HoldReason.POLICY, "a person will look at it first", _why_held(verdict)
    if content.incomplete:
        return HoldReason.POLICY, _TOO_LONG, content.incomplete
    if doubts and not release.waives_rules({DOUBTS}):
        return HoldReason.POLICY, _DOUBTFUL, "; ".join(doubts)
    return None


def _too_many(ending: Ending, route: Route, scene: Scene, rates: Rates) -> Hold | None:
    too_many = rates.objection(scene.conversation_id, route.author.id)
    if too_many and not ending.spooled.release.waives(HoldReason.RATE):
        return HoldReason.RATE, _TOO_MANY, too_many
    return None


_RECORDED_ONLY = {
    Kind.DSN: "it is a report about the delivery of a mail",
    Kind.FEEDBACK: "it is a complaint report",
    Kind.MDN: "it is a read receipt",
    Kind.AUTO_REPLY: "it is an automatic reply",
    Kind.LIST: "it came from a mailing list",
    Kind.PERSON: "",
}
_ECHO = "it repeats, word for word, what its author said before the other side answered"
_TOO_LONG = "it is too long to be checked whole"
_DOUBTFUL = "mail programs would not agree on what it says; write it anew, or here"
_NOTHING_LEFT = "it has no words, and none of its files could be passed on"
_SEALED = "it is encrypted, so it can’t be checked; send it again without encryption"
_ELSEWHERE = "its words stand on a page of your mail provider, which tells who you are; write them into the mail itself"
_UNSCANNED = "it could not be scanned for viruses"
_TOO_MANY = "you wrote more messages in a short time than people do; a person will look at it first"
_WOULD_TELL = "it would have told the other side an address that is kept private"


def _refuse(ending: Ending, refusal: Refusal, desk: Desk) -> Ending:
    ending.claimed_id = refusal.claimed.id if refusal.claimed else None
    notices.about_unconfirmed(ending, refusal, desk.configuration)
    notices.about_stranger(ending, refusal, desk.configuration)
    return ending.held(refusal.reason, refusal.public, refusal.private)


def _sealed(behind: str) -> tuple[str, str]:
    if behind:
        return _ELSEWHERE, f"a page of {behind} would show who wrote it"
    return _SEALED, "encrypted mail can be neither judged nor masked"


def _why_held(verdict: Verdict) -> str:
    found = [f"{one.rule}: {one.reason}" for one in verdict.findings if waits(one)]
    unchecked = [f"{one.rule}: {one.lacks}" for one in verdict.not_checked if hinders(one.lacks)]
    return "; ".join([*found, *unchecked])
