"""Cuts the two renderings of one mail alike: what is folded in its text is not shown in its HTML."""

from __future__ import annotations

from evenhand.mail.quotes.flat import flatten
from evenhand.mail.quotes.letters import end_of_letters, letters, start_of_letters
from evenhand.mail.quotes.markup import cut_html, cut_html_after
from evenhand.mail.quotes.plain import Cut, cut_text

__all__ = ["cut_both"]


def cut_both(text: str, html: str) -> tuple[Cut, str]:
    """
    Divide a mail's text, and shorten its HTML to what of the text is said.

    A frame that a mail program names as a quote is better evidence than the words of a language we do not know, and
    a mark before each line better than a frame without a name: where only one rendering shows a quote, the other is
    cut at the same word, if both say the same up to there; else it is kept. Where the HTML has words below or between
    its frames, and the text has no marks that would tell them from the quote, the text is kept as well.
    """
    cut = cut_text(text)
    if not html:
        return cut, html
    rich = cut_html(html, cut.footers)
    if not rich.quoted:
        if rich.framed and cut.quoted and not _marked(cut.quoted):
            return Cut(text.strip("\n"), "", "", "", text.strip("\n")), html
        return cut, cut_html_after(rich.new, cut.said).new if cut.quoted and cut.said else rich.new
    known = cut.footers
    shown = "\n".join(line.text for line in flatten(rich.new).lines)
    cut = _with_words_below(cut, shown) if cut.quoted else _like(cut, shown)
    return cut, rich.new if cut.footers == known else cut_html(html, cut.footers).new


def _marked(quoted: str) -> bool:
    return quoted.startswith(">") or "\n>" in quoted


def _like(cut: Cut, shown: str) -> Cut:
    """Cut the text where the HTML was cut."""
    lines = cut.said.split("\n")
    last = end_of_letters(lines, shown)
    rest = "" if last is None else "\n".join(lines[last + 1 :]).strip("\n")
    if last is None or not rest.strip():
        return cut
    # Above the quote there may stand a signature that did not end the text before.
    above = cut_text("\n".join(lines[: last + 1]))
    signature = "\n\n".join(one for one in (above.signature, cut.signature) if one)
    return Cut(above.new, rest, signature, above.farewell, above.said, (*above.footers, *cut.footers))


def _with_words_below(cut: Cut, shown: str) -> Cut:
    """Take back what the HTML shows below the quote, if these are the last words of what was folded in the text."""
    said, more = letters(cut.said), letters(shown)
    if len(more) <= len(said) or not more.startswith(said):
        return cut
    lines = cut.quoted.split("\n")
    first = start_of_letters(lines, more[len(said) :])
    if not first:
        return cut
    first -= lines[first - 1].strip() == "--"
    below = cut_text("\n".join(lines[first:]))
    if below.quoted:
        return cut
    return Cut(
        _both(cut.new, below.new),
        "\n".join(lines[:first]).rstrip("\n"),
        _both(cut.signature, below.signature),
        _both(cut.farewell, below.farewell),
        _both(cut.said, below.said),
        (*cut.footers, *below.footers),
    )


def _both(above: str, below: str) -> str:
    return f"{above}\n\n{below}" if above and below else above or below
