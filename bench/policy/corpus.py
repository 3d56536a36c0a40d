"""Labelled messages: those to look at, those to train with, and those that nobody looks at before they are scored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["LABELS", "Labelled", "blind", "look", "plain", "training"]

_HERE = Path(__file__).parent

LABELS = (
    "positive-only",
    "happy-only",
    "divert-negative",
    "change-or-remove-review",
    "incentive",
    "coupon",
    "marketing",
    "off-channel-contact",
)
"""The text rules of the 2018 pack that a message may break; `review-request` is told beside them."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message with the rules it breaks; twins share a `family`. `set` names the folder it is from."""

    id: str
    family: str
    lang: str
    subject: str
    text: str
    html: str
    labels: frozenset[str]
    set: str = ""


def _read(folder: Path) -> Iterator[Labelled]:
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            if line.strip():
                one = json.loads(line)
                yield Labelled(
                    one["id"],
                    one.get("family", one["id"]),
                    one["lang"],
                    one.get("subject", ""),
                    one.get("text", ""),
                    one.get("html", ""),
                    frozenset(one["labels"]),
                    folder.name,
                )


def look() -> list[Labelled]:
    """Give the messages that the lexicons were mended by: what is scored on them proves nothing about others."""
    return list(_read(_HERE / "look"))


def training() -> list[Labelled]:
    """Give the messages that the classifier is trained with."""
    return list(_read(_HERE / "training"))


def blind() -> list[Labelled]:
    """Give the messages by another hand that nothing was mended by or trained with."""
    return list(_read(_HERE / "blind"))


def plain() -> list[Labelled]:
    """Give the messages that nobody looks at either, in the plain words of everyday."""
    return list(_read(_HERE / "plain"))
