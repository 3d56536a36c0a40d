"""Labelled messages: those to train on, and those written by another hand to be judged by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

__all__ = ["BLIND", "LABELS", "TRAINING", "Labelled", "blind", "training"]

_HERE = Path(__file__).parent
BLIND = _HERE / "blind"
TRAINING = _HERE / "training"

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
    """A message with the rules it breaks; twins share a `family`."""

    id: str
    family: str
    lang: str
    subject: str
    text: str
    html: str
    labels: frozenset[str]

    @property
    def half(self) -> str:
        """Which half its family is in: one may be looked at (`look`), the other is only scored (`score`)."""
        return "look" if crc32(self.family.encode()) % 2 else "score"


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
                )


def training() -> list[Labelled]:
    """Give the messages to train on."""
    return list(_read(TRAINING))


def blind() -> list[Labelled]:
    """Give the messages written by another hand."""
    return list(_read(BLIND))
