"""What an operator let pass in a held mail, and how far that goes when the mail is judged anew."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from evenhand.policy import Action, Finding, Verdict, hinders
from evenhand.relay.models import HoldReason

__all__ = [
    "DOUBTS", "MASKED_ADDRESS", "NOTHING", "Release", "objecting", "waited_for", "waits", "without_what_was_held",
]  # fmt: skip

_WAIVABLE = frozenset({HoldReason.POLICY, HoldReason.RATE, HoldReason.LOOP})
"""What a person may decide otherwise. Everything else is found again or not, whoever says so."""

DOUBTS = "doubts"
"""Stands among the rules for the doubt whether all mail programs read a mail alike, which no rule tells."""

MASKED_ADDRESS = "masked-address"
"""Stands where a rule stands for what was taken out on the way, whatever the book says."""


@dataclass(frozen=True, slots=True)
class Release:
    """
    What was let pass, by all decisions about one mail.

    `reasons` are those of the holds that were ended, `rules` those that had asked for a person then: a rule that joined
    the book since asks again. `message_id` is the message that the mail is already; it is the same one that goes on.
    """

    reasons: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    message_id: UUID | None = None

    def waives(self, reason: HoldReason) -> bool:
        """Whether a mail is not held for this reason again."""
        return reason in _WAIVABLE and reason in self.reasons

    def waives_rules(self, rules: Iterable[str]) -> bool:
        """Whether a person has seen what all these rules object to, and let it pass."""
        return self.waives(HoldReason.POLICY) and self.rules.issuperset(rules)

    def after(self, reason: str, rules: Iterable[str], message_id: UUID | None) -> Release:
        """What is let pass once a further hold is ended."""
        return Release(self.reasons | {reason}, self.rules | {*rules}, self.message_id or message_id)

    def written(self) -> dict[str, Any]:
        """The form in which it is stored."""
        return {
            "reasons": sorted(self.reasons),
            "rules": sorted(self.rules),
            "message": str(self.message_id) if self.message_id else None,
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any] | str | None) -> Release:
        """Read what was stored; nothing was let pass if there is nothing."""
        if stored is None:
            return NOTHING
        known = json.loads(stored) if isinstance(stored, str) else stored
        message = known.get("message")
        return cls(frozenset(known["reasons"]), frozenset(known["rules"]), UUID(message) if message else None)


NOTHING = Release()
"""What is let pass in a mail that nobody has decided about."""


_UNSTYLED = frozenset({"line-height-override", "font-family-override", "font-color-override"})
"""Rules about styles: no copy carries any, so that what they would mend is mended in each."""


def waits(finding: Finding) -> bool:
    """
    Whether a finding makes a message wait for a person.

    So does what nothing on the way can do by itself: keep a message until there is room, or mend words that could not
    be mended.
    """
    mends_words = finding.action is Action.FIX and finding.pack and not finding.attachment
    return finding.action in {Action.QUEUE, Action.HOLD} or bool(mends_words and finding.rule not in _UNSTYLED)


_IN_WORDS = frozenset({"text", "html", "subject", "message"})


def waited_for(rule: str, action: str, part: str) -> bool:
    """The same of a finding as it is stored."""
    mends_words = action == "fix" and part in _IN_WORDS and rule not in {*_UNSTYLED, MASKED_ADDRESS}
    return action in {"queue", "hold"} or mends_words


def objecting(verdict: Verdict) -> set[str]:
    """The rules because of which a verdict holds a message: those that say so, and those that could not be asked."""
    held = {one.rule for one in verdict.findings if waits(one)}
    return held | {one.rule for one in verdict.not_checked if hinders(one.lacks)}


def without_what_was_held(verdict: Verdict) -> Verdict:
    """
    The same verdict once a person let it pass: a file because of which a message was held stays behind.

    It could not be cleaned, so it is no more fit to be passed on than before.
    """
    if verdict.action is not Action.HOLD:
        return verdict
    findings = [
        replace(one, action=Action.FIX) if one.action is Action.HOLD and one.attachment else one
        for one in verdict.findings
    ]
    return replace(verdict, findings=findings)
