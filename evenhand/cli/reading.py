"""A conversation as people read it in a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["indented", "printable", "read_aloud", "when"]

_WIDTH = 96


def read_aloud(told: Mapping[str, Any]) -> str:
    """
    Set a transcript in lines.

    >>> print(read_aloud({"order": "7", "marketplace": "M", "subject": "Order 7", "messages": [], "held": [],
    ...                   "spooled": []}))
    Order 7 of M: Order 7
    Nothing has been said yet.
    """
    lines = [f"Order {told['order']} of {told['marketplace']}: {told['subject']}"]
    if not told["messages"]:
        lines.append("Nothing has been said yet.")
    for message in told["messages"]:
        lines += ["", *_message(message)]
    for name, words in (("held", "Held, not a message yet"), ("spooled", "In the spool, not a message yet")):
        for row in told[name]:
            lines += ["", *_spooled(row, words)]
    return "\n".join(printable(line) for line in lines)


def _message(message: Mapping[str, Any]) -> Iterator[str]:
    yield f"{when(message['sent_at'])}  {message['direction']}, by {message['origin']}: {message['state']}"
    yield from indented(message["text"] or "(no text)")
    for file in message["attachments"]:
        refused = f", not passed on: {file['refused']}" if file["refused"] else ""
        yield f"    + {file['name']} ({file['media_type']}, {file['size']:,} bytes){refused}"
    if message["reason"]:
        yield f"    Why: {message['reason']}"
    if message["verdict"]:
        yield from _verdict(message["verdict"])
    for finding in message["findings"]:
        yield f"    - {finding['rule']} in {finding['part']}: {finding['reason']} {finding['fix']}".rstrip()
        if finding["clause"]:
            yield from indented(f"Rule: {finding['clause']}")
    for copy in message["deliveries"]:
        yield f"    Copy to the {copy['to']}: {copy['state']} {copy['status']} {copy['why']}".rstrip()
        for one in copy["attempts"]:
            yield f"      {when(one['at'])}  {one['number']}: {one['outcome']} {one['detail']}".rstrip()
        for one in copy["came_back"]:
            yield f"      {when(one['at'])}  came back: {one['outcome']}"


def _verdict(verdict: Mapping[str, Any]) -> Iterator[str]:
    asks = ", asks for a review" if verdict["review_request"] else ""
    yield f"    Verdict: {verdict['action']} by {verdict['book']}{asks}"
    lacking: dict[str, list[str]] = {}
    for rule, lacks in verdict["not_checked"]:
        lacking.setdefault(lacks, []).append(rule)
    for lacks, rules in lacking.items():
        yield from indented(f"Not checked for want of {lacks}: {', '.join(rules)}")


def _spooled(row: Mapping[str, Any], words: str) -> Iterator[str]:
    yield f"{when(row['received_at'])}  {row['direction']}, by {row['origin']}: {row['state']}"
    why = [str(row[name]) for name in ("reason", "public", "private", "outcome") if row[name]]
    yield f"    {words}{': ' if why else ''}{'; '.join(why)}"


def when(moment: str) -> str:
    """A moment to the minute."""
    return moment[:16].replace("T", " ")


def indented(text: str) -> Iterator[str]:
    """Set a text in lines that stand out from those around it."""
    for line in text.splitlines():
        yield from textwrap.wrap(line, _WIDTH, initial_indent="    ", subsequent_indent="    ") or [""]


def printable(line: str) -> str:
    """Make a line harmless: what a stranger wrote must not steer the operator's terminal."""
    return "".join(char if char.isprintable() else "�" for char in line)
