"""The web pages: sign-in, inbox, conversation, reply."""
