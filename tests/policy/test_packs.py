"""Every rule of a pack finds what its examples show, leaves its near-misses alone, and says what it lacked."""

import pytest

from evenhand.cli.check.facts import facts_of
from evenhand.policy import Action, Facts, judge, pack_book
from evenhand.policy.packs import PACKS, load_pack
from evenhand.policy.packs.wording import words_for
from evenhand.policy.speech.lexicon import LANGUAGES


def facts_as_told(example, pack):
    row = {"subject": "Order 902-5550101-0000042", "text": "" if "html" in example else "About your order.", **example}
    return facts_of(row)


def examples(kind):
    for pack in PACKS:
        for rule in load_pack(pack).rules:
            for number, example in enumerate(getattr(rule, kind), 1):
                yield pytest.param(pack, rule.id, example, id=f"{pack}-{rule.id}-{number}")


@pytest.mark.parametrize(("pack", "rule", "example"), list(examples("finds")))
def test_a_rule_finds_its_examples(pack, rule, example):
    verdict = judge(facts_as_told(example, pack), pack_book(pack))
    assert rule in {one.rule for one in verdict.findings}


@pytest.mark.parametrize(("pack", "rule", "example"), list(examples("leaves_alone")))
def test_a_rule_leaves_its_near_misses_alone(pack, rule, example):
    found = {one.rule: one for one in judge(facts_as_told(example, pack), pack_book(pack)).findings}
    assert rule not in found
    # An example shows its own rule; what kind of message it is, and what is in it, is for others to say.
    assert [name for name, one in found.items() if pack == "amazon-2018-10"] == []


@pytest.mark.parametrize("pack", PACKS)
def test_every_rule_has_words_in_every_language(pack):
    for rule in load_pack(pack).rules:
        for lang in LANGUAGES:
            words = words_for(lang)[rule.words]
            assert words["reason"]
            assert words["fix"]


@pytest.mark.parametrize("pack", ["amazon-2018-10"])
def test_a_rule_that_lacks_a_fact_says_which(pack):
    verdict = judge(Facts("Your parcel left today.", None, "seller"), pack_book(pack))
    assert verdict.action is Action.DELIVER
    assert {(one.rule, one.lacks) for one in verdict.not_checked} >= {
        ("one-review-request", "message_history"),
        ("message-window", "order_dates"),
        ("message-window", "current_time"),
        ("link-other", "order"),
    }
