"""Knows a mail whose words stand elsewhere: behind a link to its provider's page, which shows there who wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from evenhand.mail.parse import Part

__all__ = ["page_behind"]

_PAGES = {
    "Proton": r"mail\.proton(?:mail)?\.(?:me|com)/eo/",
    "Tuta": r"(?:app|mail)\.(?:tuta|tutanota)\.(?:com|de)/(?:#?mail|#?external|#?giftcard|login\?)",
    "Microsoft": (
        r"(?:outlook\.office(?:365)?\.(?:com|us)/encryption/|[a-z0-9.-]*encryption\.microsoft\.com/"
        r"|[a-z0-9.-]*messageencryption\.(?:microsoft|office)\.[a-z]+/)"
    ),
    "Google": r"confidential-mail\.google\.com/",
    "Virtru": r"(?:secure|www)\.virtru\.com/(?:start|secure-reader)",
    "Zix": r"[a-z0-9.-]*(?:zixmail|zixmessagecenter|zixport|zixsecure)\.(?:net|com)/",
    "Egress": r"(?:[a-z0-9-]+\.)?(?:switch|reader|secure)\.egress\.com/",
    "Cisco": r"(?:res|secure-web-mail|[a-z0-9-]+\.res)\.cisco\.com(?::443)?/(?:websafe|keyserver|envelopeopener)",
    "Proofpoint": r"securemail\.proofpoint(?:essentials)?\.com/|[a-z0-9.-]*\.pphosted\.com/securereader/",
    "Barracuda": r"encrypt\.barracudanetworks\.com/",
    "Mimecast": r"[a-z0-9.-]*secure-?messag(?:ing|e)[a-z0-9-]*\.mimecast\.com/",
}
_NUMBERED = tuple(_PAGES)
_LINK = re.compile("://(?:" + "|".join(f"({page})" for page in _PAGES.values()) + ")")
# Filters in between rewrite a link into a parameter of their own.
_WRAPPED = (("%3a", ":"), ("%2f", "/"), ("%23", "#"), ("%3f", "?"))
_FILES = (
    (re.compile(r"(?:message(?:_v\d)?|.*)\.rpmsg\Z"), "Microsoft"),
    (re.compile(r".*\.tdf(?:\.html?)?\Z"), "Virtru"),
    (re.compile(r".*\.switch\Z"), "Egress"),
    (re.compile(r"securedoc(?:_\w+)?\.html?\Z"), "Cisco"),
    (re.compile(r"securemessageatt\.html?\Z"), "Proofpoint"),
)
_TYPES = {"application/x-microsoft-rpmsg-message": "Microsoft"}
_PAGE_LIMIT = 256 * 1024
"""Bytes of an attached page that are looked at: the forms that open a message stand in the first few thousand."""


def page_behind(text: str, html: str, files: Iterable[Part]) -> str:
    """
    Name the provider behind whose page the words of a mail stand; empty if they stand in the mail.

    Known are the links of services that encrypt for people outside (Proton, Tuta, Virtru, Zix, Egress and others) and
    the files that do the same (Microsoft's `message.rpmsg`, a page to open in a browser). Goes by host and path, which
    nobody writes by chance, and not by words, which are in every language. Costs a few microseconds where there is no
    link.
    """
    for words in (text, html):
        found = _linked(words)
        if found:
            return found
    return next(filter(None, map(_attached, files)), "")


def _linked(words: str) -> str:
    if "://" not in words:
        return ""
    words = words.lower()
    if "%2f" in words:
        for escape, letter in _WRAPPED:
            words = words.replace(escape, letter)
    match = _LINK.search(words)
    return _NUMBERED[match.lastindex - 1] if match and match.lastindex else ""


def _attached(file: Part) -> str:
    name = file.name.lower().strip()
    for pattern, provider in _FILES:
        if pattern.match(name):
            return provider
    if file.media_type in _TYPES:
        return _TYPES[file.media_type]
    if name.endswith((".html", ".htm")) or file.media_type == "text/html":
        return _linked(file.content[:_PAGE_LIMIT].decode("latin-1"))
    return ""
