"""Whatever `evenhand check` and `evenhand rules` are given by mistake, they answer in a clear sentence and end."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from evenhand.cli import evenhand
from evenhand.cli.check.sources import KINDS
from tests.cli.programs import bare_environment

CLEAN = "Your kettle left today.\n"


def check(*arguments, given=None):
    # With colours nothing is stripped on the way out, as on a terminal.
    return CliRunner().invoke(evenhand, ["check", *map(str, arguments)], input=given, color=True)


@pytest.fixture
def letter(tmp_path):
    place = tmp_path / "a.txt"
    place.write_text(CLEAN, "utf-8")
    return place


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is no JSON"),
        ("[1]", "“order” is an object"),
        ('"902"', "holds no object"),
        ('{"placed_at": "soon"}', "“soon” is no instant"),
        ('{"products": 4}', "“products” is a list"),
        ("[" * 100_000, "is nested too deeply"),
        (b"\xff", "is not UTF-8"),
        ("", "is no JSON"),
    ],
)
def test_an_order_that_is_none_is_told_before_anything_is_checked(letter, content, words):
    order = letter.with_name("order.json")
    order.write_bytes(content if isinstance(content, bytes) else content.encode())
    result = check("--order", order, letter)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert str(order) in result.stderr


@pytest.mark.parametrize("now", ["soon", "", "2026-13-01"])
def test_a_time_that_is_none_is_told(letter, now):
    result = check("--now", now, letter)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"--now: “{now}” is no instant" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--jsonl", "missing.jsonl"], "missing.jsonl: No such file or directory."),
        (["--jsonl", "."], ".: Is a directory."),
        (["--jsonl", "--fix", "-"], "with --jsonl there are none"),
        (["--fix", "--format", "json", "-"], "one format only"),
        (["--diff", "--format", "sarif", "a"], "one format only"),
        (["--fix", "-", "a.txt"], "- with no other path"),
        (["--book", "\x1b[31mred", "-"], "There is no pack “�[31mred”"),
    ],
)
def test_wrong_usage_is_told(arguments, words):
    result = check(*arguments, given="")
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr


def test_a_pack_that_is_none_has_no_rules():
    result = CliRunner().invoke(evenhand, ["rules", "nope"])
    assert result.exit_code == 2
    assert "There is no pack “nope”; there are: amazon-2018-10" in result.stderr


@pytest.mark.parametrize("format_", ["text", "github", "json", "sarif"])
def test_no_message_steers_the_terminal(tmp_path, format_):
    place = tmp_path / "a\x1b[2J.txt"
    place.write_text("\x1b]0;x\x07 Use code TEA10 on your next order. \x1b[31m \x9b31m\u202e\x07\n", "utf-8")
    result = check("--format", format_, "--color", "always", place, tmp_path / "no\x1b[2J.txt")
    said = (result.stdout + result.stderr).replace("\x1b[1m", "").replace("\x1b[0m", "").replace("\x1b[31m", "", 2)
    assert "coupon" in said
    assert [sign for sign in said if not sign.isprintable() and sign != "\n"] == []


def test_no_diff_steers_the_terminal(tmp_path):
    place = tmp_path / "a.html"
    place.write_text("<p style='color:red'>\x1b[2JHello\x9b</p>", "utf-8")
    result = check("--book", "amazon-2025-04", "--diff", place)
    assert "+<p>�[2JHello�</p>\n" in result.stdout


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"a\x00b", "It is not text."), (b"\xff\xfea", "It is not UTF-8"), (b" \n", "It is empty.")],
)
def test_what_is_no_text_is_told_and_the_rest_is_checked(letter, content, words):
    odd = letter.with_name("odd.txt")
    odd.write_bytes(content)
    result = check(odd, letter)
    assert result.exit_code == 1
    assert f"{odd}: {words}" in result.stderr
    assert f"{letter}: clean" in result.stdout


def test_a_file_of_fifty_megabytes_is_no_message(letter):
    large = letter.with_name("large.txt")
    with large.open("wb") as file:
        file.truncate(50_000_000)
    result = check(large, letter)
    assert f"{large}: It is larger than 33,554,432 bytes" in result.stderr
    assert f"{letter}: clean" in result.stdout


def test_nobody_is_waited_for_at_a_pipe(letter):
    pipe = letter.with_name("pipe.txt")
    os.mkfifo(pipe)
    result = check(pipe, letter)
    assert result.exit_code == 1
    assert f"{pipe}: It is no file; feed a pipe in as standard input" in result.stderr
    assert f"{letter}: clean" in result.stdout


def test_a_folder_that_leads_back_to_itself_is_looked_at_once(letter):
    folder = letter.parent
    (folder / "around").symlink_to(folder)
    (folder / "loop.txt").symlink_to("loop.txt")
    result = check(folder)
    assert "1 checked, 0 found." in result.stdout
    assert check(folder / "loop.txt").exit_code == 1


def test_who_reads_only_the_first_line_ends_it_quietly(tmp_path):
    lines = tmp_path / "many.jsonl"
    lines.write_text('{"text": "Your kettle left today."}\n' * 5000, "utf-8")
    for words in (["check", "--jsonl", lines], ["rules", "amazon-2025-04"]):
        command = [sys.executable, "-m", "evenhand", *map(str, words)]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=bare_environment()
        )
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        process.stderr.close()
        process.wait(60)


def test_the_hook_is_run_on_all_that_is_read_in_a_folder():
    hook = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
    (pattern,) = re.findall(r"^  files: (.+)$", hook.read_text("utf-8"), re.MULTILINE)
    assert [kind for kind in sorted(KINDS) if not re.search(pattern, f"mails/a{kind}")] == []
    assert not re.search(pattern, "main.py")
