"""What was said about an order, as a program and as a person reads it."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from evenhand.conversations.models import Attachment, Finding, Message, Verdict
from evenhand.relay.models import Attempt, Delivery, Hold, Inbound

AT = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)


@pytest.fixture
def said(cast):
    """Ada asked, and named addresses; her mail was delivered at the second try."""
    message = Message.objects.create(
        conversation=cast.conversation, author=cast.buyer, origin="mail", state="relayed", subject="A bulb?",
        text="Does it fit? ada@home.example, or ada (at) home.example, or a friend: zoe@elsewhere.example", sent_at=AT,
    )  # fmt: skip
    Verdict.objects.create(
        message=message, action="warn", book="house 3", not_checked=[["daily-cap", "sender_account"]]
    )
    Finding.objects.create(
        message=message, rule="off-channel-contact", clause="§ 2", part="text", start=13, end=29,
        excerpt="ada@home.example", reason="An address.", fix="Leave it out.", action="warn", confidence=0.5,
    )  # fmt: skip
    Attachment.objects.create(
        message=message, ordinal=0, name="lamp.png", media_type="image/png", size=812, sha256="ab" * 32
    )
    delivery = Delivery.objects.create(
        message=message, recipient=cast.seller, address="ben@shop.example", msgid="x@m.market.example", content=b"",
        content_sha256=b"", state="sent", status="2.0.0", created_at=AT, due_at=AT, expires_at=AT + timedelta(days=5),
        ended_at=AT + timedelta(minutes=15),
    )  # fmt: skip
    for number, outcome, status, detail in (
        (1, "deferred", "4.2.2", "452 <ben@shop.example> is full"),
        (2, "sent", "2.0.0", "250 Taken"),
    ):
        Attempt.objects.create(
            delivery=delivery, number=number, at=AT + timedelta(minutes=15 * (number - 1)), outcome=outcome, phase="rcpt",
            status=status, detail=detail,
        )  # fmt: skip
    return message


@pytest.fixture
def spool(cast):
    """Put a mail into the spool that is no message yet."""

    def put(state, **hold):
        row = Inbound.objects.create(
            alias=cast.seller_alias, origin="mail", author=cast.buyer, reverse_path="ada@home.example",
            digest=state.encode(), sha256=b"s", size=700, raw=b"From: ada@home.example", received_at=AT, state=state,
            due_at=AT, attempts=3, outcome="ValueError: from ada@home.example" if state == "parked" else "",
        )  # fmt: skip
        if hold:
            Hold.objects.create(inbound=row, conversation=cast.conversation, held_at=AT, **hold)
        return row

    return put


def test_a_program_reads_all_that_happened_to_a_message(cast, said, run):
    done = run("messages", "--order", "7731", "--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert {name: told[name] for name in ("order", "marketplace", "subject", "held", "spooled")} == {
        "order": "7731", "marketplace": "Market", "subject": "Order 7731", "held": [], "spooled": [],
    }  # fmt: skip
    [message] = told["messages"]
    assert message == {
        "id": str(said.id),
        "sent_at": "2026-03-05T09:30:00+00:00",
        "direction": "buyer-to-seller",
        "origin": "mail",
        "state": "relayed",
        "reason": "",
        "subject": "A bulb?",
        "text": (
            "Does it fit? [address removed], or [address removed], or a friend: [address removed]"
        ),
        "verdict": {
            "action": "warn", "book": "house 3", "not_checked": [["daily-cap", "sender_account"]], "review_request": None,
        },
        "findings": [
            {
                "rule": "off-channel-contact", "clause": "§ 2", "part": "text", "start": 13, "end": 29,
                "excerpt": "[address removed]", "reason": "An address.", "fix": "Leave it out.", "action": "warn",
                "confidence": 0.5,
            }
        ],
        "attachments": [
            {"name": "lamp.png", "media_type": "image/png", "size": 812, "sha256": "ab" * 32, "refused": ""}
        ],
        "deliveries": [
            {
                "to": "counterpart",
                "state": "sent",
                "status": "2.0.0",
                "why": "",
                "created_at": "2026-03-05T09:30:00+00:00",
                "due_at": "2026-03-05T09:30:00+00:00",
                "ended_at": "2026-03-05T09:45:00+00:00",
                "attempts": [
                    {
                        "number": 1, "outcome": "deferred", "phase": "rcpt", "status": "4.2.2",
                        "detail": "452 <[address removed]> is full", "at": "2026-03-05T09:30:00+00:00",
                    },
                    {
                        "number": 2, "outcome": "sent", "phase": "rcpt", "status": "2.0.0", "detail": "250 Taken",
                        "at": "2026-03-05T09:45:00+00:00",
                    },
                ],
                "came_back": [],
            }
        ],
    }  # fmt: skip


def test_what_came_back_for_a_copy_is_told(cast, said, run):
    Inbound.objects.create(
        bounce_of=said.deliveries.get(), origin="mail", digest=b"d" * 32, sha256=b"s" * 32, size=9, received_at=AT,
        due_at=AT, state="done", outcome="a report: failed 4.4.7",
    )  # fmt: skip
    [message] = json.loads(run("messages", "--order", "7731", "--json").stdout)["messages"]
    assert message["deliveries"][0]["came_back"] == [
        {"at": "2026-03-05T09:30:00+00:00", "outcome": "a report: failed 4.4.7"}
    ]
    assert "came back: a report: failed 4.4.7" in run("messages", "--order", "7731").stdout


def test_the_aliases_stay_where_they_were_written(cast, said, run):
    said.text = f"I wrote to {cast.seller_alias}"
    said.save()
    [message] = json.loads(run("messages", "--order", "7731", "--json").stdout)["messages"]
    assert message["text"] == f"I wrote to {cast.seller_alias}"


def test_what_is_no_message_yet_is_listed_by_itself(cast, spool, run):
    queued, parked = spool("queued"), spool("parked")
    held = spool("held", reason="unconfirmed", public="We could not confirm it.", private="No SPF for ada@home.example")
    spool("done")
    told = json.loads(run("messages", "--order", "7731", "--json").stdout)
    assert told["messages"] == []
    common = {"received_at": "2026-03-05T09:30:00+00:00", "direction": "buyer-to-seller", "origin": "mail",
              "size": 700, "attempts": 3}  # fmt: skip
    nothing = {"reason": None, "public": "", "private": ""}
    assert told["spooled"] == [
        {**common, **nothing, "id": str(queued.id), "state": "queued", "outcome": ""},
        {**common, **nothing, "id": str(parked.id), "state": "parked", "outcome": "ValueError: from [address removed]"},
    ]
    assert told["held"] == [
        {
            **common, "id": str(held.id), "state": "held", "outcome": "", "reason": "unconfirmed",
            "public": "We could not confirm it.", "private": "No SPF for [address removed]",
        }
    ]  # fmt: skip


def test_a_held_message_is_a_message_and_not_listed_twice(cast, said, spool, run):
    row = spool("held", reason="policy", public="A person looks at it.")
    said.inbound_id, said.state = row.id, "held"
    said.save()
    told = json.loads(run("messages", "--order", "7731", "--json").stdout)
    assert ([one["state"] for one in told["messages"]], told["held"]) == (["held"], [])


def test_a_person_reads_the_same_without_an_address_in_it(cast, said, spool, run):
    spool("queued")
    done = run("messages", "--order", "7731")
    assert done.stdout == (
        "Order 7731 of Market: Order 7731\n"
        "\n"
        "2026-03-05 09:30  buyer-to-seller, by mail: relayed\n"
        "    Does it fit? [address removed], or [address removed], or a friend: [address removed]\n"
        "    + lamp.png (image/png, 812 bytes)\n"
        "    Verdict: warn by house 3\n"
        "    Not checked for want of sender_account: daily-cap\n"
        "    - off-channel-contact in text: An address. Leave it out.\n"
        "    Rule: § 2\n"
        "    Copy to the counterpart: sent 2.0.0\n"
        "      2026-03-05 09:30  1: deferred 452 <[address removed]> is full\n"
        "      2026-03-05 09:45  2: sent 250 Taken\n"
        "\n"
        "2026-03-05 09:30  buyer-to-seller, by mail: queued\n"
        "    In the spool, not a message yet\n"
    )


def test_what_a_stranger_wrote_does_not_steer_the_terminal(cast, said, run):
    said.text = "before\x1b[2Jafter"
    said.save()
    assert "before�[2Jafter" in run("messages", "--order", "7731").stdout


def test_an_unknown_order_is_a_sentence(cast, run):
    done = run("messages", "--order", "none", "--json")
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", "There is no order none.\n")
