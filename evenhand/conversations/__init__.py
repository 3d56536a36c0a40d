"""Conversations, their aliases, messages, attachments, verdicts and findings."""
