"""
Twenty-two ways to write as ada without being ada, each through the real door; none is taken for hers.

The shapes are those of “Composition Kills” (Chen, Paxson, Jiang; USENIX Security 2020): a sender of their own domain,
with SPF and DKIM in order there, who makes two programs read two senders; and a customer of ada's own provider.
"""

from base64 import b64encode
from dataclasses import dataclass

import pytest

from tests.connectors.signing import rsa_signer
from tests.wire.catcher import Catcher
from tests.wire.desk import ADA, BEN
from tests.wire.house import House, until
from tests.wire.names import name_server
from tests.wire.talk import Talk, stuffed

EVIL = "127.0.0.66"
REST = b"Subject: Pay here instead\r\nDate: Tue, 03 Mar 2026 09:30:00 +0100\r\nMessage-ID: <m@evil.example>\r\n"
SIGNED = (b"from", b"subject", b"date")


@dataclass(frozen=True)
class Shape:
    """
    One way: what is said after MAIL FROM, what stands in the header, who signs it, and how it must end.

    `end` is the reason it is held for, or the code it is refused with at MAIL.
    """

    name: str
    sender: str
    head: bytes
    end: str
    signer: str = ""
    selector: str = "s1"
    client: str = EVIL


ANY = "any@evil.example"
FROM_ADA = b"From: <ada@home.example>\r\n"
SHAPES = [
    Shape("a1 a subdomain that does not exist in the envelope", "any@notexist.home.example", FROM_ADA, "unconfirmed"),
    Shape("a2 an envelope that is empty to some", "(any@home.example", FROM_ADA, "501"),
    Shape("a3 a NUL in the selector", "any@33.evil.example", FROM_ADA, "ambiguous-sender", "home.example", "s1._domainkey.evil.example.\x00.any"),
    Shape("a4 a quote in the name of the signer", ANY, FROM_ADA, "unconfirmed", "home.example'a.evil.example"),
    Shape("a5 a bracket in the domain of the envelope", "any@home.example(a.evil.example", FROM_ADA, "501"),
    Shape("a6 two at signs in the envelope", "any@home.example'@any.evil.example", FROM_ADA, "501"),
    Shape("a7 a route in the envelope", "@home.example,@any.example:'any@evil.example", FROM_ADA, "unconfirmed"),
    Shape("a8 two From fields", ANY, b"From: <first@evil.example>\r\n" + FROM_ADA, "ambiguous-sender", "evil.example"),
    Shape("a9 a space before the first From", ANY, b" From: <first@evil.example>\r\n" + FROM_ADA, "unconfirmed"),
    Shape("a10 a space behind the second From", ANY, b"From: <first@evil.example>\r\nFrom : <ada@home.example>\r\n", "ambiguous-sender"),
    Shape("a11 a From folded before its colon", ANY, b"From\r\n : <first@evil.example>\r\n" + FROM_ADA, "ambiguous-sender"),
    Shape("a12 a folded From beside a Sender", ANY, b"From\r\n : <first@evil.example>\r\nSender: <ada@home.example>\r\n", "ambiguous-sender"),
    Shape("a13 a folded From beside a Resent-From", ANY, b"From\r\n : <first@evil.example>\r\nResent-From: <ada@home.example>\r\n", "ambiguous-sender"),
    Shape("a14 two mailboxes", ANY, b"From: <first@evil.example>, <ada@home.example>\r\n", "ambiguous-sender", "evil.example"),
    Shape("a15 an encoded mailbox", ANY, b"From: =?utf-8?B?" + b64encode(b"<ada@home.example>") + b"?=, <second@evil.example>\r\n", "ambiguous-sender", "evil.example"),
    Shape("a16 a route in From", ANY, b"From: <@evil.example,@any.example:ada@home.example>\r\n", "ambiguous-sender", "evil.example"),
    Shape("a17 a quoted comma", ANY, b"From: <ada@home.example>\\,<second@evil.example>\r\n", "ambiguous-sender", "evil.example"),
    Shape("a18 a mailbox without brackets before one with", ANY, b"From: ada@home.example,<second@evil.example>\r\n", "ambiguous-sender", "evil.example"),
    Shape("a19 a mailbox behind the brackets", ANY, b"From: <any@evil.example>ada@home.example\r\n", "ambiguous-sender", "evil.example"),
    Shape("c1 ada's provider signs two From fields of another customer", "eve@home.example", b"From: <eve@home.example>\r\n" + FROM_ADA, "ambiguous-sender", "home.example", client=ADA.client),
    Shape("c2 ada's provider signs two mailboxes of another customer", "eve@home.example", b"From: <eve@home.example>, <ada@home.example>\r\n", "ambiguous-sender", "home.example", client=ADA.client),
    Shape("c3 ada's provider lets another customer write her From", "eve@home.example", FROM_ADA, "unconfirmed", client=ADA.client),
]  # fmt: skip


def written(shape):
    """The mail of a shape as it is sent, signed with a key the signer's domain really has."""
    raw = shape.head + REST + b"\r\nTrust me.\r\n"
    if shape.signer:
        honest = "home.example" if shape.client == ADA.client else "evil.example"
        plain = shape.signer in {"home.example", "evil.example"} and shape.selector == "s1"
        tags = {} if plain else {b"d": shape.signer.encode(), b"s": shape.selector.encode()}
        raw = rsa_signer().sign(raw, domain=honest, fields=SIGNED, tags=tags)
    return raw


@pytest.fixture(scope="module")
def post():
    with Catcher() as running:
        yield running


@pytest.fixture(scope="module")
def house(tmp_path_factory, post):
    """An installation that trusts nobody, and a DNS in which everything about either domain is in order."""
    zone = {
        **rsa_signer().zone(ADA.domain),
        **rsa_signer().zone("evil.example"),
        **rsa_signer().zone("home.example'a.evil.example"),
        ("_dmarc.home.example", "TXT"): ("v=DMARC1; p=reject",),
        ("_dmarc.evil.example", "TXT"): ("v=DMARC1; p=reject",),
        ("home.example", "TXT"): (f"v=spf1 ip4:{ADA.client} -all",),
        **{
            (name, "TXT"): (f"v=spf1 ip4:{EVIL} -all",)
            for name in ("evil.example", "33.evil.example", "any.evil.example", "home.example'a.evil.example")
        },
    }
    with name_server(zone) as nameserver:
        made = House(
            tmp_path_factory.mktemp("courted"),
            [(ADA, BEN)] * 25,
            smarthost=post.address,
            nameserver=nameserver,
            workers=1,
        )
        with made as running:
            yield running


@pytest.fixture(scope="module")
def dealt(house):
    return list(house.orders().values())


@pytest.mark.parametrize("shape", SHAPES, ids=lambda one: one.name)
def test_l38_none_is_taken_for_hers(house, post, dealt, shape):
    order = dealt.pop(0)
    raw = written(shape)
    with Talk(house.door(), shape.client) as talk:
        talk.say("EHLO evil.example")
        answer = talk.say(f"MAIL FROM:<{shape.sender}>")
        if shape.end.isdigit():
            assert answer.startswith(shape.end)
            return
        assert answer.startswith("250")
        assert talk.say(f"RCPT TO:<{order.to_seller}>").startswith("250")
        assert talk.say("DATA").startswith("354")
        assert talk.say(stuffed(raw)).startswith("250")
    held = until(lambda: house.told(order)["held"], "the hold")
    assert [one["reason"] for one in held] == [shape.end]
    assert house.told(order)["messages"] == []
    assert [one for one in post.mails if order.to_buyer in str(one.mail["From"])] == []


def test_there_are_twenty_two():
    assert len({shape.name for shape in SHAPES}) == len(SHAPES) == 22


def test_the_same_door_takes_what_is_hers(house, post, dealt):
    order, another = dealt.pop(), dealt.pop()
    ADA.send(house.door(), order.to_seller, ADA.letter(order.to_seller, "From my own server.\n"))
    signed = rsa_signer().sign(ADA.letter(another.to_seller, "From afar.\n"), domain=ADA.domain)
    with Talk(house.door(), EVIL) as talk:
        talk.begin(another.to_seller, sender="ada@home.example")
        assert talk.say(stuffed(signed)).startswith("250")
    arrived = [post.sent_for(one.to_buyer)[0].text.partition("\n")[0] for one in (order, another)]
    assert arrived == ["From my own server.", "From afar."]
