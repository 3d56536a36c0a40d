"""The table of events: what happened, when, and a commitment to what was said."""

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from evenhand.record.ids import new_id


class Event(models.Model):
    """
    One thing that happened: a message accepted, a verdict, a delivery, an alias issued.

    `commitment` is SHA-256(salt ‖ canonical content). Erasing a participant deletes `salt` and `content`; the
    commitment stays, says nothing, and still holds its place. `leaf_index` is the event's place in the Merkle log
    and stays empty until that log is kept.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    conversation_id = models.UUIDField(null=True)
    actor_id = models.UUIDField(null=True)
    commitment = models.BinaryField()
    salt = models.BinaryField(null=True)
    content = models.BinaryField(null=True)
    leaf_index = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["leaf_index"], name="event_place", condition=models.Q(leaf_index__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["conversation_id", "id"],
                name="event_by_conversation",
                condition=models.Q(conversation_id__isnull=False),
            ),
            BrinIndex(fields=["at"], name="event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
