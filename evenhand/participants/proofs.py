"""Addresses people add themselves: asked for, proved by a token that went to the mailbox, taken up, given up."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from evenhand.mail.address import normalise
from evenhand.participants.actions import is_ours, lock_register
from evenhand.participants.models import Address, AddressProof, Participant, User
from evenhand.record.append import event
from evenhand.record.models import Event

__all__ = ["PATIENCE", "Asked", "Refused", "ask", "find_proof", "forget_old", "give_up", "take_up"]

PATIENCE = timedelta(hours=1)
"""How long a token is good for."""

ADDRESSES_LIMIT = 10
ASKED_LIMIT = 5
"""Mails a user can cause in an hour: each goes to a mailbox that may be somebody else's."""


@dataclass(frozen=True, slots=True)
class Asked:
    """
    The question is open: the token belongs into a mail to `address`, and nowhere else.

    It is empty where the address is another participant's already. The one who asked is told the same.
    """

    address: str
    token: str


class Refused(StrEnum):
    """Why an address cannot be asked about; none of it tells of other people."""

    UNREADABLE = "unreadable"
    OURS = "ours"
    KNOWN = "known"
    MANY = "many"
    OFTEN = "often"


@transaction.atomic
def ask(participant: Participant, written: str, user: User, *, now: datetime) -> Asked | Refused:
    """
    Open the question whether an address belongs to a participant.

    That the user acts for the participant is the caller's to know, as is sending the token.
    """
    address = normalise(written)
    if address is None:
        return Refused.UNREADABLE
    if is_ours(address):
        return Refused.OURS
    current = Address.objects.filter(participant=participant, retired_at=None)
    if current.filter(address=address, verified_at__isnull=False).exists():
        return Refused.KNOWN
    if current.count() >= ADDRESSES_LIMIT:
        return Refused.MANY
    # One user's questions are counted one after the other.
    User.objects.select_for_update().get(pk=user.pk)
    if AddressProof.objects.filter(user=user, asked_at__gt=now - timedelta(hours=1)).count() >= ASKED_LIMIT:
        return Refused.OFTEN
    token = secrets.token_urlsafe(16)
    AddressProof.objects.create(
        participant=participant, user=user, address=address, token_sha256=_digest(token), asked_at=now,
        expires_at=now + PATIENCE,
    )  # fmt: skip
    return Asked(address, "" if _is_of_another(participant, address) else token)


def find_proof(token: str, user: User) -> AddressProof | None:
    """Find what a token stands for, used or expired too; None if it is not this user's, or none."""
    return (
        AddressProof.objects.filter(token_sha256=_digest(token), user=user)
        .filter(participant__members__user=user)
        .select_related("participant")
        .first()
    )


@transaction.atomic
def take_up(token: str, user: User, *, now: datetime) -> bool:
    """
    Let the participant write from the proved address from now on; False if the token is not good (any more).

    What was retired comes back; what has become another participant's meanwhile does not.
    """
    lock_register()
    proof = find_proof(token, user)
    if proof is None or proof.used_at is not None or proof.expires_at <= now:
        return False
    if _is_of_another(proof.participant, proof.address):
        return False
    AddressProof.objects.filter(pk=proof.pk).update(used_at=now)
    row, made = Address.objects.get_or_create(
        participant=proof.participant, address=proof.address, defaults={"verified_at": now, "is_primary": False}
    )
    if not made:
        Address.objects.filter(pk=row.pk).update(verified_at=now, retired_at=None, is_primary=False)
    _note("address-added", proof.participant, user, row, now)
    return True


@transaction.atomic
def give_up(participant: Participant, address_id: int, user: User, *, now: datetime) -> bool:
    """
    Let a participant write from an added address no longer; it stays protected from leaking.

    False for the primary one, which is the marketplace's to change, and for one that is not theirs.
    """
    row = Address.objects.filter(pk=address_id, participant=participant, is_primary=False, retired_at=None).first()
    if row is None:
        return False
    Address.objects.filter(pk=row.pk).update(retired_at=now)
    _note("address-given-up", participant, user, row, now)
    return True


def forget_old(*, now: datetime) -> int:
    """Delete questions nobody answered within a month; returns how many."""
    deleted, _ = AddressProof.objects.filter(expires_at__lt=now - timedelta(days=30)).delete()
    return deleted


def _is_of_another(participant: Participant, address: str) -> bool:
    others = Address.objects.filter(address=address, retired_at=None, verified_at__isnull=False)
    return others.exclude(participant=participant).exists()


def _note(kind: str, participant: Participant, user: User, row: Address, now: datetime) -> None:
    made = event(kind, at=now, actor_id=participant.id, content={"user": user.pk, "address": row.pk})
    Event.objects.create(**made._asdict())


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
