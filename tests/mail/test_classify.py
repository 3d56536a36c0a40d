"""A person's mail is told from reports, auto-replies, receipts and lists by its own marks."""

import pytest

from evenhand.mail.classify import Kind, classify
from evenhand.mail.parse import Mail, parse

ADA = "ada@home.example"


def kind(*fields, subject="The lamp", reverse_path=ADA, body="words"):
    mail = parse("\r\n".join(["From: ada@home.example", f"Subject: {subject}", *fields, "", body]).encode())
    assert isinstance(mail, Mail)
    return classify(mail, reverse_path)


def report(kind_, *, report_type="x"):
    return (
        (f"Content-Type: multipart/report; report-type={report_type}; boundary=b",),
        f"--b\r\n\r\nSorry\r\n--b\r\nContent-Type: {kind_}\r\n\r\nAction: failed\r\n--b--",
    )


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("message/delivery-status", Kind.DSN),
        ("message/global-delivery-status", Kind.DSN),
        ("message/feedback-report", Kind.FEEDBACK),
        ("message/disposition-notification", Kind.MDN),
        ("Message/Disposition-Notification", Kind.MDN),
        ("text/plain", Kind.PERSON),
    ],
)
def test_a_report_is_what_its_machine_readable_part_is(part, expected):
    fields, body = report(part)
    assert kind(*fields, body=body) is expected
    assert kind(*fields, body=body, reverse_path="") is expected


def test_a_report_in_a_plain_multipart_is_one_too():
    body = "--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n--b--"
    assert kind("Content-Type: multipart/mixed; boundary=b", body=body) is Kind.DSN


def test_an_auto_reply_to_a_report_is_a_report():
    fields, body = report("message/delivery-status")
    assert kind(*fields, "Auto-Submitted: auto-replied", body=body) is Kind.DSN


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: AUTO-GENERATED; owner-email=x",
        "Auto-Submitted: auto-notified (x)",
        "Precedence: auto_reply",
        "X-Autoreply: yes",
        "X-Autorespond: x",
        "X-Apple-Action: VACATION",
    ],
)
def test_l32_an_auto_reply_says_so(field):
    assert kind(field) is Kind.AUTO_REPLY


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: no",
        "Auto-Submitted: NO (by hand)",
        "X-Auto-Response-Suppress: All",
        "Precedence: bulk",
        "Precedence: list",
        "X-Mailer: Autoreply 1.0",
        "X-Apple-Action: RETURN",
    ],
)
def test_what_people_s_programs_write_too_proves_nothing(field):
    assert kind(field) is Kind.PERSON


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: The lamp",
        "Out of Office",
        "=?utf-8?q?R=C3=A9ponse_automatique?= : x",
        "自動応答: x",
        "Abwesenheitsnotiz",
    ],
)
def test_vacation_words_count_only_with_a_null_reverse_path(subject):
    assert kind(subject=subject, reverse_path="") is Kind.AUTO_REPLY
    assert kind(subject=subject) is Kind.PERSON


def test_list_mail_has_a_list_id():
    assert kind("List-Id: <lamps.list.example>") is Kind.LIST
    assert kind("List-Unsubscribe: <https://shop.example/>") is Kind.PERSON


def test_the_rest_are_people():
    assert kind() is Kind.PERSON
    assert kind(subject="", reverse_path="") is Kind.PERSON
