"""Foreign texts as a terminal may be shown them."""

from __future__ import annotations

__all__ = ["shown"]


def shown(text: str) -> str:
    """A text that can't steer a terminal: what is not printed is a replacement character, a tab a blank."""
    return "".join(one if one.isprintable() else "�" if one != "\t" else " " for one in text)
