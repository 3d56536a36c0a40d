"""Plain text as it is seen: what is quoted from the other side left out, wrapped lines joined."""

from __future__ import annotations

import re

from evenhand.policy.text.mapped import MapMaker, Mapped

__all__ = ["read_plain"]

_WRAPPED = 50
"""A line at least this long may go on in the next; a shorter one was meant to end."""

_INTRODUCTION = re.compile(
    # "On ... Ada wrote:" and its like; the verb stands before the colon, or the date does.
    r"(?i)^.{0,160}\b(?:wrote|schrieb|geschrieben|a écrit|escribió|ha scritto|escreveu|schreef|napisał\w*"
    r"|skrev|yazdı|şunları yazdı)"
    r"\b.{0,80}:\s*$|^.{0,80}(?:のメール|さんは書きました|写道|寫道)[:：]?\s*$"
)
_COPIED = re.compile(
    r"(?i)^\s*(?:-{2,}|_{5,})\s*(?:original message|forwarded message|ursprüngliche nachricht|message"
    r" d'origine|mensaje original"
    r"|messaggio originale|mensagem original|oorspronkelijk bericht|wiadomość oryginalna|ursprungligt"
    r" meddelande|özgün ileti"
    r"|元のメッセージ|原始邮件|原始郵件)\b.*$"
)


def read_plain(text: str) -> Mapped:
    r"""
    Give the text without what is quoted, each paragraph on one line; blank lines and list items still part.

    Quoted are lines that begin with ">", the line that introduces them, and everything below a line such as
    "-----Original Message-----".

    >>> read_plain("Thank you.\n\nOn 3 May Ada wrote:\n> Change your review!\n").text.split()
    ['Thank', 'you.']
    """
    if ">" not in text and "--" not in text and "__" not in text and "\n" not in text:
        return Mapped.same(text)
    maker = MapMaker()
    lines = list(_lines(text))
    for number, (start, end) in enumerate(lines):
        line = text[start:end]
        if line.lstrip().startswith(">"):
            continue
        after = text[slice(*lines[number + 1])] if number + 1 < len(lines) else ""
        later = text[slice(*lines[number + 2])] if number + 2 < len(lines) else ""
        quoted_next = after.lstrip().startswith(">") or (not after.strip() and later.lstrip().startswith(">"))
        if quoted_next and _INTRODUCTION.match(line):
            continue
        if _COPIED.match(line):
            break
        maker.keep(line, start)
        if end < len(text):
            maker.put(" " if _goes_on(line, after) else "\n", end, end + 1)
    return maker.done()


def _lines(text: str) -> list[tuple[int, int]]:
    places, start = [], 0
    while True:
        end = text.find("\n", start)
        if end < 0:
            places.append((start, len(text)))
            return places
        places.append((start, end))
        start = end + 1


def _goes_on(line: str, after: str) -> bool:
    """Whether a line was broken by its mail program and not by its author."""
    bare, begins = line.rstrip(), after.lstrip()
    if not bare or not begins or begins[0] in "-*•·>0123456789":
        return False
    return begins[0].islower() or (len(bare) >= _WRAPPED and bare[-1] not in ".!?:…。！？")
