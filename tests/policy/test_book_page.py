"""The page about books keeps its word: its example is a book, its mistakes are told as it says, no parameter is left out."""

import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

from evenhand.policy import Facts, judge
from evenhand.policy.book.read import Mistaken, Written, read_book
from evenhand.policy.case import LinkKind
from evenhand.policy.parameters import Parameters

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "books.md").read_text("utf-8")
WHOLE, MISTAKEN = (found.encode() for found in re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))


def told(content):
    found = read_book(content)
    assert isinstance(found, Mistaken)
    return found.told("market.toml")


def test_the_example_is_a_book_and_does_what_the_page_says():
    found = read_book(WHOLE)
    assert isinstance(found, Written), found
    verdict = judge(
        Facts("Lieber im Preisvergleichsportal nachsehen! Aus Batch GL1234.", None, "seller"), found.book, "de"
    )
    assert [(one.rule, one.action.word, one.excerpt, one.reason) for one in verdict.findings] == [
        ("no-price-talk", "hold", "Preisvergleichsportal", "Hier werden Preise verglichen."),
        ("batch-number", "warn", "Batch GL1234", "This names a batch."),
    ]
    assert found.off == ["link-logo"]
    assert [one.what for one in found.changes] == [
        "coupon", "coupon", "link-logo", "window_days", "window_anchor", "allowed_links", "marketplace_hosts",
    ]  # fmt: skip


def test_its_mistakes_are_told_as_it_shows():
    shown = re.findall(r"^market\.toml:\d+: .*", PAGE, re.MULTILINE)
    mended = (
        MISTAKEN.replace(b"2018-11", b"2018-10").replace(b"windowdays", b"window_days").replace(b"shipped", b"placed")
    )
    assert [*told(MISTAKEN), *told(mended)] == shown


def test_every_parameter_is_explained_and_none_invented():
    table = PAGE.partition("| parameter | what |")[2].partition("\n\n")[0]
    named = [name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert sorted(named) == sorted(one.name for one in fields(Parameters))


def test_every_kind_of_link_is_named():
    row = next(row for row in PAGE.splitlines() if row.startswith("| `allowed_links`"))
    assert re.findall(r"`([\w-]+)`", row)[2:] == [*get_args(LinkKind), "other-item"]
