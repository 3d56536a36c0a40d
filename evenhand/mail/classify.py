"""Tells a person's mail from reports, auto-replies, receipts and lists (RFC 3464, 5965, 3834, 8098)."""

from __future__ import annotations

from enum import StrEnum

from evenhand.mail.parse import Mail

__all__ = ["Kind", "classify"]


class Kind(StrEnum):
    """What sort of mail it is."""

    PERSON = "person"
    DSN = "delivery status notification"
    FEEDBACK = "feedback report"
    MDN = "read receipt"
    AUTO_REPLY = "auto-reply"
    LIST = "list mail"


_VACATION_WORDS = (
    "out of office", "out of the office", "automatic reply", "auto-reply", "autoreply", "on vacation", "away from",
    "abwesenheit", "automatische antwort", "réponse automatique", "absence du bureau", "respuesta automática",
    "fuera de la oficina", "risposta automatica", "fuori sede", "resposta automática", "automatisch antwoord",
    "automatyczna odpowiedź", "autosvar", "otomatik yanıt", "自動応答", "自動返信", "自动回复",
)  # fmt: skip


def classify(mail: Mail, reverse_path: str) -> Kind:
    """
    Sort a mail by its own marks.

    X-Auto-Response-Suppress alone proves nothing (Exchange puts it on people's mail too), nor does
    `Precedence: bulk` alone. The words of a vacation in the subject count only with a null reverse-path, since people
    write of their vacations too.
    """
    report = _report_type(mail)
    if report is not None:
        return report
    auto = mail.field("auto-submitted").partition(";")[0].partition("(")[0].strip().lower()
    if auto and auto != "no":
        return Kind.AUTO_REPLY
    precedence = mail.field("precedence").lower()
    if "auto_reply" in precedence or mail.has("x-autoreply") or mail.has("x-autorespond"):
        return Kind.AUTO_REPLY
    # iCloud marks its automatic answers in its own way only.
    if mail.field("x-apple-action").strip().lower() == "vacation":
        return Kind.AUTO_REPLY
    subject = mail.subject.lower()
    if not reverse_path and any(words in subject for words in _VACATION_WORDS):
        return Kind.AUTO_REPLY
    if mail.has("list-id"):
        return Kind.LIST
    return Kind.PERSON


def _report_type(mail: Mail) -> Kind | None:
    if mail.media_type == "multipart/report" or mail.report_types:
        if "message/feedback-report" in mail.report_types:
            return Kind.FEEDBACK
        if mail.report_types & {"message/disposition-notification", "message/global-disposition-notification"}:
            return Kind.MDN
        if mail.report_types & {"message/delivery-status", "message/global-delivery-status"}:
            return Kind.DSN
    return None
