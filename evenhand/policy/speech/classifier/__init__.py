"""A linear classifier over concepts and words, trained on labelled messages: it sees what no rule of grammar reads."""

from __future__ import annotations

from evenhand.policy.speech.classifier.classify import Guess, guesses, likelihood

__all__ = ["Guess", "guesses", "likelihood"]
