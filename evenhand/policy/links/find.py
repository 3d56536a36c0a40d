"""Finds links: those of a page, addresses in plain text, and addresses spelled in words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evenhand.policy.case import Link, Part
from evenhand.policy.links.kinds import target_of
from evenhand.policy.parameters import Parameters
from evenhand.policy.text.page import Page

__all__ = ["links_of_page", "links_of_text"]

_ENDINGS = (
    "com|net|org|info|biz|io|co|shop|store|online|site|xyz|app|dev|me|tv|eu|de|at|ch|fr|es|it|pt|br|nl|be|pl|se|no|dk|fi|tr|jp|cn"
    "|tw|hk|uk|us|ca|mx|au|in|ru|link|page|top|club|example|test|invalid|ly|gl|to|cc"
)
_PLAIN = re.compile(
    rf"(?:(?:https?|hxxps?|ftp)://|www\.)[^\s<>\"'）」】，。]+"
    rf"|(?<![\w@./-])(?:[^\W_](?:[\w-]{{0,61}}[^\W_])?\.){{1,5}}(?:{_ENDINGS})(?![\w@-])(?:[/?#][^\s<>\"'）」】，。]*)?"
    r"|(?:data|javascript):[^\s<>\"]{3,}"
)
_HINT = re.compile(rf"://|www\.|\.(?:{_ENDINGS})(?!\w)|data:|javascript:")

_DOT = r"(?:dot|punkt|point|punto|ponto|punt|kropka|nokta|ドット|点|點)"
_SPELLED = re.compile(
    rf"(?<![\w@])[\w-]+(?:\s+dash\s+[\w-]+){{0,3}}(?:(?:\s+{_DOT}\s+|\s*[\[({{]\s*(?:{_DOT}|\.)\s*[\])}}]\s*)[\w-]+){{0,3}}"
    rf"(?:\s+{_DOT}\s+|\s*[\[({{]\s*(?:{_DOT}|\.)\s*[\])}}]\s*|\s\.\s?|\.\s)(?:{_ENDINGS})(?!\w)"
)
_SPELLED_HINT = re.compile(rf"\s{_DOT}\s|[\[({{]\s*(?:{_DOT}|\.)\s*[\])}}]|\s\.\s?(?:com|net|org|example)\b")
_TAIL = ".,;:!?)]}'\"…"
_FILES = re.compile(r"(?i)\.(?:pdf|jpe?g|png|gif|docx?|txt|zip|mp4|xlsx?)$")


def links_of_page(part: Part, page: Page, parameters: Parameters) -> Iterator[Link]:
    """Give the links of a page: its anchors, maps and forms, and the addresses written in its text."""
    hosts = tuple(parameters.marketplace_hosts)
    for one in page.anchors:
        goal = target_of(one.target, hosts)
        yield Link(
            part.name,
            one.start,
            one.end,
            one.shown,
            one.target,
            goal.host,
            goal.kind,
            one.how,
            goal.product,
            one.wraps,
        )
    shown = {one.shown.strip().lower() for one in page.anchors}
    for link in links_of_text(part, parameters):
        # The text of an anchor that is its own address is told once.
        if link.shown.lower() not in shown:
            yield link


def links_of_text(part: Part, parameters: Parameters) -> Iterator[Link]:
    """Give the addresses in a part's seen text, plain or spelled in words."""
    text = part.folded.text
    hosts = tuple(parameters.marketplace_hosts)
    taken: list[tuple[int, int]] = []
    if _HINT.search(text):
        for hit in _PLAIN.finditer(text):
            words = hit[0].rstrip(_TAIL)
            if "@" in words.split("/")[0] or _FILES.search(words):
                continue
            end = hit.start() + len(words)
            taken.append((hit.start(), end))
            yield _link(part, hit.start(), end, words.replace("hxxp", "http", 1), "plain", hosts)
    if _SPELLED_HINT.search(text):
        for hit in _SPELLED.finditer(text):
            if any(start < hit.end() and hit.start() < end for start, end in taken) or _in_mail(text, hit.start()):
                continue
            words = re.sub(
                rf"\s*[\[({{]?\s*\b(?:{_DOT})\b\s*[\])}}]?\s*|\s*[\[({{]\s*\.\s*[\])}}]\s*|\s\.\s?|\.\s", ".", hit[0]
            )
            address = re.sub(r"\s+dash\s+", "-", words).strip()
            if "." in address and " " not in address:
                yield _link(part, hit.start(), hit.end(), address, "spelled", hosts)


def _in_mail(text: str, start: int) -> bool:
    """Whether what stands before makes it a mail address, which is another rule's business."""
    return bool(_MAILBOX.search(text[max(0, start - 14) : start]))


_MAILBOX = re.compile(
    r"(?:(?<!look )(?<!us )(?<!shop )(?<!it )(?<!see )(?<!store )(?<!page )\bat|@|\[at\]|\(at\)|arroba|chiocciola"
    r"|małpa)\s*$"
)


def _link(part: Part, start: int, end: int, address: str, how: str, hosts: tuple[str, ...]) -> Link:
    begin, stop = part.place(start, end)
    # Paths are told apart by case: they are read as they were typed.
    typed = part.excerpt(start, end) if how == "plain" else address
    goal = target_of(typed.replace("hxxp", "http", 1), hosts)
    return Link(
        part.name, begin, stop, part.excerpt(start, end), typed, goal.host, goal.kind,
        "plain" if how == "plain" else "spelled", goal.product,
    )  # fmt: skip
