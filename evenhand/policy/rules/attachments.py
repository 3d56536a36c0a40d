"""Which files are passed on: by what they are and whether they could be cleaned, not by what they are called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from evenhand.policy.facts import AttachmentFact, Facts
from evenhand.policy.parameters import Parameters
from evenhand.policy.verdict import Action, Finding

__all__ = [
    "archives", "disguised", "executables", "mails", "oversize", "sealed", "unchecked", "unlisted", "unreadable",
]  # fmt: skip

_CLAUSE = "House rule on attachments"


def _rule(name: str, *kinds: str) -> Callable[[Facts, Parameters], Iterator[Finding]]:
    """Make the rule that tells of files of these kinds: left out, or held where whoever cleaned them said so."""

    def rule(facts: Facts, _: Parameters) -> Iterator[Finding]:
        for one in facts.attachments:
            if one.kind in kinds:
                yield _finding(one, name, one.reason, one.fix)

    return rule


executables = _rule("attachment-executable", "runs")
"""Leave out what can run when it is opened: programs, scripts, macros, pages, shortcuts."""

archives = _rule("attachment-archive", "packed")
"""Leave out packed files: what is inside cannot be checked."""

mails = _rule("attachment-mail", "mail")
"""Leave out whole mails: their headers name everybody they went to."""

sealed = _rule("attachment-sealed", "identifies", "sealed")
"""Leave out what names its sender by design: cards, keys, signatures; hold what is locked."""

disguised = _rule("attachment-disguised", "disguised")
"""Hold a message with a file that is not what it says it is."""

unreadable = _rule("attachment-unreadable", "damaged", "empty", "too-large")
"""Leave out what could not be opened, and so not freed of what it tells."""

unchecked = _rule("attachment-unchecked", "unknown", "unchecked")
"""Hold a message with a file that could not be checked."""


def unlisted(facts: Facts, parameters: Parameters) -> Iterator[Finding]:
    """Leave out every kind of file that cannot be cleaned or is not on the book's list."""
    for one in facts.attachments:
        if one.kind == "unlisted" or (not one.kind and one.media_type not in parameters.allowed_types):
            yield _finding(
                one,
                "attachment-type",
                one.reason or f"Files of this kind ({one.media_type}) are not passed on.",
                one.fix or "Send it as a picture, a PDF or plain text.",
            )


def oversize(facts: Facts, parameters: Parameters) -> Iterable[Finding]:
    """Block what is larger, in all, than a common mail server takes: text, HTML and files as they came."""
    words = len(facts.text.encode("utf-8", "replace")) + len(facts.html.encode("utf-8", "replace"))
    size = words + sum(one.size for one in facts.attachments)
    if size > parameters.total_size:
        yield Finding(
            rule="attachment-size",
            action=Action.BLOCK,
            part="message",
            clause=_CLAUSE,
            reason=f"The message has {size:,} bytes in all; {parameters.total_size:,} are the most.",
            fix="Attach smaller files, or send them in several messages.",
        )


def _finding(one: AttachmentFact, rule: str, reason: str, fix: str) -> Finding:
    action = Action.HOLD if one.held else Action.FIX
    return Finding(
        rule=rule, action=action, part=one.name, clause=_CLAUSE, reason=reason, fix=fix, attachment=one.ordinal
    )
