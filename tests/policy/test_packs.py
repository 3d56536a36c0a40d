"""Every rule of a pack finds what its examples show, leaves its near-misses alone, and says what it lacked."""

import json
from datetime import UTC, datetime

import pytest

from evenhand.cli.check.facts import facts_of
from evenhand.policy import Action, EarlierMessage, Facts, judge, pack_book
from evenhand.policy.packs import PACKS, load_pack
from evenhand.policy.packs.wording import words_for
from evenhand.policy.speech.lexicon import LANGUAGES
from tests.shared import SHARED

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


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


def catalogue():
    path = SHARED / "policy" / "rules.json"
    if not path.exists():
        return
    for rule in json.loads(path.read_text("utf-8"))["rules"]:
        if "amazon-2018-10" in rule["packs"]:
            for kind in ("violates", "complies"):
                for number, example in enumerate(rule[kind], 1):
                    if not example.startswith("case"):
                        yield pytest.param(rule["id"], kind, example, id=f"{rule['id']}-{kind}-{number}")


def as_facts(example):
    kind, _, rest = example.partition(": ")
    if kind == "html":
        return Facts("", None, "seller", html=rest)
    if kind == "filter":
        return Facts("Please leave a review of the kettle.", None, "seller", audience=rest)
    if kind == "thread":
        asked, _, answered = rest.partition(" / seller: ")
        return Facts(answered.strip("'"), None, "seller", earlier=(EarlierMessage("buyer", LONG_AGO, asked),))
    return Facts(example, None, "seller")


@pytest.mark.skipif(not SHARED.exists(), reason="the shared catalogue is not here")
@pytest.mark.parametrize(("rule", "kind", "example"), list(catalogue()))
def test_the_shared_catalogue_is_read_as_it_says(rule, kind, example):
    found = {one.rule for one in judge(as_facts(example), pack_book("amazon-2018-10")).findings}
    assert (rule in found) is (kind == "violates")
