"""Judges a message: every rule runs, every finding is kept, the strictest action wins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from evenhand.policy.book import Book, Rule
from evenhand.policy.case import PLATFORM_REQUEST, Case
from evenhand.policy.facts import Facts
from evenhand.policy.packs.wording import words_for, words_of
from evenhand.policy.parameters import Parameters
from evenhand.policy.read import read
from evenhand.policy.rule import PackRule
from evenhand.policy.unknown import missing
from evenhand.policy.verdict import Action, Detected, Finding, Hit, NotChecked, Verdict

__all__ = ["judge"]


@dataclass
class _Docket:
    """What the rules have said so far."""

    findings: list[Finding] = field(default_factory=list)
    not_checked: list[NotChecked] = field(default_factory=list)
    action: Action = Action.DELIVER

    def note(self, found: Iterator[Finding | NotChecked], rule: str) -> None:
        """Keep what a rule says; one that breaks has not passed, and holds the message."""
        try:
            for one in found:
                if isinstance(one, NotChecked):
                    self.not_checked.append(one)
                else:
                    self.findings.append(one)
        except Exception as error:  # noqa: BLE001  fail closed, whatever a rule does
            self.not_checked.append(NotChecked(rule, f"the rule stopped ({type(error).__name__})"))
            self.action = Action.HOLD


def judge(facts: Facts, book: Book, lang: str = "en") -> Verdict:
    """
    Ask every rule of the book about the facts; reasons and fixes are in `lang`.

    A rule that breaks is a rule that did not run, which is not a rule that passed: the message is held. So the
    verdict comes back whatever happens in a rule; nothing is raised. A fact that is lacking is told, and does not hold.
    """
    docket = _Docket()
    for name, rule in book.rules.items():
        docket.note(_service(rule, facts, book.parameters), name)
    detected = Detected()
    if book.published and facts.author == "seller":
        try:
            case = read(facts, book.parameters)
        except Exception as error:  # noqa: BLE001  what could not be read was not judged
            docket.not_checked.append(NotChecked("reading", f"it could not be read ({type(error).__name__})"))
            docket.action = Action.HOLD
        else:
            if case.is_cut:
                docket.not_checked.append(NotChecked("reading", "it is longer than is read"))
                docket.action = Action.HOLD
            detected = Detected(case.lang, any(act.kind == "review-request" for act in case.acts))
            for published in book.published:
                if case.message_class in published.classes and _concerns(published, case, book.parameters):
                    words = {**words_of(published, lang), "guess": words_for(lang)["guess"]["reason"]}
                    docket.note(_asked(published, case, book, words), published.id)
    action = max([docket.action, *(one.action for one in docket.findings)])
    return Verdict(action, book.name, tuple(docket.findings), tuple(docket.not_checked), detected)


def _concerns(rule: PackRule, case: Case, parameters: Parameters) -> bool:
    """Whether a rule is about such a message: of the marketplace's own request only those named for it are."""
    is_own = case.facts.purpose != PLATFORM_REQUEST or not parameters.platform_request_rules
    return is_own or rule.id in parameters.platform_request_rules


def _service(rule: Rule, facts: Facts, parameters: Parameters) -> Iterator[Finding | NotChecked]:
    """What a rule of the service's own says; it is called here, where whatever it does is caught."""
    yield from rule(facts, parameters)


def _asked(rule: PackRule, case: Case, book: Book, words: Mapping[str, str]) -> Iterator[Finding | NotChecked]:
    """What a published rule finds; if it finds nothing, which facts it lacked."""
    told: set[tuple[str, str]] = set()
    for one in rule.check(case, book.parameters):
        # What a message says in its text and again in its HTML is told once.
        same = (" ".join(one.excerpt.lower().split()), "" if one.part in {"text", "html"} else one.part)
        # What is to be mended is told at each of its places.
        if rule.action is Action.FIX or not one.excerpt or same not in told:
            told.add(same)
            yield _finding(rule, one, words, book.parameters)
    if not told:
        yield from (NotChecked(rule.id, fact) for fact in missing(case, book.parameters, rule.id, rule.needs))


def _finding(rule: PackRule, hit: Hit, words: Mapping[str, str], parameters: Parameters) -> Finding:
    action = rule.action if rule.is_set else hit.action or rule.action
    if hit.is_guess:
        action = min(action, Action[parameters.guess_action.upper()])
    reason = words.get("reason", rule.clause)
    if len(hit.pieces) > 1:
        reason += " (" + " + ".join(f"“{one}”" for one in hit.pieces) + ")"
    if hit.is_guess:
        reason = f"{reason} {words['guess']}"
    return Finding(
        rule=rule.id,
        action=action,
        part=hit.part,
        reason=reason,
        fix=words.get("fix", ""),
        clause=rule.clause,
        start=hit.start,
        end=hit.end,
        excerpt=hit.excerpt,
        confidence=hit.confidence,
        attachment=hit.attachment,
        group=rule.group,
        pack=rule.pack,
    )
