"""Keeps a counterpart's real address off the pages, even where someone wrote it into a text."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings

from evenhand.conversations.models import Conversation
from evenhand.mail.gate.concealed import scrub_concealed, scrub_concealed_html
from evenhand.mail.identity import Identities, identities
from evenhand.participants.models import Address
from evenhand.portal.access import Viewer

__all__ = ["Veil", "veils"]


@dataclass(frozen=True)
class Veil:
    """
    What one viewer may not read in one conversation.

    Mail and messages are searched for real addresses before they are passed on; this is the second net, for the
    names, subjects, file names and texts that reach a page by another way.
    """

    protected: Identities | None

    def over(self, text: str) -> str:
        """The text with every protected address taken out, also where it stands packed."""
        return scrub_concealed(text, self.protected) if self.protected and text else text

    def over_html(self, html: str) -> str:
        """Sanitised HTML with the same taken out; what remains is sanitised still."""
        return scrub_concealed_html(html, self.protected) if self.protected and html else html


def veils(viewer: Viewer, conversations: Iterable[Conversation]) -> Mapping[uuid.UUID, Veil]:
    """Give each conversation its veil, with one query for all; an operator looks at the evidence as it stands."""
    hidden = {one.id: _hidden_from(viewer, one) for one in conversations}
    addresses: defaultdict[uuid.UUID, list[str]] = defaultdict(list)
    wanted = {participant for participants in hidden.values() for participant in participants}
    for participant, address in (
        # A retired address is still somebody's mailbox, so it is protected like the others.
        Address.objects.filter(participant__in=wanted).order_by("id").values_list("participant", "address")
        if wanted
        else ()
    ):
        addresses[participant].append(address)
    return {
        conversation: Veil(_protect(address for one in participants for address in addresses[one]))
        for conversation, participants in hidden.items()
    }


def _hidden_from(viewer: Viewer, conversation: Conversation) -> list[uuid.UUID]:
    if viewer.is_operator:
        return []
    return [side for side in (conversation.buyer_id, conversation.seller_id) if side not in viewer.mine]


def _protect(addresses: Iterable[str]) -> Identities | None:
    return identities(tuple(addresses), allowed=(settings.EVENHAND.domain,))
