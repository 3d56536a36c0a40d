"""Judges a message: every rule runs, every finding is kept, the strictest action wins."""

from __future__ import annotations

from evenhand.policy.book import Book
from evenhand.policy.facts import Facts
from evenhand.policy.verdict import Action, Finding, NotChecked, Verdict

__all__ = ["judge"]


def judge(facts: Facts, book: Book) -> Verdict:
    """
    Ask every rule of the book about the facts.

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
    action = max([action, *(one.action for one in findings)])
    return Verdict(action, book.name, tuple(findings), tuple(not_checked))
