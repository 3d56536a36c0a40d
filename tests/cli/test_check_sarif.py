"""The SARIF that `evenhand check` writes has the shape of the standard, and its places are those in the files."""

import json
import re

import pytest
from click.testing import CliRunner

from evenhand.cli import evenhand

ORDER = "902-5550101-0000042"
PAGE = f'<p>Grüße 🚚 {ORDER}</p>\r\n<p style="color:red;margin:0">Use code TEA10\r\non your next order.</p>\r\n'

# SARIF 2.1.0 (OASIS), as far as we write it: by object, what it must have and what it may have besides.
TEXT = ({"text": str}, {"markdown": str})
ARTIFACT = ({}, {"uri": str, "uriBaseId": str, "index": int})
REGION = (
    {},
    dict.fromkeys(("startLine", "startColumn", "endLine", "endColumn", "charOffset", "charLength"), int),
)
PHYSICAL = ({"artifactLocation": ARTIFACT}, {"region": REGION})
LOCATION = ({}, {"physicalLocation": PHYSICAL, "logicalLocations": [({}, {"name": str, "kind": str})]})
FIX = (
    {"artifactChanges": [
        ({"artifactLocation": ARTIFACT, "replacements": [({"deletedRegion": REGION}, {"insertedContent": ({}, {"text": str})})]}, {})
    ]},
    {"description": TEXT},
)  # fmt: skip
RESULT = (
    {"message": TEXT},
    {"ruleId": str, "ruleIndex": int, "level": {"none", "note", "warning", "error"}, "locations": [LOCATION],
     "partialFingerprints": {str: str}, "fixes": [FIX], "properties": dict},
)  # fmt: skip
RULE = (
    {"id": str},
    {"name": str, "shortDescription": TEXT, "fullDescription": TEXT, "help": TEXT, "properties": dict,
     "defaultConfiguration": ({}, {"level": {"none", "note", "warning", "error"}})},
)  # fmt: skip
DRIVER = ({"name": str}, {"version": str, "rules": [RULE], "properties": dict})
INVOCATION = (
    {"executionSuccessful": bool},
    {"toolExecutionNotifications": [({"message": TEXT}, {"level": {"none", "note", "warning", "error"}, "locations": [LOCATION]})]},
)  # fmt: skip
RUN = (
    {"tool": ({"driver": DRIVER}, {})},
    {"columnKind": {"utf16CodeUnits", "unicodeCodePoints"}, "results": [RESULT], "invocations": [INVOCATION]},
)
LOG = ({"version": {"2.1.0"}, "runs": [RUN]}, {"$schema": str})


def assert_shape(value, shape, where="log"):
    if isinstance(shape, tuple):
        must, may = shape
        assert isinstance(value, dict), where
        assert must.keys() <= value.keys() <= must.keys() | may.keys(), where
        for name, one in value.items():
            assert_shape(one, {**must, **may}[name], f"{where}.{name}")
    elif isinstance(shape, list):
        assert isinstance(value, list), where
        for number, one in enumerate(value):
            assert_shape(one, shape[0], f"{where}[{number}]")
    elif isinstance(shape, set):
        assert value in shape, where
    elif isinstance(shape, dict):
        assert all(isinstance(one, str) for pair in value.items() for one in pair), where
    else:
        assert type(value) is shape, where


def log(*arguments):
    words = ["check", "--book", "amazon-2025-04", "--format", "sarif", *map(str, arguments)]
    document = json.loads(CliRunner().invoke(evenhand, words).stdout)
    assert_shape(document, LOG)
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
    assert found == {
        "emoji": ("error", "🚚"),
        "coupon": ("error", "code TEA10\r\non your next"),
        "font-color-override": ("warning", "color:red;"),
    }
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


def test_of_a_mail_the_file_is_named_and_the_part(tmp_path, page):
    (tmp_path / "a.eml").write_text(f"Subject: {ORDER}\nFrom: b@s.example\n\nHello\n\nYour lantern left 🚚\n", "utf-8")
    (one,) = log("a.eml")["results"]
    (place,) = one["locations"]
    assert place["physicalLocation"]["region"] == {"startLine": 1}
    assert place["logicalLocations"][0]["name"] == "text"


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
