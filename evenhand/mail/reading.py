"""Reads a mail wholly: what sort it is, the author's new words, what is quoted below them, and the files."""

from __future__ import annotations

from dataclasses import dataclass, replace

from evenhand.mail.behind import page_behind
from evenhand.mail.classify import Kind, classify
from evenhand.mail.enclosure import Enclosure, enclose
from evenhand.mail.html import sanitise
from evenhand.mail.names import clean_line
from evenhand.mail.parse import Mail, Part, Unreadable, parse
from evenhand.mail.quotes import cut_both
from evenhand.mail.report import Form, Report, may_be_announced, read_report

__all__ = ["Content", "Reading", "Returned", "read"]

_INCOMPLETE = {
    "text-too-long": "the text passes 256 Ki characters",
    "field-too-long": "a header field passes 64 KiB",
    "too-many-parts": "the mail has more than 500 parts",
    "too-deep": "its parts are nested deeper than 30",
}
_MSGID_LIMIT = 250
_TEXT_LIMIT = 256 * 1024


@dataclass(frozen=True, slots=True)
class Content:
    """
    A mail's words and files.

    `html` is the new part as it came, `clean_html` what of it is harmless; `incomplete` says what was not read,
    and `behind` on whose page the words stand that are not in the mail.

    Nothing is lost in dividing: every line is in `text` or in `quoted`. The subject is one clean line, as long as it
    came: what is cut must have been searched before, or half an address is left of one.
    """

    subject: str
    text: str
    quoted: str
    html: str
    clean_html: str
    files: tuple[Enclosure, ...]
    msgid: str
    incomplete: str
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """
    All that the steps of a message's journey ask of its bytes.

    `mail` is without its words and parts, which stand in `content`.
    """

    kind: Kind
    mail: Mail
    content: Content


@dataclass(frozen=True, slots=True)
class Returned:
    """
    What came back to the reverse-path of a copy.

    `kind` is asked only of what is no report, and is not known of a mail past a limit.
    """

    kind: Kind | None
    report: Report


def read(raw: bytes, *, reverse_path: str, is_report: bool, written_here: bool) -> Reading | Returned | Unreadable:
    """
    Read a mail. Never raises on any bytes; how long it takes and what it needs is bounded by whoever calls it.

    `is_report`: it came to the reverse-path of a copy. What was `written_here`, on a page, holds no quotes: not a line
    of it is cut.
    """
    report = read_report(raw) if is_report else None
    if report is not None and report.form is not Form.NONE:
        return Returned(None, report)
    mail = parse(raw)
    if report is not None:
        return Returned(classify(mail, reverse_path) if isinstance(mail, Mail) else None, report)
    if isinstance(mail, Unreadable):
        return mail
    kind = classify(mail, reverse_path)
    if kind is Kind.PERSON and not (reverse_path or written_here) and _tells_in_words(mail, raw):
        # A bounce written for people only, which a server has sent to an alias in place of the reverse-path. Nothing it
        # says could be believed there; but it is no person's mail that waits to be looked at.
        kind = Kind.DSN
    return Reading(kind, replace(mail, text="", html="", parts=()), _divide(mail, written_here=written_here))


def _tells_in_words(mail: Mail, raw: bytes) -> bool:
    """Read as a report, which means to parse it once more, only what its fields and its first words do not rule out."""
    return may_be_announced(mail) and read_report(raw).form is Form.WORDS


def _divide(mail: Mail, *, written_here: bool) -> Content:
    """If nothing would be left of the words, all of them are new: a mail that is one quote is meant as it stands."""
    text, quoted, rich = mail.text, "", mail.html
    if not written_here:
        cut, shorter = cut_both(text, rich)
        if cut.said.strip() or not text.strip():
            text, quoted, rich = cut.said, cut.folded, shorter
    rich = _storable(rich)
    return Content(
        subject=clean_line(mail.subject),
        text=_storable(text.strip("\n"))[:_TEXT_LIMIT],
        quoted=_storable(quoted),
        html=rich,
        clean_html=sanitise(rich) if rich else "",
        files=tuple(_enclosure(ordinal, part) for ordinal, part in enumerate(mail.parts, 1)),
        msgid=mail.message_id[:_MSGID_LIMIT],
        incomplete="; ".join(_INCOMPLETE[one] for one in mail.defects if one in _INCOMPLETE),
        behind=page_behind(text, rich, mail.parts),
    )


def _enclosure(ordinal: int, part: Part) -> Enclosure:
    return enclose(ordinal, Part(_storable(part.media_type), _storable(part.name), part.content))


def _storable(text: str) -> str:
    """PostgreSQL keeps neither NUL nor half characters (lone surrogates)."""
    if text.isascii():
        return text.replace("\x00", "") if "\x00" in text else text
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
