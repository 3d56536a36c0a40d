"""The cast of four and their order, as plain functions that make rows."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from evenhand.conversations.actions import open_conversation
from evenhand.conversations.models import Alias, Conversation
from evenhand.orders.models import Order, OrderItem, Product
from evenhand.participants.models import Address, Member, Participant, Role, User

PLACED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass
class Cast:
    ada: User
    ben: User
    cyn: User
    olga: User
    buyer: Participant
    seller: Participant
    rival: Participant
    operator: Participant
    order: Order
    conversation: Conversation
    buyer_alias: Alias
    seller_alias: Alias


def person(email: str, role: Role, name: str, reference: str = "") -> tuple[User, Participant]:
    user = User.objects.create_user(email)
    participant = Participant.objects.create(role=role, name=name, reference=reference)
    Address.objects.create(participant=participant, address=email, verified_at=timezone.now())
    Member.objects.create(user=user, participant=participant)
    return user, participant


def introduce() -> Cast:
    """Make the four, one order of ada's from ben, and its conversation with both aliases."""
    ada, buyer = person("ada@home.example", Role.BUYER, "Ada")
    ben, seller = person("ben@shop.example", Role.SELLER, "Ben's Lamps", "S-BEN")
    cyn, rival = person("cyn@rival.example", Role.SELLER, "Cyn's Lights", "S-CYN")
    olga, operator = person("olga@market.example", Role.OPERATOR, "Olga")
    order = place(buyer, seller)
    conversation = open_conversation(order, now=PLACED)
    aliases = {alias.participant_id: alias for alias in conversation.aliases.all()}
    return Cast(
        ada, ben, cyn, olga, buyer, seller, rival, operator, order, conversation,
        buyer_alias=aliases[buyer.id], seller_alias=aliases[seller.id],
    )  # fmt: skip


def place(buyer: Participant, seller: Participant, number: str = "7731") -> Order:
    product, _ = Product.objects.get_or_create(seller=seller, sku="LAMP-1", defaults={"title": "Brass desk lamp"})
    order = Order.objects.create(
        marketplace="Market", number=number, status="delivered", placed_at=PLACED,
        shipped_at=PLACED + timedelta(days=1), delivered_at=PLACED + timedelta(days=3), buyer=buyer, seller=seller,
    )  # fmt: skip
    OrderItem.objects.create(order=order, product=product)
    return order
