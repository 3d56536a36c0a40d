"""Unwraps what programs wrap around a person's words and files: signatures, keys, the packages of Outlook."""
