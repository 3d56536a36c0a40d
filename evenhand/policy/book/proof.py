"""Proves the operator's own rules by their examples: each finds what it says, and leaves alone what it says."""

from __future__ import annotations

from collections.abc import Mapping

from evenhand.policy.book.source import Table
from evenhand.policy.case import NECESSARY
from evenhand.policy.facts import AttachmentFact, Facts, ImageFact
from evenhand.policy.parameters import Parameters
from evenhand.policy.read import read
from evenhand.policy.rule import PackRule

__all__ = ["prove"]


def prove(rule: PackRule, table: Table, parameters: Parameters) -> None:
    """Tell each example of a rule that is not as it says."""
    for kind in ("finds", "leaves_alone"):
        for number, example in enumerate(getattr(rule, kind)):
            found = next(iter(rule.check(read(_facts(rule, example), parameters), parameters)), None)
            if kind == "finds" and found is None:
                table.tell(f"“{rule.id}” does not find this example; mend the rule or the example.", kind, number)
            if kind == "leaves_alone" and found is not None:
                table.tell(
                    f"“{rule.id}” finds “{found.excerpt[:60]}” in the {found.part} of this example, and is to leave it"
                    " alone; mend the rule or the example.",
                    kind,
                    number,
                )


def _facts(rule: PackRule, example: Mapping[str, object]) -> Facts:
    """The facts of an example, which is a message of a class that the rule is about."""

    def said(name: str) -> str:
        return str(example.get(name, ""))

    file = AttachmentFact(1, "file", "text/plain", "text/plain", len(said("attachment")), text=said("attachment"))
    return Facts(
        text=said("text"),
        now=None,
        author="seller",
        subject=said("subject"),
        html=said("html"),
        attachments=(file,) if said("attachment") else (),
        images=(ImageFact("picture", said("image")),) if said("image") else (),
        opened_by="buyer" if rule.classes == {"reply"} else "seller",
        purpose=min(NECESSARY) if rule.classes == {"necessary"} else None,
    )
