"""Judges a message: every rule runs, every finding is kept, the strictest action wins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evenhand.policy.book import Book
from evenhand.policy.case import Case
from evenhand.policy.facts import Facts
from evenhand.policy.packs.wording import words_for
from evenhand.policy.read import read
from evenhand.policy.rule import PackRule
from evenhand.policy.unknown import missing
from evenhand.policy.verdict import Action, Detected, Finding, Hit, Lacks, NotChecked, Verdict

__all__ = ["judge"]


def judge(facts: Facts, book: Book, lang: str = "en") -> Verdict:
    """
    Ask every rule of the book about the facts; reasons and fixes are in `lang`.

    A rule that breaks is a rule that did not run, which is not a rule that passed: the message is held. So the
    verdict comes back whatever happens in a rule; nothing is raised.
    """
    findings: list[Finding] = []
    not_checked: list[NotChecked] = []
    action = Action.DELIVER
    for name, rule in book.rules.items():
        try:
            for one in rule(facts, book.parameters):
                if isinstance(one, NotChecked):
                    not_checked.append(one)
                else:
                    findings.append(one)
        except Exception as error:  # noqa: BLE001  fail closed, whatever a rule does
            not_checked.append(NotChecked(name, f"the rule stopped ({type(error).__name__})"))
            action = Action.HOLD
    detected = Detected()
    if book.published and facts.author == "seller":
        try:
            case = read(facts, book.parameters)
        except Exception as error:  # noqa: BLE001  what could not be read was not judged
            not_checked.append(NotChecked("reading", f"it could not be read ({type(error).__name__})", Action.HOLD))
            action = Action.HOLD
        else:
            detected = Detected(case.lang, any(act.kind == "review-request" for act in case.acts))
            for found in _published(case, book, words_for(lang)):
                if isinstance(found, NotChecked):
                    not_checked.append(found)
                else:
                    findings.append(found)
            action = max([action, *(one.action for one in not_checked if one.lacks.startswith("the rule stopped"))])
    action = max([action, *(one.action for one in findings)])
    return Verdict(action, book.name, tuple(findings), tuple(not_checked), detected)


def _published(case: Case, book: Book, words: Mapping[str, Mapping[str, str]]) -> Iterator[Finding | NotChecked]:
    """Every rule of the packs that is in scope: its findings, or which facts it lacked."""
    for rule in book.published:
        if case.message_class not in rule.classes:
            continue
        lacking: list[str] = []
        told: set[tuple[str, str]] = set()
        try:
            for one in rule.check(case, book.parameters):
                if isinstance(one, Lacks):
                    lacking.append(one.fact)
                    continue
                # What a message says in its text and again in its HTML is told once.
                same = (" ".join(one.excerpt.lower().split()), "" if one.part in {"text", "html"} else one.part)
                if one.excerpt and same in told:
                    continue
                told.add(same)
                yield _finding(rule, one, words.get(rule.id, {}))
        except Exception as error:  # noqa: BLE001  fail closed, whatever a rule does
            yield NotChecked(rule.id, f"the rule stopped ({type(error).__name__})", Action.HOLD)
            continue
        if not told:
            for fact in dict.fromkeys([*missing(case, tuple(rule.needs)), *lacking]):
                yield NotChecked(rule.id, fact, rule.if_unknown)


def _finding(rule: PackRule, hit: Hit, words: Mapping[str, str]) -> Finding:
    return Finding(
        rule=rule.id,
        action=hit.action or rule.action,
        part=hit.part,
        reason=hit.reason or words.get("reason", rule.clause),
        fix=hit.fix or words.get("fix", ""),
        clause=hit.clause or rule.clause,
        start=hit.start,
        end=hit.end,
        excerpt=hit.excerpt,
        confidence=hit.confidence,
        attachment=hit.attachment,
        group=rule.group,
        pack=rule.pack,
        pieces=hit.pieces,
        sanction=(rule.sanction,),
        replacement=hit.replacement,
    )
