"""The outbox, the spool and what surrounds them: attempts, holds, the thread map."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from evenhand.conversations.models import Alias, Conversation, Message, Origin
from evenhand.participants.models import Participant
from evenhand.record.ids import new_id


class DeliveryState(models.TextChoices):
    """Where a copy stands on its way to the recipient's mailbox."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    PARKED = "parked"


class Delivery(models.Model):
    """
    The outbox: the finished bytes of one copy for one recipient, sent again unchanged until it ends.

    `message` is empty for notices (sign-in codes, explanations), `conversation` too unless they are about one.
    `return_path` is minted for this delivery alone, so that what comes back to it is a report about this delivery; it
    is empty (the null reverse-path) for notices. `address` is the one place of the real address.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="deliveries")
    conversation = models.ForeignKey(
        Conversation, on_delete=models.PROTECT, null=True, related_name="deliveries", db_index=False
    )
    recipient = models.ForeignKey(Participant, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    address = models.CharField(max_length=320)
    return_path = models.CharField(max_length=320, blank=True)
    msgid = models.CharField(max_length=255)
    content = models.BinaryField(null=True)
    content_sha256 = models.BinaryField(max_length=32)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=12, blank=True, help_text="Enhanced status code, RFC 3463.")
    reason = models.CharField(max_length=300, blank=True, db_default="", help_text="Why it is parked.")
    claimed_by = models.IntegerField(null=True, help_text="The number of the worker that has it.")

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["return_path"], name="return_path_once", condition=~models.Q(return_path="")
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                name="delivery_due",
                condition=models.Q(state__in=["queued", "deferred", "sending"]),
            ),
            # Finds what must go before a copy, so that one recipient gets a conversation in its order.
            models.Index(
                fields=["conversation", "recipient", "created_at"],
                name="delivery_before",
                condition=models.Q(state__in=["queued", "deferred", "sending"]),
            ),
            models.Index(
                fields=["conversation", "created_at"],
                name="notice_of_conversation",
                condition=models.Q(message__isnull=True, conversation__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.id}"


class Attempt(models.Model):
    """One try to hand a copy to the next mail server."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="tries", db_index=False)
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10)
    phase = models.CharField(max_length=10, blank=True, help_text="How far it came: connect, mail, rcpt, data, dot.")
    status = models.CharField(max_length=12, blank=True)
    detail = models.CharField(max_length=300, blank=True, help_text="For the operator; foreign text.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["delivery", "number"], name="attempt_once")]

    def __str__(self) -> str:
        return f"{self.outcome} of {self.delivery_id}"


class Worker(models.Model):
    """
    A worker that lives, or died lately. It holds an advisory lock on its number (`evenhand.relay.presence`).

    Numbers are never given twice; there are two thousand million.
    """

    number = models.AutoField(primary_key=True)
    name = models.CharField(max_length=100)
    since = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"worker {self.number}"


class InboundState(models.TextChoices):
    """Where a spool row stands. Only `queued` rows are due for work."""

    QUEUED = "queued"
    WORKING = "working"
    DONE = "done"
    HELD = "held"
    PARKED = "parked"


class Inbound(models.Model):
    """
    The spool, and afterwards the evidence: one accepted mail for one alias, as raw bytes.

    What comes back to the reverse-path of a copy has no alias; `bounce_of` is the copy it reports about.
    Unique on (alias, reverse-path, digest), so that a sender's retry is no second message; the digest leaves out the
    trace fields that hops put in front (`evenhand.mail.digest`). Small mail stands in `raw`, large mail in the blob
    store under `sha256`. `attempts` is raised and committed before the work starts, so that a killed worker counts.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    alias = models.ForeignKey(Alias, on_delete=models.PROTECT, null=True, related_name="received", db_index=False)
    bounce_of = models.ForeignKey(Delivery, on_delete=models.PROTECT, null=True, related_name="reports", db_index=False)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    author = models.ForeignKey(Participant, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    author_user_id = models.BigIntegerField(null=True)
    reverse_path = models.CharField(max_length=320, blank=True)
    digest = models.BinaryField(max_length=32)
    sha256 = models.BinaryField(max_length=32)
    size = models.PositiveBigIntegerField()
    raw = models.BinaryField(null=True)
    peer = models.GenericIPAddressField(null=True)
    helo = models.CharField(max_length=255, blank=True)
    trusted = models.BooleanField(default=False)
    authentication = models.JSONField(null=True)
    scan = models.JSONField(null=True, help_text="What a virus scanner said of its bytes, by their SHA-256.")
    released = models.JSONField(null=True, help_text="What an operator let pass in it (evenhand.relay.release).")
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=InboundState.choices, default=InboundState.QUEUED)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=300, blank=True)
    claimed_by = models.IntegerField(null=True, help_text="The number of the worker that has it.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alias", "reverse_path", "digest"], name="inbound_once"),
            models.UniqueConstraint(
                fields=["bounce_of", "digest"], name="report_once", condition=models.Q(bounce_of__isnull=False)
            ),
            models.CheckConstraint(
                condition=models.Q(alias__isnull=False, bounce_of__isnull=True)
                | models.Q(alias__isnull=True, bounce_of__isnull=False),
                name="inbound_for_one",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="inbound_due", condition=models.Q(state__in=["queued", "working"])),
            # Finds what must be worked before a mail, so that a conversation keeps its order.
            models.Index(
                fields=["alias", "id"], name="inbound_before", condition=models.Q(state__in=["queued", "working"])
            ),
            models.Index(
                fields=["received_at"], name="inbound_stuck", condition=models.Q(state__in=["held", "parked"])
            ),
        ]

    def __str__(self) -> str:
        return f"inbound {self.id}"


class Complaint(models.Model):
    """
    Somebody wants no such mail: a feedback report (RFC 5965) that came back for one copy.

    Whoever the copy went to (`delivery.recipient`) is to get no campaigns; conversation mail goes on.
    """

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="complaints", db_index=False)
    inbound = models.OneToOneField(Inbound, on_delete=models.PROTECT, related_name="complaint")
    type = models.CharField(max_length=40, help_text="As the report says: abuse, fraud, virus, opt-out, other.")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["delivery"], name="complaint_about")]

    def __str__(self) -> str:
        return f"{self.type} about {self.delivery_id}"


class LastNotice(models.Model):
    """When the last automatic mail about a conversation was written: the row lets one worker at a time write one."""

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"notice of {self.conversation_id}"


class StrangerNotice(models.Model):
    """When an address that is of neither side was last told so: it is told once a day, wherever it writes."""

    address = models.CharField(max_length=320, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"notice to a stranger at {self.at}"


class HoldReason(models.TextChoices):
    """Why a mail waits for a person."""

    UNCONFIRMED = "unconfirmed"
    UNKNOWN_SENDER = "unknown-sender"
    AMBIGUOUS_SENDER = "ambiguous-sender"
    POLICY = "policy"
    UNSCANNED = "unscanned"
    LEAK = "leak"
    UNREADABLE = "unreadable"
    ENCRYPTED = "encrypted"
    LOOP = "loop"
    RATE = "rate"


class Hold(models.Model):
    """
    A mail that waits for a person to decide; ended by `released_at` or `dropped_at`.

    An operator's decision has a name, `decided_by`, and a reason, `why`; the author of what was dropped reads it.
    """

    inbound = models.OneToOneField(Inbound, on_delete=models.PROTECT, related_name="hold")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="holds")
    message = models.OneToOneField(Message, on_delete=models.PROTECT, null=True, related_name="hold")
    reason = models.CharField(max_length=20, choices=HoldReason.choices)
    public = models.CharField(max_length=300, help_text="What the two sides may read.")
    private = models.CharField(max_length=500, blank=True, help_text="For the operator.")
    held_at = models.DateTimeField(default=timezone.now)
    released_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True, help_text="The user, if they were signed in.")
    decided_by = models.CharField(
        max_length=200, blank=True, db_default="", help_text="The operator, as they are named."
    )
    why = models.CharField(max_length=300, blank=True, db_default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["held_at", "inbound"], name="hold_open", condition=models.Q(released_at=None, dropped_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.inbound_id}"


class ThreadId(models.Model):
    """The thread map: by which Message-ID a participant's mail system knows a message of this conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="+", db_index=False)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="thread_ids", db_index=False)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+", db_index=False)
    msgid = models.CharField(max_length=250)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["conversation", "msgid"], name="thread_by_id"),
            models.Index(fields=["message"], name="thread_by_message"),
        ]

    def __str__(self) -> str:
        return f"{self.msgid}"
