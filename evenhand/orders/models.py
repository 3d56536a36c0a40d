"""The tables of orders and the products in them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from evenhand.participants.models import Participant
from evenhand.record.ids import new_id


class Product(models.Model):
    """What a seller sells; `sku` is the seller's own number, `asin` the marketplace's."""

    seller = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="products")
    sku = models.CharField(max_length=100)
    asin = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=500)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["seller", "sku"], name="product_sku")]

    def __str__(self) -> str:
        return self.title


class Order(models.Model):
    """One order of one buyer from one seller. `number` is the marketplace's own order id."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    marketplace = models.CharField(max_length=100)
    number = models.CharField(max_length=100)
    status = models.CharField(max_length=40)
    placed_at = models.DateTimeField()
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    buyer = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="bought")
    seller = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="sold", db_index=False)
    updated_at = models.DateTimeField(default=timezone.now)
    items: models.QuerySet[OrderItem]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["marketplace", "number"], name="order_number"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["number"], name="order_by_number"),
            # Counts what a seller lately sold.
            models.Index(fields=["seller", "placed_at"], name="order_by_seller"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderItem(models.Model):
    """A product in an order."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="items")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="ordered")
    quantity = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["order", "product"], name="item_once")]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"
