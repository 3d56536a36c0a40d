"""What becomes of a mail's words and files: the message on record, the facts to be judged, the letter to go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from evenhand.mail.enclosure import Enclosure
from evenhand.mail.files import scrub_calendar
from evenhand.mail.html import to_text, unlinked
from evenhand.mail.identity import REMOVED
from evenhand.mail.names import FILENAME_LIMIT, SUBJECT_LIMIT, clean_filename, clean_subject
from evenhand.mail.parse import Mail
from evenhand.mail.reading import Content
from evenhand.policy import (
    Action,
    AttachmentFact,
    Facts,
    Finding,
    OrderFact,
    ScanFact,
    SenderFact,
    TemplateFact,
    Verdict,
)
from evenhand.record.blobs import store_blob
from evenhand.relay.egress import Protected
from evenhand.relay.ending import Kept, Said
from evenhand.relay.history import History
from evenhand.relay.release import MASKED_ADDRESS
from evenhand.relay.rewrite import FinishedCopy, Letter
from evenhand.relay.route import Route
from evenhand.relay.scene import Scene

__all__ = ["facts_of", "handed_out", "letter_of", "said_by"]


def said_by(author_id: UUID, content: Content, protected: Protected, *, signed: bool = False) -> Said:
    """
    The message to be appended; its files are durable before this returns.

    It is what its author wrote, address and all, but for what is too long to be kept whole: half an address is found
    by no search, so it is taken out before a name or subject is cut.
    """
    return Said(
        author_id=author_id,
        subject=clean_subject(_searched(content.subject, SUBJECT_LIMIT, protected)),
        text=content.text,
        quoted=content.quoted,
        html=content.clean_html,
        files=tuple(_kept(one, protected) for one in content.files),
        msgid=content.msgid,
        signed=signed,
    )


def _kept(file: Enclosure, protected: Protected) -> Kept:
    """Store a file durably, as it came and as it may be passed on, and say under which names."""
    return Kept(
        ordinal=file.ordinal,
        name=clean_filename(_searched(file.name, FILENAME_LIMIT, protected), file.media_type, file.ordinal)[1],
        media_type=file.media_type,
        size=len(file.content),
        sha256=store_blob(file.content),
        cleaned=store_blob(file.cleaned) if not file.kind else "",
        notes=file.notes,
    )


def _searched(text: str, limit: int, protected: Protected) -> str:
    return protected.scrub(text)[0] if len(text) > limit else text


def facts_of(
    content: Content,
    route: Route,
    scene: Scene,
    now: datetime,
    scanned: tuple[ScanFact, Sequence[ScanFact]],
    history: History,
    origin: str,
) -> Facts:
    """
    Gather what the rules are told; `scanned` is what is known of the mail whole and of each of its files.

    What nothing stored tells of stays unknown: whether a buyer opted out, in which country they live, whether links
    answer, what pictures show.
    """
    whole, scans = scanned
    buyer = route.author if route.author.role == "buyer" else route.recipient
    return Facts(
        text=content.text,
        now=now,
        author=route.author.role,
        subject=content.subject,
        html=content.html,
        quoted=content.quoted,
        attachments=tuple(
            AttachmentFact(
                one.ordinal,
                one.name,
                one.declared,
                one.media_type,
                len(one.content),
                one.kind,
                one.held,
                one.reason,
                one.fix,
                scan,
                _words_in(one),
            )
            for one, scan in zip(content.files, scans, strict=True)
        ),
        order=_order(scene.order, history),
        earlier=history.earlier,
        buyer_locale=buyer.locale,
        origin=origin,
        scan=whole,
        # An answer is what stands below the buyer's own words; the marketplace may show what was said before.
        opened_by="buyer" if history.is_answer else "seller",
        # People write here by hand, to one order, and choose neither purpose nor template.
        purpose="",
        audience="",
        requests=history.requests,
        sender=SenderFact(is_approved=True, sent_today=history.sent_today, daily_orders=history.daily_orders),
        template=TemplateFact(),
        # Whoever comes this far was found to be of the order, and there is one conversation of it.
        is_customer=True if scene.order else None,
        is_apart=False,
        way="free",
    )


def _order(order: OrderFact | None, history: History) -> OrderFact | None:
    return replace(order, products=history.products, related=history.related) if order else None


_READABLE = frozenset({"text/plain", "text/csv"})
"""Not appointments: programs write their parties' addresses into them, which are scrubbed on the way."""


def _words_in(file: Enclosure) -> str | None:
    """The words of a file that is nothing but words; nobody reads others for the rules."""
    if file.media_type not in _READABLE:
        return None
    try:
        return file.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


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
        if in_html:
            rich = unlinked(rich, REMOVED) if protected.is_clean(to_text(rich)) else ""
    letter = Letter(
        subject=clean_subject(subject),
        text=text,
        html=rich,
        files=[
            (one.ordinal, one.media_type, _scrubbed(one, protected))
            for one in content.files
            if one.ordinal not in left_out and not one.kind
        ],
        left_out=len(left_out),
        cites=mail.cited,
    )
    # What stands in both renderings is told once.
    found = (("subject", in_subject), ("text", in_text), ("html", in_html and not in_text))
    return letter, [_removed(part) for part, count in found if count]


def _scrubbed(one: Enclosure, protected: Protected) -> bytes:
    """Appointments hold words that can be scrubbed; what stands in other files is found by the search, and held."""
    if one.media_type != "text/calendar":
        return one.cleaned
    return scrub_calendar(one.cleaned, lambda text: protected.scrub(text)[0])


def handed_out(copy: FinishedCopy) -> dict[int, str]:
    """Store durably the files that were changed for this recipient; their names by ordinal, for the pages to show."""
    return {ordinal: store_blob(content) for ordinal, content in copy.addressed.items()}


def _removed(part: str) -> Finding:
    return Finding(
        rule=MASKED_ADDRESS,
        action=Action.FIX,
        part=part,
        clause="Addresses stay with the marketplace",
        reason="A private address in it was taken out before it was passed on.",
        fix="Leave addresses out; the other side can always answer here.",
    )
