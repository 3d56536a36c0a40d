"""Postfix on both sides: in front, handing over by LMTP, and behind, as the smarthost."""

import os
from contextlib import ExitStack

import pytest

from bench.postfix import postfix
from tests.programs import need
from tests.wire.catcher import Catcher
from tests.wire.desk import ADA, BEN
from tests.wire.house import DOMAIN, House, until

ORDERS = 6


@pytest.fixture(scope="module")
def street(tmp_path_factory):
    """Ada's and ben's mail servers → Postfix → LMTP → the house → Postfix → the mail server of all recipients."""
    need("postfix")
    if os.geteuid() != 0:
        pytest.skip("Postfix can be started by root only")
    folder = tmp_path_factory.mktemp("street")
    # Postfix reads its files as its own user.
    for place in (folder, *folder.parents[:2]):
        place.chmod(0o755)
    with ExitStack() as stack:
        catcher = stack.enter_context(Catcher())
        behind = stack.enter_context(postfix(folder / "behind", catcher.port))
        house = House(
            folder / "house", [(ADA, BEN)] * ORDERS,
            smarthost=f"127.0.0.1:{behind.port}", smtp="", lmtp="127.0.0.1:0", trust_peers="127.0.0.0/8", workers=1,
        )  # fmt: skip
        stack.enter_context(house)
        _, port = house.door("lmtp")
        front = stack.enter_context(
            postfix(
                folder / "front",
                catcher.port,
                f"relay_domains = {DOMAIN}\ntransport_maps = inline:{{ {DOMAIN}=lmtp:inet:127.0.0.1:{port} }}\n",
            )
        )
        yield Street(("127.0.0.1", front.port), house, catcher, list(house.orders().values()))


class Street:
    def __init__(self, door, house, catcher, orders):
        self.door, self.house, self.catcher, self.orders = door, house, catcher, orders

    def states(self, order):
        return [
            (one["direction"], one["state"], [copy["state"] for copy in one["deliveries"]])
            for one in self.house.told(order)["messages"]
        ]


def leaked(author, mail):
    """What of an author's secrets a mail tells; the client's address is everybody's here, for all are on loopback."""
    return [one for one in author.secrets if one != author.client and one.encode() in mail.content]


def test_a_letter_and_its_answer_pass_two_postfixes_masked_and_threaded(street):
    order = street.orders.pop(0)
    letter = ADA.letter(order.to_seller, f"Dear Ben, I am {ADA.address}.\n", subject="The arm sinks")
    assert [one for one in ADA.secrets if one != ADA.client and one.encode() not in letter] == []
    ADA.send(street.door, order.to_seller, letter)
    [arrived] = street.catcher.sent_for(order.to_buyer)
    assert (arrived.recipient, arrived.mail["To"].addresses[0].addr_spec) == (BEN.address, order.to_seller)
    assert leaked(ADA, arrived) == []
    answer = BEN.letter(order.to_buyer, "Tighten the nut.\n", subject="Re: The arm sinks", answers=[arrived.msgid])
    BEN.send(street.door, order.to_buyer, answer)
    [came_back] = street.catcher.sent_for(order.to_seller)
    assert came_back.recipient == ADA.address
    assert leaked(BEN, came_back) == []
    assert came_back.cites == [_msgid(letter)]
    until(lambda: all(copies == ["sent"] for _, _, copies in street.states(order)), "both copies were sent")
    assert [(direction, state) for direction, state, _ in street.states(order)] == [
        ("buyer-to-seller", "relayed"),
        ("seller-to-buyer", "relayed"),
    ]


def test_each_recipient_of_one_transaction_is_answered_for_itself(street):
    first, second = street.orders.pop(0), street.orders.pop(0)
    unknown = f"aaaaaaaaaaaaaaaaaaaaaaaaaa@{DOMAIN}"
    to = [first.to_seller, unknown, second.to_seller]
    ADA.send(street.door, to, ADA.letter(", ".join(to), "To both of your aliases.\n", subject="Two orders"))
    assert [len(street.catcher.sent_for(one.to_buyer)) for one in (first, second)] == [1, 1]
    # Postfix tells ada, and only ada, of the one that was refused.
    [report] = street.catcher.wait(lambda one: one.reverse_path == "" and one.recipient == ADA.address)
    assert unknown.encode() in report.content
    assert [one for one in (first.to_seller, second.to_seller) if f"<{one}>: ".encode() in report.content] == []


def test_the_same_mail_by_another_way_is_no_second_message(street):
    order = street.orders.pop(0)
    letter = ADA.letter(order.to_seller, "Once, please.\n", subject="Once")
    ADA.send(street.door, order.to_seller, letter)
    street.catcher.sent_for(order.to_buyer)
    # A server that did not hear the answer sends it again; Postfix puts another trace field in front.
    ADA.send(street.door, order.to_seller, letter)
    ADA.send(street.door, order.to_seller, ADA.letter(order.to_seller, "And twice.\n", subject="Twice"))
    street.catcher.sent_for(order.to_buyer, count=2)
    assert [one.mail["Subject"] for one in street.catcher.sent_for(order.to_buyer)] == ["Once", "Twice"]
    assert [one["subject"] for one in street.house.told(order)["messages"]] == ["Once", "Twice"]


def _msgid(letter):
    line = next(line for line in letter.split(b"\r\n") if line.startswith(b"Message-ID:"))
    return line.partition(b"<")[2].rstrip(b"> ").decode()
