"""Makes foreign HTML harmless, and reads the text a mail program would show."""

from __future__ import annotations

import re
from html import escape, unescape

import nh3

__all__ = ["LIMIT", "from_text", "sanitise", "to_text", "too_deep", "unlinked"]

LIMIT = 1024 * 1024
DEPTH_LIMIT = 1000

_KEPT = {
    *("a", "abbr", "address", "b", "bdi", "blockquote", "br", "caption", "center", "cite", "code", "dd", "del", "div"),
    *("dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li", "mark", "ol", "p", "pre"),
    *("q", "s", "samp", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead"),
    *("tr", "tt", "u", "ul", "var", "wbr"),
}
# A list to choose from is no words of the author either.
_GONE_WITH_CONTENT = {
    *("script", "style", "title", "head", "template", "noscript", "object", "svg", "math", "iframe"),
    *("select", "datalist", "textarea"),
}
# No style, class, id, background, srcset, poster, svg, math, forms, images: each has let something out or in. Nor a
# title, which the library would leave on every tag: words that nobody has read when the mail is judged.
_SANITISER = nh3.Cleaner(
    tags=_KEPT,
    clean_content_tags=_GONE_WITH_CONTENT,
    attributes={"*": set(), "a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "ol": {"start"}},
    url_schemes={"http", "https"},
    # Seen in the portal, a link without a host would lead to a page of ours.
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
    strip_comments=True,
)
_BLOCKS = {"p", "div", "br", "li", "tr", "table", "blockquote", "pre", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "dt"}
_FLATTENER = nh3.Cleaner(
    tags=_BLOCKS | {"a", "td", "th"},
    clean_content_tags=_GONE_WITH_CONTENT,
    attributes={"*": set(), "a": {"href"}},
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="deny",
    link_rel=None,
    strip_comments=True,
)

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})")
_VOID = frozenset({"br", "hr", "img", "meta", "link", "input", "area", "base", "col", "embed", "source", "wbr"})
# White space that is not one space already.
_SPACE = re.compile(r"[\t\r\n\f][ \t\r\n\f]*| [ \t\r\n\f]+")
# Of what the flattener gives, which writes brackets inside quotes as entities.
_TOKEN = re.compile(r"<(/?)([a-z0-9]+)([^<>]*)>")
_ANY_TAG = re.compile(r"<[^<>]*>")
_HREF = re.compile(r'href="([^"]*)"')
# As the cleaner writes it: the target comes first.
_LINK = re.compile(r'<a href="([^"]*)"')
_BLANK_LINES = re.compile(r"\n{3,}")


def too_deep(html: str) -> bool:
    """Whether the nesting passes the limit; parsers of HTML are quadratic in depth."""
    if html.count("<") < DEPTH_LIMIT:
        return False
    depth = 0
    for match in _TAG.finditer(html):
        if match.group(2).lower() in _VOID:
            continue
        depth = max(0, depth - 1) if match.group(1) else depth + 1
        if depth > DEPTH_LIMIT:
            return True
    return False


def sanitise(html: str) -> str:
    """
    Keep the words, tables and http(s) links of foreign HTML and nothing that runs, fetches, hides or identifies.

    Returns an empty string for what is too large or too deep to be read safely; the text is shown then.
    """
    if len(html) > LIMIT or too_deep(html):
        return ""
    return str(_SANITISER.clean(html)).strip()


def to_text(html: str) -> str:
    r"""
    Read HTML as lines of text, a link as its words with the target behind when they differ.

    >>> to_text("<p>Hello<br>Ada</p><p>see <a href='https://x.example/'>here</a></p>")
    'Hello\nAda\n\nsee here <https://x.example/>'
    """
    html = html[:LIMIT]
    if too_deep(html):
        return _SPACE.sub(" ", unescape(_ANY_TAG.sub(" ", html))).strip()
    flat = str(_FLATTENER.clean(html))
    out: list[str] = []
    position = 0
    href = ""
    words_from = 0
    preformatted = 0
    for match in _TOKEN.finditer(flat):
        text = flat[position : match.start()]
        out.append(text if preformatted else _spaced(text))
        position = match.end()
        closing, tag = bool(match.group(1)), match.group(2)
        if tag == "a":
            if closing:
                out.append(_target(href, "".join(out[words_from:])))
            else:
                found = _HREF.search(match.group(3))
                href, words_from = (found.group(1) if found else ""), len(out)
        elif tag == "pre":
            preformatted = max(0, preformatted + (-1 if closing else 1))
            out.append("\n")
        else:
            out.append(_break(tag, closing=closing))
    out.append(_spaced(flat[position:]))
    text = unescape("".join(out)).replace("\xa0", " ")
    return _BLANK_LINES.sub("\n\n", "\n".join([line.strip(" \t") for line in text.split("\n")])).strip()


def _spaced(text: str) -> str:
    """Make each white space one space; most pieces between two tags hold no other."""
    if "  " in text or "\n" in text or "\t" in text or "\r" in text or "\f" in text:
        return _SPACE.sub(" ", text)
    return text


def _target(href: str, words: str) -> str:
    href = href.removeprefix("mailto:")
    if not href or href.rstrip("/") in words or href.split("://")[-1].rstrip("/") == words.strip().rstrip("/"):
        return ""
    return f" &lt;{href}&gt;"


def _break(tag: str, *, closing: bool) -> str:
    match tag:
        case "br":
            return "\n"
        case "hr":
            return "\n---\n"
        case "p" | "blockquote" | "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            return "\n\n"
        case "li":
            return "" if closing else "\n- "
        case "td" | "th":
            return " " if closing else ""
        case _:
            return "\n"


def from_text(text: str) -> str:
    """Give plain text as HTML, paragraph by paragraph."""
    paragraphs = escape(text, quote=False).split("\n\n")
    return "".join(f"<p>{paragraph.strip().replace(chr(10), '<br>')}</p>" for paragraph in paragraphs if paragraph)


def unlinked(html: str, mark: str) -> str:
    """
    Take off the links of sanitised HTML in whose target a mark stands: they lead nowhere any more.

    >>> unlinked('<a href="https://x.example/?to=[gone]">write</a> <a href="https://y.example/">y</a>', "[gone]")
    '<a>write</a> <a href="https://y.example/">y</a>'
    """
    return _LINK.sub(lambda link: "<a" if mark in link.group(1) else link.group(), html)
