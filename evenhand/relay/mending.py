"""Mends the words that go on, where a published rule says so; what was said stays on record as it was written."""

from __future__ import annotations

from dataclasses import replace

from evenhand.mail.reading import Content
from evenhand.policy import Action, Book, Facts, Finding, Verdict
from evenhand.policy.mend import mend

__all__ = ["mended_for"]

_WORK = 500_000
"""Characters judged in trials for one message at most: others wait behind it."""


def mended_for(content: Content, facts: Facts, verdict: Verdict, book: Book) -> tuple[Content, Verdict]:
    """
    Give the words as they may go on, and the verdict without the findings that were mended in them.

    Of a page the sanitised form is mended, since that is what goes on: it has no styles to be found fault with.
    """
    if not any(_is_about_words(one) for one in verdict.findings):
        return content, verdict
    going = replace(facts, html=content.clean_html)
    made = mend(going, book, work=_WORK)
    words = replace(content, subject=made.facts.subject, text=made.facts.text, clean_html=made.facts.html)
    left = {(one.rule, one.part) for one in made.verdict.findings if _is_about_words(one)}
    findings = [one for one in verdict.findings if not _is_about_words(one) or (one.rule, one.part) in left]
    return words, replace(verdict, findings=findings)


def _is_about_words(one: Finding) -> bool:
    return one.action is Action.FIX and bool(one.pack) and not one.attachment
