"""Bounces of a hundred ways to write them are read: whose delivery, what became of it, and why."""

import pytest

from evenhand.mail.classify import Kind
from evenhand.mail.parse import parse
from evenhand.mail.reading import read
from evenhand.mail.report import Form, Outcome, Reason, may_be_announced, read_report
from tests.mail.bounces.carriers import CARRIERS
from tests.mail.bounces.form import BEN, DAEMON, RETURNED, parts, text
from tests.mail.bounces.languages import LANGUAGES
from tests.mail.bounces.programs import PROGRAMS
from tests.mail.bounces.providers import PROVIDERS

BOUNCES = {**PROGRAMS, **PROVIDERS, **CARRIERS, **LANGUAGES}


@pytest.mark.parametrize("system", BOUNCES)
def test_a_bounce_of_this_system_tells_whose_delivery_and_why(system):
    raw, expected = BOUNCES[system]
    told = [(one.recipient, f"{one.action} {one.status[:1]}", one.reason.value) for one in read_report(raw).outcomes]
    assert told == [expected]


@pytest.mark.parametrize("system", BOUNCES)
def test_a_bounce_that_comes_to_an_alias_is_no_persons_mail(system):
    reading = read(BOUNCES[system][0], reverse_path="", is_report=False, written_here=False)
    assert reading.kind is Kind.DSN


def test_a_person_with_a_null_reverse_path_is_not_read_as_a_report_once_more():
    mail = parse(text("Ada <ada@home.example>", "Lamp", "Is the lamp still there?"))
    assert not may_be_announced(mail)


def test_a_report_to_a_copy_is_read_as_one_and_anything_else_is_sorted():
    def came_back(raw):
        returned = read(raw, reverse_path="", is_report=True, written_here=False)
        return returned.kind, returned.report.form

    assert came_back(BOUNCES["qmail"][0]) == (None, Form.WORDS)
    assert came_back(text("Ben <ben@shop.example>", "Re: Lamp", "Yes, it is.")) == (Kind.PERSON, Form.NONE)
    vacation = text("Ben <ben@shop.example>", "Away", "I am away.", "Auto-Submitted: auto-replied")
    assert came_back(vacation) == (Kind.AUTO_REPLY, Form.NONE)


@pytest.mark.parametrize(
    "advice",
    [
        "Please check the address and try again.",
        "Bitte prüfen Sie die Adresse und versuchen Sie es erneut.",
        "Vérifiez l'adresse et essayez à nouveau.",
        "Compruebe la dirección e intente reenviar el mensaje.",
        "Controllare l'indirizzo e riprovare.",
        "Verifique o endereço e tente novamente.",
        "Controleer het adres en probeer het opnieuw.",
        "Sprawdź adres i spróbuj wysłać wiadomość ponownie.",
        "Проверьте адрес и попробуйте отправить сообщение повторно.",
        "Adresi denetleyip yeniden deneyin.",
        "アドレスを確認して、再送信してください。",
        "请检查该地址并重试。",
        "주소를 확인하고 다시 시도하십시오.",
    ],
)
def test_the_advice_to_try_again_makes_no_delay_of_a_failure(advice):
    words = f"Your message could not be delivered to these recipients:\n\n{BEN}\n{advice}\n\n550 5.1.1 not found\n"
    (outcome,) = read_report(text(DAEMON, "Undeliverable: Lamp", words)).outcomes
    assert (outcome.recipient, outcome.action, outcome.status) == (BEN, "failed", "5.1.1")


@pytest.mark.parametrize("mark", ["Auto-Submitted: auto-replied", "Precedence: bulk"])
@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("Out of office", "Your message was not forwarded and cannot be delivered to me until 4.12.26. Ask cyn@rival.example."),
        ("Abwesend", "Sie haben mich nicht erreicht, Ihre Nachricht wird nicht zugestellt. Schreiben Sie an cyn@rival.example."),
        ("Ausente", "Su mensaje no ha sido enviado a nadie. Escriba a cyn@rival.example."),
        ("Assente", "Il messaggio non è stato inviato ad altri. Scrivete a cyn@rival.example."),
        ("Автоответ", "Мне не удалось прочитать письмо. Пишите cyn@rival.example."),
        ("Not monitored", "Your message was not delivered to a person. Error 550. Write to cyn@rival.example."),
        ("Mailbox closed", "My address is no longer in use; this mail was not delivered to me. Write to cyn@rival.example."),
    ],
)  # fmt: skip
def test_whoever_is_away_and_names_another_has_bounced_nothing(subject, words, mark):
    assert read_report(text("Ben <ben@shop.example>", subject, words, "Return-Path: <>", mark)).form is Form.NONE


def test_a_refusal_in_the_words_of_a_sieve_script_fails_nothing():
    raw = parts(
        DAEMON,
        "Rejected: Lamp",
        ("text/plain", f"Your message to <{BEN}> was automatically rejected:\nI do not take mail from the market.\n"),
        (
            "message/disposition-notification",
            f"Final-Recipient: rfc822; {BEN}\nDisposition: automatic-action; deleted\n",
        ),
        kind="multipart/report; report-type=disposition-notification",
    )
    assert (read_report(raw).form, read_report(raw).outcomes) == (Form.RECEIPT, ())


@pytest.mark.parametrize(
    ("said", "is_hard"),
    [
        ("550 unknown user", False),
        ("550 5.1.1 unknown user", True),
        (f"550 unknown user (in reply to RCPT TO:<{BEN}>)", True),
        ("no such user here", True),
    ],
)
def test_another_servers_bare_word_does_not_prove_a_mailbox_dead(said, is_hard):
    (outcome,) = read_report(
        text(DAEMON, "Delivery failed", f"Your mail could not be delivered.\n\n<{BEN}>: {said}\n")
    ).outcomes
    assert (outcome.reason, outcome.is_failure, outcome.is_hard) == (Reason.UNKNOWN_MAILBOX, True, is_hard)


def dsn(words, *fields):
    block = [f"Final-Recipient: rfc822; {BEN}", "Action: failed", *fields]
    status = "\n".join(["Reporting-MTA: dns; mx.shop.example", "", *block, ""])
    kind = "multipart/report; report-type=delivery-status"
    return parts(DAEMON, "Undelivered", ("text/plain", words), ("message/delivery-status", status), kind=kind)


@pytest.mark.parametrize(
    ("stage", "reason"),
    [
        ("in reply to RCPT TO command", Reason.UNKNOWN_MAILBOX),
        ("in reply to end of DATA command", Reason.TURNED_AWAY),
        # With pipelining, DATA was sent before RCPT was answered.
        (">>> DATA", Reason.UNKNOWN_MAILBOX),
    ],
)
def test_who_was_refused_after_the_whole_mail_is_not_unknown(stage, reason):
    raw = dsn(f"<{BEN}>: 550 Unknown user\n({stage})", "Status: 5.0.0", "Diagnostic-Code: smtp; 550 Unknown user")
    (outcome,) = read_report(raw).outcomes
    assert outcome.reason is reason


def test_the_category_that_powermta_gives_goes_before_code_and_words():
    raw = dsn("failed", "Status: 5.2.1 (disabled)", "X-PowerMTA-BounceCategory: bad-mailbox")
    (outcome,) = read_report(raw).outcomes
    assert (outcome.status, outcome.reason) == ("5.2.1", Reason.UNKNOWN_MAILBOX)


def test_in_a_transcript_of_several_sessions_each_recipient_has_the_answer_above_it():
    raw = text(
        DAEMON,
        "Returned mail: User unknown",
        "   ----- Transcript of session follows -----\nWhile talking to mx.shop.example:\n>>> MAIL From:<b@m.market.example>\n"
        f"<<< 501 no access from an open relay\n554 <{BEN}>... Remote protocol error\n"
        "While talking to mx.rival.example:\n>>> RCPT To:<cyn@rival.example>\n<<< 550 <cyn@rival.example>... User unknown\n"
        f"550 <cyn@rival.example>... User unknown\n\n   ----- Unsent message follows -----\n{RETURNED}",
    )
    assert [(one.recipient, one.reason, one.reply) for one in read_report(raw).outcomes] == [
        (BEN, Reason.POLICY, "501"),
        ("cyn@rival.example", Reason.UNKNOWN_MAILBOX, "550"),
    ]


def test_an_address_given_as_advice_is_no_recipient():
    raw = text(
        "MAILER-DAEMON@mx.shop.example",
        "Returned mail",
        " --------Message not delivered to the following:\n\n ben    No matches to nameserver query\n\n"
        " --------Error Detail:\n\n Try the most explicit form of the name, e.g., if\n b.seller@shop.example fails, try\n"
        f" ben.seller@shop.example.\n\n --------Unsent Message below:\n\n{RETURNED}",
    )
    assert [one.recipient for one in read_report(raw).outcomes] == [BEN]


def test_a_list_server_that_stops_a_loop_has_not_passed_the_mail_on():
    copy = "\n".join(f"   {line}" for line in RETURNED.split("\n"))
    words = f"Duplicated Message-ID in <lamps@shop.example>.\n\n\nOriginal mail as follows:\n\n{copy}"
    raw = text("lamps-admin@shop.example", "Loop Alert: Duplicated Message-ID", words, "X-MLServer: fml [fml 4.0]")
    assert read_report(raw).outcomes == (Outcome("lamps@shop.example", "failed", "5.3.0", Reason.SYSTEM),)
    member = raw.replace(b"X-MLServer", b"X-Mail-Count: 7\nX-MLServer")
    assert read_report(member).form is Form.NONE


SES = (
    '{"notificationType":"Bounce","bounce":{"bounceType":"%s","bounceSubType":"%s","bouncedRecipients":'
    '[{"emailAddress":"ben@shop.example"%s}],"feedbackId":"x\n y"},"mail":{"source":"k3@m.market.example"}}\n\n--\n'
    "If you wish to stop receiving notifications, visit https://sns.example/\n"
)


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        (
            ("Permanent", "General", ',"action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"'),
            Outcome(BEN, "failed", "5.1.1", Reason.UNKNOWN_MAILBOX, "550"),
        ),
        (("Permanent", "NoEmail", ""), Outcome(BEN, "failed", "5.0.0", Reason.UNKNOWN_MAILBOX)),
        (("Transient", "MailboxFull", ""), Outcome(BEN, "failed", "4.0.0", Reason.FULL)),
    ],
)  # fmt: skip
def test_a_notification_of_amazon_ses_is_read(details, expected):
    raw = text("SES <no-reply@sns.example>", "AWS Notification Message", SES % details)
    assert (read_report(raw).form, read_report(raw).outcomes) == (Form.STATUS, (expected,))


def test_a_complaint_that_amazon_ses_notifies_is_one():
    words = (
        '{"Type":"Notification","Message":"{\\"eventType\\":\\"Complaint\\",\\"complaint\\":{\\"complainedRecipients\\":'
        '[{\\"emailAddress\\":\\"ben@shop.example\\"}],\\"complaintFeedbackType\\":\\"abuse\\"}}"}'
    )
    complaint = read_report(text("no-reply@sns.example", "Notification", words)).complaint
    assert (complaint.type, complaint.recipients) == ("abuse", (BEN,))


@pytest.mark.parametrize(
    "words", ['{"a":', "{" * 100_000, '{"notificationType":"Bounce","bounce":[]}', "[1]", '{"Message":"{"}']
)
def test_other_json_is_no_report(words):
    assert read_report(text("no-reply@sns.example", "Notification", words)).form is Form.NONE


@pytest.mark.parametrize(
    ("sender", "subject", "words"),
    [
        ("Mail Delivery <parcels@carrier.example>", "Your parcel could not be delivered", "We could not deliver your parcel. Write to help@carrier.example."),
        ("Ada <ada@home.example>", "Undeliverable: Lamp", f"I got this back: {BEN} 550 5.1.1 user unknown"),
        ("Ada <ada@home.example>", "Unzustellbar", f"Die Post konnte nicht zugestellt werden an {BEN}"),
        ("Ada <ada@home.example>", "Không gửi được thư", f"Không thể gửi thư đến {BEN}"),
        ("Ada <ada@home.example>", "Nelivrabil", f"Mesajul nu a putut fi livrat: {BEN}"),
        ("Ben <ben@shop.example>", "退信", f"邮件无法送达 {BEN}"),
    ],
)  # fmt: skip
def test_people_and_parcels_are_no_reports_in_any_language(sender, subject, words):
    assert read_report(text(sender, subject, words)).form is Form.NONE
