"""Verbs of participants that span tables: enrol those a marketplace reports, revise what it says of them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from evenhand.configuration import DEFAULT_DOMAIN
from evenhand.participants.models import Address, Member, Participant, Role, User

__all__ = [
    "Profile",
    "buyers_by_address",
    "differing",
    "enrol",
    "is_ours",
    "lock_register",
    "revise",
    "sellers_by_reference",
]

_REGISTER = 0x45564E
"""The key of the advisory lock; any number no other part of the program locks."""


@dataclass(frozen=True, slots=True)
class Profile:
    """
    What a marketplace says of a buyer or seller. The address is normalised; what is empty says nothing.

    A seller is known by `reference` and may move to another address; a buyer has no reference and is known by the
    address.
    """

    address: str
    name: str = ""
    locale: str = ""
    reference: str = ""

    def after(self, earlier: Profile | None) -> Profile:
        """Fill what this leaves unsaid from an earlier one."""
        if earlier is None:
            return self
        return replace(self, name=self.name or earlier.name, locale=self.locale or earlier.locale)


def lock_register() -> None:
    """
    Wait until no other transaction enrols participants, and keep others out until this one ends.

    No constraint can say that one address is one buyer, since others may share it (a seller, a retired owner); and
    two transactions that insert the same people in different order would wait for each other for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_REGISTER])


def buyers_by_address(addresses: Collection[str]) -> dict[str, Participant]:
    """
    Find the buyers who use these addresses now; the longest known, should two share one.

    A retired address finds nobody: who has it today may be another person.
    """
    rows = (
        Address.objects.filter(address__in=addresses, participant__role=Role.BUYER, retired_at=None)
        .select_related("participant")
        .order_by("-participant_id")
    )
    return {row.address: row.participant for row in rows}


def sellers_by_reference(references: Collection[str]) -> dict[str, Participant]:
    """Find sellers by the marketplace's own ids."""
    found = Participant.objects.filter(role=Role.SELLER, reference__in=references)
    return {participant.reference: participant for participant in found}


def is_ours(address: str) -> bool:
    """Whether mail to an address would come back to us: an alias, or anything else under the relay's own domain."""
    host = address.rpartition("@")[2]
    return any(host == domain or host.endswith(f".{domain}") for domain in (settings.EVENHAND.domain, DEFAULT_DOMAIN))


def _refuse_our_own(addresses: Iterable[str]) -> None:
    """Mail to a participant must leave the house. Whoever reports people checks before, and says where it stood."""
    if any(is_ours(address) for address in addresses):
        raise ValueError("an address under the relay's own domain belongs to nobody; mail to it would loop")


@transaction.atomic
def enrol(role: Role, profiles: Sequence[Profile], *, now: datetime) -> list[Participant]:
    """
    Store new participants, in the order given, each with a verified address and a user who may sign in for them.

    The marketplace vouches for the address, so it counts as verified. The user has no password: a mailed code opens
    the door. Whoever already signs in with that address acts for the new participant too. The same number of
    queries for one and for many. Raises ValueError for an address under the relay's own domain.
    """
    if not profiles:
        return []
    _refuse_our_own(profile.address for profile in profiles)
    participants = [
        Participant(
            role=role, name=profile.name, locale=profile.locale or "en", reference=profile.reference, created_at=now
        )
        for profile in profiles
    ]
    Participant.objects.bulk_create(participants)
    Address.objects.bulk_create(
        Address(participant=participant, address=profile.address, verified_at=now)
        for participant, profile in zip(participants, profiles, strict=True)
    )
    _admit({participant.id: profile.address for participant, profile in zip(participants, profiles, strict=True)}, now)
    return participants


def _admit(addresses: Mapping[uuid.UUID, str], now: datetime) -> None:
    """Let the users of these addresses act for the participants; make those who are not there yet."""
    wanted = set(addresses.values())
    known = _user_ids(wanted)
    missing = sorted(wanted - known.keys())
    if missing:
        # Somebody may have made one meanwhile: the address decides, and whoever stands is taken.
        User.objects.bulk_create(
            [User(email=email, password=make_password(None), date_joined=now) for email in missing],
            ignore_conflicts=True,
        )
        known |= _user_ids(missing)
    Member.objects.bulk_create(
        [Member(user_id=known[address], participant_id=id_, since=now) for id_, address in addresses.items()],
        ignore_conflicts=True,
    )


def _user_ids(emails: Iterable[str]) -> dict[str, int]:
    return dict(User.objects.filter(email__in=emails).values_list("email", "id"))


def differing(reports: Mapping[uuid.UUID, tuple[Participant, Profile]]) -> set[uuid.UUID]:
    """Tell which participants stand differently from what is now reported of them."""
    sellers = [id_ for id_, (participant, _) in reports.items() if participant.role == Role.SELLER]
    primary = _primary_addresses(sellers)
    return {
        id_
        for id_, (participant, profile) in reports.items()
        if _restated(participant, profile) or _moves(participant, profile, primary)
    }


def _moves(participant: Participant, profile: Profile, primary: Mapping[uuid.UUID, str]) -> bool:
    return bool(participant.role == Role.SELLER and profile.address and primary.get(participant.id) != profile.address)


def _primary_addresses(participants: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = Address.objects.filter(participant__in=participants, is_primary=True, retired_at=None)
    return dict(rows.values_list("participant_id", "address"))


def _restated(participant: Participant, profile: Profile) -> bool:
    return bool(
        (profile.name and profile.name != participant.name) or (profile.locale and profile.locale != participant.locale)
    )


@transaction.atomic
def revise(reports: Mapping[uuid.UUID, tuple[Participant, Profile]], *, now: datetime) -> None:
    """
    Take over changed names and locales, and move sellers to their new address.

    The old address is retired and kept: it stays protected from leaking, but neither mail from it nor the user who
    signs in with it speaks for the seller any longer. Raises ValueError for an address under the relay's own domain.
    """
    restated = [participant for participant, profile in reports.values() if _restated(participant, profile)]
    for participant in restated:
        profile = reports[participant.id][1]
        participant.name = profile.name or participant.name
        participant.locale = profile.locale or participant.locale
    Participant.objects.bulk_update(restated, ["name", "locale"])
    primary = _primary_addresses(reports.keys())
    moving = {
        id_: profile.address for id_, (participant, profile) in reports.items() if _moves(participant, profile, primary)
    }
    _move(moving, primary, now)


def _move(new: Mapping[uuid.UUID, str], old: Mapping[uuid.UUID, str], now: datetime) -> None:
    if not new:
        return
    _refuse_our_own(new.values())
    Address.objects.filter(participant__in=new, is_primary=True, retired_at=None).update(
        is_primary=False, retired_at=now
    )
    # A seller may return to an address once retired, or make a further one the first.
    known = [
        row
        for row in Address.objects.filter(participant__in=new, address__in=new.values())
        if new[row.participant_id] == row.address
    ]
    for row in known:
        row.is_primary, row.retired_at, row.verified_at = True, None, now
    Address.objects.bulk_update(known, ["is_primary", "retired_at", "verified_at"])
    fresh = new.keys() - {row.participant_id for row in known}
    Address.objects.bulk_create(Address(participant_id=id_, address=new[id_], verified_at=now) for id_ in sorted(fresh))
    _dismiss({id_: old[id_] for id_ in new.keys() & old.keys()})
    _admit(new, now)


def _dismiss(addresses: Mapping[uuid.UUID, str]) -> None:
    """End what the users of these addresses may do for the participants."""
    members = Member.objects.filter(participant__in=addresses, user__email__in=addresses.values())
    rows = members.values_list("id", "participant_id", "user__email")
    Member.objects.filter(id__in=[id_ for id_, owner, email in rows if addresses[owner] == email]).delete()
