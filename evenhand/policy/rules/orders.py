"""What a message must say of its order: the id, that of this order and no other, in the buyer's language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from evenhand.policy.case import Case, Part
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.speech.language import language_of
from evenhand.policy.verdict import Hit

__all__ = ["CHECKS"]

_FIGURES = re.compile(r"\d")
_ENOUGH = 4
"""Words that tell a language apart; with fewer of them nothing is said against it."""


@lru_cache(maxsize=64)
def _ids(pattern: str) -> re.Pattern[str]:
    """A pattern of ids in which whatever parts figures may stand for a hyphen."""
    parted = pattern.replace("-", r"[ \u00a0\u202f]?[-\u2010-\u2015\u2212 \u00a0\u202f][ \u00a0\u202f]?")
    return re.compile(rf"(?<![\w-]){parted}(?![\w-]|-\d)")


def _digits(text: str) -> str:
    return "".join(_FIGURES.findall(text))


def _named(case: Case, parameters: Parameters, *, beside: bool) -> Iterator[tuple[Part, int, int]]:
    pattern = _ids(parameters.order_id_pattern)
    for part in case.parts:
        if beside or part.name in {"subject", "text", "html"}:
            for hit in pattern.finditer(part.folded.text):
                yield part, hit.start(), hit.end()


def id_missing(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find messages that do not name their order in subject or body, where no template adds it."""
    template, order = case.facts.template, case.facts.order
    if template is not None and template.adds_order_id:
        return
    named = {_digits(part.folded.text[start:end]) for part, start, end in _named(case, parameters, beside=False)}
    if order is None or not order.number:
        is_named = bool(named)
    else:
        words = " ".join(one.seen.text for one in case.parts if one.name in {"subject", "text", "html"})
        is_named = _digits(order.number) in named or bool(re.search(rf"(?<!\w){re.escape(order.number)}(?!\w)", words))
    if not is_named:
        yield Hit("message")


def id_wrong(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find ids that are neither of this order nor of another of this buyer's, nor one that the buyer wrote."""
    order = case.facts.order
    if order is None or not order.number:
        return
    known = {_digits(one) for one in (order.number, *order.related)}
    pattern = _ids(parameters.order_id_pattern)
    for one in case.facts.earlier or ():
        if one.by == "buyer" and one.text:
            known |= {_digits(hit[0]) for hit in pattern.finditer(one.text)}
    for part, start, end in _named(case, parameters, beside=True):
        if _digits(part.folded.text[start:end]) not in known:
            yield Hit(part.name, *part.place(start, end), part.excerpt(start, end), attachment=part.attachment)


def language(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find messages in another language than the buyer's, and legal texts beside them that are in another."""
    locale = case.facts.buyer_locale
    wanted = _language(locale) if locale else ""
    if not wanted:
        return
    bodies = [one for one in case.parts if one.name in {"text", "html"}]
    found = case.facts.lang or _clear("\n".join(one.folded.text for one in bodies), _ENOUGH)
    if found and found != wanted and not any(_says_it_too(one, wanted) for one in bodies):
        yield Hit(bodies[0].name if bodies else "message")
    for one in case.facts.attachments:
        if one.serves in {"legal-document", "warranty"} and one.text:
            other = _clear(one.text.lower(), _ENOUGH)
            if other and other != wanted and wanted not in _languages(one.text.lower()):
                yield Hit(one.name, attachment=one.ordinal)


def _language(locale: str) -> str:
    short = re.split(r"[-_]", locale.strip().lower())[0]
    return {"nb": "no", "nn": "no"}.get(short, short)


def _clear(text: str, at_least: int) -> str:
    return language_of(text, at_least)


def _languages(text: str) -> Sequence[str]:
    return [language_of(paragraph, _ENOUGH) for paragraph in text.split("\n") if len(paragraph) > 30]


def _says_it_too(part: Part, wanted: str) -> bool:
    """Whether a paragraph is in the wanted language: the message says the same in several."""
    return wanted in _languages(part.folded.text)


CHECKS: Mapping[str, Check] = {
    "order-id-missing": id_missing,
    "order-id-wrong": id_wrong,
    "language-of-preference": language,
}
