"""Held messages as plain values for programs, and as people read them in a terminal; no real address is in them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from evenhand.cli.reading import indented, printable, when
from evenhand.cli.transcript import every_string, veil_over
from evenhand.relay import docket
from evenhand.relay.docket import Waiting
from evenhand.relay.review import became_of

__all__ = ["listed", "read_list", "read_one", "shown"]


def listed(most: int) -> dict[str, Any]:
    """Tell the oldest held messages, and how many there are in all."""
    return {"count": docket.count(), "held": [_veiled(one, _brief(one)) for one in docket.waiting(most)]}


def shown(inbound: uuid.UUID) -> dict[str, Any] | None:
    """Tell one held message with what it says, also after it was decided about; None if it was never held."""
    one = docket.find(inbound)
    if one is None:
        return None
    message = one.hold.message
    subject, text = (message.subject, message.text) if message else docket.words_of(one.hold.inbound)
    full = {
        **_brief(one),
        "decisions": [
            {"at": each.at.isoformat(), "word": each.word, "by": each.by, "why": each.why}
            for each in docket.decisions_of(one)
        ],
        "became": became_of(inbound).word,
        "hindrances": docket.hindrances(one) if one.is_open else [],
        "on_release": one.after,
        "subject": subject,
        "text": text,
        "files": [
            {"name": file.name, "media_type": file.media_type, "size": file.size, "notes": file.notes}
            for file in (message.attachments.order_by("ordinal") if message else ())
        ],
    }
    return _veiled(one, full)


def _brief(one: Waiting) -> dict[str, Any]:
    order = one.conversation.order
    return {
        "id": str(one.id),
        "held_at": one.hold.held_at.isoformat(),
        "received_at": one.hold.inbound.received_at.isoformat(),
        "author": one.author,
        "author_is_certain": one.is_certain,
        "order": order.number if order else None,
        "marketplace": order.marketplace if order else None,
        "reason": one.hold.reason,
        "because": one.because,
        "details": list(one.details),
        "clauses": list(one.clauses),
        "waits_for": "operator" if one.is_the_operators else "author",
        "lapses_at": one.lapses_at.isoformat() if one.lapses_at else None,
    }


def _veiled(one: Waiting, told: dict[str, Any]) -> dict[str, Any]:
    return dict(every_string(told, veil_over(one.conversation)))


def read_list(told: Mapping[str, Any]) -> str:
    """Set a list in lines."""
    lines = [line for one in told["held"] for line in (*_head(one), "")]
    more = told["count"] - len(told["held"])
    lines.append(f"and {more} more" if more > 0 else f"{told['count']} held" if told["count"] else "Nothing is held.")
    return "\n".join(printable(line) for line in lines)


def read_one(told: Mapping[str, Any]) -> str:
    """Set one held message in lines."""
    return "\n".join(printable(line) for line in _lines(told))


def _head(one: Mapping[str, Any]) -> Iterator[str]:
    says = "" if one["author_is_certain"] else " (not certain)"
    yield f"{one['id']}  {when(one['held_at'])}  order {one['order']}, from the {one['author']}{says}"
    yield f"    {one['reason']}: {one['because']}"
    for detail in one["details"]:
        yield from indented(f"- {detail}")
    for clause in one["clauses"]:
        yield from indented(f"Rule: {clause}")
    if one["waits_for"] == "author":
        yield "    Its author was asked; nobody else can know."
    if one["lapses_at"]:
        yield f"    Ends by itself on {one['lapses_at'][:10]}."


def _lines(one: Mapping[str, Any]) -> Iterator[str]:
    yield from _head(one)
    for each in one["decisions"]:
        yield f"    {each['word'].capitalize()} by {each['by']} at {when(each['at'])}: {each['why']}"
    if one["became"] != "held":
        yield f"    It does not wait for a person now: {_BECAME[one['became']]}"
    yield ""
    yield f"Subject: {one['subject'] or '(none)'}"
    yield from indented(one["text"] or "(no text that can be shown)")
    for file in one["files"]:
        yield f"    + {file['name']} ({file['media_type']}, {file['size']:,} bytes)"
        for note in file["notes"]:
            yield f"      {note}"
    yield ""
    for each in one["hindrances"]:
        yield each
    if one["became"] == "held" and one["waits_for"] == "operator":
        yield f"If it is released: {one['on_release']}"


_BECAME = {
    "relayed": "it was passed on",
    "stopped": "it was not passed on",
    "aside": "it was kept on record, and not passed on",
    "waits": "it is in the line",
}
