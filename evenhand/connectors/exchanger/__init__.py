"""Delivers copies to the recipients' own mail exchangers: by MX records, with TLS as DANE or MTA-STS ask for it."""

from evenhand.connectors.exchanger.channel import Exchanger

__all__ = ["Exchanger"]
