"""The tables of talk: conversations, aliases, messages, attachments, verdicts, findings."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from evenhand.orders.models import Order
from evenhand.participants.models import Participant, User
from evenhand.record.ids import new_id


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Sets of conversations."""

    def of(self, user: User) -> ConversationQuerySet:
        """Those in which the user may act for one of the two sides."""
        mine = Participant.objects.filter(members__user=user).values("id")
        return self.filter(models.Q(buyer__in=mine) | models.Q(seller__in=mine))


class Conversation(models.Model):
    """
    All messages of one buyer and one seller about one order or listing.

    The last message is copied here (`last_*`, `message_count`), so that an inbox page costs the same with a
    thousand and with a million messages stored.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, null=True, related_name="conversation")
    buyer = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="asked_in")
    seller = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="answered_in")
    subject = models.CharField(max_length=255)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(default=timezone.now)
    last_author = models.ForeignKey(Participant, on_delete=models.PROTECT, null=True, related_name="+")
    last_excerpt = models.CharField(max_length=200, blank=True)
    message_count = models.PositiveIntegerField(default=0)
    messages: models.QuerySet[Message]
    aliases: models.QuerySet[Alias]

    objects: ClassVar[models.Manager[Conversation]] = ConversationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["seller", "-last_at", "-id"], name="conversation_of_seller"),
            models.Index(fields=["buyer", "-last_at", "-id"], name="conversation_of_buyer"),
        ]

    def __str__(self) -> str:
        return self.subject


class Alias(models.Model):
    """
    Where one participant of one conversation is reached: `local_part@domain`, random, never reissued.

    `participant` is whom mail to this alias reaches; the counterpart writes to it. The domain is the one it was
    issued under. A retired alias stays as a tombstone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    local_part = models.CharField(max_length=64)
    domain = models.CharField(max_length=255)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="aliases")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="aliases")
    issued_at = models.DateTimeField(default=timezone.now)
    not_after = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    blocked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["local_part", "domain"], name="alias_once_for_ever"),
            models.UniqueConstraint(
                fields=["conversation", "participant"], name="alias_live", condition=models.Q(retired_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.local_part}@{self.domain}"


class Origin(models.TextChoices):
    """How a message was born."""

    MAIL = "mail"
    PORTAL = "portal"
    API = "api"
    CAMPAIGN = "campaign"
    SYSTEM = "system"


class MessageState(models.TextChoices):
    """What became of a message. How its copy travels is told by its `Delivery`."""

    RELAYED = "relayed"
    HELD = "held"
    BLOCKED = "blocked"
    AWAY = "away"
    """An automatic reply: its text may name deputies and telephones, so that it stays with the side it came from."""

    RECORDED = "recorded"


class Message(models.Model):
    """
    What one participant said in a conversation, whichever way it was sent.

    `text` is what they wrote anew, `quoted` what their mail program put below it, `html` the sanitised form of the
    new part or empty. The mail as it came is the `Inbound` row `inbound_id`, which stays as evidence.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="messages", db_index=False)
    author = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="said", db_index=False)
    author_user_id = models.BigIntegerField(null=True)
    inbound_id = models.UUIDField(null=True, unique=True)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    state = models.CharField(max_length=10, choices=MessageState.choices)
    reason = models.CharField(max_length=300, blank=True, help_text="In plain words, why it was not passed on.")
    subject = models.CharField(max_length=255, blank=True)
    text = models.TextField(blank=True)
    quoted = models.TextField(blank=True)
    html = models.TextField(blank=True)
    signed = models.BooleanField(
        default=False, db_default=False, help_text="It came with a signature (S/MIME, OpenPGP), which stayed behind."
    )
    sent_at = models.DateTimeField()
    attachments: models.QuerySet[Attachment]
    findings: models.QuerySet[Finding]

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["conversation", "-sent_at", "-id"], name="message_in_conversation"),
            # Counts what an author lately said.
            models.Index(fields=["author", "-sent_at"], name="message_by_author", condition=models.Q(state="relayed")),
        ]

    def __str__(self) -> str:
        return f"message {self.id}"


class Attachment(models.Model):
    """
    A file sent with a message; its bytes are in the blob store under their SHA-256.

    They are there twice: as they came, for its author and the operator, and cleaned, for the counterpart.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attachments", db_index=False)
    ordinal = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120, help_text="Cleaned; shown to both sides.")
    media_type = models.CharField(max_length=100, help_text="By content, not by claim.")
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    refused = models.CharField(max_length=300, blank=True, help_text="Why it was not passed on; empty if it was.")
    cleaned = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of what the counterpart gets; empty if they get nothing."
    )
    notes = models.JSONField(default=list, db_default=[], help_text="In sentences, what was taken out of it.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "ordinal"], name="attachment_place"),
        ]

    def __str__(self) -> str:
        return self.name


class Verdict(models.Model):
    """What the house rules said of a message, and which version of them said it."""

    message = models.OneToOneField(Message, on_delete=models.PROTECT, primary_key=True, related_name="verdict")
    action = models.CharField(max_length=10)
    book = models.CharField(max_length=300)
    not_checked = models.JSONField(default=list)
    review_request = models.BooleanField(
        null=True, help_text="Whether it asks for a review; empty where no pack of rules read it."
    )

    def __str__(self) -> str:
        return f"{self.action} by {self.book}"


class Finding(models.Model):
    """One breach of one rule: where, why, and how to mend it."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="findings")
    rule = models.CharField(max_length=60)
    clause = models.CharField(max_length=300, blank=True)
    part = models.CharField(max_length=160)
    start = models.IntegerField(default=0)
    end = models.IntegerField(default=0)
    excerpt = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=500)
    fix = models.CharField(max_length=500, blank=True)
    action = models.CharField(max_length=10)
    confidence = models.FloatField(default=1.0)

    def __str__(self) -> str:
        return f"{self.rule} in {self.part}"


class ReadMark(models.Model):
    """How far a user has read in a conversation."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "conversation"], name="read_mark_once")]

    def __str__(self) -> str:
        return f"user {self.user_id} in {self.conversation_id}"
