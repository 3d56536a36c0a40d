"""Reports of every form are read for what they say; what people write about bounces is none."""

import pytest

from evenhand.mail.report import Form, Outcome, Reason, read_report

BEN = "ben@shop.example"
RETURNED = (
    "Received: from m.market.example\nFrom: <k3@m.market.example>\nTo: ben@shop.example\nSubject: Lamp\n\nHello\n"
)


def dsn(*blocks, words="Your mail could not be delivered.", part="message/delivery-status", encoding="7bit"):
    body = "\n\n".join(["Reporting-MTA: dns; mx.shop.example", *("\n".join(block) for block in blocks)])
    return (
        "From: MAILER-DAEMON@mx.shop.example\nSubject: Undelivered Mail\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\n{words}\n--b\nContent-Type: {part}\n"
        f"Content-Transfer-Encoding: {encoding}\n\n{body}\n--b\nContent-Type: message/rfc822\n\n{RETURNED}\n--b--\n"
    ).encode()


def block(action="failed", status="5.1.1", recipient=f"rfc822; {BEN}", diagnostic="smtp; 550 5.1.1 unknown user"):
    return (
        f"Final-Recipient: {recipient}",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: {diagnostic}",
    )


def plain(text, *fields, sender="Mail Delivery System <mailer-daemon@mx.shop.example>", subject="Delivery failed"):
    return "\n".join([f"From: {sender}", f"Subject: {subject}", "To: x@m.market.example", *fields, "", text]).encode()


def test_a_delivery_status_tells_recipient_action_status_reason_and_reply():
    report = read_report(dsn(block()))
    assert (report.form, report.outcomes) == (
        Form.STATUS,
        (Outcome(BEN, "failed", "5.1.1", Reason.UNKNOWN_MAILBOX, "550"),),
    )
    assert (report.outcomes[0].is_failure, report.outcomes[0].is_hard) == (True, True)


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
def test_line_ends_of_other_systems_change_nothing(end):
    assert read_report(dsn(block()).replace(b"\n", end)) == read_report(dsn(block()))


@pytest.mark.parametrize(
    ("action", "status", "is_failure"),
    [
        ("failed", "5.1.1", True),
        ("FAILED (mailbox gone)", "5.2.2 (full)", True),
        ("failed", "4.4.7", False),
        ("delayed", "4.4.1", False),
        ("delivered", "2.0.0", False),
        ("relayed", "2.0.0", False),
        ("expanded", "2.0.0", False),
        ("delivered", "5.1.1", False),
        ("nonsense", "5.1.1", False),
    ],
)
def test_l60_only_a_failure_of_class_five_fails(action, status, is_failure):
    (outcome,) = read_report(dsn(block(action, status, diagnostic="smtp; 250 fine"))).outcomes
    assert outcome.is_failure is is_failure


def test_of_several_recipients_each_has_its_own_outcome():
    report = read_report(dsn(block(), block("delayed", "4.4.1", "rfc822; cyn@rival.example", "smtp; timed out")))
    assert [(one.recipient, one.action, one.status) for one in report.outcomes] == [
        (BEN, "failed", "5.1.1"),
        ("cyn@rival.example", "delayed", "4.4.1"),
    ]
    assert report.worst == report.outcomes[0]


def test_an_internationalised_report_is_read_too():
    raw = dsn(block(recipient=r"utf-8; b\x{E9}n@shop.example"), part="message/global-delivery-status", encoding="8bit")
    assert [one.recipient for one in read_report(raw).outcomes] == ["bén@shop.example"]


def test_the_address_it_was_sent_to_is_named_and_not_where_it_went_from_there():
    raw = dsn(("Original-Recipient: rfc822; ben@shop.example", *block(recipient="rfc822; deep@inner.example")))
    assert [one.recipient for one in read_report(raw).outcomes] == [BEN]


@pytest.mark.parametrize(
    ("status", "diagnostic", "reason"),
    [
        ("5.1.1", "smtp; 550 no such user", Reason.UNKNOWN_MAILBOX),
        ("5.2.2", "smtp; 552 no", Reason.FULL),
        ("5.0.0", "smtp; 552 quota exceeded", Reason.FULL),
        ("5.7.1", "smtp; 550 rejected as spam", Reason.SPAM),
        ("5.7.26", "smtp; 550 unauthenticated mail", Reason.SENDER),
        ("5.3.4", "smtp; 552 message too big", Reason.TOO_LARGE),
        ("5.4.4", "x; host not found", Reason.UNKNOWN_HOST),
        ("5.7.1", "smtp; 550 user unknown", Reason.TURNED_AWAY),
        ("5.2.1", "smtp; 550 account disabled", Reason.INACTIVE),
        ("5.0.0", "smtp; 550 Postfach voll", Reason.FULL),
        ("5.0.0", "smtp; 550 Benutzer unbekannt", Reason.UNKNOWN_MAILBOX),
        ("5.0.0", "smtp; 550 adresse inconnue", Reason.UNKNOWN_MAILBOX),
    ],
)
def test_the_reason_is_what_code_and_words_agree_on(status, diagnostic, reason):
    (outcome,) = read_report(dsn(block(status=status, diagnostic=diagnostic))).outcomes
    assert outcome.reason is reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"Your message could not be delivered.\n\n<{BEN}>: host mx said: 550 5.2.2 mailbox full\n\n--- Below this line is a copy of the message.\n\n{RETURNED}",
            (BEN, "failed", "5.2.2", Reason.FULL),
        ),
        (
            f"Ihre Nachricht konnte nicht zugestellt werden.\n\n  {BEN}\n    Empfänger unbekannt\n",
            (BEN, "failed", "5.1.1", Reason.UNKNOWN_MAILBOX),
        ),
        (
            f"Votre message n'a pas pu être remis aux destinataires suivants :\n\n  {BEN}\n    boîte pleine\n",
            (BEN, "failed", "5.2.2", Reason.FULL),
        ),
        (
            f"No se pudo entregar el mensaje a:\n\n{BEN}: usuario desconocido\n",
            (BEN, "failed", "5.1.1", Reason.UNKNOWN_MAILBOX),
        ),
        (
            f"Message delayed. It will be retried for 4 days.\n\n{BEN}: 451 4.4.1 connection timed out\n",
            (BEN, "delayed", "4.4.1", Reason.EXPIRED),
        ),
        (
            f"THIS IS A WARNING ONLY\n\n451 {BEN}... mx: timeout\nCould not be delivered for 4 hours\nWill be retried\n",
            (BEN, "delayed", "4.0.0", Reason.EXPIRED),
        ),
        (
            f"Delivery has failed.\n\n{RETURNED}",
            (BEN, "failed", "5.0.0", Reason.UNKNOWN),
        ),
    ],
)
def test_a_machine_that_writes_for_people_only_is_understood(text, expected):
    report = read_report(plain(text))
    assert (report.form, [(one.recipient, one.action, one.status, one.reason) for one in report.outcomes]) == (
        Form.WORDS,
        [expected],
    )


def test_a_machine_readable_part_among_the_words_goes_before_them():
    text = f"Sorry, undeliverable.\n\n Final-Recipient: rfc822;{BEN}\n Action: failed\n Status: 5.7.1\n"
    (outcome,) = read_report(plain(text)).outcomes
    assert (outcome.recipient, outcome.status) == (BEN, "5.7.1")


@pytest.mark.parametrize(
    "raw",
    [
        plain(f"Hi, I got this: your mail to {BEN} could not be delivered, 550 5.1.1", sender="ada@home.example"),
        plain("The parcel could not be delivered.", sender="ada@home.example", subject="Undeliverable parcel"),
        plain(f"> 550 5.1.1 <{BEN}> user unknown", "Return-Path: <>", sender=BEN, subject="Re: Delivery failed"),
        plain(f"> This is the mail system at host mx.\n> <{BEN}>: 550 5.1.1\nWhat is this?", sender=BEN, subject="Re: Undelivered Mail"),
        plain("I am on vacation.", sender=BEN, subject="Out of office"),
        plain("Your parcel could not be delivered, your address is unknown.", sender="postmaster@shop.example"),
        plain("Our opening hours have changed.", sender="postmaster@shop.example", subject="News"),
        b"The message could not be delivered to the following address: x@y.example\n550 5.1.1\n",
        b"",
        b"\xff\xfe" * 400,
        b"X: y\n" * 2000,
    ],
)  # fmt: skip
def test_what_a_person_writes_about_bounces_is_no_report(raw):
    assert read_report(raw).form is Form.NONE


def test_a_complaint_tells_its_type_and_whose_mail_it_is_about():
    raw = (
        b'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
        b"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: Abuse\nUser-Agent: Loop/1\nSource-IP: 192.0.2.1\n"
        b"Original-Rcpt-To: ben@shop.example\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <m1@m.market.example>\n\n--b--\n"
    )
    complaint = read_report(raw).complaint
    assert complaint is not None
    assert (complaint.type, complaint.recipients, complaint.source, complaint.msgid, complaint.counts) == (
        "abuse", (BEN,), "192.0.2.1", "m1@m.market.example", True,
    )  # fmt: skip
    assert not read_report(raw.replace(b"Abuse", b"auth-failure")).complaint.counts
    assert not read_report(raw.replace(b"Abuse", b"not-spam")).complaint.counts


def test_an_unsubscribing_mail_program_is_a_complaint():
    complaint = read_report(plain("unsubscribe", "X-Apple-Unsubscribe: true", sender=BEN)).complaint
    assert (complaint.type, complaint.recipients) == ("opt-out", (BEN,))


def test_a_read_receipt_fails_nothing():
    raw = dsn(block(), part="message/disposition-notification")
    assert (read_report(raw).form, read_report(raw).outcomes) == (Form.RECEIPT, ())


def test_words_of_another_server_are_not_kept():
    assert "inner" not in repr(read_report(dsn(block(diagnostic="smtp; 550 5.1.1 inner.host.example <deep@inner>"))))


@pytest.mark.parametrize(
    "body",
    [
        "could not be delivered to " * 30_000,
        "user " * 100_000,
        ("<" * 200 + "a@b.example\n") * 2000,
        "a" * 400_000,
        "550 5.1.1 " * 40_000,
        " \t" * 200_000,
        "Final-Recipient: rfc822; a@b.example\nAction: failed\n" * 8000,
        "a.b " * 100_000,
    ],
)
@pytest.mark.timeout(10)
def test_l58_hostile_words_cost_no_more_than_their_length(body):
    read_report(plain(body))
