"""`evenhand book check` and `evenhand check --book`: olga writes a book, is told its mistakes, and judges by it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from evenhand.cli import evenhand
from evenhand.policy.packs import load_pack

BOOK = """\
name = "Glow Market"
version = 3
packs = ["amazon-2018-10", "legal-overlay"]

[parameters]
window_days = 14

[rules.happy-only]
action = "warn"

[rules.de-review-ask-is-advertising]
action = "off"

[[own]]
id = "no-price-talk"
title = "Talk of other prices"
clause = "What things cost elsewhere is no subject."
action = "hold"
words = ["cheaper elsewhere"]
reason = { en = "This compares prices.", de = "Hier werden Preise verglichen." }
fix = "Leave the comparison out."
finds = ["It is cheaper elsewhere."]
leaves_alone = ["The cheaper lamp is sold out."]
"""


@pytest.fixture
def market(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    place = Path("market.toml")
    place.write_text(BOOK, "utf-8")
    return place


def run(*arguments, given=""):
    return CliRunner().invoke(evenhand, arguments, input=given)


@pytest.mark.usefixtures("market")
def test_a_good_book_is_shown_with_what_it_amounts_to():
    told = run("book", "check", "market.toml")
    lines = told.stdout.splitlines()
    assert told.exit_code == 0
    stands = ", ".join(f"{name} {load_pack(name).digest}" for name in ("amazon-2018-10", "legal-overlay"))
    title, _, rest = lines[0].partition(" stands on ")
    assert (title.rpartition(" ")[0], rest) == ("Glow Market 3", f"{stands}.")
    assert "hold    no-price-talk" in lines
    assert "warn    " in told.stdout
    assert "off     de-review-ask-is-advertising" in lines
    assert (
        lines[lines.index("Rules of its own, whose examples all hold:") + 1]
        == "  no-price-talk (hold): Talk of other prices"
    )
    assert lines[lines.index("Other than in the packs:") :] == [
        "Other than in the packs:",
        "  happy-only: warn, not block",
        "  de-review-ask-is-advertising: off, not warn",
        "  window_days: 14, not 30",
    ]


def test_every_mistake_is_told_with_its_line_and_the_command_ends_with_2(market):
    market.write_text(
        BOOK.replace("14", "-14").replace('"warn"', '"wran"').replace("cheaper lamp", "lamp: cheaper elsewhere")
    )
    told = run("book", "check", "market.toml")
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.splitlines() == [
        "market.toml:6: “window_days” is -14; it must lie from 1 to 3,650.",
        "market.toml:9: “action” of this rule is one of off, deliver, warn, hold, bounce, block.",
    ]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("none.toml", "none.toml: No such file or directory."),
        (".", ".: Is a directory."),
        ("/dev/zero", "/dev/zero:1: "),
    ],
)
@pytest.mark.usefixtures("market")
def test_a_file_that_is_no_book_is_told_without_a_traceback(name, told):
    result = run("book", "check", name)
    assert (result.exit_code, result.stderr[: len(told)]) == (2, told)


@pytest.mark.usefixtures("market")
def test_messages_are_judged_by_the_book():
    rows = ["If you are happy with the kettle, please leave a review.", "It is CHEAPER elsewhere."]
    told = run(
        "check",
        "--book",
        "market.toml",
        "--lang",
        "de",
        "--jsonl",
        given="\n".join(json.dumps({"text": one}) for one in rows),
    )
    answers = [json.loads(line) for line in told.stdout.splitlines()]
    assert told.exit_code == 1
    assert [[(one["rule"], one["start"], one["end"]) for one in answer["findings"]] for answer in answers] == [
        [("happy-only", 0, 55)],
        [("no-price-talk", 6, 23)],
    ]
    assert [answer["action"] for answer in answers] == ["warn", "hold"]
    assert answers[1]["findings"][0]["reason"] == "Hier werden Preise verglichen."


@pytest.mark.usefixtures("market")
def test_programs_are_told_packs_and_book_with_their_versions():
    told = run("check", "--book", "market.toml", "--format", "sarif", "-", given="It is cheaper elsewhere.")
    driver = json.loads(told.stdout)["runs"][0]["tool"]["driver"]
    first, second, title = driver["properties"]["book"].split(", ")
    assert (first, second) == tuple(f"{name} {load_pack(name).digest}" for name in ("amazon-2018-10", "legal-overlay"))
    assert title.startswith("Glow Market 3 ")
    assert "no-price-talk" in {one["id"] for one in driver["rules"]}


@pytest.mark.usefixtures("market")
def test_a_rule_of_the_books_own_is_explained_like_any_other():
    told = run("check", "--book", "market.toml", "--explain", "no-price-talk")
    assert told.exit_code == 0
    assert told.stdout.splitlines() == [
        "no-price-talk (own, hold): Talk of other prices",
        "",
        "What things cost elsewhere is no subject.",
        "",
        "Source: the book Glow Market 3.",
        "",
        "It finds:",
        "  - It is cheaper elsewhere.",
        "",
        "It leaves alone:",
        "  - The cheaper lamp is sold out.",
    ]


def test_a_mistaken_book_judges_nothing(market):
    market.write_text(BOOK + "[rules.coupon\n")
    told = run("check", "--book", "market.toml", "-", given="Hello.")
    assert (told.exit_code, told.stdout, told.stderr.startswith("market.toml:24: This is no TOML: ")) == (2, "", True)


def test_a_pack_that_there_is_not_is_told_with_those_there_are():
    told = run("check", "--book", "amazon", "-", given="Hello.")
    assert (told.exit_code, told.stderr) == (
        2,
        (
            "There is no pack “amazon”; there are: amazon-2018-10, amazon-2020-11, amazon-2025-04, legal-overlay, house-overlay. "
            "Or name the file of a book, as market.toml.\n"
        ),
    )
