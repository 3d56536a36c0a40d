"""Every example of the shared catalogue is read as it says, in every pack that has its rule."""

import json
import re

import pytest

from evenhand.cli.check.facts import facts_of
from evenhand.policy import judge, pack_book
from evenhand.policy.packs import PACKS, load_pack
from tests.policy.cases import CASES
from tests.shared import SHARED

CATALOGUE = SHARED / "policy" / "rules.json"
NARROWED = {"2018": PACKS[:1], "2020-11 pack": PACKS[1:2], "from 2020": PACKS[1:3]}


def examples():
    if not CATALOGUE.exists():
        return
    stand = {pack: {rule.id for rule in load_pack(pack).rules} for pack in PACKS}
    for rule in json.loads(CATALOGUE.read_text("utf-8"))["rules"]:
        for pack in rule["packs"]:
            if rule["id"] not in stand[pack]:
                continue
            for kind in ("violates", "complies"):
                for number, example in enumerate(rule[kind], 1):
                    narrowed = re.match(r"case \(([^)]*)\)", example)
                    if narrowed is None or pack in NARROWED.get(narrowed[1], PACKS):
                        name = f"{rule['id']}-{kind}-{number}"
                        yield pytest.param(pack, rule, kind, name, example, id=f"{pack}-{name}")


def told(example, name):
    """The example as a line of the door for lines."""
    kind, _, rest = example.partition(": ")
    if example.startswith("case"):
        if name not in CASES:
            pytest.skip("no line tells these circumstances yet")
        row = dict(CASES[name])
        return row if {"text", "html"} & row.keys() else {"text": "About your order.", **row}
    if kind == "html":
        return {"html": rest}
    if kind == "subject":
        return {"subject": rest, "text": "About your order."}
    if kind == "filter":
        return {"text": "Please leave a review of the kettle.", "audience": rest}
    if kind == "thread":
        asked, _, answered = rest.partition(" / seller: ")
        return {"text": answered.strip("'") or "Here.", "earlier": [{"by": "buyer", "text": asked}], "class": "reply"}
    return {"text": example}


COUNTRIES = {"us": "US", "uk": "GB", "eu": "FR", "de": "DE"}


@pytest.mark.skipif(not CATALOGUE.exists(), reason="the shared catalogue is not here")
@pytest.mark.parametrize(("pack", "rule", "kind", "name", "example"), list(examples()))
def test_the_shared_catalogue_is_read_as_it_says(pack, rule, kind, name, example):
    row = told(example, name)
    if rule["group"] == "law" and not example.startswith("case"):
        row["buyer"] = {"country": COUNTRIES[rule["id"].partition("-")[0]]}
    found = {one.rule for one in judge(facts_of(row), pack_book(pack)).findings}
    assert (rule["id"] in found) is (kind == "violates")


@pytest.mark.skipif(not CATALOGUE.exists(), reason="the shared catalogue is not here")
def test_a_pack_says_of_a_rule_what_the_catalogue_says():
    catalogue = json.loads(CATALOGUE.read_text("utf-8"))
    told_of = {one["id"]: one for one in catalogue["rules"]}
    for pack in PACKS:
        assert load_pack(pack).published == sum(pack in one["packs"] for one in catalogue["rules"])
        for rule in load_pack(pack).rules:
            known = {**told_of[rule.id], **told_of[rule.id].get("by_pack", {}).get(pack, {})}
            assert (rule.group, rule.action.word, set(rule.classes), list(rule.needs), rule.certainty) == (
                known["group"],
                known["action"],
                set(known["classes"]),
                known["facts"],
                known["certainty"],
            ), (pack, rule.id)
