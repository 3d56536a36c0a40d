"""What a mail says, divided: the author's new words, what is quoted below them, and the files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from evenhand.mail.html import sanitise, to_text
from evenhand.mail.names import clean_filename, clean_subject
from evenhand.mail.parse import Mail, Part
from evenhand.mail.quotes import cut_both
from evenhand.mail.sniff import sniff
from evenhand.policy import Action, AttachmentFact, Facts, Finding, Verdict
from evenhand.record.blobs import store_blob
from evenhand.relay.egress import Protected
from evenhand.relay.ending import Kept, Said
from evenhand.relay.rewrite import Letter
from evenhand.relay.route import Route
from evenhand.relay.scene import Scene

__all__ = ["Content", "Enclosure", "facts_of", "letter_of", "read_content"]

_INCOMPLETE = {
    "text-too-long": "the text passes 256 Ki characters",
    "field-too-long": "a header field passes 64 KiB",
    "too-many-parts": "the mail has more than 500 parts",
    "too-deep": "its parts are nested deeper than 30",
}
_MSGID_LIMIT = 250
_TEXT_LIMIT = 256 * 1024


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file as it came, and what its content says it is."""

    ordinal: int
    name: str
    declared: str
    media_type: str
    content: bytes

    def keep(self) -> Kept:
        """Store the bytes durably, and say under which name."""
        return Kept(
            ordinal=self.ordinal,
            name=clean_filename(self.name, self.media_type, self.ordinal)[1],
            media_type=self.media_type,
            size=len(self.content),
            sha256=store_blob(self.content),
        )


@dataclass(frozen=True, slots=True)
class Content:
    """
    A mail's words and files.

    `html` is the new part as it came, `clean_html` what of it is harmless; `incomplete` says what was not read.

    Nothing is lost in dividing: every line is in `text` or in `quoted`.
    """

    subject: str
    text: str
    quoted: str
    html: str
    clean_html: str
    files: Sequence[Enclosure]
    msgid: str
    incomplete: str

    def said_by(self, author_id: UUID) -> Said:
        """The message to be appended; its files are durable before this returns."""
        return Said(
            author_id=author_id,
            subject=self.subject,
            text=self.text,
            quoted=self.quoted,
            html=self.clean_html,
            files=tuple(one.keep() for one in self.files),
            msgid=self.msgid,
        )


def read_content(mail: Mail, *, written_here: bool) -> Content:
    """
    Divide a mail. What was `written_here`, on a page, holds no quotes: not a line of it is cut.

    If nothing would be left of the words, all of them are new: a mail that is one quote is meant as it stands.
    """
    text, quoted, rich = mail.text, "", mail.html
    if not written_here:
        cut, shorter = cut_both(text, rich)
        if cut.said.strip() or not text.strip():
            text, quoted, rich = cut.said, cut.folded, shorter
    rich = _storable(rich)
    return Content(
        subject=clean_subject(mail.subject),
        text=_storable(text.strip("\n"))[:_TEXT_LIMIT],
        quoted=_storable(quoted),
        html=rich,
        clean_html=sanitise(rich) if rich else "",
        files=tuple(_enclosure(ordinal, part) for ordinal, part in enumerate(mail.parts, 1)),
        msgid=mail.message_id[:_MSGID_LIMIT],
        incomplete="; ".join(_INCOMPLETE[one] for one in mail.defects if one in _INCOMPLETE),
    )


def _enclosure(ordinal: int, part: Part) -> Enclosure:
    # Of a mail within a mail nothing is read; that it is one, its sender is believed.
    declared = _storable(part.media_type)
    media_type = declared if declared.startswith("message/") else sniff(part.content, part.name, declared)
    return Enclosure(ordinal, _storable(part.name), declared, media_type, part.content)


def _storable(text: str) -> str:
    """PostgreSQL keeps neither NUL nor half characters (lone surrogates)."""
    if text.isascii():
        return text.replace("\x00", "") if "\x00" in text else text
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def facts_of(content: Content, route: Route, scene: Scene, now: datetime) -> Facts:
    """Gather what the rules are told."""
    buyer = route.author if route.author.role == "buyer" else route.recipient
    return Facts(
        text=content.text,
        now=now,
        author=route.author.role,
        subject=content.subject,
        html=content.html,
        quoted=content.quoted,
        attachments=tuple(
            AttachmentFact(one.ordinal, one.name, one.declared, one.media_type, len(one.content))
            for one in content.files
        ),
        order=scene.order,
        earlier=scene.earlier,
        buyer_locale=buyer.locale,
    )


def letter_of(content: Content, verdict: Verdict, mail: Mail, protected: Protected) -> tuple[Letter, list[Finding]]:
    """
    Make of the content what goes on, every protected address taken out; returns it with what there is to tell.

    The subject, the text and the shown HTML are scrubbed; of HTML in which something was found only the text is kept,
    since an address cut over tags is found there and not here.
    """
    left_out = {one.attachment for one in verdict.findings if one.action is Action.FIX and one.attachment}
    subject, in_subject = protected.scrub(content.subject)
    text, in_text = protected.scrub(content.text)
    rich, in_html = content.clean_html, 0
    if rich:
        rich, in_html = protected.scrub(rich)
        if in_html and not protected.is_clean(to_text(rich)):
            rich = ""
    letter = Letter(
        subject=subject,
        text=text,
        html=rich,
        files=[(one.ordinal, one.media_type, one.content) for one in content.files if one.ordinal not in left_out],
        left_out=len(left_out),
        cites=mail.cited,
    )
    # What stands in both renderings is told once.
    found = (("subject", in_subject), ("text", in_text), ("html", in_html and not in_text))
    return letter, [_removed(part) for part, count in found if count]


def _removed(part: str) -> Finding:
    return Finding(
        rule="masked-address",
        action=Action.FIX,
        part=part,
        clause="Addresses stay with the marketplace",
        reason="A private address in it was taken out before it was passed on.",
        fix="Leave addresses out; the other side can always answer here.",
    )
