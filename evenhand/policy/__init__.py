"""What may be said: facts in, findings out, one verdict. Pure; needs neither Django nor a database."""

from evenhand.policy.book import Book, house_book, named_book, pack_book
from evenhand.policy.engine import judge
from evenhand.policy.facts import (
    AttachmentFact,
    EarlierMessage,
    EarlierRequest,
    Facts,
    OrderFact,
    ScanFact,
    SenderFact,
    TemplateFact,
)
from evenhand.policy.read import asks_for_review
from evenhand.policy.unknown import hinders
from evenhand.policy.verdict import Action, Finding, Verdict

__all__ = [
    "Action",
    "AttachmentFact",
    "Book",
    "EarlierMessage",
    "EarlierRequest",
    "Facts",
    "Finding",
    "OrderFact",
    "ScanFact",
    "SenderFact",
    "TemplateFact",
    "Verdict",
    "asks_for_review",
    "hinders",
    "house_book",
    "judge",
    "named_book",
    "pack_book",
]
