"""Tells whether a mail really comes from the domain in its From field: aligned DKIM or aligned SPF."""

from django.conf import settings

from evenhand.connectors.authentication.authenticator import Authenticator
from evenhand.connectors.dns import Resolver

__all__ = ["Authenticator", "by_settings"]


def by_settings() -> Authenticator:
    """Make the authenticator of this installation, which asks the name server of the settings."""
    return Authenticator(Resolver(nameserver=settings.EVENHAND.nameserver))
