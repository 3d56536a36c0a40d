"""One viewer reading one conversation: whom they speak for, who stands across, and what is veiled from them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils import timezone

from evenhand.conversations.models import Alias, Conversation
from evenhand.participants.models import Participant
from evenhand.portal.access import Viewer
from evenhand.portal.veil import Veil, veils

__all__ = ["Reading", "find_reading", "reading_of"]


@dataclass(frozen=True)
class Reading:
    """What every part of the conversation page needs to know."""

    viewer: Viewer
    conversation: Conversation
    veil: Veil

    @property
    def side(self) -> Participant | None:
        """Whom the viewer speaks for here, or None if they only read."""
        sides = (self.conversation.buyer, self.conversation.seller)
        return next((side for side in sides if side.id in self.viewer.mine), None)

    @property
    def counterpart(self) -> Participant | None:
        """Who stands across from the viewer's side."""
        if self.side is None:
            return None
        return self.conversation.seller if self.side.id == self.conversation.buyer_id else self.conversation.buyer

    def alias(self) -> Alias | None:
        """The address at which mail reaches the counterpart now."""
        if self.counterpart is None or self.conversation.closed_at:
            return None
        return Alias.objects.filter(
            Q(not_after=None) | Q(not_after__gt=timezone.now()),
            conversation=self.conversation,
            participant=self.counterpart,
            retired_at=None,
            blocked_at=None,
        ).first()


def find_reading(viewer: Viewer, conversation_id: uuid.UUID) -> Reading:
    """Look a conversation up among the viewer's own; 404 for any other, whether it exists or not."""
    own = viewer.conversations().select_related("order", "buyer", "seller")
    return reading_of(viewer, get_object_or_404(own, id=conversation_id))


def reading_of(viewer: Viewer, conversation: Conversation) -> Reading:
    """Lay the veil over a conversation that the viewer is known to be allowed to read."""
    return Reading(viewer, conversation, veils(viewer, [conversation])[conversation.id])
