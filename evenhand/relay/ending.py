"""What came of one mail, as a value: gathered while its steps run, and not yet written anywhere."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from evenhand.conversations.models import MessageState
from evenhand.policy import Action, Finding, Verdict
from evenhand.record.append import EventRow, event
from evenhand.record.ids import new_id
from evenhand.relay.models import DeliveryState, HoldReason, InboundState
from evenhand.relay.scene import Scene
from evenhand.relay.spool import Spooled

__all__ = ["Ending", "Kept", "Said", "Sending"]

PATIENCE = timedelta(days=5)
"""How long the next server is asked again (RFC 5321 §4.5.4.1)."""

_MSGID_LIMIT = 250


@dataclass(frozen=True, slots=True)
class Kept:
    """
    A file of a message: its bytes are in the blob store already, those that may be passed on under `cleaned`.

    `notes` say in sentences what was taken out; `id` is that of its row, if there is one.
    """

    ordinal: int
    name: str
    media_type: str
    size: int
    sha256: str
    refused: str = ""
    cleaned: str = ""
    notes: tuple[str, ...] = ()
    id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A message to be appended: what its author wrote anew, what is quoted below, its files."""

    author_id: uuid.UUID
    subject: str
    text: str
    quoted: str
    html: str
    files: Sequence[Kept] = ()
    msgid: str = ""
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Sending:
    """Finished bytes for one recipient; large ones are in the blob store already, and `content` is None."""

    recipient_id: uuid.UUID | None
    address: str
    return_path: str
    msgid: str
    content: bytes | None
    sha256: bytes
    patience: timedelta = PATIENCE

    @property
    def is_notice(self) -> bool:
        """Whether it tells about a message instead of carrying one."""
        return not self.return_path

    @property
    def is_for_a_stranger(self) -> bool:
        """Whether it goes to an address of neither side."""
        return self.is_notice and self.recipient_id is None


@dataclass
class Ending:
    """
    Everything that came of one spooled mail, gathered while its steps run and written with those of its batch.

    Nothing in here has happened yet: an ending that is thrown away leaves no trace. `claimed_id` is the side a held
    mail says it is from.
    """

    spooled: Spooled
    scene: Scene | None
    now: datetime
    state: InboundState = InboundState.DONE
    outcome: str = ""
    message_id: uuid.UUID | None = None
    said: Said | None = None
    message_state: MessageState = MessageState.RECORDED
    reason: str = ""
    verdict: Verdict | None = None
    findings: list[Finding] = field(default_factory=list)
    hold: tuple[HoldReason, str, str] | None = None
    claimed_id: uuid.UUID | None = None
    sendings: list[tuple[uuid.UUID, Sending]] = field(default_factory=list)
    thread: list[tuple[uuid.UUID, str]] = field(default_factory=list)
    reports: list[tuple[uuid.UUID, str, DeliveryState]] = field(default_factory=list)
    complaints: list[tuple[uuid.UUID, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Go on with the message that a released mail is already."""
        self.message_id = self.spooled.release.message_id

    @property
    def is_again(self) -> bool:
        """Whether its message is on record already, from when it was held."""
        return self.spooled.release.message_id is not None

    def append(self, said: Said) -> None:
        """Append the message, if it is none yet; until told otherwise it is only recorded."""
        self.message_id, self.said = self.message_id or new_id(), said
        if said.msgid:
            self.thread.append((said.author_id, said.msgid[:_MSGID_LIMIT]))

    def leave_out(self, verdict: Verdict) -> None:
        """Mark the files that stay behind, each with the reason."""
        reasons = {one.attachment: one.reason for one in verdict.findings if one.action is Action.FIX}
        if self.said is not None and reasons:
            files = [replace(one, refused=reasons.get(one.ordinal, "")) for one in self.said.files]
            self.said = replace(self.said, files=files)

    def hand_out(self, names: Mapping[int, str]) -> None:
        """Show the recipient, where they look at a file on a page, the bytes that their copy brings: by ordinal."""
        if self.said is not None and names:
            files = [replace(one, cleaned=names.get(one.ordinal, one.cleaned)) for one in self.said.files]
            self.said = replace(self.said, files=files)

    def aside(self, why: str) -> Ending:
        """End without passing anything on."""
        self.outcome, self.reason = why, why
        return self

    def away(self, why: str) -> Ending:
        """End with an automatic reply on record."""
        self.message_state = MessageState.AWAY
        return self.aside(why)

    def held(self, reason: HoldReason, public: str, private: str) -> Ending:
        """End with a person who must decide."""
        self.state, self.outcome = InboundState.HELD, reason.value
        self.message_state, self.reason = MessageState.HELD, public
        self.hold = (reason, public, private)
        return self

    def blocked(self, public: str) -> Ending:
        """End with an author who must change something."""
        self.outcome, self.message_state, self.reason = "blocked", MessageState.BLOCKED, public
        return self

    def relayed(self, sending: Sending | None) -> Ending:
        """End with a copy on its way; without one, where the recipient has no mailbox, the portal shows it."""
        self.outcome, self.message_state, self.reason = "relayed", MessageState.RELAYED, ""
        if sending is not None:
            assert sending.recipient_id is not None
            self.sendings.append((new_id(), sending))
            self.thread.append((sending.recipient_id, sending.msgid))
        return self

    def notice(self, sending: Sending) -> None:
        """Tell somebody about it."""
        self.sendings.append((new_id(), sending))

    def events(self) -> Iterable[EventRow]:
        """What the record keeps of it."""
        yield event(
            "judged" if self.verdict else "ended",
            at=self.now,
            conversation_id=self.scene.conversation_id if self.scene else None,
            actor_id=self.said.author_id if self.said else None,
            content={
                "inbound": self.spooled.id,
                "outcome": self.outcome,
                "message": self.message_id,
                "state": self.message_state if self.message_id else None,
                "words": _digest(self.said) if self.said else None,
                "files": [one.sha256 for one in self.said.files] if self.said else [],
                "verdict": self.verdict.action.word if self.verdict else None,
                "book": self.verdict.book if self.verdict else None,
                "findings": [(one.rule, _place(one), one.start, one.end, one.action.word) for one in self.findings],
                "hold": self.hold[0] if self.hold else None,
                "copies": [(id_, sending.sha256) for id_, sending in self.sendings if not sending.is_notice],
                "reports": [(id_, status) for id_, status, _ in self.reports],
                "complaints": self.complaints,
                "notices": [(id_, sending.sha256) for id_, sending in self.sendings if sending.is_notice],
            },
        )


def _place(finding: Finding) -> str:
    """Where a finding is, in words of ours: the name of a file is its author's."""
    return f"file {finding.attachment}" if finding.attachment else finding.part


def _digest(said: Said) -> bytes:
    words = json.dumps([said.subject, said.text, said.quoted, said.html]).encode("ascii")
    return hashlib.sha256(words).digest()
