"""Divides a reply into what its author wrote anew, what is quoted, and the signature."""

from evenhand.mail.quotes.both import cut_both
from evenhand.mail.quotes.markup import HtmlCut, cut_html
from evenhand.mail.quotes.openings import MARKER
from evenhand.mail.quotes.own import NOTICE
from evenhand.mail.quotes.plain import Cut, cut_text

__all__ = ["MARKER", "NOTICE", "Cut", "HtmlCut", "cut_both", "cut_html", "cut_text"]
