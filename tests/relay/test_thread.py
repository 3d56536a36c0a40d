"""The thread map: each side's mail program finds the message an answer belongs to by the id it knows it by."""

import pytest

from evenhand.conversations.actions import open_conversation
from evenhand.relay.models import ThreadId
from tests.cast import place
from tests.relay.post import BEN, copies, deliver, mail, message_of, opened


def cited(copy):
    read = opened(copy)
    return read["In-Reply-To"], read["References"]


def answer(cast, **fields):
    """Ben answers; returns the copy for ada."""
    deliver(cast.buyer_alias, mail(f"Ben <{BEN}>", **fields), reverse_path=BEN)
    return copies()[-1]


def test_both_sides_know_a_message_by_an_id_of_their_own(cast):
    message = message_of(deliver(cast.seller_alias, mail(msgid="A1@home.example")))
    (copy,) = copies()
    assert list(ThreadId.objects.order_by("id").values_list("message", "participant", "msgid")) == [
        (message.id, cast.buyer.id, "A1@home.example"),
        (message.id, cast.seller.id, copy.msgid),
    ]


def test_an_answer_and_the_answer_to_it_stay_in_one_thread(cast):
    deliver(cast.seller_alias, mail(msgid="A1@home.example"))
    first = copies()[0].msgid
    second = answer(cast, msgid="B1@shop.example", In_Reply_To=f"<{first}>", References=f"<{first}>")
    assert cited(second) == ("<A1@home.example>", "<A1@home.example>")
    references = f"<A1@home.example> <{second.msgid}>"
    deliver(cast.seller_alias, mail(msgid="A2@home.example", In_Reply_To=f"<{second.msgid}>", References=references))
    third = copies()[2]
    assert cited(third) == ("<B1@shop.example>", f"<{first}> <B1@shop.example>")


def test_ids_nobody_knows_are_dropped(cast):
    deliver(cast.seller_alias, mail(msgid="A1@home.example"))
    first = copies()[0].msgid
    copy = answer(cast, References=f"<x@laptop.shop.example> <{first}> <y@shop.example>", In_Reply_To=f"<{first}>")
    assert cited(copy) == ("<A1@home.example>", "<A1@home.example>")


def test_a_mail_that_cites_only_the_unknown_cites_nothing(cast):
    deliver(cast.seller_alias, mail(msgid="A1@home.example"))
    assert cited(answer(cast, References="<x@shop.example>")) == (None, None)


def test_l51_an_id_of_another_conversation_is_never_used(cast):
    other = open_conversation(place(cast.buyer, cast.seller, "7732"))
    deliver(other.aliases.get(participant=cast.seller), mail(msgid="A9@home.example"))
    foreign = copies()[0].msgid
    deliver(cast.seller_alias, mail(msgid="A1@home.example"))
    known = copies()[1].msgid
    assert cited(answer(cast, References=f"<{foreign}> <{known}>")) == ("<A1@home.example>", "<A1@home.example>")


def test_the_same_id_in_two_conversations_means_each_its_own(cast):
    other = open_conversation(place(cast.buyer, cast.seller, "7732"))
    deliver(other.aliases.get(participant=cast.seller), mail(msgid="same@home.example", text="one\n"))
    deliver(cast.seller_alias, mail(msgid="same@home.example", text="two\n"))
    deliver(cast.seller_alias, mail(References="<same@home.example>"))
    assert cited(copies()[2]) == (f"<{copies()[1].msgid}>", f"<{copies()[1].msgid}>")


def test_a_program_that_sends_no_references_answers_the_newest_message(cast):
    for number in (1, 2):
        deliver(cast.seller_alias, mail(msgid=f"A{number}@home.example"))
    assert cited(answer(cast)) == ("<A2@home.example>", "<A2@home.example>")


def test_the_first_mail_of_a_conversation_cites_nothing(cast):
    deliver(cast.seller_alias, mail())
    assert cited(copies()[0]) == (None, None)


def test_of_a_long_thread_the_latest_twenty_ids_are_cited(cast):
    for number in range(25):
        deliver(cast.seller_alias, mail(msgid=f"A{number}@home.example"))
    known = [copy.msgid for copy in copies()]
    reply, references = cited(answer(cast, References=" ".join(f"<{one}>" for one in known)))
    expected = [f"<A{number}@home.example>" for number in range(5, 25)]
    assert (reply, references.split()) == (expected[-1], expected)


@pytest.mark.parametrize("msgid", ["", "<[..]>", "<>", f"<{'x' * 10_000}@home.example>", "no brackets", "<a b@c>"])
def test_an_id_is_a_claim_and_may_be_anything(cast, msgid):
    raw = mail(msgid="M@home.example").replace(b"<M@home.example>", msgid.encode())
    assert deliver(cast.seller_alias, raw).outcome == "relayed"
    assert cited(answer(cast, In_Reply_To=f"<{copies()[0].msgid}>"))[0] in (None, "<[..]>")
