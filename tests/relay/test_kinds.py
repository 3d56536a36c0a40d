"""Mail that no person wrote: recorded, never passed on, never answered; and reports move the copy they came back for."""

import pytest

from evenhand.conversations.models import Message
from evenhand.relay.models import Complaint, Delivery, Hold, Inbound
from tests.relay.post import ADA, BEN, copies, deliver, finished, mail, notices, opened, spool, text_of, work

LEAKING = "reported by mx.shop.example for <ben@shop.example>"


def report(kind, part, *, sender="MAILER-DAEMON@mx.shop.example"):
    """A multipart/report of the given type with one machine-readable part."""
    return (
        f"From: {sender}\r\nTo: x@m.market.example\r\nSubject: Undelivered mail\r\nMIME-Version: 1.0\r\n"
        f"Message-ID: <r1@mx.shop.example>\r\nContent-Type: multipart/report; report-type={kind}; boundary=b\r\n\r\n"
        f"--b\r\nContent-Type: text/plain\r\n\r\n{LEAKING}\r\n"
        f"--b\r\nContent-Type: message/{kind}\r\n\r\n{part}\r\n--b--\r\n"
    ).encode()


def dsn(action="failed", status="5.1.1", **fields):
    part = (
        "Reporting-MTA: dns; mx.shop.example\r\n\r\nFinal-Recipient: rfc822; ben@shop.example\r\n"
        f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 ben@shop.example is no more"
    )
    return report("delivery-status", part, **fields)


AUTOMATIC = {
    "it is an automatic reply": [
        mail(Auto_Submitted="auto-replied"),
        mail(Auto_Submitted="auto-generated; x=y"),
        mail(X_Autoreply="yes"),
        mail(Precedence="auto_reply"),
    ],
    "it came from a mailing list": [mail(List_Id="<lamps.lists.example>")],
    "it is a report about the delivery of a mail": [dsn(sender=ADA)],
    "it is a complaint report": [report("feedback-report", "Feedback-Type: abuse", sender=ADA)],
    "it is a read receipt": [
        report("disposition-notification", f"Final-Recipient: rfc822; {ADA}\r\nDisposition: x; displayed", sender=ADA)
    ],
}
CASES = [(why, raw) for why, mails in AUTOMATIC.items() for raw in mails]


@pytest.mark.parametrize(("why", "raw"), CASES)
def test_what_a_sides_machine_wrote_is_recorded_and_goes_nowhere(cast, why, raw):
    row = deliver(cast.seller_alias, raw)
    message = Message.objects.get()
    assert (row.state, row.outcome, message.state, message.reason, message.author) == (
        "done", why, "away" if "automatic" in why else "recorded", why, cast.buyer,
    )  # fmt: skip
    cast.conversation.refresh_from_db()
    assert (cast.conversation.message_count, Delivery.objects.count(), Hold.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(("why", "raw"), CASES)
def test_a_machine_nobody_vouches_for_is_neither_held_nor_answered(cast, why, raw):
    row = spool(cast.seller_alias, raw, trusted=False, reverse_path="")
    Inbound.objects.filter(id=row).update(authentication={"verdict": "none"})
    work()
    assert Inbound.objects.values_list("state", "outcome").get(id=row) == ("done", why)
    assert (Message.objects.count(), Delivery.objects.count(), Hold.objects.count()) == (0, 0, 0)


def test_a_bounce_from_a_stranger_to_an_alias_waits_for_nobody(cast):
    row = deliver(cast.seller_alias, dsn(), reverse_path="")
    assert (row.state, row.outcome) == ("done", "it is a report about the delivery of a mail")
    assert (Message.objects.count(), Delivery.objects.count(), Hold.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    "fields", [{"Auto_Submitted": "no"}, {"Precedence": "bulk"}, {"X_Auto_Response_Suppress": "All"}]
)
def test_marks_that_prove_nothing_stop_no_person(cast, fields):
    assert deliver(cast.seller_alias, mail(**fields)).outcome == "relayed"


def test_vacation_words_alone_stop_no_person(cast):
    assert deliver(cast.seller_alias, mail(subject="Out of office: can you ship later?")).outcome == "relayed"


@pytest.fixture
def two_sent(cast):
    """Two copies for ben that his server took."""
    for number in range(2):
        deliver(cast.seller_alias, mail(text=f"Letter {number}\n"))
    Delivery.objects.update(state="sent")
    return copies()


def come_back(copy, raw):
    row = spool(None, raw, reverse_path="", bounce_of_id=copy.id)
    work()
    return Inbound.objects.get(id=row).outcome


def states():
    return [(copy.state, copy.status) for copy in copies()]


def test_a_report_of_a_failure_fails_the_copy_it_came_back_for_and_no_other(two_sent):
    first, _ = two_sent
    assert come_back(first, dsn()) == "a report: failed 5.1.1"
    assert states() == [("failed", "5.1.1"), ("sent", "")]


def test_the_author_hears_of_it_once_and_in_our_words(cast, two_sent):
    for copy in two_sent:
        come_back(copy, dsn())
    (notice,) = notices()
    assert (notice.address, notice.return_path, notice.conversation) == (ADA, "", cast.conversation)
    assert opened(notice)["Subject"] == "Your message could not be delivered"
    assert "Your message could not be delivered by e-mail: the mailbox does not exist." in text_of(notice)
    assert [word for word in (BEN, "shop.example", "no more", "reported by") if word.encode() in finished(notice)] == []


def test_a_server_that_gives_up_after_days_has_failed_for_good(two_sent):
    assert come_back(two_sent[0], dsn("failed", "4.4.7")) == "a report: failed 4.4.7"
    assert states() == [("failed", "4.4.7"), ("sent", "")]


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        (dsn("delayed", "4.4.1"), "a report: delayed 4.4.1"),
        (dsn("delivered", "2.0.0"), "a report: delivered 2.0.0"),
        (dsn("relayed", "2.0.0"), "a report: relayed 2.0.0"),
        (dsn("nonsense", "5.1.1"), "a report without a status"),
        (mail(subject="Undelivered Mail Returned to Sender"), "it came back for a copy, but is no report that could be read"),
        (mail(Auto_Submitted="auto-replied"), "it came back for a copy and is an automatic reply"),
        (
            report("disposition-notification", "Disposition: x; displayed"),
            "it came back for a copy and is a read receipt",
        ),
        (b"X: y\r\n" * 1001, "it came back for a copy, but is no report that could be read"),
        (b"", "it came back for a copy, but is no report that could be read"),
    ],
)  # fmt: skip
def test_whatever_else_comes_back_counts_against_nobody(two_sent, raw, outcome):
    assert come_back(two_sent[0], raw) == outcome
    assert states() == [("sent", ""), ("sent", "")]
    assert (notices(), Message.objects.count()) == ([], 2)


def test_a_report_that_names_another_copy_inside_moves_only_its_own(two_sent):
    first, second = two_sent
    come_back(first, dsn().replace(b"Reporting-MTA", f"Original-Envelope-Id: {second.msgid}\r\nReporting-MTA".encode()))
    assert states() == [("failed", "5.1.1"), ("sent", "")]


@pytest.mark.parametrize(
    ("words", "outcome", "state"),
    [
        (f"Your mail could not be delivered.\n\n<{BEN}>: 550 5.1.1 unknown user\n", "failed 5.1.1", ("failed", "5.1.1")),
        (f"Ihre Nachricht konnte nicht zugestellt werden.\n\n{BEN}: Postfach voll\n", "failed 5.2.2", ("failed", "5.2.2")),
        (f"Delivery has failed for now.\n\n<{BEN}>: 450 4.2.1 try later\n", "failed 4.2.1", ("sent", "")),
        (f"Delayed. It will be retried.\n\n<{BEN}>: 450 4.2.1 try later\n", "delayed 4.2.1", ("sent", "")),
    ],
)  # fmt: skip
def test_a_machine_s_words_fail_the_copy_they_came_back_for(two_sent, words, outcome, state):
    raw = mail(sender="MAILER-DAEMON@mx.shop.example", subject="Undelivered Mail", text=words)
    assert come_back(two_sent[0], raw) == f"a report in words: {outcome}"
    assert states() == [state, ("sent", "")]


def test_words_that_came_to_an_alias_fail_nothing_and_wait_for_nobody(cast, two_sent):
    text = f"Your mail could not be delivered.\n\n<{BEN}>: 550 5.1.1 unknown user\n"
    raw = mail(sender="MAILER-DAEMON@mx.shop.example", subject="Undelivered Mail", text=text)
    row = deliver(cast.buyer_alias, raw, reverse_path="")
    assert (row.state, row.outcome) == ("done", "it is a report about the delivery of a mail")
    assert (states(), Hold.objects.count(), notices()) == ([("sent", ""), ("sent", "")], 0, [])


def test_a_person_with_a_null_reverse_path_still_waits_for_a_person(cast):
    raw = mail(text="The parcel could not be delivered to the following address: x@y.example\n", subject="Undelivered")
    assert deliver(cast.seller_alias, raw, reverse_path="").outcome == "unconfirmed"


def test_a_complaint_is_recorded_against_the_copy_it_came_back_for(cast, two_sent):
    first, _ = two_sent
    part = "Feedback-Type: abuse\r\nUser-Agent: x\r\nVersion: 1\r\nOriginal-Rcpt-To: ben@shop.example"
    assert come_back(first, report("feedback-report", part)) == "a complaint: abuse"
    (complaint,) = Complaint.objects.all()
    assert (complaint.delivery_id, complaint.type, complaint.delivery.recipient) == (first.id, "abuse", cast.seller)
    assert (states(), notices()) == ([("sent", ""), ("sent", "")], [])


def test_a_report_about_authentication_complains_of_nobody(two_sent):
    part = "Feedback-Type: auth-failure\r\nUser-Agent: x\r\nVersion: 1"
    assert come_back(two_sent[0], report("feedback-report", part)) == "a complaint: auth-failure"
    assert Complaint.objects.count() == 0


def test_a_report_that_comes_twice_is_one_report(two_sent):
    come_back(two_sent[0], dsn())
    spool(None, dsn(), reverse_path="", bounce_of_id=two_sent[0].id)
    assert (work(), len(notices())) == (0, 1)
