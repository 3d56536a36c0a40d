"""Reads a message once for all rules: its parts as they are seen and folded, its links, what it does with words."""

from __future__ import annotations

from evenhand.policy.case import Case, Part
from evenhand.policy.facts import Facts
from evenhand.policy.parameters import Parameters
from evenhand.policy.text.mapped import Mapped

__all__ = ["read"]


def read(facts: Facts, parameters: Parameters) -> Case:
    """Read the parts of a message; whatever its bytes are, this returns."""
    del parameters  # the hosts of links are judged by them
    named = (("subject", facts.subject), ("text", facts.text), ("html", facts.html))
    parts = tuple(Part(name, text, Mapped.same(text), Mapped.same(text)) for name, text in named if text)
    return Case(facts, parts, lang=facts.lang or "")
