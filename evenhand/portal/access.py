"""Who looks at the pages, and the sets of rows that are theirs: every look-up starts here."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control

from evenhand.conversations.models import Attachment, Conversation, Message, MessageState
from evenhand.participants.models import Participant, Role, User

__all__ = ["Viewer", "page", "viewer_of"]

P = ParamSpec("P")


@dataclass(frozen=True)
class Viewer:
    """A signed-in user with the participants they may act for."""

    user: User
    participants: tuple[Participant, ...]

    @cached_property
    def mine(self) -> frozenset[uuid.UUID]:
        """The buyers and sellers the viewer speaks for."""
        return frozenset(one.id for one in self.participants if one.role != Role.OPERATOR)

    @property
    def is_operator(self) -> bool:
        """Whether the viewer may read every conversation."""
        return any(one.role == Role.OPERATOR for one in self.participants)

    def conversations(self) -> QuerySet[Conversation]:
        """Those the viewer may read."""
        return Conversation.objects.all() if self.is_operator else Conversation.objects.filter(self._between)

    @property
    def _between(self) -> Q:
        return Q(buyer__in=self.mine) | Q(seller__in=self.mine)

    @property
    def _readable(self) -> Q:
        # What was held, blocked or only recorded has not reached the counterpart by mail; the page is no way round.
        return Q() if self.is_operator else Q(state=MessageState.RELAYED) | Q(author__in=self.mine)

    def messages(self) -> QuerySet[Message]:
        """Those the viewer may read: all of their own side, and of the other side what was passed on."""
        if self.is_operator:
            return Message.objects.all()
        between = Q(conversation__buyer__in=self.mine) | Q(conversation__seller__in=self.mine)
        return Message.objects.filter(between, self._readable)

    def messages_in(self, conversation: Conversation | OuterRef) -> QuerySet[Message]:
        """Those of one conversation which the viewer is known to be allowed to read; also takes an `OuterRef`."""
        return Message.objects.filter(self._readable, conversation=conversation)

    def attachments(self) -> QuerySet[Attachment]:
        """Those the viewer may fetch: a refused file stays with the side that sent it."""
        if self.is_operator:
            return Attachment.objects.all()
        return Attachment.objects.filter(Q(refused="") | Q(message__author__in=self.mine), message__in=self.messages())


def viewer_of(request: HttpRequest) -> Viewer:
    """Find out whom the signed-in user may act for, with one query."""
    assert isinstance(request.user, User)
    return Viewer(request.user, tuple(Participant.objects.filter(members__user=request.user)))


def page(
    view: Callable[Concatenate[HttpRequest, Viewer, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """
    Hand the view its viewer; send anyone who is not signed in to the sign-in page.

    Pages are private and asked for anew each time, yet not `no-store`: a browser throws away what was typed into
    a page it may not keep, and "go back, your text is still there" must be true.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, viewer_of(request), *args, **kwargs)

    guarded: Callable[Concatenate[HttpRequest, P], HttpResponse] = login_required(wrapped)  # type: ignore[assignment]
    return cache_control(private=True, no_cache=True)(guarded)
