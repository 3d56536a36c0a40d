"""The rules an installation goes by, and their parameters: those that stand ready, and those an operator writes."""

from evenhand.policy.book.shelf import house_book, installed, named_book, pack_book
from evenhand.policy.book.value import Book, Rule

__all__ = ["Book", "Rule", "house_book", "installed", "named_book", "pack_book"]
