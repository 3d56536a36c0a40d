"""
Train the classifier of the house rules on labelled messages: `make train`, or `python -m bench.policy.train [--try]`.

Logistic regression (scikit-learn's liblinear, L2 penalty; small weights are left out) for each rule, on the messages in
`look/` and `training/`, on what the packs leave alone and on the letters of the invented market; those in `plain/` and
`blind/` are never read. Sums are made probabilities by Platt's method on messages that the model was not trained on,
families kept together. Writes `evenhand/policy/speech/classifier/weights.json`; `--try` writes nothing, and only tells
how well the messages left out were read.
"""

from __future__ import annotations

import argparse
import json
import tomllib
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

import evenhand.policy
from bench.policy.corpus import LABELS, Labelled, look, training
from evenhand.policy import Facts
from evenhand.policy.packs import load_pack
from evenhand.policy.packs.proposals import sayings
from evenhand.policy.parameters import Parameters
from evenhand.policy.read import read
from evenhand.policy.speech.classifier.features import features_of, features_of_message
from evenhand.policy.speech.grammar import acts_of
from evenhand.policy.speech.lexicon import LANGUAGES
from evenhand.policy.speech.sentences import Sentence, sentences

__all__ = ["main"]

TO = Path(evenhand.policy.__file__).parent / "speech" / "classifier" / "weights.json"

TRAINED = (*LABELS, "review-request")
"""What is learned: the rules about words, and whether a review is asked for."""

_MARKET = Path(evenhand.policy.__file__).parents[1] / "demo" / "market"

_PENALTY = 0.5
_GUILTY_WEIGHS = 2
_EXAMPLE_WEIGHS = 8.0
_FOLDS = 4
_SMALLEST = 0.1


def left_alone() -> Iterator[Labelled]:
    """Give what is innocent by the house's own word: examples of the pack, and what is proposed to sellers."""
    pack = load_pack("amazon-2018-10")
    for rule in pack.rules:
        for number, example in enumerate(rule.leaves_alone):
            text, subject, html = (str(example.get(key, "")) for key in ("text", "subject", "html"))
            yield _innocent(f"{rule.id}-{number}", text, subject, html)
    for lang in LANGUAGES:
        said = sayings(lang)
        for name, text in [*said.items(), ("all", " ".join(said.values()))]:
            labels = {"review-request"} if name in {"ask", "all"} else set()
            yield Labelled(name, name, lang, "", text, "", frozenset(labels), "examples")


def ordinary() -> Iterator[Labelled]:
    """Give what sellers of the invented market write: ordinary service mail, in which nothing is to be found."""
    for path in sorted(_MARKET.glob("talk-*.toml")):
        for talk in tomllib.loads(path.read_text("utf-8"))["talk"]:
            for number, said in enumerate(talk["said"]):
                if said["by"] == "seller" and said.get("fate") != "blocked":
                    yield _innocent(f"{talk['order']}-{number}", said["text"], said.get("subject", ""))


def _innocent(name: str, text: str, subject: str = "", html: str = "") -> Labelled:
    """A message that breaks no rule; one that asks for a review asks fairly."""
    flow, lang = _read(subject, text, html)
    labels = frozenset({act.kind for act in acts_of(flow)} & {"review-request"})
    return Labelled(name, name, lang, subject, text, html, labels, "examples")


def described(one: Labelled) -> frozenset[str]:
    """Give the features of a message."""
    flow, _ = _read(one.subject, one.text, one.html)
    return features_of_message(act.kind for act in acts_of(flow)).union(*features_of(flow))


def _read(subject: str, text: str, html: str) -> tuple[list[Sentence], str]:
    """The sentences of a message as the rules see them, and its language; the weights there are now have no say."""
    case = read(Facts(text, None, "seller", subject=subject, html=html), Parameters())
    flow = [sentence for part in case.parts for sentence in sentences(part.name, part.folded.text, case.lang)]
    return flow, case.lang


class Trained:
    """A model of each label."""

    def __init__(self, rows: Sequence[frozenset[str]], labels: np.ndarray, weigh: np.ndarray) -> None:
        counts: dict[str, int] = {}
        for row in rows:
            for name in row:
                counts[name] = counts.get(name, 0) + 1
        # What one message alone has teaches nothing about others.
        self.names = sorted(name for name, count in counts.items() if count > 1)
        self._place = {name: number for number, name in enumerate(self.names)}
        table = self._table(rows)
        self.models = []
        for label in range(labels.shape[1]):
            model = LogisticRegression(
                C=_PENALTY, solver="liblinear", max_iter=500, class_weight={0: 1, 1: _GUILTY_WEIGHS}
            )
            model.fit(table, labels[:, label], sample_weight=weigh)
            model.coef_[np.abs(model.coef_) < _SMALLEST] = 0.0
            self.models.append(model)

    def _table(self, rows: Sequence[frozenset[str]]) -> csr_matrix:
        places = [sorted(self._place[name] for name in row if name in self._place) for row in rows]
        ends = np.cumsum([0, *(len(one) for one in places)], dtype=np.int32)
        flat = np.array([number for one in places for number in one], dtype=np.int32)
        return csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(rows), len(self.names)))

    def sums(self, rows: Sequence[frozenset[str]]) -> np.ndarray:
        """Give the sum of weights of each message (rows) and label (columns)."""
        table = self._table(rows)
        return np.array([model.decision_function(table) for model in self.models]).T


def left_out(
    rows: Sequence[frozenset[str]], labels: np.ndarray, weigh: np.ndarray, families: Sequence[str]
) -> np.ndarray:
    """Give the sums of messages by models that have not seen their families."""
    made = np.zeros(labels.shape)
    numbers = {family: number for number, family in enumerate(dict.fromkeys(families))}
    for known, others in GroupKFold(_FOLDS).split(rows, groups=[numbers[one] for one in families]):
        made[others] = Trained([rows[n] for n in known], labels[known], weigh[known]).sums([rows[n] for n in others])
    return made


def calibrated(sums: np.ndarray, labels: np.ndarray) -> tuple[list[float], list[float]]:
    """Give for each label the scale and shift that make of a sum a probability (Platt 1999)."""
    fits = [LogisticRegression(C=1e6).fit(sums[:, [label]], labels[:, label]) for label in range(labels.shape[1])]
    return [round(float(one.coef_[0, 0]), 4) for one in fits], [round(float(one.intercept_[0]), 4) for one in fits]


def main() -> None:
    """Train, tell how well what was left out is read, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--try", dest="only_try", action="store_true")
    only_try = parser.parse_args().only_try
    warnings.simplefilter("ignore", FutureWarning)
    messages = [*look(), *training(), *left_alone(), *ordinary()]
    rows = [described(one) for one in messages]
    labels = np.array([[label in one.labels for label in TRAINED] for one in messages])
    weigh = np.array([_EXAMPLE_WEIGHS if one.set == "examples" else 1.0 for one in messages])
    sums = left_out(rows, labels, weigh, [one.family for one in messages])
    scale, shift = calibrated(sums, labels)
    likely = 1 / (1 + np.exp(-(sums * np.array(scale) + np.array(shift))))
    fresh = np.array([one.set == "training" for one in messages])
    for line in _told(likely[fresh][:, : len(LABELS)], labels[fresh][:, : len(LABELS)]):
        print(line)
    if only_try:
        return
    whole = Trained(rows, labels, weigh)
    features: dict[str, dict[str, float]] = {}
    for label, model in enumerate(whole.models):
        for name, weight in zip(whole.names, model.coef_[0], strict=True):
            if weight:
                features.setdefault(name, {})[str(label)] = round(float(weight), 2)
    made = {
        "labels": TRAINED,
        "bias": [round(float(model.intercept_[0]), 3) for model in whole.models],
        "scale": scale,
        "shift": shift,
        "features": dict(sorted(features.items())),
    }
    lines = json.dumps(made, ensure_ascii=False, indent=None).replace("}, ", "},\n")
    TO.write_text(lines + "\n", "utf-8")
    print(f"{len(messages)} messages, {len(features)} features with a weight, {TO.stat().st_size // 1000} KB")


def _told(likely: np.ndarray, labels: np.ndarray) -> Iterator[str]:
    """How well messages are read at several thresholds: precision and recall over all labels, and whole messages."""
    guilty = labels.any(axis=1)
    for least in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        found = likely >= least
        right = (found & labels).sum()
        yield (
            f"at {least:.1f}: precision {right / max(1, found.sum()):.2f}, recall {right / labels.sum():.2f}, "
            f"caught {found[guilty].any(axis=1).mean():.2f}, flagged {found[~guilty].any(axis=1).mean():.2f}"
        )


if __name__ == "__main__":
    main()
