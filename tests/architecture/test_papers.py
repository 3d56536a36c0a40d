"""The papers keep up with the house: links lead somewhere, and no setting, decision or command is left out."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from evenhand.cli import evenhand
from evenhand.configuration import Configuration

HOUSE = Path(__file__).resolve().parents[2]
PAPERS = sorted([*HOUSE.glob("*.md"), *(HOUSE / "docs").rglob("*.md")])


def heading_anchors(text):
    """The anchors that a reader of Markdown makes of headings."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(HOUSE)))
def test_every_link_leads_to_a_paper_that_is_there(paper):
    broken = []
    for target in re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)", paper.read_text("utf-8")):
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        path = (paper.parent / name) if name else paper
        if not path.exists() or (anchor and anchor not in heading_anchors(path.read_text("utf-8"))):
            broken.append(target)
    assert broken == []


def test_the_guide_explains_every_setting_and_invents_none():
    guide = (HOUSE / "docs" / "operators-guide.md").read_text("utf-8")
    table = guide.partition("| setting | default | what it is |")[2].partition("\n\n")[0]
    named = {name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert named == {one.name for one in fields(Configuration)}


def test_the_guide_knows_every_command():
    guide = (HOUSE / "docs" / "operators-guide.md").read_text("utf-8")
    commands = {name for name, command in evenhand.commands.items() if not command.hidden}
    assert {name for name in commands if f"evenhand {name}" not in guide} == set()


def test_every_decision_is_in_the_list_under_its_own_title():
    folder = HOUSE / "docs" / "decisions"
    listed = re.findall(
        r"^\| \[(\d{4})\]\((\S+)\) \| (.+) \|$", (folder / "README.md").read_text("utf-8"), re.MULTILINE
    )
    stand = []
    for path in sorted(folder.glob("[0-9]*.md")):
        number, title = re.match(r"# (\d+)\. (.+)\n", path.read_text("utf-8")).groups()
        stand.append((f"{int(number):04}", path.name, title))
    assert listed == stand
