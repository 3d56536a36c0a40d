"""Ways around the service: addresses, numbers, names and places, written plainly or spelled out."""

from evenhand.policy.contact.find import Contact, contacts

__all__ = ["Contact", "contacts"]
