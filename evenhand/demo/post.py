"""Writes the mails of the demonstration: one as its author sent it, one as it went on without their address."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings

from evenhand.conversations.models import Alias
from evenhand.demo.papers import Paper
from evenhand.demo.stage import Figure, Stage
from evenhand.mail.compose import Draft, File, compose
from evenhand.mail.msgid import bounce_address, mint
from evenhand.mail.names import clean_filename, shown_name

__all__ = ["Post", "address_mail", "receive_mail"]

_FAR = {"buyer": "seller", "seller": "buyer"}


@dataclass(frozen=True)
class Post:
    """One thing said on its way from one side to the other."""

    stage: Stage
    by: str
    at: datetime
    subject: str
    text: str
    quoted: str
    papers: Sequence[Paper]
    automatic: bool = False

    @property
    def author(self) -> Figure:
        """Who says it."""
        return self.stage.sides[self.by]

    @property
    def recipient(self) -> Figure:
        """To whom."""
        return self.stage.sides[_FAR[self.by]]

    @property
    def author_alias(self) -> Alias:
        """Where the author is reached: what the recipient sees as the sender."""
        return self.stage.aliases[self.by]

    @property
    def recipient_alias(self) -> Alias:
        """Where the recipient is reached: what the author wrote to."""
        return self.stage.aliases[_FAR[self.by]]

    @property
    def chain(self) -> list[str]:
        """The Message-IDs the author's mail program knows."""
        return self.stage.chains[self.by]

    @property
    def far_chain(self) -> list[str]:
        """The Message-IDs the recipient's mail program knows."""
        return self.stage.chains[_FAR[self.by]]


def receive_mail(post: Post) -> tuple[bytes, str]:
    """Write the mail as its author's program sent it, real address and all; returns it with its Message-ID."""
    person = post.author.person
    msgid = mint(secrets.token_bytes(16), person.address.rpartition("@")[2])
    draft = _draft(post, post.chain, msgid)
    # What a holiday responder says of itself (RFC 3834 §5).
    fields = [("Auto-Submitted", "auto-replied")] if post.automatic else []
    draft = replace(
        draft,
        from_name=person.name,
        from_address=person.address,
        to_name="",
        to_address=str(post.recipient_alias),
        text=f"{post.text}\n\n{post.quoted}" if post.quoted else post.text,
        fields=fields,
    )
    return _write(draft), msgid


def address_mail(post: Post) -> tuple[bytes, str, str]:
    """Write the mail that goes on: from alias to alias; returns it with its Message-ID and its reverse-path."""
    domain = post.author_alias.domain
    msgid = mint(secrets.token_bytes(16), domain)
    return_path = bounce_address(settings.EVENHAND.secret_key, secrets.token_bytes(16), domain)
    return _write(_draft(post, post.far_chain, msgid)), msgid, return_path


def _draft(post: Post, chain: Sequence[str], msgid: str) -> Draft:
    return Draft(
        from_name=shown_name(post.author.person.name, post.by.capitalize()),
        from_address=str(post.author_alias),
        to_name=shown_name(post.recipient.person.name, _FAR[post.by].capitalize()),
        to_address=str(post.recipient_alias),
        subject=post.subject,
        date=post.at,
        msgid=msgid,
        text=post.text,
        files=[
            File(clean_filename(one.name, one.media_type, ordinal)[0], one.media_type, one.content)
            for ordinal, one in enumerate(post.papers, 1)
        ],
        in_reply_to=chain[-1] if chain else "",
        references=tuple(chain),
    )


def _write(draft: Draft) -> bytes:
    return compose(draft, secrets.token_hex(12))
