"""The tables of people: participants, their addresses, and the users who act for them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone

from evenhand.record.ids import new_id


class UserManager(BaseUserManager["User"]):
    """Makes users; an address is all it takes to sign in by a mailed code."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store a user; without a password only a mailed code or a passkey opens the door."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store a user who may enter the back office."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. What they may see follows from the participants they are a member of."""

    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.email


class Role(models.TextChoices):
    """Which side of the market a participant stands on."""

    BUYER = "buyer"
    SELLER = "seller"
    OPERATOR = "operator"


class ParticipantQuerySet(models.QuerySet["Participant"]):
    """Sets of participants."""

    def of(self, user: User) -> ParticipantQuerySet:
        """Those the user may act for."""
        return self.filter(members__user=user)


class Participant(models.Model):
    """A buyer, a seller's shop, or the operator; `name` is what the counterpart is shown."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    role = models.CharField(max_length=10, choices=Role.choices)
    name = models.CharField(max_length=200)
    locale = models.CharField(max_length=20, default="en")
    reference = models.CharField(max_length=100, blank=True, help_text="The marketplace's own id of a seller.")
    created_at = models.DateTimeField(default=timezone.now)
    addresses: models.QuerySet[Address]

    objects: ClassVar[models.Manager[Participant]] = ParticipantQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["role", "reference"], name="participant_reference", condition=~models.Q(reference="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.name}"


class Address(models.Model):
    """
    A real mailbox of a participant. Never shown to a counterpart.

    `address` is normalised (see `evenhand.mail.address.normalise`): the domain folded and IDNA-encoded, the local
    part folded to lower case. A retired address is still protected from leaking but may no longer write.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="addresses")
    address = models.CharField(max_length=320)
    verified_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    is_primary = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["participant", "address"], name="address_once"),
            models.UniqueConstraint(
                fields=["participant"], name="address_primary", condition=models.Q(is_primary=True, retired_at=None)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["address"], name="address_lookup")]

    def __str__(self) -> str:
        return f"address of {self.participant_id}"


class AddressProof(models.Model):
    """
    An address a user wants a participant to write from, until the mailbox has answered.

    No row of `Address` before that: an address nobody proved would protect nothing and might stand in the way of whose
    it is. Only a digest of the token is kept, which is good once, for this user, until `expires_at`.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=320)
    token_sha256 = models.BinaryField(max_length=32, unique=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "asked_at"], name="proof_by_user")]

    def __str__(self) -> str:
        return f"proof of an address of {self.participant_id}"


class Member(models.Model):
    """A user who may act for a participant."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="members")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "participant"], name="member_once")]

    def __str__(self) -> str:
        return f"user {self.user_id} for {self.participant_id}"
