"""Tells a conversation: turns each thing said into the rows the relay would have left behind."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from evenhand.conversations.models import Attachment, Finding, Message, MessageState, Origin, Verdict
from evenhand.demo import PACK
from evenhand.demo.judged import judge_saying
from evenhand.demo.market import Fate, Saying, Talk
from evenhand.demo.papers import Paper, make_paper
from evenhand.demo.post import Post, address_mail, receive_mail
from evenhand.demo.stage import Ledger, Stage
from evenhand.mail.names import clean_filename
from evenhand.policy import named_book
from evenhand.record.blobs import store_blob
from evenhand.relay.models import (
    Attempt,
    Delivery,
    DeliveryState,
    Hold,
    HoldReason,
    Inbound,
    InboundState,
    ThreadId,
)

__all__ = ["tell"]

_PASSED_ON = frozenset({"image/png", "image/jpeg", "application/pdf", "text/plain"})
_PATIENCE = timedelta(days=5)
"""How far ahead the next try of a waiting copy lies, so that no worker ends the wait during a demonstration."""

_STATES = {
    Fate.SENT: MessageState.RELAYED,
    Fate.WAITING: MessageState.RELAYED,
    Fate.FAILED: MessageState.RELAYED,
    Fate.HELD: MessageState.HELD,
    Fate.BLOCKED: MessageState.BLOCKED,
    Fate.AWAY: MessageState.AWAY,
}
_UNCONFIRMED = "we could not confirm yet that this mail came from its sender’s own mailbox"


def tell(talk: Talk, stage: Stage, ledger: Ledger) -> None:
    """Tell all that was said, oldest first, and leave the conversation as its last passed-on message does."""
    for place, saying in enumerate(talk.said):
        _say(saying, place, stage, ledger)


def _say(saying: Saying, place: int, stage: Stage, ledger: Ledger) -> None:
    author, at = stage.sides[saying.by], stage.now - timedelta(hours=saying.ago)
    post = Post(
        stage=stage,
        by=saying.by,
        at=at,
        subject=saying.subject or f"{'Re: ' if place else ''}{stage.conversation.subject}",
        text=saying.text,
        quoted=saying.quoted,
        papers=[make_paper(name, _invoice_lines(stage)) for name in saying.files],
        automatic=saying.fate is Fate.AWAY,
    )
    inbound = _spool(post, saying, ledger)
    message = Message(
        conversation=stage.conversation,
        author=author.participant,
        author_user_id=author.user.pk,
        inbound_id=inbound.id,
        origin=Origin(saying.via),
        state=_STATES[saying.fate],
        subject=post.subject,
        text=saying.text,
        quoted=saying.quoted,
        sent_at=at,
    )
    ledger.messages.append(message)
    _attach(post, message, ledger)
    match saying.fate:
        case Fate.HELD:
            _hold(message, inbound, ledger)
        case Fate.BLOCKED:
            _block(post, message, ledger)
        case Fate.AWAY:
            message.reason = "It is an automatic reply."
        case Fate.SENT | Fate.WAITING | Fate.FAILED:
            judge_saying(post, message, ledger)
            _pass_on(post, message, saying.fate, ledger)


def _spool(post: Post, saying: Saying, ledger: Ledger) -> Inbound:
    """Keep the mail as it came, its work done: no row of the demonstration is ever due."""
    raw, msgid = receive_mail(post)
    author = post.author
    inbound = Inbound(
        alias=post.recipient_alias,
        origin=Origin(saying.via),
        author=author.participant,
        author_user_id=author.user.pk,
        reverse_path="" if saying.fate is Fate.AWAY else author.person.address,
        digest=hashlib.sha256(raw).digest(),
        sha256=hashlib.sha256(raw).digest(),
        size=len(raw),
        raw=raw,
        received_at=post.at,
        state=InboundState.HELD if saying.fate is Fate.HELD else InboundState.DONE,
        due_at=post.at,
        attempts=1,
        outcome=saying.fate,
    )
    ledger.inbounds.append(inbound)
    post.chain.append(msgid)
    return inbound


def _attach(post: Post, message: Message, ledger: Ledger) -> None:
    ledger.attachments += [
        Attachment(
            message=message,
            ordinal=ordinal,
            name=clean_filename(paper.name, paper.media_type, ordinal)[1],
            media_type=paper.media_type,
            size=len(paper.content),
            sha256=store_blob(paper.content),
            cleaned=store_blob(paper.content) if paper.media_type in _PASSED_ON else "",
            refused="" if paper.media_type in _PASSED_ON else "files of this type are not passed on.",
        )
        for ordinal, paper in enumerate(post.papers, 1)
    ]


def _hold(message: Message, inbound: Inbound, ledger: Ledger) -> None:
    message.reason = _UNCONFIRMED
    ledger.holds.append(
        Hold(
            inbound=inbound,
            conversation=message.conversation,
            message=message,
            reason=HoldReason.UNCONFIRMED,
            public=_UNCONFIRMED,
            private="Neither SPF nor DKIM spoke for the domain of the From field.",
            held_at=message.sent_at,
        )
    )


def _block(post: Post, message: Message, ledger: Ledger) -> None:
    """Explain what was found, the way the house rules do: where, why, and what helps."""
    stopped = [one for one in enumerate(post.papers, 1) if one[1].media_type not in _PASSED_ON]
    if not stopped:
        message.reason = judge_saying(post, message, ledger).why()
        return
    number, paper = stopped[0]
    message.reason = f"the file “{paper.name}” is of a kind that is not passed on."
    ledger.verdicts.append(Verdict(message=message, action="block", book=named_book(PACK).name))
    ledger.findings.append(_finding(message, number, paper))


def _finding(message: Message, number: int, paper: Paper) -> Finding:
    office = paper.name.endswith(".xlsm")
    return Finding(
        message=message,
        rule="attachment-type",
        clause="Attachments: pictures, PDF and plain text",
        part=f"attachment {number}",
        end=len(paper.name),
        excerpt=paper.name,
        reason=(
            "This workbook can run programs of its own (macros), and nobody should have to trust that they are kind."
            if office
            else "An archive is closed: neither we nor the recipient can see what is inside before opening it."
        ),
        fix=(
            "Save the sheet as PDF and send it again; your text is still here to copy."
            if office
            else "Take the files out of the archive and attach them one by one."
        ),
        action="block",
    )


def _pass_on(post: Post, message: Message, fate: Fate, ledger: Ledger) -> None:
    content, msgid, return_path = address_mail(post)
    _remember_last(message)
    ended = post.at + timedelta(seconds=4 + len(content) % 17)
    delivery = Delivery(
        message=message,
        recipient=post.recipient.participant,
        address=post.recipient.person.address,
        return_path=return_path,
        msgid=msgid,
        content=content,
        content_sha256=hashlib.sha256(content).digest(),
        created_at=post.at,
        due_at=post.at,
        expires_at=post.at + _PATIENCE,
    )
    match fate:
        case Fate.WAITING:
            _try(delivery, DeliveryState.DEFERRED, "4.2.2", "452 4.2.2 Mailbox full", ledger, _tries(post))
            delivery.due_at = post.stage.now + _PATIENCE
            delivery.expires_at = delivery.due_at + _PATIENCE
        case Fate.FAILED:
            _try(delivery, DeliveryState.FAILED, "5.1.1", "550 5.1.1 No such mailbox here", ledger, [ended])
            delivery.ended_at = ended
        case _:
            _try(delivery, DeliveryState.SENT, "2.0.0", "250 2.0.0 Taken", ledger, [ended])
            delivery.ended_at = ended
    ledger.deliveries.append(delivery)
    sides = ((post.recipient, msgid), (post.author, post.chain[-1]))
    ledger.thread_ids += [
        ThreadId(conversation=message.conversation, message=message, participant=figure.participant, msgid=known)
        for figure, known in sides
    ]
    post.far_chain.append(msgid)


def _tries(post: Post) -> list[datetime]:
    """The tries of a copy that still waits, further and further apart."""
    planned = (post.at + timedelta(minutes=minutes) for minutes in (0.1, 15, 45, 135, 405))
    return [at for at in planned if at < post.stage.now]


def _try(
    delivery: Delivery, state: DeliveryState, status: str, answer: str, ledger: Ledger, times: list[datetime]
) -> None:
    delivery.state, delivery.status, delivery.attempts = state, status, len(times)
    ledger.attempts += [
        Attempt(
            delivery=delivery,
            number=number,
            at=at,
            outcome=state,
            phase="dot" if state is DeliveryState.SENT else "rcpt",
            status=status,
            detail=answer,
        )
        for number, at in enumerate(times, 1)
    ]


def _remember_last(message: Message) -> None:
    conversation = message.conversation
    conversation.last_at = message.sent_at
    conversation.last_author_id = message.author_id
    conversation.last_excerpt = " ".join(message.text.split())[:200]
    conversation.message_count += 1


def _invoice_lines(stage: Stage) -> list[str]:
    return [
        stage.sides["seller"].person.name,
        f"Invoice {stage.order.number}-R",
        "",
        f"Order {stage.order.number}, placed {stage.order.placed_at:%d.%m.%Y}",
        f"For {stage.sides['buyer'].person.name}",
        "",
        "Paid in full. Thank you!",
    ]
