"""What only the classifier sees is held, and shown at its place; what a book says of guesses counts."""

from dataclasses import replace

import pytest

from bench.policy.corpus import LABELS, blind, training
from bench.policy.evaluate import judged, read_by_grammar, score
from evenhand.policy import Action, Facts, judge, pack_book
from evenhand.policy.packs.wording import words_for
from evenhand.policy.speech.classifier.classify import weights

BOOK = pack_book("amazon-2018-10")
SURE = replace(BOOK, parameters=replace(BOOK.parameters, guess_from=1.0))


def verdict(one, book=BOOK):
    return judge(Facts(one.text, None, "seller", subject=one.subject, html=one.html), book)


@pytest.fixture(scope="module")
def guessed():
    """Messages in which some rule is found by a guess alone, with these findings."""
    found = []
    for one in training():
        sure = {finding.rule for finding in verdict(one, SURE).findings}
        guesses = [finding for finding in verdict(one).findings if finding.rule in set(LABELS) - sure]
        if guesses:
            found.append((one, guesses))
    return found


def test_a_guess_is_held_and_its_reason_says_that_it_is_one(guessed):
    assert len(guessed) > 100
    for _, guesses in guessed:
        assert {one.action for one in guesses} == {Action.HOLD}
        assert all(one.reason.endswith(words_for("en")["guess"]["reason"]) for one in guesses)
        assert all(one.confidence >= BOOK.parameters.guess_from for one in guesses)


def test_a_guess_points_at_words_of_the_source(guessed):
    for message, guesses in guessed:
        for one in guesses:
            source = {"subject": message.subject, "text": message.text, "html": message.html}[one.part]
            assert source[one.start : one.end].strip()
            assert " ".join(one.excerpt.split()) == " ".join(source[one.start : one.end].split())


@pytest.mark.parametrize(("says", "does"), [("warn", Action.WARN), ("block", Action.BLOCK)])
def test_a_book_says_what_a_guess_does(guessed, says, does):
    book = replace(BOOK, parameters=replace(BOOK.parameters, guess_action=says))
    message, guesses = guessed[0]
    found = {one.rule: one for one in verdict(message, book).findings}
    assert {found[one.rule].action for one in guesses} == {does}


def test_a_link_is_no_word():
    text = "Please leave a review: https://market.example/review/create-review?asin=B000TEST01"
    assert {one.rule for one in judge(Facts(text, None, "seller"), BOOK).findings} == set()


def test_there_are_weights_for_every_text_rule_and_for_requests():
    known = weights()
    assert list(known.labels) == [*LABELS, "review-request"]
    assert len(known.bias) == len(known.scale) == len(known.shift) == len(known.labels)


def test_strangers_messages_are_read_better_with_it_than_without():
    messages = [one for one in blind() if one.lang in {"en", "de", "ja"}]
    with_it, without = score(messages, judged), score(messages, read_by_grammar)
    assert with_it.macro > without.macro + 0.05
    assert with_it.caught > without.caught
