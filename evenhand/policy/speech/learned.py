"""A small linear reader trained on our own sentences: what it alone sees is for a person to look at."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from math import exp

from evenhand.policy.speech.acts import Act
from evenhand.policy.speech.sentences import Sentence

__all__ = ["KINDS", "between", "features", "guesses"]

KINDS = (
    "positive-only",
    "happy-only",
    "divert-negative",
    "change-or-remove-review",
    "incentive",
    "coupon",
    "marketing",
)
"""The acts it knows, in the order of its weights."""

_WORD = re.compile(r"[^\W_]+")
_STEM = 6
_NAMES = 9
_SOLID = frozenset({"ja", "zh"})
_SILENT: frozenset[str] = frozenset(
    {"order_talk", "neg", "ask", "report", "remedy", "innocent", "look", "first", "if", "impartial"}
)
"""Concepts that alone do not make a sentence worth a guess."""


@dataclass(frozen=True, slots=True)
class _Model:
    weights: Mapping[str, Sequence[float]]
    bias: Sequence[float]
    thresholds: Sequence[float]


def features(sentence: Sentence) -> list[str]:
    """Describe a sentence: its concepts, alone and in order, and its words by their beginnings, alone and in pairs."""
    names = list(dict.fromkeys(one.concept for one in sentence.found))[:_NAMES]
    made = [f"c:{name}" for name in names]
    made += [f"p:{first}>{second}" for at, first in enumerate(names) for second in names[at + 1 :]]
    if sentence.asks:
        made += [f"q:{name}" for name in names]
    if sentence.lang in _SOLID:
        text = "".join(_WORD.findall(sentence.text))
        words = [text[at : at + 2] for at in range(len(text) - 1)]
        made += {f"{sentence.lang}:{word}" for word in words}
        made += {f"{sentence.lang}:{text[at : at + 3]}" for at in range(len(text) - 2)}
        return made
    words = [word[:_STEM] for word in _WORD.findall(sentence.text)]
    made += {f"{sentence.lang}:{word}" for word in words}
    made += {f"{sentence.lang}:{first}_{second}" for first, second in itertools.pairwise(words)}
    return made


def between(first: Sentence, second: Sentence) -> list[str]:
    """Describe how two neighbouring sentences go together."""
    ahead = list(dict.fromkeys(one.concept for one in first.found))[:_NAMES]
    after = list(dict.fromkeys(one.concept for one in second.found))[:_NAMES]
    mark = "?" if first.asks else ""
    return [f"n:{one}{mark}>>{two}" for one in ahead for two in after]


@cache
def _model(lang: str) -> _Model | None:
    place = files("evenhand.policy.speech").joinpath("weights")
    try:
        shared = json.loads(place.joinpath("concepts.json").read_text("utf-8"))
        own = json.loads(place.joinpath(f"{lang}.json").read_text("utf-8"))
    except FileNotFoundError:
        return None
    return _Model({**shared["weights"], **own["weights"]}, own["bias"], own["thresholds"])


@lru_cache(maxsize=1 << 16)
def _alone(sentence: Sentence) -> tuple[float, ...]:
    return _sum(features(sentence), sentence.lang)


def _sum(names: Sequence[str], lang: str) -> tuple[float, ...]:
    model = _model(lang)
    totals = [0.0] * len(KINDS)
    if model is None:
        return tuple(totals)
    for name in names:
        row = model.weights.get(name)
        if row is not None:
            for at, value in enumerate(row):
                totals[at] += value
    return tuple(totals)


def guesses(flow: Sequence[Sentence]) -> Iterator[Act]:
    """
    Guess the acts of each sentence, and of each with the one after it; only those past the trained threshold.

    Sentences without a concept that matters are not asked about, so most of an ordinary message costs nothing.
    """
    for at, here in enumerate(flow):
        model = _model(here.lang)
        if model is None or here.names <= _SILENT:
            continue
        alone = _alone(replace(here, part="", start=0))
        best = [score + bias for score, bias in zip(alone, model.bias, strict=True)]
        end = here.end
        after = flow[at + 1] if at + 1 < len(flow) else None
        if after is not None and after.lang == here.lang and after.part == here.part and after.names:
            beside = _alone(replace(after, part="", start=0))
            joint = _sum(between(here, after), here.lang)
            both = [sum(one) for one in zip(alone, beside, joint, model.bias, strict=True)]
            if max(both) > max(best):
                best, end = both, after.end
        for kind, score, threshold in zip(KINDS, best, model.thresholds, strict=True):
            if score > threshold:
                yield Act(kind, here.part, here.start, end, confidence=round(1 / (1 + exp(-score)), 2), learned=True)
