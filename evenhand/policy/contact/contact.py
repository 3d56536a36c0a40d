"""A way around the service: what kind it is, where it stands in folded text, and how sure it is."""

from __future__ import annotations

from typing import Literal, NamedTuple

__all__ = ["Contact", "Kind"]

Kind = Literal["email", "phone", "messenger", "post", "visit", "payment"]


class Contact(NamedTuple):
    """A way around the service: its kind and its place in the folded text; `confidence` from 0 to 1."""

    kind: Kind
    start: int
    end: int
    confidence: float = 0.9
