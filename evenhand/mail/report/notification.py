"""Reads the notifications in JSON by which Amazon SES tells of bounces and complaints, mailed through SNS."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from evenhand.mail.address import normalise
from evenhand.mail.report.outcome import Complaint, Form, Outcome, Reason, Report
from evenhand.mail.report.status import RECIPIENTS_LIMIT, read_block

__all__ = ["read_notification"]

_DECODER = json.JSONDecoder(strict=False)
_WAITS = {"bounce", "complaint", "delivery"}
_SUBTYPES = {
    "NoEmail": Reason.UNKNOWN_MAILBOX, "Suppressed": Reason.UNKNOWN_MAILBOX, "MailboxFull": Reason.FULL,
    "OnAccountSuppressionList": Reason.TURNED_AWAY, "MessageTooLarge": Reason.TOO_LARGE,
    "ContentRejected": Reason.CONTENT, "AttachmentRejected": Reason.CONTENT,
}  # fmt: skip


def read_notification(words: str) -> Report | None:
    """
    Read a mail whose words are one JSON object that is such a notification, bare or in the envelope of SNS.

    Lines folded by a mail server may stand within its strings.
    """
    told = _object(words.lstrip())
    if told is not None and isinstance(told.get("Message"), str):
        told = _object(told["Message"])
    if told is None:
        return None
    kind = str(told.get("notificationType", told.get("eventType", ""))).lower()
    details = told.get(kind)
    if kind not in _WAITS or not isinstance(details, dict):
        return None
    if kind == "complaint":
        return Report(Form.FEEDBACK, complaint=_complaint(details))
    if kind == "delivery":
        names = [{"emailAddress": one} for one in _list(details, "recipients")]
        return Report(Form.STATUS, tuple(Outcome(_address(one), "delivered", "2.0.0") for one in names))
    recipients = [one for one in _list(details, "bouncedRecipients") if isinstance(one, dict)]
    return Report(Form.STATUS, tuple(_outcome(one, details) for one in recipients)) if recipients else None


def _object(text: str) -> dict[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        found, _ = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _list(details: Mapping[str, Any], name: str) -> list[Any]:
    found = details.get(name)
    return found[:RECIPIENTS_LIMIT] if isinstance(found, list) else []


def _address(recipient: Mapping[str, Any]) -> str:
    return normalise(str(recipient.get("emailAddress", "")).strip("<> ")) or ""


def _outcome(recipient: Mapping[str, Any], details: Mapping[str, Any]) -> Outcome:
    lasting = str(details.get("bounceType", "")) == "Permanent"
    read = read_block(
        {
            "final-recipient": f"rfc822; {_address(recipient)}",
            "action": str(recipient.get("action") or "failed"),
            "status": str(recipient.get("status") or ("5.0.0" if lasting else "4.0.0")),
            "diagnostic-code": str(recipient.get("diagnosticCode", ""))[:2000],
        }
    )
    named = _SUBTYPES.get(str(details.get("bounceSubType", "")), Reason.UNKNOWN)
    reason = named if read.reason is Reason.UNKNOWN else read.reason
    return Outcome(read.recipient, read.action, read.status, reason, read.reply)


def _complaint(details: Mapping[str, Any]) -> Complaint:
    recipients = [_address(one) for one in _list(details, "complainedRecipients") if isinstance(one, dict)]
    return Complaint(
        type=str(details.get("complaintFeedbackType") or "abuse").lower()[:40],
        recipients=tuple(one for one in recipients if one),
        reporter=str(details.get("userAgent", ""))[:100],
    )
