"""Tells whether a mail really comes from the domain in its From field: aligned DKIM or aligned SPF."""

from evenhand.connectors.authentication.authenticator import Authenticator

__all__ = ["Authenticator"]
