"""Reads delivery status notifications: their per-recipient blocks (RFC 3464 §2.3, RFC 6533 §3)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from evenhand.mail.address import normalise
from evenhand.mail.report.outcome import Outcome, Reason
from evenhand.mail.report.reason import find_reason, find_reply, find_status, refused_whole
from evenhand.mail.report.structure import fields_of

__all__ = ["RECIPIENTS_LIMIT", "address_in", "read_block", "read_blocks"]

RECIPIENTS_LIMIT = 50

_BLANK = re.compile(r"\n[ \t]*\n")
_ACTION = re.compile(r"[\s<(\"]*([a-z]+)", re.IGNORECASE)
_WRITTEN_OTHERWISE = {"failure": "failed", "fail": "failed", "error": "failed", "expired": "failed", "delay": "delayed",
                      "deliverable": "delivered", "delivery": "delivered", "relay": "relayed"}  # fmt: skip
_ACTIONS = {"failed", "delayed", "delivered", "relayed", "expanded"}
_RECIPIENTS = ("original-recipient", "final-recipient", "x-actual-recipient")
# PowerMTA has judged the answer of the other server, by rules that its operator keeps.
_CATEGORIES = {
    "bad-mailbox": Reason.UNKNOWN_MAILBOX, "bad-domain": Reason.UNKNOWN_HOST, "inactive-mailbox": Reason.INACTIVE,
    "quota-issues": Reason.FULL, "message-expired": Reason.EXPIRED, "no-answer-from-host": Reason.EXPIRED,
    "bad-connection": Reason.NETWORK, "routing-errors": Reason.NETWORK, "spam-related": Reason.SPAM,
    "virus-related": Reason.SPAM, "content-related": Reason.CONTENT, "invalid-sender": Reason.POLICY,
    "policy-related": Reason.POLICY, "relaying-issues": Reason.POLICY,
}  # fmt: skip
_UNITEXT = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")


def read_blocks(parts: Sequence[str], words: str = "") -> tuple[Outcome, ...]:
    """
    Read the blocks about recipients; what stands about the whole message is left.

    `words` are those of the human-readable part: asked for a reason where a block gives none.
    """
    found = []
    for part in parts:
        for block in _BLANK.split(part.strip("\n")):
            fields = fields_of(block)
            if ("final-recipient" in fields or "original-recipient" in fields) and (
                "action" in fields or "status" in fields
            ):
                found.append(fields)
    # Said of several recipients at once, the words may be about any of them.
    return tuple(read_block(fields, words if len(found) == 1 else "") for fields in found[:RECIPIENTS_LIMIT])


def address_in(value: str) -> str:
    r"""
    Read an address out of a typed field (RFC 3464 §2.3.1), `utf-8` ones with their escapes (RFC 6533 §3).

    >>> address_in("rfc822; <Ben@Shop.Example>"), address_in(r"utf-8; b\x{E9}n@shop.example")
    ('ben@shop.example', 'bén@shop.example')
    """
    _, typed, rest = value.partition(";")
    text = (rest if typed else value).strip()
    text = _UNITEXT.sub(_letter, text)
    inner = text[text.find("<") + 1 : text.find(">")] if "<" in text and ">" in text[text.find("<") :] else text
    words = inner.strip(" \t\"'()[]:;,.<>").split()
    return next((found for word in words if (found := normalise(word.strip("<>\"'")))), "")


def _letter(match: re.Match[str]) -> str:
    code = int(match.group(1), 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def read_block(fields: Mapping[str, str], words: str = "") -> Outcome:
    """Read the fields about one recipient, by lower-case name."""
    recipients = [address for name in _RECIPIENTS if (address := address_in(fields.get(name, "")))]
    # The address the mail was sent to; where it went from there is nobody's business.
    recipient = recipients[0] if recipients else ""
    diagnostic = fields.get("diagnostic-code", "")
    status = find_status(fields.get("status", ""))
    action = _action(fields.get("action", ""), status)
    told = find_status(diagnostic)
    # “5.0.0” and its like say nothing, and “4.5.0” for a 550 contradicts itself: the other server's answer counts.
    if told[:1] in {"4", "5"} and action == "failed" and _says_less(status, told):
        status = told
    reply = find_reply(diagnostic) or find_reply(fields.get("status", ""))
    if not status:
        status = told or (f"{reply[0]}.0.0" if reply else "5.0.0" if action == "failed" else "")
    reason = _CATEGORIES.get(fields.get("x-powermta-bouncecategory", "").strip().lower(), Reason.UNKNOWN)
    if reason is Reason.UNKNOWN:
        # At which command it was refused, the words alone say.
        stage = " (after end of DATA)" if refused_whole(words) else ""
        reason = find_reason(status, f"{diagnostic} {fields.get('status', '')}{stage}")
    if reason is Reason.UNKNOWN and action == "failed":
        reason = find_reason(status, words)
    return Outcome(recipient, action, status, reason, reply)


def _says_less(status: str, told: str) -> bool:
    if status[:1] == told[:1]:
        return status.endswith(".0.0") or (status == "4.4.7" and told != status)
    return status[:1] == "4" and told[:1] == "5"


def _action(value: str, status: str) -> str:
    match = _ACTION.match(value)
    action = match.group(1).lower() if match else ""
    action = _WRITTEN_OTHERWISE.get(action, action)
    if action in _ACTIONS:
        return action
    return {"2": "delivered", "4": "delayed", "5": "failed"}.get(status[:1], "") if not match else ""
