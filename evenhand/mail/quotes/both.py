"""Cuts the two renderings of one mail alike: what is folded in its text is not shown in its HTML."""

from __future__ import annotations

from evenhand.mail.quotes.flat import flatten
from evenhand.mail.quotes.letters import end_of_letters
from evenhand.mail.quotes.markup import HtmlCut, cut_html, cut_html_after
from evenhand.mail.quotes.plain import Cut, cut_text

__all__ = ["cut_both"]


def cut_both(text: str, html: str) -> tuple[Cut, str]:
    """
    Divide a mail's text, and shorten its HTML to what of the text is said.

    A frame that a mail program names as a quote is better evidence than the words of a language we do not know, and
    a mark before each line better than a frame without a name: where only one rendering shows a quote, the other is
    cut at the same word, if both say the same up to there; else it is kept.
    """
    cut = cut_text(text)
    if not html:
        return cut, html
    rich = cut_html(html, cut.footers)
    if rich.quoted and not cut.quoted:
        known = cut.footers
        cut = _like(cut, rich)
        rich = cut_html(html, cut.footers) if cut.footers != known else rich
    elif cut.quoted and not rich.quoted and cut.said:
        rich = cut_html_after(rich.new, cut.said)
    return cut, rich.new


def _like(cut: Cut, rich: HtmlCut) -> Cut:
    lines = cut.said.split("\n")
    last = end_of_letters(lines, "\n".join(line.text for line in flatten(rich.new).lines))
    rest = "" if last is None else "\n".join(lines[last + 1 :]).strip("\n")
    if not rest.strip():
        return cut
    # Above the quote there may stand a signature that did not end the text before.
    above = cut_text("\n".join(lines[: (last or 0) + 1]))
    signature = "\n\n".join(one for one in (above.signature, *cut.footers) if one)
    return Cut(above.new, rest, signature, above.farewell, above.said, (*above.footers, *cut.footers))
