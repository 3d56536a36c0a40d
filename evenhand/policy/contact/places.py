"""Places to write to, shops and sites to go to, and deals and payments past the service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from evenhand.policy.contact.contact import Contact, Kind
from evenhand.policy.contact.words import MOST, Heard, denied_near, hits, sentence

__all__ = ["places"]

_KINDS: tuple[tuple[Kind, str, float], ...] = (
    ("post", "post", 0.85),
    ("visit", "visit", 0.75),
    ("payment", "pay", 0.75),
)


def places(text: str, heard: Heard) -> Iterator[Contact]:
    """Find postal addresses, shops and sites with a form, and deals past the service; refunds are no such payments."""
    for kind, name, confidence in _KINDS:
        if name not in heard:
            continue
        for hit in hits(name, text, heard):
            around = sentence(text, *hit.span())
            if denied_near(text, *hit.span()) or (kind == "payment" and _REFUNDED.search(around)):
                continue
            yield Contact(kind, *hit.span(), confidence)
    if "form" in heard:
        yield from _forms(text)


def _forms(text: str) -> Iterator[Contact]:
    """Sites that have a form, a chat or a till of their own."""
    for hit in islice(_SITE.finditer(text), MOST):
        around = sentence(text, *hit.span())
        if _HELD.search(around) and not denied_near(text, *hit.span()):
            yield Contact("visit", *hit.span(), 0.75)


_SITE = re.compile(
    r"(?<![\w.@-])(?:www\.)?[a-z0-9][a-z0-9-]{1,40}(?:\.[a-z0-9-]{2,24}){1,3}(?:/[\w-]{1,40})?(?![\w@])"
    r"|(?<!\w)[a-z0-9][a-z0-9-]{1,40}(?: ?[\[({] ?(?:\.|dot|punkt|point|punto|ponto|punt|kropka|nokta) ?[\])}] ?"
    r"| (?:dot|punkt|point|punto|ponto|punt|kropka|nokta) )"
    r"(?:example|com|net|org|de|fr|es|it|pt|nl|pl|se|com\.tr)(?!\w)"
)
_HELD = re.compile(
    r"(?<!\w)(?:forms?|formular\w*|formulaire\w*|formulari\w*|modulo|formulier\w*|contactformulier|formularz\w*"
    r"|live ?-?chat\w*|chatt|ticket|tique)(?!\w)|フォーム|お申し込み|表单"
)
_REFUNDED = re.compile(
    r"(?<!\w)(?:refund\w*|returned to|erstatt\w*|gutgeschrieben|rembours\w*|reembols\w*|devol\w*|rimbors\w*"
    r"|terugbetal\w*|teruggestort|zwrot\w*|zwroc\w*"
    r"|aterbetal\w*|iade\w*|paid by|your card|your bank|ihre bank|votre banque)(?!\w)|返金|退款|退回"
)
