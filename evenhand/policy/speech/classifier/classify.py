"""Weighs a message: how likely it breaks each rule, and which sentence and words say so."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from importlib.resources import files
from itertools import chain

from evenhand.policy.speech.acts import Act
from evenhand.policy.speech.classifier.features import features_of_message, features_of_sentence
from evenhand.policy.speech.sentences import Sentence

__all__ = ["Guess", "Weights", "guesses", "likelihood", "weights"]

_PIECES = 3
"""Words that a reason names."""


@dataclass(frozen=True, slots=True)
class Weights:
    """
    What training found: for each label its bias, for each feature its weight by the number of the label.

    `scale` and `shift` make of a sum the share of messages with such a sum that broke the rule (Platt 1999).
    """

    labels: Sequence[str]
    bias: Sequence[float]
    scale: Sequence[float]
    shift: Sequence[float]
    features: Mapping[str, Mapping[int, float]]


@dataclass(frozen=True, slots=True)
class Guess:
    """How likely a message breaks a rule, from 0 to 1; `point` gives the act that says where it would."""

    kind: str
    probability: float
    point: Callable[[], Act]


@cache
def weights() -> Weights:
    """Load the weights that `python -m bench.policy.train` wrote."""
    data = json.loads(files("evenhand.policy.speech.classifier").joinpath("weights.json").read_text("utf-8"))
    features = {name: {int(label): weight for label, weight in row.items()} for name, row in data["features"].items()}
    return Weights(data["labels"], data["bias"], data["scale"], data["shift"], features)


def guesses(flow: Sequence[Sentence], read: Sequence[AbstractSet[str]]) -> list[Guess]:
    """
    Judge a message by what was learned; `read` are the kinds of acts that the grammar read in each sentence.

    A feature counts once. A long message is judged by stretches, since honest words around a breach do not undo it; the
    worst stretch counts, and in it the sentence that says most for a rule is pointed at, by the words that say most.
    """
    rows = list(_weighed(flow))
    best: dict[int, tuple[float, int, int]] = {}
    for start, end in _stretches(len(flow)):
        for label, probability in enumerate(_probabilities(rows[start:end], read[start:end])):
            if probability > best.get(label, (-1.0, 0, 0))[0]:
                best[label] = (probability, start, end)
    return [
        Guess(
            weights().labels[label],
            probability,
            partial(_pointed, flow[start:end], rows[start:end], label, probability),
        )
        for label, (probability, start, end) in best.items()
    ]


def likelihood(flow: Sequence[Sentence], read: Sequence[AbstractSet[str]], at: int, kind: str) -> float:
    """Tell how likely one sentence, with those right beside it, breaks a rule that was learned."""
    near = slice(max(0, at - 1), at + 2)
    return _probabilities(list(_weighed(flow[near])), read[near])[weights().labels.index(kind)]


_SHORT = 8
_LONG = 6
"""Sentences of a message that is judged whole, and of a stretch of a longer one; stretches overlap by half."""


def _stretches(count: int) -> Iterator[tuple[int, int]]:
    if count <= _SHORT:
        yield 0, count
    else:
        for start in range(0, count - _LONG // 2, _LONG // 2):
            yield start, min(start + _LONG, count)


def _probabilities(rows: Sequence[frozenset[str]], read: Sequence[AbstractSet[str]]) -> list[float]:
    known = weights()
    whole = features_of_message(chain.from_iterable(read)) & known.features.keys()
    sums = list(known.bias)
    for feature in whole.union(*rows):
        for label, weight in known.features[feature].items():
            sums[label] += weight
    return [
        1 / (1 + math.exp(-max(-30.0, min(30.0, known.scale[label] * total + known.shift[label]))))
        for label, total in enumerate(sums)
    ]


def _weighed(flow: Sequence[Sentence]) -> Iterator[frozenset[str]]:
    """The features of each sentence that have a weight: the same as `features_of` gives, and kept from before."""
    before: Sequence[str] = ()
    for sentence in flow:
        concepts, within = _weighed_alone(sentence.text, sentence.lang)
        beside = [row[other] for one in before if (row := _neighbours().get(one)) for other in concepts if other in row]
        yield within.union(beside) if beside else within
        before = concepts


@lru_cache(maxsize=1 << 12)
def _weighed_alone(text: str, lang: str) -> tuple[Sequence[str], frozenset[str]]:
    concepts, within = features_of_sentence(text, lang)
    return concepts, within & weights().features.keys()


@cache
def _neighbours() -> Mapping[str, Mapping[str, str]]:
    """The features of neighbouring sentences that have a weight, by the concept before and the one after."""
    rows: dict[str, dict[str, str]] = {}
    for feature in weights().features:
        kind, _, rest = feature.partition(":")
        if kind == "cn":
            one, _, other = rest.partition(">")
            rows.setdefault(one, {})[other] = feature
    return rows


def _pointed(flow: Sequence[Sentence], rows: Sequence[frozenset[str]], label: int, probability: float) -> Act:
    known = weights()
    says = [sum(known.features[one].get(label, 0.0) for one in row) for row in rows]
    at = max(range(len(flow)), key=says.__getitem__)
    sentence = flow[at]
    strong: dict[tuple[int, int], float] = {}
    for feature in rows[at]:
        weight = known.features[feature].get(label, 0.0)
        if weight > 0:
            for place in _places(feature, sentence):
                strong[place] = max(strong.get(place, 0.0), weight)
    chosen = sorted(strong, key=lambda place: (-strong[place], place))
    kept: list[tuple[int, int]] = []
    for begin, end in chosen:
        if len(kept) < _PIECES and not any(begin < stop and start < end for start, stop in kept):
            kept.append((begin, end))
    places = sorted((sentence.start + begin, sentence.start + end) for begin, end in kept)
    if not places:
        places = [(sentence.start, sentence.end)]
    return Act(
        known.labels[label], sentence.part, places[0][0], max(end for _, end in places), tuple(places),
        round(probability, 2), is_guess=True,
    )  # fmt: skip


def _places(feature: str, sentence: Sentence) -> list[tuple[int, int]]:
    """Where in a sentence a feature of it stands."""
    kind, _, rest = feature.partition(":")
    if kind in {"w", "p", "n"}:
        word = rest.partition(":")[2]
        at = sentence.text.find(word)
        return [(at, at + len(word))] if at >= 0 and word[0].isalnum() else []
    names = {"c": [rest], "cc": rest.split("+"), "co": rest.split(">"), "cn": rest.split(">")[1:]}.get(kind, [])
    return [(one.start, one.end) for name in names for one in sentence.by_name.get(name, [])[:1]]
