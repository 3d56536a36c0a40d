"""Scores the sorting of mail: machines' answers are known, and above all no person is taken for a machine."""

import csv
import json

from evenhand.mail.classify import Kind, classify
from evenhand.mail.parse import Mail, parse
from tests.shared import shared_folder

CORPUS = shared_folder("mail/corpus")
PERSON_S_SERVER = "returns@person.example"
_REPORTS = ("bounce", "dsn", "arf", "dmarc-report")
# Bounces, filed among other mail, that say of themselves that they are automatic.
_BOUNCES = {
    "messages/RustPython+RustPython/msg_25.txt",
    "messages/sisimai+set-of-emails/maildir__not__rb-issue-368-bug.eml",
}


def kind_of(name, reverse_path):
    mail = parse((CORPUS / name).read_bytes())
    return classify(mail, reverse_path) if isinstance(mail, Mail) else None


def ordinary():
    with (CORPUS / "MANIFEST.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            if row["file"].startswith(("messages/", "replies/")) and not row["kind"].startswith(_REPORTS):
                yield row["file"]


def test_no_person_is_taken_for_a_machine(capsys):
    names = [name for name in ordinary() if name not in _BOUNCES]
    taken = [name for name in names if kind_of(name, PERSON_S_SERVER) is Kind.AUTO_REPLY]
    with_null = [name for name in names if kind_of(name, "") is Kind.AUTO_REPLY]
    with capsys.disabled():
        print(  # noqa: T201  the score is what one runs this for
            f"\npeople: {len(taken)} of {len(names)} taken for an auto-reply, {len(with_null)} with a null reverse-path"
        )
    assert len(names) > 700
    assert taken == []
    # Its subject is “Automatic reply” in Polish: where the reverse-path is null, it is one.
    assert with_null == ["messages/php-mime-mail-parser+php-mime-mail-parser/issue212"]


def test_auto_replies_are_known():
    expected = json.loads((CORPUS / "expected/sisimai.json").read_text(encoding="utf-8"))
    away = [name for name, told in expected.items() if told and told[0]["reason"] == "vacation"]
    assert len(away) == 3
    # The second has no mark but its words: it came with a null reverse-path, as its Return-Path field tells.
    paths = ["kijitora@example.net", "", "kijitora@apple.example.com"]
    assert [kind_of(name, path) for name, path in zip(sorted(away), paths, strict=True)] == [Kind.AUTO_REPLY] * 3


def test_what_a_report_is_does_not_hang_on_its_reverse_path():
    expected = json.loads((CORPUS / "expected/sisimai.json").read_text(encoding="utf-8"))
    for name in expected:
        kinds = {kind_of(name, path) for path in ("", PERSON_S_SERVER)}
        assert kinds & {Kind.PERSON, Kind.AUTO_REPLY} or len(kinds) == 1, name
