"""Takes mail in over SMTP and LMTP: refuses what nobody here reads, and answers 250 only when a mail is durable."""

from evenhand.connectors.listener.serving import serve

__all__ = ["serve"]
