"""Asks flufl.bounce, which knows the bounces of forty older mail systems by heart."""

from __future__ import annotations

from email.message import Message

from flufl.bounce import all_failures

from evenhand.mail.address import normalise

__all__ = ["ask_elder"]

LINES_LIMIT = 3000
_NOBODY = "mailer-daemon@unknown.invalid"


def ask_elder(message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """
    Find the delayed and the failed recipients of a report; nothing if it cannot be read.

    The library trusts its input: it is given so many lines only, and may end however it likes.
    """
    _shorten(message)
    _make_plain(message)
    try:
        delayed, failed = all_failures(message)
    except Exception:  # noqa: BLE001  foreign code over foreign bytes; that it did not understand them is an answer
        return (), ()
    return _addresses(delayed), _addresses(failed)


def _shorten(message: Message) -> None:
    """Leave the first lines: fifty patterns are tried on each, and what a report says stands at its beginning."""
    room = LINES_LIMIT
    for part in message.walk():
        payload = part.get_payload()
        if isinstance(payload, str):
            lines = payload.split("\n", room)
            if len(lines) > room:
                part.set_payload("\n".join(lines[:room]))
            room = max(0, room - len(lines))


def _make_plain(message: Message) -> None:
    """Leave the outermost fields as ASCII, and an author in From: one detector stumbles over either, and ends all."""
    fields = [(name, str(value).encode("ascii", "replace").decode("ascii")) for name, value in message.raw_items()]
    for name in {name for name, _ in fields}:
        del message[name]
    for name, value in fields:
        if name.lower() != "from" or "@" in value:
            message[name] = value
    if "from" not in message:
        message["From"] = _NOBODY


def _addresses(found: object) -> tuple[str, ...]:
    items = found if isinstance(found, frozenset | set) else ()
    texts = (one.decode("ascii", "replace") if isinstance(one, bytes) else str(one) for one in items)
    return tuple(sorted(address for one in texts if (address := normalise(one.strip("<>")))))
