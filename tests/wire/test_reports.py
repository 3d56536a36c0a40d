"""What comes back: reports of failed deliveries, automatic replies, and mail to oneself."""

from email.message import EmailMessage

import pytest

from tests.wire.desk import ADA, BEN
from tests.wire.house import until
from tests.wire.talk import Talk, stuffed


def report(caught, action="failed", status="5.1.1", about=BEN.address):
    """A delivery status notification (RFC 3464) as ben's server would write it about a copy."""
    return (
        f"From: Mail Delivery System <mailer-daemon@{BEN.host}>\r\nTo: {caught.reverse_path}\r\n"
        f"Subject: Undelivered Mail\r\nMessage-ID: <bounce-{caught.msgid.partition('@')[0]}@{BEN.host}>\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\nYour mail to <{about}> came back, expanded from <desk@{BEN.domain}>.\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; {BEN.host}\r\n\r\n"
        f"Final-Recipient: rfc822; {about}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 <{about}> is unknown here\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\n{caught.content.decode()}\r\n--b--\r\n"
    ).encode()


def bring(house, caught, raw, sender=""):
    with Talk(house.door(), BEN.client) as talk:
        talk.begin(caught.reverse_path, sender=sender)
        assert talk.say(stuffed(raw)).startswith("250")


def reports_of(house, caught):
    """What was noted of each report that came for a copy."""
    rows = house.query(
        "SELECT report.outcome, report.state FROM evenhand_inbound report "
        "JOIN evenhand_delivery copy ON copy.id = report.bounce_of_id WHERE copy.return_path = %s ORDER BY report.id",
        caught.reverse_path,
    )
    return [row[0] for row in rows if row[1] == "done"]


def copies(house, order):
    return [(one["state"], one["status"]) for said in house.told(order)["messages"] for one in said["deliveries"]]


@pytest.fixture
def sent(house, catcher, order):
    """A copy of ada's question that ben's server has taken."""
    ADA.send(house.door(), order.to_seller, ADA.letter(order.to_seller, "Is it in stock?\n"))
    return catcher.sent_for(order.to_buyer)[0]


def test_a_report_moves_the_copy_it_came_back_for_and_no_other(house, catcher, sent, order, another_order):
    ADA.send(house.door(), another_order.to_seller, ADA.letter(another_order.to_seller, "And this one?\n"))
    other = catcher.sent_for(another_order.to_buyer)[0]
    assert sent.reverse_path != other.reverse_path
    # It claims to be about the other copy; the address it came to says otherwise.
    lying = report(sent).replace(sent.msgid.encode(), other.msgid.encode())
    before = len([one for one in catcher.mails if one.recipient == ADA.address and one.reverse_path == ""])
    bring(house, sent, lying)
    until(lambda: copies(house, order) == [("failed", "5.1.1")], "the failure")
    assert copies(house, another_order) == [("sent", "2.0.0")]

    notice = catcher.notices_to(ADA.address, before + 1)[before]
    assert notice.mail["Auto-Submitted"] == "auto-generated"
    assert "could not be delivered by e-mail: the mailbox does not exist." in notice.text
    assert order.number in notice.text
    assert [secret for secret in BEN.secrets if secret in notice.content.decode()] == []


@pytest.mark.parametrize(
    ("action", "status", "noted"),
    [
        ("delayed", "4.2.2", "a report: delayed 4.2.2"),
        ("delivered", "2.0.0", "a report: delivered 2.0.0"),
        ("relayed", "2.0.0", "a report: relayed 2.0.0"),
    ],
)
def test_a_delay_and_a_success_count_against_nobody(house, sent, order, action, status, noted):
    bring(house, sent, report(sent, action, status))
    assert until(lambda: reports_of(house, sent), "the report") == [noted]
    assert copies(house, order) == [("sent", "2.0.0")]


def test_the_same_report_a_second_time_and_an_unreadable_one_change_nothing(house, catcher, sent, order):
    bring(house, sent, report(sent))
    until(lambda: copies(house, order) == [("failed", "5.1.1")], "the failure")
    told = len([one for one in catcher.mails if one.reverse_path == ""])
    bring(house, sent, report(sent))
    bring(house, sent, b"Subject: no report\r\n\r\nat all\r\n")
    found = until(lambda: len(reports_of(house, sent)) == 2 and reports_of(house, sent), "both")
    assert found == ["a report: failed 5.1.1", "it came back for a copy, but is no report that could be read"]
    assert len([one for one in catcher.mails if one.reverse_path == ""]) == told


def test_an_automatic_reply_is_recorded_and_not_passed_on(house, catcher, sent, order):
    away = BEN.letter(
        order.to_buyer, f"I am away. Call my deputy at {BEN.address}.\n", subject="Out of office",
        answers=[sent.msgid], fields=[("Auto-Submitted", "auto-replied")],
    )  # fmt: skip
    BEN.send(house.door(), order.to_buyer, away)
    said = until(lambda: house.told(order)["messages"][1:], "the record of it")
    assert [(one["direction"], one["state"], one["reason"], one["deliveries"]) for one in said] == [
        ("seller-to-buyer", "away", "it is an automatic reply", [])
    ]
    assert [one for one in catcher.mails if order.to_seller in str(one.mail["From"])] == []


def test_an_automatic_reply_to_the_reverse_path_reaches_nobody(house, catcher, sent, order):
    away = EmailMessage()
    away["From"], away["Subject"], away["Auto-Submitted"] = BEN.address, "Out of office", "auto-replied"
    away.set_content("I am away.")
    bring(house, sent, away.as_bytes().replace(b"\n", b"\r\n"), sender=BEN.address)
    assert until(lambda: reports_of(house, sent), "the record of it") == [
        "it came back for a copy and is an automatic reply"
    ]
    assert len(house.told(order)["messages"]) == 1


def test_a_mail_to_the_own_alias_is_no_message_and_is_not_answered(house, catcher, order):
    told = len([one for one in catcher.mails if one.reverse_path == ""])
    ADA.send(house.door(), order.to_buyer, ADA.letter(order.to_buyer, "To myself.\n"))
    until(
        lambda: house.query(
            "SELECT 1 FROM evenhand_inbound inbound JOIN evenhand_alias alias ON alias.id = inbound.alias_id "
            "WHERE alias.conversation_id = %s AND inbound.outcome = 'its author wrote to their own alias'",
            order.conversation,
        ),
        "the end of it",
    )
    known = house.told(order)
    assert (known["messages"], known["held"], known["spooled"]) == ([], [], [])
    assert len([one for one in catcher.mails if one.reverse_path == ""]) == told


def test_our_own_mail_coming_back_is_passed_on_to_nobody(house, catcher, sent, order):
    with Talk(house.door(), BEN.client) as talk:
        talk.begin(order.to_buyer, sender=BEN.address)
        assert talk.say(stuffed(sent.content)).startswith("250")
    until(
        lambda: house.query(
            "SELECT 1 FROM evenhand_inbound inbound JOIN evenhand_alias alias ON alias.id = inbound.alias_id "
            "WHERE alias.conversation_id = %s AND inbound.outcome = 'it is a mail of ours that came back'",
            order.conversation,
        ),
        "the end of it",
    )
    assert len(house.told(order)["messages"]) == 1


def answer_to(house, address):
    with Talk(house.door(), BEN.client) as talk:
        talk.say("EHLO mx.shop.example")
        talk.say("MAIL FROM:<>")
        return talk.say(f"RCPT TO:<{address}>")


def test_l50_a_reverse_path_ends_thirty_days_after_the_last_try(house, sent, order):
    unknown = answer_to(house, f"b-{'a' * 26}@{sent.reverse_path.partition('@')[2]}")
    assert answer_to(house, sent.reverse_path).startswith("250")
    for days, expected in ((29, "250"), (31, "550 5.1.1")):
        house.query(
            "UPDATE evenhand_delivery SET ended_at = now() - %s * interval '1 day' WHERE return_path = %s RETURNING 1",
            days, sent.reverse_path,
        )  # fmt: skip
        assert answer_to(house, sent.reverse_path).startswith(expected)
    assert answer_to(house, sent.reverse_path) == unknown
