"""Finds out who wrote a mail, and whether they may: alias, participant, and the word of the author's domain."""

from __future__ import annotations

import re
from dataclasses import dataclass

from evenhand.conversations.models import Origin
from evenhand.mail.address import domain_of
from evenhand.mail.classify import Kind
from evenhand.mail.header import Mailboxes
from evenhand.mail.parse import Mail
from evenhand.relay.models import HoldReason
from evenhand.relay.scene import Party, Scene
from evenhand.relay.spool import Spooled
from evenhand.relay.trace import FIELD, hops_behind, read_trace

__all__ = ["Aside", "Refusal", "Route", "find_route"]

RECEIVED_LIMIT = 25
"""More hops than this are taken for a loop. RFC 5321 §6.3 asks for at least 100; real mail rarely has 15."""

_APART = re.compile(rb"^[!-9;-~]{1,78}(?:[ \t]|\r?\n[ \t])+:", re.MULTILINE)

HOPS_LIMIT = 3
"""Installations like this one that a mail may pass: more than one is odd, a circle of them passes any number."""


@dataclass(frozen=True, slots=True)
class Route:
    """Who wrote, to whom; `hops` counts the installations like this one that the mail has passed before."""

    author: Party
    recipient: Party
    hops: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """
    Why a mail waits for a person: `public` may be read by both sides, `private` by the operator.

    `claimed` is the side it says it is from; `stranger` an address that is of neither side and wrote it for certain.
    """

    reason: HoldReason
    public: str
    private: str
    claimed: Party | None = None
    stranger: str = ""


@dataclass(frozen=True, slots=True)
class Aside:
    """A mail that goes nowhere, and why; `told` is its author, if they are known for certain and should hear of it."""

    why: str
    told: Party | None = None


def find_route(spooled: Spooled, mail: Mail, kind: Kind, scene: Scene, key: str) -> Route | Refusal | Aside:
    """
    Decide from the envelope recipient alone where a mail goes, and from three conditions whether it may.

    The alias is live and its conversation open; the one mailbox in From is a verified address of the other side,
    letter by letter; and the mail came over a peer that is trusted whole, or an aligned domain vouches for From (RFC
    9989), asked by us or by a server in front. Without the third nothing is passed on. `key` is the installation's
    secret, by which it knows its own mail.
    """
    shut = _shut(scene)
    if shut:
        return Aside(shut, _certain_author(spooled, mail, scene, key))
    if spooled.origin != Origin.MAIL:
        return _signed_in(spooled, scene)
    looped = _loop(mail, key)
    if looped and not (isinstance(looped, Refusal) and spooled.release.waives(looped.reason)):
        return looped
    sender = mail.sender
    doubt = _doubt(sender, mail, spooled.raw)
    if doubt:
        return Refusal(HoldReason.AMBIGUOUS_SENDER, "its sender could not be told for certain", doubt)
    address = sender.boxes[0].address
    if address in scene.recipient.writes_from:
        return Aside("its author wrote to their own alias")
    if address not in scene.author.writes_from:
        return Refusal(
            HoldReason.UNKNOWN_SENDER,
            "it came from an address that does not belong to either side",
            "From is no registered address of the author's side",
            # A server in front that is trusted whole may have asked nobody: an answer could hit the impersonated.
            stranger=address if _is_authenticated(spooled, address) and spooled.reverse_path else "",
        )
    if not spooled.reverse_path and kind is Kind.PERSON and not _is_confirmed(spooled):
        return Refusal(
            HoldReason.UNCONFIRMED,
            "it could not be confirmed that it came from its sender’s own mailbox",
            "a null reverse-path never authors a message",
            scene.author,
        )
    if not _is_vouched_for(spooled, address):
        found = spooled.authentication
        return Refusal(
            HoldReason.UNCONFIRMED,
            "it could not be confirmed that it came from its sender’s own mailbox",
            f"not authenticated: {found.verdict if found else 'not asked'}; {found.detail if found else ''}",
            scene.author,
        )
    return Route(scene.author, scene.recipient, hops_behind(mail.fields.get(FIELD.lower(), ())))


def _shut(scene: Scene) -> str:
    if not scene.alias_live:
        return "the alias was retired while the mail was on its way"
    if scene.closed_at is not None:
        return "the conversation is closed"
    return "" if scene.author.alias else "its author’s own alias was retired"


def _certain_author(spooled: Spooled, mail: Mail, scene: Scene, key: str) -> Party | None:
    """The side that wrote, if it may be told what became of its mail: nobody who was only impersonated hears of it."""
    if spooled.origin != Origin.MAIL or not spooled.reverse_path or _loop(mail, key):
        return None
    if _doubt(mail.sender, mail, spooled.raw):
        return None
    address = mail.sender.boxes[0].address
    known = address in scene.author.writes_from and _is_vouched_for(spooled, address)
    return scene.author if known else None


def _signed_in(spooled: Spooled, scene: Scene) -> Route | Aside:
    if spooled.author_id != scene.author.id:
        return Aside("its author wrote to their own alias")
    return Route(scene.author, scene.recipient)


def _loop(mail: Mail, key: str) -> Refusal | Aside | None:
    for value in mail.fields.get(FIELD.lower(), ()):
        if read_trace(key, value) is not None:
            return Aside("it is a mail of ours that came back")
    hops = hops_behind(mail.fields.get(FIELD.lower(), ()))
    if hops > HOPS_LIMIT:
        return Refusal(
            HoldReason.LOOP, "it seems to travel in a circle", f"it has passed {hops} services like this one"
        )
    if len(mail.fields.get("received", ())) > RECEIVED_LIMIT:
        return Refusal(HoldReason.LOOP, "it seems to travel in a circle", f"more than {RECEIVED_LIMIT} Received fields")
    return None


def _doubt(sender: Mailboxes, mail: Mail, raw: bytes) -> str:
    """Say why two programs might read two authors, or nothing (CERT VU#517845, CVE-2023-27043)."""
    if sender.ambiguous or len(sender.boxes) != 1 or mail.repeated_fields:
        repeated = ", ".join(mail.repeated_fields) or "none"
        return f"From holds {len(sender.boxes)} mailboxes; repeated fields: {repeated}"
    head = _head(raw)
    # Some programs end a line at a bare CR, or a text at a NUL; others read on.
    if head.count(b"\r") != head.count(b"\r\n") or b"\0" in head:
        return "its header holds a bare CR or NUL"
    # Obsolete syntax (RFC 5322 §4.5): some programs take `From :` for From, others for the end of the header.
    if (b" :" in head or b"\t:" in head) and _APART.search(head):
        return "a field of its header has white space before the colon"
    return ""


def _head(raw: bytes) -> bytes:
    """The bytes before the first empty line, whichever line ends the mail has."""
    end = raw.find(b"\n\r\n")
    bare = raw.find(b"\n\n", 0, end if end >= 0 else len(raw))
    ends = [one for one in (end, bare) if one >= 0]
    return raw[: min(ends) + 1] if ends else raw


def _is_confirmed(spooled: Spooled) -> bool:
    """Whether the participant it claims to be from has signed in and said so (`evenhand.relay.holds`)."""
    return spooled.authentication is not None and spooled.authentication.method == "owner"


def _is_vouched_for(spooled: Spooled, address: str) -> bool:
    return spooled.trusted or _is_authenticated(spooled, address)


def _is_authenticated(spooled: Spooled, address: str) -> bool:
    found = spooled.authentication
    if found is None or found.verdict != "pass":
        return False
    # What a server in front says about From counts only if it read the From that we read.
    return found.method != "dmarc" or found.domain == domain_of(address)
