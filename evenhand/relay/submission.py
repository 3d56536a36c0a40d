"""Writes what was typed on a page, or sent by a program, as a mail, so that it takes the one way all messages take."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage

from evenhand.mail.msgid import mint
from evenhand.mail.names import clean_line, clean_subject, shown_name

__all__ = ["UploadedPart", "write_submission"]

_FILENAME_LIMIT = 200


@dataclass(frozen=True, slots=True)
class UploadedPart:
    """A file as it was chosen: its name is the author's words."""

    name: str
    content: bytes


def write_submission(
    *, own: str, far: str, name: str, subject: str, text: str, files: Sequence[UploadedPart], at: datetime
) -> bytes:
    """
    Write the mail, from alias to alias: the evidence of a message that never was a mail.

    Uses the standard library's writer, since this one mail goes to nobody: what is passed on is composed anew by
    `evenhand.mail.compose`.
    """
    mail = EmailMessage(policy=policy.SMTP.clone(max_line_length=998))
    mail["From"] = f'"{shown_name(name, "Sender")}" <{own}>'
    mail["To"] = far
    mail["Subject"] = clean_subject(subject)
    mail["Date"] = at
    mail["Message-ID"] = f"<{mint(secrets.token_bytes(16), own.rpartition('@')[2])}>"
    mail.set_content(_encodable(text), charset="utf-8", cte="base64")
    for ordinal, one in enumerate(files, 1):
        filename = _encodable(clean_line(one.name))[:_FILENAME_LIMIT] or f"file-{ordinal}"
        mail.add_attachment(one.content, maintype="application", subtype="octet-stream", filename=filename)
    return mail.as_bytes()


def _encodable(text: str) -> str:
    """Half characters (lone surrogates) cannot be written down; what cannot be written is shown as such."""
    return text.encode("utf-8", "replace").decode("utf-8")
