"""What a report says: whose delivery, what became of it, and of what kind the reason is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Complaint", "Form", "Outcome", "Reason", "Report"]


class Form(StrEnum):
    """How a report is written, from the most to the least reliable; `NONE` is no report at all."""

    STATUS = "delivery status"
    FEEDBACK = "complaint"
    RECEIPT = "read receipt"
    WORDS = "words"
    NONE = "none"


class Reason(StrEnum):
    """Why a mail was not delivered."""

    UNKNOWN_MAILBOX = "unknown mailbox"
    MOVED = "moved"
    UNKNOWN_HOST = "unknown host"
    NO_MAIL_TAKEN = "host takes no mail"
    FULL = "mailbox full"
    INACTIVE = "mailbox inactive"
    TURNED_AWAY = "turned away for this mailbox"
    TOO_LARGE = "too large"
    CONTENT = "content"
    SPAM = "taken for spam"
    SENDER = "sender not authenticated"
    POLICY = "policy"
    NETWORK = "network"
    EXPIRED = "expired"
    SYSTEM = "system"
    UNKNOWN = "unknown"


_DEAD = frozenset({Reason.UNKNOWN_MAILBOX, Reason.MOVED, Reason.UNKNOWN_HOST, Reason.NO_MAIL_TAKEN})


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What became of a mail for one recipient.

    `recipient` is an address in its stored form, or empty; `action` one of `failed`, `delayed`, `delivered`, `relayed`
    and `expanded` (RFC 3464 §2.3.3); `status` an enhanced status code of class 2, 4 or 5 (RFC 3463) or empty;
    `reply` the three digits another server answered, or empty. Of its words nothing is kept: they name people.
    `proven` is false where another server is quoted with “user unknown” alone, without a code of RFC 3463 and without
    the command it refused: some providers answer so to mail they have taken and do not want.
    """

    recipient: str
    action: str
    status: str
    reason: Reason = Reason.UNKNOWN
    reply: str = ""
    proven: bool = True

    @property
    def is_failure(self) -> bool:
        """Whether the mail will never arrive: given up for good, and not for want of time."""
        return self.action == "failed" and self.status.startswith("5")

    @property
    def is_hard(self) -> bool:
        """Whether the address itself is to blame, so that no mail to it will ever arrive."""
        return self.action == "failed" and self.reason in _DEAD and self.proven


@dataclass(frozen=True, slots=True)
class Complaint:
    """A feedback report (RFC 5965): its type (`abuse`, `fraud` …), who complained about a mail to whom, from where."""

    type: str
    recipients: tuple[str, ...] = ()
    source: str = ""
    reporter: str = ""
    msgid: str = ""

    @property
    def counts(self) -> bool:
        """Whether somebody wants no such mail: not so of reports about authentication (RFC 6591) or `not-spam`."""
        return self.type not in {"not-spam", "auth-failure", "dmarc"}


@dataclass(frozen=True, slots=True)
class Report:
    """What was read. A mail that is no report has the form `NONE` and says nothing of anybody."""

    form: Form
    outcomes: tuple[Outcome, ...] = ()
    complaint: Complaint | None = None

    @property
    def worst(self) -> Outcome | None:
        """The strictest outcome: a report that comes for one copy has one recipient, whatever else it names."""
        return max(self.outcomes, key=_strictness, default=None)


_ACTIONS = ("delivered", "relayed", "expanded", "delayed", "failed")


def _strictness(one: Outcome) -> tuple[int, str]:
    return _ACTIONS.index(one.action) if one.action in _ACTIONS else -1, one.status
