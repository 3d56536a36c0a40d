"""The demonstration: an invented market, its mailboxes and one-click sign-in. Absent without --demo."""

__all__ = ["PACK"]

PACK = "amazon-2018-10"
"""The house rules that a demonstration goes by, unless it is told otherwise."""
