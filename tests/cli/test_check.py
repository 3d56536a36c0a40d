"""`evenhand check`: every line has its answer, every place is shown, and nothing that is fed to it breaks it."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from evenhand.cli import evenhand

HAPPY = "If you are happy with the kettle, please leave a review."


def check(*arguments, given=""):
    return CliRunner().invoke(evenhand, ["check", *arguments], input=given)


def lines(given, *arguments):
    result = check("--jsonl", *arguments, given=given)
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def test_a_line_is_answered_with_where_and_why():
    code, (told,) = lines(json.dumps({"id": "m1", "subject": "Order", "text": HAPPY}) + "\n")
    assert (code, told["id"], told["action"]) == (1, "m1", "block")
    (found,) = told["findings"]
    assert set(found) == {"rule", "group", "part", "start", "end", "excerpt", "reason", "fix", "confidence"}
    assert (found["rule"], found["part"]) == ("happy-only", "text")
    assert HAPPY[found["start"] : found["end"]] == found["excerpt"]
    assert told["detected"] == {"lang": "en", "review_request": True}
    assert {"rule": "message-window", "needs": "order_dates"} in told["not_checked"]


def test_a_clean_line_is_delivered():
    code, (told,) = lines('{"id": 7, "text": "Your kettle left today, the courier will call you."}')
    assert (code, told["action"], told["findings"]) == (0, "deliver", [])


def test_the_window_is_counted_from_the_order():
    order = {"id": "902-5550101-0000042", "placed_at": "2026-03-01T10:00:00Z"}
    rows = [
        {"id": now, "text": "Which lid?", "order": order, "now": now}
        for now in ("2026-03-31T10:00:00Z", "2026-03-31T10:00:01Z")
    ]
    _, told = lines("\n".join(map(json.dumps, rows)))
    assert [[one["rule"] for one in row["findings"]] for row in told] == [[], ["message-window"]]


@pytest.mark.parametrize(
    "line",
    ["nonsense", "[]", '"text"', "{}", '{"text": 4}', '{"text": "a", "now": "tomorrow"}', "[" * 100000, '{"text": NaN}',
     '{"text": "a", "sender": {"sent_today": 1e400}}', '{"text": "a", "id": 1e999}',
     '{"text": "a", "now": "0001-01-01T00:00:00+14:00"}', '{"text": "a", "now": 1e300}',
     '{"id": {}, "text": "a"}', '{"text": "a", "order": 4}', '{"text": "a", "earlier": 4}', '{"text": "a", "order": {"placed_at": "x"}}'],
)  # fmt: skip
def test_a_bad_line_is_answered_and_the_run_goes_on(line):
    code, told = lines(f'{line}\n{{"id": 2, "text": "Your kettle left today."}}\n')
    assert code == 1
    assert "error" in told[0]
    assert told[1]["id"] == 2


def test_odd_text_is_judged_like_any_other():
    texts = ["\ud800", "\x00", "a" * 200_000, "<" * 10_000, "", " "]
    code, told = lines(
        "\n".join(json.dumps({"id": number, "text": text, "subject": "s"}) for number, text in enumerate(texts))
    )
    assert code == 0
    assert [row["id"] for row in told] == list(range(len(texts)))


def test_files_and_folders_are_checked_and_the_words_underlined(tmp_path):
    (tmp_path / "a.txt").write_text(f"Hello Ada,\n{HAPPY}\n", "utf-8")
    (tmp_path / "b.html").write_text("<p>Your kettle left today.</p>", "utf-8")
    (tmp_path / "c.eml").write_bytes(
        b"Subject: Order\nContent-Type: text/plain\n\nUse code TEA10 on your next order.\n"
    )
    (tmp_path / "d.bin").write_bytes(b"\x00")
    result = check(str(tmp_path))
    assert result.exit_code == 1
    assert "a.txt:text:2:1: block happy-only" in result.stdout
    assert "^^^^^^^" in result.stdout
    assert "b.html: clean" in result.stdout
    assert "block coupon" in result.stdout
    assert "3 checked, 2 found." in result.stdout


def test_what_the_buyer_wrote_below_a_mail_is_not_held_against_the_seller(tmp_path):
    mail = "Subject: Re: Order\nContent-Type: text/plain\n\nThe lid left today.\n\nOn 3 May Ada wrote:\n> Any coupon for my next order?\n"
    (tmp_path / "a.eml").write_text(mail, "utf-8")
    assert check(str(tmp_path), "--quiet").stdout == ""


def test_a_mail_that_is_none_is_told(tmp_path):
    (tmp_path / "a.eml").write_bytes(bytes(range(256)) * 10)
    result = check(str(tmp_path))
    assert "1 checked" in result.stdout or "can't be read" in result.stderr


@pytest.mark.parametrize("name", ["json", "sarif"])
def test_programs_get_documents(tmp_path, name):
    (tmp_path / "a.txt").write_text(HAPPY, "utf-8")
    document = json.loads(check(str(tmp_path), "--format", name).stdout)
    found = document[0]["findings"] if name == "json" else document["runs"][0]["results"]
    assert found[0]["rule" if name == "json" else "ruleId"] == "happy-only"


def test_workflow_commands_are_escaped(tmp_path):
    (tmp_path / "a,b.txt").write_text(HAPPY, "utf-8")
    assert "a%2Cb.txt,line=1,col=1,title=happy-only::" in check(str(tmp_path), "--format", "github").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Name a file or a folder"),
        (["--book", "no-such-pack", "-"], "There is no pack"),
        (["--now", "soon", "-"], "is no instant"),
        (["--explain", "no-such-rule"], "has no rule"),
    ],
)
def test_wrong_usage_says_what_to_do(arguments, words):
    result = check(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_rule_is_explained():
    result = check("--explain", "coupon")
    assert result.exit_code == 0
    assert "No code, voucher, credit or price reduction" in result.stdout


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    (tmp_path / "latin.txt").write_bytes("Grüße".encode("latin-1"))
    result = check(str(tmp_path), str(tmp_path / "missing.txt"))
    assert result.exit_code == 1
    assert "It is not UTF-8" in result.stderr
    assert "No such file" in result.stderr


def test_it_starts_without_the_web_framework():
    code = (
        "import sys\nfrom evenhand.cli import evenhand\n"
        "try:\n    evenhand(['check', '--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted(name for name in sys.modules if name in {'django', 'psycopg', 'aiosmtpd', 'lxml'}))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout
    assert told.splitlines()[-1] == "[]"


def test_the_packs_and_their_rules_are_listed():
    assert "amazon-2018-10" in CliRunner().invoke(evenhand, ["rules"]).stdout
    listed = CliRunner().invoke(evenhand, ["rules", "amazon-2018-10"]).stdout
    assert "off-channel-contact" in listed


def test_what_may_be_said_instead_is_proposed_in_the_language_of_the_message(tmp_path):
    (tmp_path / "a.txt").write_text(
        "Hallo Ada,\nwenn Sie zufrieden sind, schreiben Sie bitte eine Bewertung.\n", "utf-8"
    )
    words = "Bitte schreiben Sie eine Bewertung mit Ihrer ehrlichen Meinung."
    assert f"    You may say instead: {words}\n" in check(str(tmp_path), "--lang", "en").stdout
    (told,) = json.loads(check(str(tmp_path), "--format", "json").stdout)
    assert [one["proposal"]["words"] for one in told["findings"]] == [words]
    # It is said by nobody but the author.
    check(str(tmp_path), "--fix")
    assert words not in (tmp_path / "a.txt").read_text("utf-8")
