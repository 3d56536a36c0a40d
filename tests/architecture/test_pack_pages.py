"""The pages of the packs say what the packs say."""

from evenhand.policy.packs import PACKS, load_pack
from tools.pack_pages import FOLDER, main, pages


def test_the_pages_are_those_of_the_packs():
    assert main(["--check"]) == 0
    assert {place.name for place in FOLDER.glob("*.md")} == {f"{name}.md" for name in PACKS}


def test_a_page_tells_of_every_rule_its_clause_and_both_kinds_of_examples():
    for place, text in pages().items():
        for rule in load_pack(place.stem).rules:
            assert f"`{rule.id}` · {rule.clause}" in text
        assert text.count("\nIt finds:\n") == text.count("\nIt leaves alone:\n") == len(load_pack(place.stem).rules)
