"""Behind a server whose Authentication-Results are read: who is believed, and what a forged field gains."""

from dataclasses import replace

import pytest

from evenhand.mail.front import Claim
from evenhand.relay.models import Hold, Inbound
from tests.relay.post import ADA, BEN, AtOnce, Silent, copies, mail, spool, work
from tests.relay.vouching import FAIL, PASS

MX = "mx.market.example"
HOP = b"Received: from mail.home.example by mx.market.example with LMTP; Tue, 3 Mar 2026 09:30:00 +0100\r\n"


@pytest.fixture(autouse=True)
def _front(settings):
    settings.EVENHAND = replace(settings.EVENHAND, authserv_id=MX)


def field(results, authserv_id=MX):
    return f"Authentication-Results: {authserv_id}; {results}\r\n".encode()


def arrive(alias, raw, asking, **fields):
    row = spool(alias, raw, **{"peer": "192.0.2.10"} | fields)
    work(asking)
    found = Inbound.objects.get(id=row)
    return found.state, found.outcome


def private():
    return Hold.objects.get().private


def test_a_mail_the_front_found_aligned_needs_no_dns(cast):
    raw = HOP + field("dmarc=pass (p=none) header.from=home.example") + mail()
    assert arrive(cast.seller_alias, raw, Silent()) == ("done", "relayed")
    assert [copy.address for copy in copies()] == [BEN]


def test_a_mail_the_front_found_forged_is_held_whatever_else_it_brings(cast):
    raw = HOP + field("dkim=pass header.d=home.example; dmarc=fail header.from=home.example") + mail()
    assert arrive(cast.seller_alias, raw, Silent()) == ("held", "unconfirmed")
    assert private() == "not authenticated: fail; front: dmarc=fail for home.example"


def test_a_pass_for_another_from_than_ours_is_none(cast):
    raw = HOP + field("dmarc=pass header.from=evil.example") + mail()
    assert arrive(cast.seller_alias, raw, Silent()) == ("held", "unconfirmed")


@pytest.mark.parametrize(
    "head",
    [
        b"",
        HOP,
        HOP + field("dmarc=pass header.from=home.example", "mx.other.example"),
        HOP + HOP + field("dmarc=pass header.from=home.example"),
        HOP + b"X-Mine: 1\r\n" + field("dmarc=pass header.from=home.example"),
        HOP + b"ARC-" + field("dmarc=pass header.from=home.example"),
        HOP + field("dmarc=pass header.from=home.example; junk"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_without_a_word_of_the_front_we_ask_ourselves_and_never_about_its_own_address(cast, vouching, head):
    asked = vouching(FAIL)
    assert arrive(cast.seller_alias, head + mail(), AtOnce()) == ("held", "unconfirmed")
    assert asked == [(None, "", ADA, "home.example")]


@pytest.mark.django_db(transaction=True)
def test_what_the_front_found_of_dkim_and_spf_goes_along_when_alignment_is_asked(cast, vouching):
    asked = vouching(PASS)
    raw = HOP + field("dkim=pass header.d=mail.home.example; spf=fail smtp.mailfrom=home.example") + mail()
    assert arrive(cast.seller_alias, raw, AtOnce()) == ("done", "relayed")
    claims = (Claim("dkim", "pass", "mail.home.example"), Claim("spf", "fail", "home.example"))
    assert asked == [(None, "", ADA, "home.example", *claims)]


@pytest.mark.django_db(transaction=True)
def test_of_a_server_that_is_not_trusted_no_field_is_read(cast, vouching):
    asked = vouching(FAIL)
    raw = HOP + field("dmarc=pass header.from=home.example") + mail()
    assert arrive(cast.seller_alias, raw, AtOnce(), trusted=False) == ("held", "unconfirmed")
    assert asked == [("192.0.2.10", "", ADA, "home.example")]


def test_without_an_authserv_id_a_trusted_server_is_trusted_whole(cast, settings):
    settings.EVENHAND = replace(settings.EVENHAND, authserv_id="")
    raw = HOP + field("dmarc=fail header.from=home.example") + mail()
    assert arrive(cast.seller_alias, raw, Silent()) == ("done", "relayed")


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.replace(b"From: Ada", b"From : Ada"),
        lambda raw: raw.replace(b"From: Ada", b"X-A: b\rFrom: Ada"),
        lambda raw: raw.replace(b"Subject: Lamp", b"Subject: La\0mp"),
        lambda raw: raw.replace(b"Subject: Lamp", b"From : eve@evil.example\r\nSubject: Lamp"),
        lambda raw: raw.replace(b"From: Ada <", b"From: eve@evil.example <"),
        lambda raw: raw.replace(b"From: Ada", b"From: (eve@evil.example) Ada (x)y"),
        lambda raw: raw.replace(b"From:", b"From: eve@evil.example\r\nFROM:"),
        lambda raw: raw.replace(b"From: Ada <ada@home.example>", b"From: <ada@home.example>eve@evil.example"),
        lambda raw: raw.replace(b"From: Ada", b"From:\rAda"),
        lambda raw: raw.replace(b"Subject: Lamp", b"From\r\n : eve@evil.example\r\nSubject: Lamp"),
    ],
)
def test_an_ambiguous_author_is_held_even_where_the_front_let_it_pass(cast, change):
    raw = mail()
    bent = change(raw)
    assert bent != raw
    ended = arrive(cast.seller_alias, HOP + field("dmarc=pass header.from=home.example") + bent, Silent())
    assert ended == ("held", "ambiguous-sender")
    assert copies() == []
