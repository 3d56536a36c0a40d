"""Writes the house's own mails: why a message was stopped or lost, and what a person can do; and sign-in codes."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from evenhand.configuration import Configuration
from evenhand.crashpoints import reach
from evenhand.mail.address import normalise
from evenhand.mail.compose import Draft
from evenhand.mail.identity import identities
from evenhand.mail.msgid import mint
from evenhand.policy import Action, Finding, Verdict
from evenhand.relay.egress import Protected, inspect
from evenhand.relay.ending import Ending, Sending
from evenhand.relay.finish import finish
from evenhand.relay.results import database_now, queue
from evenhand.relay.rewrite import as_sending
from evenhand.relay.route import Refusal, Route
from evenhand.relay.scene import Party, Scene
from evenhand.relay.trace import FIELD, mint_trace

__all__ = [
    "EmailBackend",
    "LastingMail",
    "about_block",
    "about_drop",
    "about_failure",
    "about_nothing_left",
    "about_passed",
    "about_shut",
    "about_stranger",
    "about_unconfirmed",
    "write_notice",
]

SIGN_IN_PATIENCE = timedelta(minutes=10)
"""A code that comes later than it is good for only puzzles."""


def about_block(ending: Ending, route: Route, verdict: Verdict, configuration: Configuration) -> None:
    """Tell the author of a mail that was stopped, by which rule and how to mend it. On a page they see it there."""
    if ending.spooled.origin != "mail" or ending.scene is None:
        return
    lines = ["Your message was not passed on:", ""]
    for one in verdict.findings:
        if one.action >= Action.BOUNCE:
            lines += _explained(one)
    lines += ["", "Nothing is lost: you find it in the conversation. Mend it and send it again."]
    _tell(ending, route.author, "Your message was not passed on", lines, configuration)


def about_passed(ending: Ending, author: Party, verdict: Verdict, configuration: Configuration) -> None:
    """Tell the author of a mail that went on what of it did not, and what to mend the next time. A page shows it."""
    left_out = [one for one in verdict.findings if one.action is Action.FIX and one.attachment]
    warned = [one for one in verdict.findings if one.action is Action.WARN]
    if not (left_out or warned) or ending.spooled.origin != "mail":
        return
    lines: list[str] = []
    if left_out:
        lines += ["Your message was passed on, but without these files:", ""]
        lines += [line for one in left_out for line in _file(one)]
    if warned:
        lines += [*([""] if lines else []), _ALSO if lines else "Your message was passed on. The next time, mind this:"]
        lines += ["", *(line for one in warned for line in _explained(one))]
    subject = "A file was left out of your message" if left_out else "Your message was passed on, with a remark"
    _tell(ending, author, subject, lines, configuration)


_ALSO = "The next time, mind this too:"


def _explained(one: Finding) -> list[str]:
    return [f"- {one.reason}", *(f"  {more}" for more in (one.fix, _clause(one)) if more)]


def _file(one: Finding) -> list[str]:
    """A file by its number: its name may tell who wrote it, and a notice names nobody."""
    return [f"- File {one.attachment}: {one.reason}", *([f"  {one.fix}"] if one.fix else [])]


def about_nothing_left(ending: Ending, author: Party, verdict: Verdict, configuration: Configuration) -> None:
    """Tell the author of a mail without words that none of its files could go on."""
    if ending.spooled.origin != "mail":
        return
    lines = ["Your message was not passed on, since nothing of it could be:", ""]
    for one in verdict.findings:
        if one.action is Action.FIX and one.attachment:
            lines += _file(one)
    lines += ["", "It is kept on record. Say it in words, or mend the file, and send it again."]
    _tell(ending, author, "Your message was not passed on", lines, configuration)


def _clause(one: Finding) -> str:
    """The clause of a published rule; what the service's own rules say is in the reason."""
    return f"Rule {one.rule}: {one.clause}" if one.pack else ""


def about_unconfirmed(ending: Ending, refusal: Refusal, configuration: Configuration) -> None:
    """
    Tell a participant, at the registered address, that a mail in their name waits.

    Not a word of the mail is in it: if somebody else wrote it, it is none of theirs. A mail with a null reverse-path
    gets no answer (RFC 3834).
    """
    if refusal.claimed is None or not ending.spooled.reverse_path:
        return
    lines = [
        "A mail that says it is from you has come in, but it could not be confirmed that it left your own mailbox.",
        "It has not been passed on.",
        "",
        "If you wrote it, sign in within a week and say so, and it goes on. So that nobody need ask again, whoever",
        "runs your mail can sign it (DKIM) or list its servers (SPF). If you did not write it, you need do nothing.",
    ]
    _tell(
        ending,
        refusal.claimed,
        "A message in your name is waiting",
        lines,
        configuration,
        page=f"held/{ending.spooled.id}/",
    )


def about_stranger(ending: Ending, refusal: Refusal, configuration: Configuration) -> None:
    """
    Tell an address of neither side, whose domain vouches for it, what its owner can do, once a day.

    The same words go to everybody: nothing of the conversation, the order or the mail is in them. Whom nobody vouches
    for gets no answer, since that could only hit whoever was impersonated.
    """
    if not refusal.stranger or ending.scene is None:
        return
    lines = [
        "Your mail could not be passed on: it came from an address that is not registered for this conversation.",
        "",
        "If you take part in it, write from the address you are registered with, or sign in and add this one.",
        *(["", configuration.public_url] if configuration.public_url else []),
    ]
    address = refusal.stranger if refusal.stranger.isascii() else ""
    content, msgid = _written("Your mail was not passed on", lines, address, configuration, ending.now)
    ending.notice(as_sending(content, None, refusal.stranger, msgid, configuration, ""))


def _written(
    subject: str, lines: Sequence[str], to: str, configuration: Configuration, now: datetime
) -> tuple[bytes, str]:
    """A mail of the house's own, and its Message-ID; addressed to nobody by name where `to` is empty."""
    nobody = f"no-reply@{configuration.domain}"
    msgid = mint(secrets.token_bytes(16), configuration.domain)
    draft = Draft(
        from_name=configuration.marketplace,
        from_address=nobody,
        to_name="",
        to_address=to or nobody,
        subject=subject,
        date=now,
        msgid=msgid,
        text="\n".join(lines),
        fields=_made_by_a_machine(configuration),
    )
    content = finish(draft, configuration, now)
    reach("notice.written")
    return content, msgid


def _made_by_a_machine(configuration: Configuration) -> tuple[tuple[str, str], ...]:
    """The fields by which nothing answers a notice (RFC 3834), and we know it when it comes back."""
    return (
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        (FIELD, mint_trace(configuration.secret_key, 1, secrets.token_bytes(10))),
    )


def about_shut(ending: Ending, author: Party, why: str, configuration: Configuration) -> None:
    """Tell an author whose mail was taken in and then met a closed conversation: the door could not know it yet."""
    lines = [
        f"Your message was not passed on: {why}.",
        "",
        "It is kept on record. If there is something left to say, sign in, or write to the marketplace.",
    ]
    _tell(ending, author, "Your message was not passed on", lines, configuration)


def about_drop(scene: Scene, author: Party, configuration: Configuration, why: str, now: datetime) -> Sending | None:
    """Tell an author that a person looked at their held message and did not pass it on, in that person's words."""
    lines = [
        "A person has looked at your message, and it was not passed on:",
        "",
        f"- {why}",
        "",
        "It is kept on record, and you find it in the conversation. If you can mend it, send it again.",
    ]
    return write_notice(scene, author, "Your message was not passed on", lines, configuration, now)


def about_failure(scene: Scene, author: Party, configuration: Configuration, why: str, now: datetime) -> Sending | None:
    """Tell an author that a copy could not be delivered, in our words: never what the other server wrote."""
    lines = [
        f"Your message could not be delivered by e-mail: {why}.",
        "",
        "It stands in the conversation all the same, where the other side can read it when they sign in.",
    ]
    return write_notice(scene, author, "Your message could not be delivered", lines, configuration, now)


def _tell(
    ending: Ending, to: Party, subject: str, lines: Sequence[str], configuration: Configuration, page: str = ""
) -> None:
    scene = ending.scene
    if scene is None or scene.notified_lately:
        return
    sending = write_notice(scene, to, subject, lines, configuration, ending.now, page)
    if sending is not None:
        ending.notice(sending)


def write_notice(
    scene: Scene,
    to: Party,
    subject: str,
    lines: Sequence[str],
    configuration: Configuration,
    now: datetime,
    page: str = "",
) -> Sending | None:
    """
    Write a notice about a conversation, from the house to one side; None if that side has no mailbox.

    It links to `page` of the portal, or else to the conversation.

    Its reverse-path is null and it says that it was made by a machine (RFC 3834), so nothing answers it. It passes the
    same search as every copy; should it tell of the other side's address, it is not sent.
    """
    if not to.mailbox:
        return None
    other = scene.author if to.id == scene.recipient.id else scene.recipient
    number = scene.order.number if scene.order else scene.subject
    link = f"{configuration.public_url.rstrip('/')}/{page or f'conversations/{scene.conversation_id}/'}"
    text = [f"About order {number}" if scene.order else number, "", *lines]
    text += ["", link] if configuration.public_url else []
    content, msgid = _written(subject, text, to.alias, configuration, now)
    protected = Protected(identities(other.protected, allowed=(configuration.domain,)))
    if inspect(content, protected) is not None:
        return None
    return as_sending(content, to.id, to.mailbox, msgid, configuration, "")


class LastingMail(EmailMessage):
    """A mail about the reader's own account that is worth reading for an hour."""

    patience = timedelta(hours=1)


class EmailBackend(BaseEmailBackend):
    """
    Puts Django's own mails (sign-in codes) into the outbox, in the transaction of the page that asked for them.

    They are about the reader's own account and name nobody else.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue one copy for each recipient; returns how many mails were queued."""
        queued = 0
        for message in email_messages:
            addresses = [address for one in message.recipients() if (address := normalise(one))]
            for address in addresses:
                self._queue(message, address)
            queued += bool(addresses)
        return queued

    def _queue(self, message: EmailMessage, address: str) -> None:
        configuration: Configuration = settings.EVENHAND
        now = database_now()
        msgid = mint(secrets.token_bytes(16), configuration.domain)
        content = finish(
            Draft(
                from_name=configuration.marketplace,
                from_address=f"no-reply@{configuration.domain}",
                to_name="",
                # About the reader's own account, so their own address may stand in it.
                to_address=address if address.isascii() else f"no-reply@{configuration.domain}",
                subject=str(message.subject),
                date=now,
                msgid=msgid,
                text=str(message.body),
                fields=(("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")),
            ),
            configuration,
            now,
        )
        sending = as_sending(content, None, address, msgid, configuration, "")
        patience = message.patience if isinstance(message, LastingMail) else SIGN_IN_PATIENCE
        with transaction.atomic():
            queue(replace(sending, patience=patience), conversation_id=None, now=now)
            reach("notice.queued")
