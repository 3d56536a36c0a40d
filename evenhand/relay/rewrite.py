"""Composes the copy for the recipient: a new mail from parsed parts, in which nothing foreign is carried over."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from html import escape
from uuid import UUID

from evenhand.configuration import Configuration
from evenhand.mail.compose import Draft, File
from evenhand.mail.files import address_calendar
from evenhand.mail.msgid import bounce_address, mint
from evenhand.mail.names import clean_filename, shown_name
from evenhand.mail.quotes import MARKER, NOTICE
from evenhand.record.blobs import store_blob
from evenhand.relay.ending import Sending
from evenhand.relay.finish import finish
from evenhand.relay.route import Route
from evenhand.relay.scene import Party, Scene
from evenhand.relay.trace import FIELD, mint_trace

__all__ = ["CITED_LIMIT", "FinishedCopy", "Letter", "address_of", "as_sending", "rewrite", "shown"]

CITED_LIMIT = 20
"""Ids in References, the latest ones (each at most 250 characters)."""


@dataclass(frozen=True, slots=True)
class Letter:
    """
    What of a message goes on: cleaned, scrubbed, and without what the rules left out.

    `files` are ordinal, media type and bytes; `left_out` counts the files that stay behind; `cites` are the ids the
    author's mail answers to, as the author's side knows them, oldest first.
    """

    subject: str
    text: str
    html: str
    files: Sequence[tuple[int, str, bytes]] = ()
    left_out: int = 0
    cites: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class FinishedCopy:
    """
    A copy as it will leave: its bytes, to be searched once more, and its place in the outbox.

    `addressed` are its files, by ordinal, that were made for this recipient, and are not what they were cleaned to.
    """

    finished: bytes
    sending: Sending
    addressed: Mapping[int, bytes] = field(default_factory=dict)


def rewrite(letter: Letter, route: Route, scene: Scene, configuration: Configuration, now: datetime) -> FinishedCopy:
    """
    Compose, for the recipient's mailbox, a mail from the author's alias to the recipient's own (masking of both).

    The alias stands in To because mail programs quote that line. Header fields are those of `Draft` and two more:
    one asks for no receipts, one marks the mail as ours. The bytes are made once; every try sends the same.
    """
    domain = route.author.alias.rpartition("@")[2]
    msgid = mint(secrets.token_bytes(16), domain)
    cites = _known(letter, scene)
    addressed = {
        ordinal: _addressed(content, route, configuration)
        for ordinal, media_type, content in letter.files
        if media_type == "text/calendar"
    }
    draft = Draft(
        from_name=shown(route.author, configuration.marketplace),
        from_address=route.author.alias,
        to_name=shown(route.recipient, configuration.marketplace),
        to_address=route.recipient.alias,
        subject=letter.subject,
        date=now,
        msgid=msgid,
        text=_with_footer(letter, configuration.marketplace),
        html=_html_with_footer(letter, configuration.marketplace),
        files=[
            File(
                clean_filename("", media_type, ordinal)[0],
                media_type,
                addressed.get(ordinal, content),
            )
            for ordinal, media_type, content in letter.files
        ],
        in_reply_to=cites[-1] if cites else "",
        references=cites,
        fields=(
            ("X-Auto-Response-Suppress", "DR, RN, NRN"),
            (FIELD, mint_trace(configuration.secret_key, route.hops + 1, secrets.token_bytes(10))),
        ),
    )
    content = finish(draft, configuration, now)
    sending = as_sending(
        content, route.recipient.id, route.recipient.mailbox, msgid, configuration, address_of(domain, configuration)
    )
    return FinishedCopy(content, sending, addressed)


def _addressed(content: bytes, route: Route, configuration: Configuration) -> bytes:
    """Put both sides' aliases into an appointment; its id is one of ours, the same each time it is sent."""
    key = hashlib.sha256(f"calendar {configuration.secret_key} {route.author.alias}".encode()).digest()
    return address_calendar(content, route.author.alias, route.recipient.alias, key)


def address_of(domain: str, configuration: Configuration) -> str:
    """Mint the reverse-path of one copy: what comes back to it is about that copy."""
    return bounce_address(configuration.secret_key, secrets.token_bytes(16), domain)


def as_sending(
    content: bytes, recipient_id: UUID | None, address: str, msgid: str, configuration: Configuration, return_path: str
) -> Sending:
    """Prepare finished bytes for the outbox; large ones go to the blob store, durably, before this returns."""
    large = len(content) > configuration.inline_limit
    if large:
        store_blob(content)
    return Sending(
        recipient_id=recipient_id,
        address=address,
        return_path=return_path,
        msgid=msgid,
        content=None if large else content,
        sha256=hashlib.sha256(content).digest(),
    )


def shown(party: Party, marketplace: str) -> str:
    """The name a counterpart reads: a private buyer's first name only, and never one that speaks for the house."""
    return _shown(party.name, party.role, marketplace)


@lru_cache(maxsize=4096)
def _shown(name: str, role: str, marketplace: str) -> str:
    return shown_name(name, role.capitalize(), first_only=role == "buyer", reserved=(marketplace,))


def _known(letter: Letter, scene: Scene) -> tuple[str, ...]:
    """The ids the recipient's mail program knows the cited messages by; unknown ones are left out."""
    found = tuple(dict.fromkeys(scene.known_ids[one] for one in letter.cites if one in scene.known_ids))
    if not found and not letter.cites and scene.latest_id:
        # Outlook drops References, and a page never had any: the newest message of the conversation is meant.
        found = (scene.latest_id,)
    return found[-CITED_LIMIT:]


def _with_footer(letter: Letter, marketplace: str) -> str:
    return "\n".join((letter.text.rstrip("\n"), "", *_left_out(letter), MARKER, _footer(marketplace), ""))


def _html_with_footer(letter: Letter, marketplace: str) -> str:
    if not letter.html:
        return ""
    lines = [*_left_out(letter), MARKER, _footer(marketplace)]
    return f"{letter.html}\n<p><small>{'<br>'.join(escape(line) for line in lines)}</small></p>"


def _left_out(letter: Letter) -> list[str]:
    if not letter.left_out:
        return []
    return [
        "[One file was not passed on.]" if letter.left_out == 1 else f"[{letter.left_out} files were not passed on.]"
    ]


def _footer(marketplace: str) -> str:
    return f"Sent through {marketplace}. {NOTICE}"
